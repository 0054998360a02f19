from __future__ import annotations

import io

import pandas as pd
import pytest

from core.datasets.intake import propose
from core.datasets.templates import template_of
from core.errors import DataError, SchemaError
from core.schema.fields import ADDED
from core.scoring.batch import possible, score_file
from core.scoring.customer_input import asked
from tests.core.conftest import SAMPLE
from tests.core.datasets.test_workspace import again
from tests.support.personality import BASIS, FIELDS, PERSONALITY_TEMPLATE, PRODUCTS, read_customers

HEAD = "ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,NumWebVisitsMonth,Recency\n"
ONE = "A1,44,51000,400,4,5,6,50\n"


def scored(model, text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return score_file(content, model, PERSONALITY_TEMPLATE, name="new.csv", **options)


def warnings(model, text) -> str:
    return scored(model, text).table["Warnings"].iloc[0]


def test_the_models_own_file_gets_the_models_own_segments(model):
    found = scored(model, SAMPLE.read_bytes()).table
    assert found["ID"].tolist() == model.people.column("ID").astype(str).tolist()
    assert (found["Segment"].to_numpy() == model.people.column("Segment").to_numpy()).all()


def test_the_real_file_gets_its_own_segments(real_model, real_file):
    found = scored(real_model, real_file.read_bytes()).table
    assert (found["Segment"].to_numpy() == real_model.people.column("Segment").to_numpy()).all()


def test_a_part_of_the_file_gets_the_same_segments(model):
    """Ages and what is far out are judged by the model, not by the few customers that were sent."""
    lines = SAMPLE.read_text().splitlines()
    whole = scored(model, SAMPLE.read_bytes()).table
    part = scored(model, "\n".join([lines[0], *lines[1:40]])).table
    pd.testing.assert_frame_equal(part, whole.head(39))


def test_a_files_own_age_and_total_are_not_used_where_they_can_be_made_and_that_is_told(model):
    """An export has ages as of its own day, twelve years after the data's: a quarter of customers moved."""
    table = pd.read_csv(SAMPLE)
    table = table.assign(Age=2026 - table["Year_Birth"], Total_Spending=1)
    found = scored(model, table.to_csv(index=False))
    assert (found.table["Segment"].to_numpy() == model.people.column("Segment").to_numpy()).all()
    assert {note.words for note in found.notes if "as in training" in note.words} == {
        "Age: made of Year_Birth as in training; the file's own is not used",
        f"Total spending: made of {', '.join(PRODUCTS.values())} as in training; the file's own is not used",
    }


def test_who_is_like_nobody_here_has_no_firmness_and_the_row_says_why(model):
    found = scored(model, HEAD + "A1,44,51000,1400,4,5,6,5000\nA2,44,51000,400,4,5,6,50\n").table
    assert found["Firmness"].isna().tolist() == [True, False]
    assert "Unlike nearly all customers here" in found["Warnings"][0]
    assert "Unlike nearly all" not in found["Warnings"][1]


@pytest.mark.parametrize("mad", ["01-01-2033", "31-12-2099"])
def test_one_mistyped_date_moves_nobody(model, mad):
    lines = SAMPLE.read_text().splitlines()[:60]
    header = lines[0].split(",")
    row = lines[1].split(",")
    row[header.index("Dt_Customer")] = mad
    found = scored(model, "\n".join([lines[0], ",".join(row), *lines[2:]])).table
    assert found["Segment"].tolist() == model.people.column("Segment").head(59).tolist()


def test_thousands_are_read_as_in_training_and_told(model):
    found = scored(model, HEAD.replace(",", ";") + "A1;44;51.250;1.400;4;5;6;50\nA2;44;666;400;4;5;6;50\n")
    assert found.table["Income"].tolist() == [51250, 666]
    assert found.table["Total_Spending"].tolist() == [1400, 400]
    assert "“51.250” is read as 51250" in found.notes[0].words


def test_dates_of_birth_are_years_of_birth(model):
    table = pd.read_csv(SAMPLE).head(40)
    years = scored(model, table.to_csv(index=False)).table["Age"]
    dates = table.assign(Year_Birth=[f"14/05/{year}" for year in table["Year_Birth"]])
    pd.testing.assert_series_equal(scored(model, dates.to_csv(index=False)).table["Age"], years)


@pytest.mark.parametrize("magnitude", ["1e155", "1e308", "2000000000000"])
def test_magnitudes_past_belief_are_gaps(model, magnitude):
    found = scored(model, HEAD + f"A1,44,{magnitude},400,4,5,6,50\n" + ONE).table
    assert found["Income"].isna().tolist() == [True, False]
    assert "Income: can't be true, so taken as a gap" in found["Warnings"].iloc[0]


@pytest.mark.parametrize(
    ("column", "text"), [("Age", "44 years"), ("Income", "much"), ("Recency", "2013-05-21")]
)
def test_a_column_of_which_nothing_can_be_read_is_refused_as_in_training(model, column, text):
    row = dict(zip(HEAD.strip().split(","), ONE.strip().split(","), strict=True)) | {column: text}
    with pytest.raises(DataError, match=f"no readable value in {column} .*{text}.*Expected numbers"):
        scored(model, HEAD + ",".join(row.values()) + "\n")


def test_basis_columns_may_be_given_directly_in_any_order_and_under_their_labels(model):
    table = model.people.frame([*BASIS, "Segment"]).dropna().head(200)
    labelled = table.rename(columns={name: FIELDS[name].label for name in BASIS})[
        ["Segment", *(FIELDS[name].label for name in reversed(BASIS))]
    ]
    found = scored(model, labelled.to_csv(index=False)).table
    assert found["Segment"].tolist() == table["Segment"].tolist()
    assert found["ID"].iloc[0] == "row 1"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_and_other_delimiters_are_read(model, delimiter):
    rows = [
        ["A1", "44", "51000", "400,5", "4", "5", "6", "50"],
        ["A2", "44", "51250,75", "1,5", "4", "5", "6", "50"],
    ]
    text = HEAD.replace(",", delimiter) + "\n".join(delimiter.join(row) for row in rows) + "\n"
    table = scored(model, text).table
    assert table["Total_Spending"].tolist() == [400.5, 1.5]
    assert table["Income"].tolist() == [51000, 51250.75]


def test_the_answer_has_the_basis_and_what_was_added(model):
    table = scored(model, HEAD + ONE).table
    assert list(table) == ["ID", *BASIS, *ADDED]
    assert table["Segment_Name"].iloc[0] == model.card.profile.segment(int(table["Segment"].iloc[0])).name


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,,51000,400,4,5,6,50\n", "Age: a gap, so the median is assumed"),
        ("A,150,51000,400,4,5,6,50\n", "Age: can't be true, so taken as a gap"),
        ("A,-3,51000,400,4,5,6,50\n", "Age: can't be true, so taken as a gap"),
        ("A,44,51000,-1,4,5,6,50\n", "Total spending: can't be true"),
        ("A,44,9999999,400,4,5,6,50\n", "Income: can't be true, so taken as a gap"),
        ("A,44,51000,400,4,5,6,400\n", "Recency: outside the data that segments were made from"),
        ("A,old,51000,400,4,5,6,50\nB,44,1,1,1,1,1,1\n", "Age: can't be read as a number"),
    ],
)
def test_what_is_odd_is_said_in_its_row(model, row, words):
    assert words in warnings(model, HEAD + row)


