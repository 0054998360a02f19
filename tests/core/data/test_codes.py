"""Words for gaps that are values, and numbers that may stand for gaps: told, and read otherwise where somebody says so."""

from __future__ import annotations

import pytest

from core.data.read import read_customers
from core.datasets.intake import propose
from core.datasets.templates import template_of
from core.schema.decisions import choices_of

GROUPS = {
    "territory": (["NA", "EMEA", "APAC"], "NA", "value"),
    "region": (["NA", *["EMEA", "APAC"] * 9, "Japan"], "NA", "value"),
    "country": (["NA", "DE", "FR", "ZA"], "NA", "value"),
    "agent": (["NA", "JB", "MK", "TR"], "NA", "value"),
    "plan": (["None", "Basic", "Gold"], "None", "value"),
    "city": (["NA", "Berlin", "Rome"], "NA", "no question"),
    "grade": (["NA", "A", "B", "C"], "NA", "no question"),
    "land": (["na", "DE", "FR", "IT"], "na", "no question"),
    "sign": (["#N/A", "DE", "FR", "IT"], "#N/A", "no question"),
    "error": (["#DIV/0!", "Berlin", "Rome"], "#DIV/0!", "no question"),
}


def table(tmp_path, column: str, words: list[str], ages=("20", "31", "44"), visits=("3", "7", "40", "0")):
    rows = "".join(
        f"K{n:03d},{ages[n % len(ages)]},{n * 7 % 400 + 0.5},{visits[n % len(visits)]},{words[n % len(words)]}\n"
        for n in range(60)
    )
    file = tmp_path / "customers.csv"
    file.write_text(f"customer_id,age,spent,visits,{column}\n{rows}", encoding="utf-8")
    return file


def read(file, *said: str):
    found = propose(file, max_mb=5, choices=choices_of(said))
    assert found.refused == ""
    frame = read_customers(file, found.schema, template_of(found.schema)).frame
    return found, frame.rename(columns={one.name: one.column for one in found.schema.fields if one.column})


@pytest.mark.parametrize("column", GROUPS)
def test_a_word_for_a_gap_is_a_value_among_values_of_its_kind(column, tmp_path):
    words, word, expected = GROUPS[column]
    found, frame = read(table(tmp_path, column, words))
    values = frame[column]
    decisions = [one for one in found.decisions if one.column == column]
    assert (values == word).any() == (expected == "value")
    assert bool(decisions) == (expected == "value")
    assert values.isna().any() == (expected != "value")
    if decisions:
        assert (decisions[0].chosen, decisions[0].others) == (f"{word}-is-value", (f"{word}-is-gap",))
        _, other = read(table(tmp_path, column, words), f"{column}={word}-is-gap")
        assert other[column].isna().sum() == (values == word).sum()


def test_a_file_that_writes_its_gaps_so_means_a_gap_everywhere(tmp_path):
    file = table(tmp_path, "country", GROUPS["country"][0], ages=("20", "NA", "44"))
    found, frame = read(file)
    assert frame["country"].isna().sum() == 15
    (one,) = (one for one in found.decisions if one.column == "country")
    assert (one.chosen, one.others) == ("NA-is-gap", ("NA-is-value",))
    assert "as in age" in one.sentence
    _, other = read(file, "country=NA-is-value")
    assert (other["country"] == "NA").sum() == 15


@pytest.mark.parametrize("code", ["999", "-1", "9999", "99", "-99"])
def test_a_number_that_stands_apart_is_asked_about_and_is_a_gap_if_somebody_says_so(code, tmp_path):
    file = table(tmp_path, "city", ["Berlin", "Rome"], visits=("3", "7", "40", "0", code))
    found, frame = read(file)
    assert (frame["visits"] == float(code)).sum() == 12
    asked = [one for one in found.problems if f"“{code}” stands apart" in one.what]
    assert [(one.rows, f"{code}-is-gap" in one.do) for one in asked] == [(12, True)]
    _, other = read(file, f"visits={code}-is-gap")
    assert other["visits"].isna().sum() == 12


def test_a_nine_beside_noughts_and_ones_is_asked_about_and_the_rest_is_yes_and_no(tmp_path):
    file = table(tmp_path, "city", ["Berlin", "Rome"], visits=("0", "1", "1", "0", "9"))
    assert "“9” stands apart in 12 rows, all others being at most 1" in read(file)[0].problems[0].what
    _, other = read(file, "visits=9-is-gap")
    assert (other["visits"].isna().sum(), other["visits"].max()) == (12, 1)


@pytest.mark.parametrize("code", ["999", "-1"])
def test_a_number_among_others_like_it_is_no_question(code, tmp_path):
    file = table(tmp_path, "city", ["Berlin", "Rome"], visits=("3", "-7", "1400", "900", code))
    assert not [one for one in read(file)[0].problems if "stands apart" in one.what]


def test_territories_of_order_lines_keep_theirs_as_well(tmp_path):
    rows = "".join(
        f"O{n},C{n % 40},2025-0{n % 9 + 1}-11,{n % 90 + 1.5},{('NA', 'EMEA', 'APAC')[n % 40 % 3]}\n"
        for n in range(200)
    )
    file = tmp_path / "orders.csv"
    file.write_text(f"order id,customer id,order date,amount,territory\n{rows}", encoding="utf-8")
    frame = read(file)[1]
    column = next(name for name in frame if "territory" in str(name).lower())
    assert frame[column].value_counts().to_dict() == {"NA": 14, "EMEA": 13, "APAC": 13}


@pytest.mark.parametrize("word", ["unknown", "Unbekannt", "inconnu", "desconocido", "не указано", "不明"])
def test_a_word_for_the_unknown_is_asked_about_and_is_a_gap_if_somebody_says_so(word, tmp_path):
    file = table(tmp_path, "city", ["Berlin", "Rome", word])
    found, frame = read(file)
    assert (frame["city"] == word).sum() == 20
    asked = [one for one in found.problems if f"“{word}”" in one.what]
    assert [(one.rows, f"{word}-is-gap" in one.do) for one in asked] == [(20, True)]
    gone, other = read(file, f"city={word}-is-gap")
    assert other["city"].isna().sum() == 20
    (one,) = (one for one in gone.decisions if one.column == "city")
    assert (one.chosen, one.others) == (f"{word}-is-gap", (f"{word}-is-value",))
    assert not any(word in one.what for one in gone.problems)


def test_yes_and_no_are_read_where_the_unknown_is_said_to_be_a_gap(tmp_path):
    _, frame = read(table(tmp_path, "loan", ["yes", "no", "unknown"]), "loan=unknown-is-gap")
    assert frame["loan"].sum() == 20
    assert frame["loan"].isna().sum() == 20
