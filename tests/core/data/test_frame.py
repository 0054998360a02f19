"""Where the table is in a file, and what stands around it."""

from __future__ import annotations

import csv
import io

import pytest

from core.datasets.intake import propose
from core.errors import DataError
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, customers
from tests.support.personality import read_customers

MANY = customers(*({"MntWines": 100 + place, "Response": place % 2} for place in range(12)))
PLAIN = as_csv(MANY, newline="\n").decode()
HEAD, *ROWS = PLAIN.splitlines()


def read(*lines: str):
    return read_customers("\n".join(lines).encode() + b"\n")


def said(found, name: str) -> str:
    [sentence] = [one.sentence for one in found.notes.remarks if one.name == name]
    return sentence


def is_the_plain_one(found) -> bool:
    return found.frame.equals(read_customers(PLAIN.encode()).frame)


@pytest.mark.parametrize(
    "above",
    [
        ["Customer report", "as of 30.06.2014", ""],
        ["# made by hand", "# for Anna"],
        ["", "Report;2014;;", ";;;"],
        ['"A, B"'],
    ],
)
def test_lines_above_the_header_are_left_out_and_told(above):
    found = read(*above, HEAD, *ROWS)
    assert is_the_plain_one(found)
    assert above[0].strip('"') in said(found, "title_lines") or "Report;2014" in said(found, "title_lines")


def test_a_line_drawn_below_the_header_is_no_customer():
    dashes = ["-" * len(cell) for cell in HEAD.split(",")]
    assert is_the_plain_one(read(HEAD, ",".join(dashes), *ROWS))
    table = [f" {' | '.join(line.split(','))} " for line in (HEAD, *ROWS)]
    sql = [table[0], "+".join(dashes), *table[1:], "(12 rows)"]
    assert is_the_plain_one(read(*sql))
    framed = [
        "+".join(["", *dashes, ""]),
        f"|{table[0]}|",
        "+".join(["", *dashes, ""]),
        *(f"|{one}|" for one in table[1:]),
    ]
    assert is_the_plain_one(read(*framed, "+".join(["", *dashes, ""])))


def test_names_of_rows_as_r_writes_them_move_no_column():
    found = read(HEAD, *(f'"{place}",{row}' for place, row in enumerate(ROWS, start=1)))
    assert is_the_plain_one(type(found)(found.frame.drop(columns="Row name"), found.notes))
    assert found.frame["Row name"].tolist() == list(range(1, 13))


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("customer_id,email,income,orders", "{id},a{id}@b.org,{whole},{cents:02d},{orders}"),
        ("id,name,income,orders", "{place},Name {place},{whole},{cents:02d},{orders}"),
        ("customer_id,income,orders", "{place},{whole},{cents},{orders}"),
        ("age,income,orders", "{orders},{whole},{cents:03d},{id}"),
    ],
)
def test_a_comma_in_a_number_of_each_row_is_refused_and_moves_no_column(head, row, tmp_path):
    rows = [
        row.format(
            place=place + 1, id=9000 + place, whole=30 + place, cents=place * 7 % 100, orders=place * 3 % 11
        )
        for place in range(30)
    ]
    file = tmp_path / "shop.csv"
    file.write_text("\n".join([head, *rows]))
    width = head.count(",") + 1
    said = propose(file, max_mb=50).refused
    assert f"found {width + 1} values in each row below {width} headings: '{rows[0]}'" in said
    assert "separate columns by semicolons" in said


def test_rows_that_are_numbered_without_quotes_move_no_column(tmp_path):
    rows = [f"{place + 1},{place % 40 + 20},{place * 37 % 91},{place % 7}" for place in range(60)]
    file = tmp_path / "shop.csv"
    file.write_text("\n".join(["age,income,orders", *rows]))
    frame = propose(file, max_mb=50).read.frame
    assert frame["Age"].tolist() == [place % 40 + 20 for place in range(60)]
    rows = [f"{place + 1} {1000 + place} {place % 40 + 20} {place % 7}" for place in range(60)]
    file.write_text("\n".join(["customer_id age visits", *rows]))
    frame = propose(file, max_mb=50).read.frame
    assert frame["Age"].tolist() == [place % 40 + 20 for place in range(60)]