def test_a_gap_and_an_odd_value_are_both_said(model):
    said = warnings(model, HEAD + "A,,51000,400,4,5,6,400\n").split("; ")
    assert len(said) >= 2


def test_notes_count_the_rows(model):
    notes = scored(model, HEAD + "A,,51000,400,4,5,6,50\n" * 3 + ONE).notes
    assert {note.words: note.rows for note in notes}["Age: a gap, so the median is assumed"] == 3


def test_empty_rows_and_a_mark_at_the_start_do_no_harm(model):
    assert len(scored(model, "\ufeff" + HEAD + ONE + ",,,,,,,\n\n" + ONE).table) == 2


def test_text_as_id_is_kept_as_it_is(model):
    assert scored(model, HEAD + "007,44,51000,400,4,5,6,50\n").table["ID"].iloc[0] == "007"
    assert scored(model, HEAD + '"=""007""",44,51000,400,4,5,6,50\n').table["ID"].iloc[0] == "007"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\x00\x01\x02", "binary data"),
        (b"PK\x03\x04" + b"0" * 100, "a damaged ZIP archive"),
        (b"\x1f\x8b" + b"0" * 100, "a damaged gzip archive"),
        (b"<html><body>1,2</body></html>", "HTML"),
        (b'{"customers": []}', "JSON"),
        (HEAD.encode(), "no customers"),
        ((HEAD + "A,1,2\n").encode(), "1 row that doesn't fit"),
        (b"Age,Income\n1,2\n", "no column for"),
        (b"just words\n", "one column"),
    ],
    ids=["nothing", "binary", "zip", "gzip", "html", "json", "head only", "ragged", "missing", "one column"],
)
def test_what_is_no_customer_file_is_refused_in_words(model, content, words):
    with pytest.raises(DataError, match=r"new\.csv") as refused:
        scored(model, content)
    assert words in str(refused.value)


