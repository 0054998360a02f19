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