def test_a_delimiter_at_the_end_of_every_row_but_the_header_makes_no_column():
    assert is_the_plain_one(read(HEAD, *(f"{row}," for row in ROWS)))


def test_cells_that_blanks_separate_are_read():
    text = io.StringIO()
    csv.writer(text, delimiter=" ").writerows(line.split(",") for line in (HEAD, *ROWS))
    assert is_the_plain_one(read_customers(text.getvalue().encode()))
    aligned = ["  ".join(cell.ljust(12) for cell in line.split(",")) for line in (HEAD, *ROWS)]
    assert is_the_plain_one(read(*aligned))


@pytest.mark.parametrize("written", [', "{}"', ",   {}", ", '{}'"])
def test_blanks_before_quotes_and_single_quotes_are_none_of_the_values(written):
    mark = "'" if "'" in written else '"' if '"' in written else ""
    lines = ["".join(written.format(cell) for cell in line.split(","))[2:] for line in (HEAD, *ROWS)]
    if mark == "'":
        lines = [line.replace(", ", ",") for line in lines]
    assert is_the_plain_one(read(*(line.strip() for line in lines)))
    noted = [f"{line}, {mark}a, b{mark}" if mark == '"' else line for line in lines]
    if mark == '"':
        found = read(f'{lines[0]}, "Note"', *noted[1:])
        assert found.frame["Note"].tolist() == ["a, b"] * 12


def test_whole_lines_in_quotes_are_taken_out_of_them():
    rows = [f'"{line}"' for line in (HEAD, *ROWS)]
    found = read(*rows)
    assert is_the_plain_one(found)
    assert "13 lines in quotes as a whole" in said(found, "quoted_lines")


def test_a_header_of_any_length_is_read():
    extra = [f"a column with quite a long name, number {number}" for number in range(3000)]
    rows = [row | dict.fromkeys(extra, "x") for row in customers({}, {})]
    text = as_csv(rows, columns=(*COLUMNS, *extra))
    assert text.index(b"\n") > 120_000
    assert read_customers(text).frame.shape == (2, len(COLUMNS) + 3000)


def test_one_field_of_ours_in_a_letter_makes_no_header():
    with pytest.raises(DataError, match="one column, headed 'Dear all'"):
        read("Dear all", "the income is fine", "Yours")


def test_a_line_that_runs_through_all_gaps_between_columns_is_refused_in_words(tmp_path):
    """With nothing but blanks between them, columns begin behind a gap; one damaged line leaves none."""
    file = tmp_path / "customers.txt"
    file.write_text("ID  Town   Income\n" + "a" * 40 + "\n" + "1   here   5\n" * 3, encoding="utf-8")
    assert "found 1 row that doesn't fit the header's 3 columns" in propose(file, max_mb=5).refused


def test_headings_in_two_lines_are_read_as_one_also_where_one_stands_alone(tmp_path):
    lines = ["Customer,Sales,,Visits,,Team", "no,Q1,Q2,Q1,Q2,manager"]
    lines += [f"{9000 + n},{n * 7.25},{n * n / 4},{n % 5},{n % 7},Kim{n % 3}" for n in range(60)]
    (tmp_path / "sales.csv").write_text("\n".join(lines))
    found = propose(tmp_path / "sales.csv", max_mb=1)
    named = [one.column for one in found.schema.fields if one.column]
    assert named == ["Customer no", "Sales Q1", "Sales Q2", "Visits Q1", "Visits Q2", "Team manager"]
    assert found.read.frame["ID"].iloc[0] == 9000
    assert not any("left out" in note for note in found.notes)