def test_what_is_missing_says_what_it_could_be_made_from(model):
    with pytest.raises(SchemaError, match=r"Age \(or Year_Birth\)"):
        scored(model, HEAD.replace("Age,", "") + ONE.replace("44,", "", 1))


def test_the_files_own_columns_come_back_with_the_answer(model):
    text = (
        "Name,Email,"
        + HEAD.replace("\n", ",Segment,Visits\n")
        + "Zoë,z@example.com,"
        + ONE.replace("\n", ",Gold,-1.5\n")
    )
    table = scored(model, text).table
    assert list(table) == ["ID", *BASIS, *ADDED, "Name", "Email", "Segment (file)", "Visits"]
    assert table[["Name", "Email", "Segment (file)", "Visits"]].to_numpy().tolist() == [
        ["Zoë", "z@example.com", "Gold", -1.5]
    ]


def test_a_file_that_lists_an_age_as_of_another_day_gets_the_models_own_segments(model):
    """The model takes ages at its own date; an export of today has them as of today."""
    table = pd.read_csv(SAMPLE)
    table["Age"] = 2026 - table["Year_Birth"]
    table["Total_Spending"] = 7
    for columns in (list(table), [name for name in table if name != "Dt_Customer"]):
        found = scored(model, table[columns].to_csv(index=False)).table
        assert (found["Segment"].to_numpy() == model.people.column("Segment").to_numpy()).all()


def test_totals_and_notes_are_not_scored_and_are_told(model):
    found = scored(
        model, "Report\n" + HEAD + ONE * 3 + "Total,132,153000,1200,12,15,18,150\n" + "Source: CRM\n"
    )
    assert found.table["ID"].tolist() == ["A1"] * 3
    said = [note.words for note in found.notes]
    assert "One line above the header, left out: 'Report'" in said
    assert "One row of totals, no customer, left out: 'Total'" in said


def test_a_workbook_is_scored_like_the_text_that_it_holds(model):
    content = io.BytesIO()
    pd.read_csv(SAMPLE).head(30).to_excel(content, index=False)
    expected = scored(model, "\n".join(SAMPLE.read_text().splitlines()[:31])).table
    assert scored(model, content.getvalue()).table["Segment"].tolist() == expected["Segment"].tolist()


def test_a_column_twice_is_refused(model):
    with pytest.raises(SchemaError, match="more than one column named Age"):
        scored(model, HEAD.replace("Recency", "age") + ONE)


def test_too_much_is_refused(model):
    with pytest.raises(DataError, match=r"1\.\d. MB. Expected at most 1 MB"):
        scored(model, HEAD + ONE * 60_000, max_mb=1)


