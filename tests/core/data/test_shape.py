"""Where a table is in a file of which nothing is known, and what is around it."""

from __future__ import annotations

import pytest

from core.data.read import read_customers
from core.datasets.intake import propose
from core.datasets.templates import template_of
from core.schema.decisions import choices_of

HEAD = "customer_id,age,spent,visits,city"
ROWS = [
    f"{n:05d},{20 + n % 50},{n * 7 % 900 + 0.5},{n % 13},{('Rome', 'Paris')[n % 2]}" for n in range(101, 161)
]


def found(tmp_path, *lines: str, choices: tuple[str, ...] = ()):
    file = tmp_path / "customers.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    proposal = propose(file, max_mb=5, choices=choices_of(choices))
    assert proposal.refused == ""
    return proposal, read_customers(file, proposal.schema, template_of(proposal.schema)).frame


def test_a_table_without_headings_is_read_under_numbers_and_said_so(tmp_path):
    proposal, frame = found(tmp_path, *ROWS)
    assert [*proposal.raw.columns] == ["Column 1", "Column 2", "Column 3", "Column 4", "Column 5"]
    assert (proposal.raw.rows, proposal.raw.text.header_row) == (60, 0)
    assert frame["ID"].tolist()[:2] == ["00101", "00102"]
    assert any("No row looks like a header" in one for one in proposal.notes)
    assert [one.chosen for one in proposal.decisions if not one.column] == ["no-header"]


def test_a_header_is_where_somebody_says_that_it_is(tmp_path):
    proposal, frame = found(tmp_path, "customer_id,2021,2022,2023,city", *ROWS, choices=("=no-header",))
    assert (proposal.raw.rows, len(frame)) == (61, 61)
    proposal, frame = found(tmp_path, "customer_id,2021,2022,2023,city", *ROWS)
    assert (proposal.raw.rows, proposal.raw.text.header_row) == (60, 1)
    proposal, _ = found(tmp_path, "a,b,c,d,e", HEAD, *ROWS, choices=("=header:2",))
    assert (proposal.raw.text.header_row, next(iter(proposal.raw.columns))) == (2, "customer_id")


@pytest.mark.parametrize(
    "row", [",years,EUR,number,", "id,[years],[EUR],[n],[text]", "key,INT,FLOAT,INT,VARCHAR", ",,EUR,,"]
)
def test_a_row_of_units_below_the_header_is_no_customer(row, tmp_path):
    proposal, frame = found(tmp_path, HEAD, row, *ROWS)
    assert (proposal.raw.rows, len(frame)) == (60, 60)
    assert any("units or kinds of values" in one for one in proposal.notes)


@pytest.mark.parametrize("row", ["00100,unknown,n/a,NA,Rome", "00100,,,,Rome", "00100,x,y,z,Rome"])
def test_a_first_customer_of_whom_little_is_known_is_one(row, tmp_path):
    proposal, frame = found(tmp_path, HEAD, row, *ROWS)
    assert (proposal.raw.rows, len(frame)) == (61, 61)


def test_a_row_of_sums_without_an_identifier_is_left_out_and_not_counted(tmp_path):
    cells = [row.split(",") for row in ROWS]
    sums = [sum(float(row[place]) for row in cells) for place in (1, 2, 3)]
    proposal, frame = found(tmp_path, HEAD, *ROWS, f",{sums[0]:.0f},{sums[1]},{sums[2]:.0f},")
    assert (proposal.raw.rows, len(frame)) == (60, 60)


def test_names_of_groups_above_the_header_tell_columns_of_one_name_apart(tmp_path):
    rows = [f"{row.rsplit(',', 1)[0]},{n * 3 % 700 + 0.25},{n % 11}" for n, row in enumerate(ROWS)]
    proposal, frame = found(tmp_path, ",,2023,,2024,", "customer_id,age,spent,visits,spent,visits", *rows)
    names = ["customer_id", "age", "2023 spent", "2023 visits", "2024 spent", "2024 visits"]
    assert [*proposal.raw.columns] == names
    fields = {one.column: one.name for one in proposal.schema.fields if one.column}
    assert frame[fields["2024 spent"]].tolist()[:2] == [0.25, 3.25]
    assert proposal.raw.text.header_row == 2


def test_groups_above_names_that_are_each_there_once_are_left_out(tmp_path):
    proposal, _ = found(tmp_path, "Customer,,Money,Behaviour,", HEAD, *ROWS)
    assert [*proposal.raw.columns] == HEAD.split(",")


