"""Both halves of a yes and no are understood, or the column is refused."""

import pytest

from core.errors import DataError
from tests.core.data.files import as_csv, column_csv, customers
from tests.support.personality import read_customers

PAIRS = [
    ("1", "0"),
    ("1.0", "0.0"),
    ("Yes", "no"),
    ("TRUE", "False"),
    ("y", "N"),
    ("WAHR", "FALSCH"),
    ("Ja", "Nein"),
    ("J", "N"),
    ("VRAI", "FAUX"),
    ("Oui", "Non"),
    ("VERDADERO", "FALSO"),
    ("Sí", "No"),
    ("S", "N"),
    ("Sim", "Não"),
    ("VERO", "FALSO"),
    ("Sì", "No"),
    ("WAAR", "ONWAAR"),
    ("ja", "nee"),
    ("TOSI", "EPÄTOSI"),
    ("Kyllä", "Ei"),
    ("k", "e"),
    ("SANT", "FALSKT"),
    ("Ja", "Nej"),
    ("TAK", "NIE"),
    ("Evet", "Hayır"),
    ("E", "H"),
    ("Да", "Нет"),
    ("はい", "いいえ"),
    ("是", "否"),
    ("O", "N"),
    ("Accepted", "Declined"),
    ("Accepted", "Not accepted"),
    ("Response", "No response"),
    ("Aceptó", "No aceptó"),
    ("angenommen", "abgelehnt"),
    ("✓", "✗"),
]


def answers(*texts):
    read = read_customers(column_csv("Response", texts))
    return read.frame["Response"].tolist(), read.notes


@pytest.mark.parametrize(("yes", "no"), PAIRS)
def test_yes_and_no_are_understood_in_many_languages(yes, no):
    assert answers(no, yes, no)[0] == [0, 1, 0]
    if no != "e":  # alone it is Finnish for no or Turkish for yes
        assert answers(no, no)[0] == [0, 0]


@pytest.mark.parametrize(
    "texts", [("No", "Perhaps", "No"), ("0", "2", "2"), ("0", "ok!", "ok!"), ("e", "e"), ("1", "5", "5")]
)
def test_half_of_a_pair_is_refused_with_the_answers_that_were_found(texts):
    with pytest.raises(DataError, match=f"“{texts[0]}” .*Response.*Write 1 for yes and 0 for no"):
        answers(*texts)


def test_a_word_beside_a_whole_pair_is_a_gap_that_is_told():
    values, notes = answers("Yes", "No", "Perhaps")
    assert values[:2] == [1, 0]
    assert notes.unreadable["Response"].examples == ("Perhaps",)


def test_a_word_of_several_languages_is_read_in_the_one_that_the_file_speaks():
    empty = dict.fromkeys((*(f"AcceptedCmp{number}" for number in range(1, 6)), "Complain", "Response"), "E")
    finnish = read_customers(as_csv(customers(empty, empty | {"Response": "K"}))).frame
    turkish = read_customers(as_csv(customers(empty, empty | {"Response": "H"}))).frame
    assert finnish["Complain"].tolist() == [0, 0]
    assert turkish["Complain"].tolist() == [1, 1]


@pytest.mark.parametrize("mark", ["1", "x", "Ja", "Y"])
def test_empty_is_no_where_the_only_answer_is_yes(mark):
    values, notes = answers("", mark, "", "")
    assert values == [0, 1, 0, 0]
    assert [(one.name, one.count) for one in notes.remarks] == [("marks", 3)]


def test_a_campaign_that_nobody_accepted_is_no_in_a_file_of_marks():
    empty = dict.fromkeys((*(f"AcceptedCmp{number}" for number in range(1, 6)), "Complain", "Response"), "")
    rows = customers(*[empty] * 3, empty | {"Response": "x"})
    frame = read_customers(as_csv(rows)).frame
    assert frame["AcceptedCmp1"].tolist() == [0] * 4
    assert frame["Response"].tolist() == [0, 0, 0, 1]


def test_gaps_beside_mostly_yes_stay_gaps():
    assert str(answers("1", "1", "")[0]) == "[1.0, 1.0, nan]"


def test_one_and_two_are_yes_and_no_where_two_is_commoner_and_refused_where_it_is_not():
    values, notes = answers("2", "1", "2")
    assert values == [0, 1, 0]
    assert "1 is read as yes and 2 as no" in notes.remarks[0].sentence
    with pytest.raises(DataError, match=r"“1” \(2\), “2” \(1\) in Response"):
        answers("1", "2", "1")


def test_minus_one_beside_zero_is_the_yes_of_databases():
    assert answers("0", "-1", "0")[0] == [0, 1, 0]


def test_an_odd_number_beside_both_answers_is_left_to_cleaning():
    assert answers("0", "1", "7")[0] == [0, 1, 7]


def test_whether_there_are_children_is_read_as_one_child_and_told():
    read = read_customers(column_csv("Kidhome", ["Yes", "No", "Yes"]))
    assert read.frame["Kidhome"].tolist() == [1, 0, 1]
    assert [(one.name, one.count) for one in read.notes.remarks] == [("children", 2)]