@pytest.mark.parametrize(
    ("column", "texts", "words"),
    [
        ("ID", ["1.23457E+12", "2", "3", "4", "5"], "scientific notation"),
        ("ID", ["NULL", "2", "3", "4", "5"], "without an ID"),
        ("ID", ["7"] * 5, "1 different ID in 5 rows"),
        ("Dt_Customer", ["soon"] * 5, "no readable value in Dt_Customer"),
        ("Kidhome", ["many"] * 5, "in Kidhome"),
        ("Complain", ["No", "Zut", "No", "Zut", "No"], "in Complain"),
    ],
)
def test_what_training_refuses_is_refused_in_the_same_words(model, column, texts, words):
    content = pd.read_csv(SAMPLE).head(5).assign(**{column: texts}).to_csv(index=False).encode()
    with pytest.raises(DataError, match=words) as trained:
        read_customers(content, name="new.csv")
    with pytest.raises(DataError) as refused:
        scored(model, content)
    assert str(refused.value) == str(trained.value)


def test_a_row_of_sums_without_an_id_is_no_customer_here_either(model):
    table = pd.read_csv(SAMPLE).head(8)
    sums = table.select_dtypes("number").drop(columns=["ID", "Year_Birth"]).sum()
    content = pd.concat([table, sums.to_frame().T]).to_csv(index=False)
    found = scored(model, content)
    assert found.table["ID"].tolist() == table["ID"].astype(str).tolist()
    assert "One row of totals, no customer, left out" in [note.words for note in found.notes]


def test_a_customer_who_is_there_twice_is_said(model):
    found = scored(model, HEAD + ONE + ONE).table["Warnings"]
    assert ["The ID of an earlier row" in one for one in found] == [False, True]


def test_ages_without_a_date_are_of_the_models_year_and_that_is_said(model):
    table = pd.read_csv(SAMPLE).head(20)
    found = scored(model, table.drop(columns="Dt_Customer").to_csv(index=False))
    assert found.table["Age"].dropna().tolist() == (2014 - table["Year_Birth"]).tolist()
    words = "Age: taken in 2014, the year of the model's data, since the file has no dates"
    assert words in [note.words for note in found.notes]
    assert words not in [note.words for note in scored(model, table.to_csv(index=False)).notes]


def test_a_column_that_is_empty_for_everybody_is_refused_as_in_training(model):
    """A workbook's formulas without their values come as nothing; all would have had the median income."""
    table = pd.read_csv(SAMPLE).assign(Income="")
    with pytest.raises(DataError, match="no readable value in Income") as trained:
        read_customers(table.head(10).to_csv(index=False).encode(), name="new.csv")
    with pytest.raises(DataError) as refused:
        scored(model, table.head(10).to_csv(index=False))
    assert str(refused.value) == str(trained.value)
    assert len(scored(model, table.head(2).to_csv(index=False)).table) == 2


def test_what_may_be_below_zero_is_none_where_training_took_it_and_nowhere_else(tmp_path):
    """A trend below zero was true in training and a gap in scoring: customers of the very file moved."""
    rows = [
        f"K{n:03d},{20 + n % 60},{n * 37 % 400 + 0.5},{n * 7 % 11},{n * 13 % 41 / 10 - 2}" for n in range(120)
    ]
    file, spaces = tmp_path / "shop.csv", again(tmp_path / "home")
    file.write_text("\n".join(["customer,age,spent,visits,trend", *rows]), encoding="utf-8")
    proposal = propose(file, max_mb=5)
    spaces.add(file, "Shop", proposal.schema, by="ada")
    with spaces.at("shop"):
        model = spaces.current.live.fitted
    found = score_file(file.read_bytes(), model, template_of(model.schema), name=file.name)
    pd.testing.assert_frame_equal(
        found.table[list(model.space.basis)], model.people.frame(list(model.space.basis)), check_dtype=False
    )
    assert (found.table["Segment"].to_numpy() == model.people.column("Segment").to_numpy()).all()
    new = b"customer,age,spent,visits,trend\nA1,-5,90.5,3,-1.5\nA2,30,90.5,-3,-1.5\n"
    basis = score_file(new, model, template_of(model.schema), name="new.csv").table
    assert basis[["Age", "Visits", "Trend"]].isna().sum().tolist() == [1, 1, 0]
    ends = {name: field.ends for name, field in asked(model).items()}
    assert (ends["Age"], ends["Visits"][0], ends["Trend"][0] < 0) == ((0, 100), 0, True)
    assert possible(model) == ends