def test_a_heading_that_is_there_again_is_a_column_of_its_own(tmp_path):
    proposal, frame = found(tmp_path, "customer_id,age,value,value,city", *ROWS)
    fields = {one.column: one.name for one in proposal.schema.fields if one.column}
    assert frame[fields["value (2)"]].tolist()[:2] == [10, 11]


@pytest.mark.parametrize("form", ["{n:02d}/2024", "2024-{n:02d}", "01.{n:02d}.2024"])
def test_months_and_days_can_be_headings(form, tmp_path):
    months = [form.format(n=n) for n in range(1, 7)]
    rows = [f"{n},{','.join(str(n * step % 97) for step in range(2, 8))}" for n in range(1001, 1061)]
    proposal, frame = found(tmp_path, ",".join(["customer", *months]), *rows)
    assert [*proposal.raw.columns] == ["customer", *months]
    assert (len(frame), proposal.notes) == (60, ())


def test_columns_that_stand_below_one_another_are_cut_there_though_headings_hold_blanks(tmp_path):
    head, cells = (
        ["customer id", "age", "total spent", "web visits", "city"],
        [row.split(",") for row in ROWS],
    )
    cells[3][4] = "New York"
    lines = [f"{a:<11} {b:>5}  {c:>11}  {d:>10}  {e}" for a, b, c, d, e in [head, *cells]]
    proposal, frame = found(tmp_path, *lines)
    assert [*proposal.raw.columns] == head
    fields = {one.column or one.name: one.name for one in proposal.schema.fields}
    for place, name in enumerate(head[1:], start=1):
        assert frame[fields[name]].astype(str).tolist() == [
            cell[place] if place == 4 else str(float(cell[place])) for cell in cells
        ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["customer id  age  total spent", *(f"{n} {n % 60} {n * 7 % 900}" for n in range(1001, 1061))],
            "5 words above 3 values",
        ),
        (
            [
                "customer id  age  total spent",
                *(f"{n:<11}  {n % 60:>3}  {n * 7 % 900}" for n in range(1001, 1400)),
                "1400 and more customers",
            ],
            "a row that does not stand below the headings",
        ),
    ],
)
def test_blanks_that_do_not_tell_columns_apart_are_refused(lines, said, tmp_path):
    file = tmp_path / "customers.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert said in propose(file, max_mb=5).refused


def test_of_texts_of_which_most_are_numbers_the_first_that_is_none_is_named(tmp_path):
    rows = [f"{row},{n * 7 + 0.5}" for n, row in enumerate(ROWS)]
    rows[::3] = [row.replace(".5", ".5 or so") for row in rows[::3]]
    proposal, _ = found(tmp_path, f"{HEAD},income", *rows)
    assert "“0.5 or so” is not" in next(
        one.reason for one in proposal.guessed.columns if one.column == "income"
    )


def test_a_row_of_means_by_its_sign_is_no_customer(tmp_path):
    proposal, frame = found(tmp_path, HEAD, *ROWS, "Ø,44.5,437.2,6.1,")
    assert (proposal.raw.rows, len(frame)) == (60, 60)


@pytest.mark.parametrize("place", [0, 60])
@pytest.mark.parametrize(
    "words",
    [
        "All customers,,{spent},{visits},",
        "Ergebnis: 60,,{spent},{visits},",
        "99999,{age},{spent},{visits},Total",
    ],
)
def test_a_row_of_sums_by_any_name_is_left_out_before_columns_are_guessed(words, place, tmp_path):
    cells = [row.split(",") for row in ROWS]
    sums = {
        name: f"{sum(float(row[column]) for row in cells):g}"
        for column, name in ((1, "age"), (2, "spent"), (3, "visits"))
    }
    news = [str(n % 3 // 2) for n in range(60)]
    rows = [f"{row},{one}" for row, one in zip(ROWS, news, strict=True)]
    place = 60 if "Total" in words else place
    rows.insert(place, f"{words.format(**sums)},{news.count('1')}")
    proposal, frame = found(tmp_path, f"{HEAD},newsletter", *rows)
    assert (proposal.raw.rows, len(frame)) == (60, 60)
    assert next(one.kind.value for one in proposal.guessed.columns if one.column == "newsletter") == "flag"
    assert any("One row of totals" in one for one in proposal.notes)
