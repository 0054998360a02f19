"""Rows that are no customers, and identifiers that name none."""

from __future__ import annotations

import pytest

from core.datasets.intake import propose
from core.errors import DataError
from core.schema.grain import Grain
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, column_csv, customers
from tests.core.data.test_frame import HEAD, ROWS, is_the_plain_one, read, said
from tests.support.personality import clean, read_customers

NUMBERS = [
    place for place, name in enumerate(COLUMNS) if name.startswith(("Income", "Mnt", "Num", "Z_", "Kid"))
]

SHOP = "customer,region,spend,visits\n" + "\n".join(
    f"{100 + place},{'NSW'[place % 3]},{37 * place % 91 + place / 8},{place * 7 % 23}" for place in range(80)
)


def sum_of(rows: list[str], place: int) -> float:
    return sum(float(row.split(",")[place]) for row in rows)


def figures(called: str, make) -> str:
    """A row of totals or means below the table."""
    table = [row.split(",") for row in ROWS]
    cells = [
        f"{make([float(row[place]) for row in table]):.10g}" if place in NUMBERS else ""
        for place in range(29)
    ]
    return ",".join([called, *cells[1:]])


def mean(values):
    return sum(values) / len(values)


@pytest.mark.parametrize("called", ["Total", "Gesamt", "Sum:", "TOTALS", "Grand total", "Somme", "Итого"])
def test_a_row_of_totals_is_no_customer(called):
    found = read(HEAD, *ROWS, figures(called, sum))
    assert is_the_plain_one(found)
    assert said(found, "totals") == f"One row of totals, no customer, left out: '{called}'."


@pytest.mark.parametrize("make", [sum, mean])
@pytest.mark.parametrize("called", ["", "All of them"])
def test_a_row_with_the_sums_or_means_of_the_others_is_no_customer_whatever_it_is_called(called, make):
    assert is_the_plain_one(read(HEAD, *ROWS, figures(called, make)))


def test_a_row_of_totals_that_sums_the_ids_too_is_no_customer():
    assert is_the_plain_one(read(HEAD, *ROWS, figures("78", sum)))


@pytest.mark.parametrize("called", ["Sum {}", "{} total", ""])
def test_a_row_of_sums_below_each_group_is_no_customer(called, tmp_path):
    head, *rows = SHOP.splitlines()
    parts = [rows[:20], rows[20:50], rows[50:]]
    below = [
        "\n".join([*part, f"{called.format(place)},,{sum_of(part, 2)},{sum_of(part, 3)}"])
        for place, part in enumerate(parts)
    ]
    file = tmp_path / "shop.csv"
    file.write_text("\n".join([head, *below, f"Total,,{sum_of(rows, 2)},{sum_of(rows, 3)}"]))
    found = propose(file, max_mb=50)
    assert len(found.read.frame) == len(rows)
    assert sum(one.rows for one in found.problems if " of totals, no customer" in one.what) == 4


def test_a_customer_named_unlike_the_others_who_is_as_the_one_before_is_no_sum(tmp_path):
    head, *rows = SHOP.splitlines()
    twin = "X-1," + rows[0].split(",", 1)[1]
    file = tmp_path / "shop.csv"
    file.write_text("\n".join([head, rows[0], twin, *rows[1:]]))
    assert len(propose(file, max_mb=50).read.frame) == len(rows) + 1


def test_averages_and_totals_may_both_be_there():
    assert is_the_plain_one(read(HEAD, *ROWS, figures("Average", mean), figures("Total", sum)))


@pytest.mark.parametrize("note", ["Source: CRM", "12 customers in all", "Stand 31.12.2025"])
def test_notes_that_are_padded_with_delimiters_are_left_out(note):
    found = read(HEAD, *ROWS, "," * 28, note + "," * 28)
    assert is_the_plain_one(found)
    assert note in said(found, "notes")


def test_words_in_two_cells_are_a_note_and_in_three_a_customer_of_whom_little_is_known():
    assert is_the_plain_one(read(HEAD, *ROWS, "Stand,,Graduation" + "," * 26))
    found = read(HEAD, *ROWS, "Stand,1970,Graduation" + "," * 26)
    assert len(found.frame) == len(ROWS) + 1
    assert found.notes.remarks == ()


def test_a_header_that_is_there_again_is_no_customer():
    found = read(HEAD, *ROWS[:4], HEAD, *ROWS[4:])
    assert is_the_plain_one(found)
    assert said(found, "repeated_header") == "The header is there again in one row, left out."


def test_a_quote_that_swallows_rows_is_refused_with_its_row():
    broken = [row.replace("Graduation", '"Graduation') if n in (3, 9) else row for n, row in enumerate(ROWS)]
    broken[9] = broken[9].replace('"Graduation', 'Graduation"')
    with pytest.raises(DataError, match=r"a value over 7 lines in Education, data row 4"):
        read(HEAD, *broken)


def test_a_quote_that_swallows_rows_in_a_column_of_their_own_is_refused_too():
    rows = [f"{row},fine" for row in ROWS]
    rows[3], rows[9] = f'{ROWS[3]},"fine', f'{ROWS[9]},fine"'
    with pytest.raises(DataError, match=r"a value over 7 lines in Note, data row 4"):
        read(f"{HEAD},Note", *rows)


def test_a_note_over_many_lines_is_a_note():
    rows = [row | {"Note": "first, second\nthird, fourth\nfifth"} for row in customers({}, {})]
    assert len(read_customers(as_csv(rows, columns=(*COLUMNS, "Note"))).frame) == 2


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (["1.23450E+12", "1.23451E+12", "1.23451E+12"], r"3 rows with an ID in scientific notation \('1.23450E\+12'"),
        (["nan", "nan", "1"], r"2 rows without an ID \('nan'; data row 1, 2\)"),
        (["1", "#N/A", "2"], "one row without an ID"),
        (["0", "0", "0", "4"], "3 rows with the ID 0"),
        ([7] * 10, "found 1 different ID in 10 rows"),
        ([*range(1, 17), *range(1, 5)], "found 16 different IDs in 20 rows"),
    ],
)  # fmt: skip
def test_ids_that_name_nobody_are_refused_with_counts(ids, words):
    rows = customers(*({"ID": one, "Recency": place} for place, one in enumerate(ids)))
    with pytest.raises(DataError, match=words):
        read_customers(as_csv(rows))


def test_customers_who_are_there_twice_as_a_whole_are_customers(tmp_path):
    again = read_customers(column_csv("ID", [*range(1, 61), *range(1, 13)]))
    assert len(again.frame) == 72
    assert len(clean(again.frame).frame) == 60
    head, *rows = SHOP.splitlines()
    file = tmp_path / "shop.csv"
    file.write_text("\n".join([head, *rows, *rows[:9]]))
    found = propose(file, max_mb=50)
    assert (found.refused, found.guessed.grain) == ("", Grain.CUSTOMERS)
    assert any("9 customers with the ID of an earlier row" in one.what for one in found.problems)


def test_a_few_repeated_ids_and_one_customer_0_are_let_be():
    assert len(read_customers(column_csv("ID", [0, *range(1, 60), 5, 6])).frame) == 62


def test_identifiers_that_a_program_wrote_with_a_point_are_whole_again():
    rows = customers(*({"ID": f"{number}.0"} for number in (1000, 17, 999)))
    assert read_customers(as_csv(rows)).frame["ID"].tolist() == [1000, 17, 999]
    rows[0]["ID"] = "1000"
    assert read_customers(as_csv(rows)).frame["ID"].tolist() == [1000, 17, 999]
    rows[0]["ID"] = "1000.5"
    assert read_customers(as_csv(rows)).frame["ID"].tolist() == ["1000.5", "17.0", "999.0"]


@pytest.mark.parametrize("word", ["int64", "EUR", "Number of"])
def test_a_second_header_of_units_or_types_is_no_customer_and_is_told(word):
    lines = as_csv(customers({}, {}, {})).decode().splitlines()
    row = ",".join(word for _ in COLUMNS)
    found = read_customers("\n".join([lines[0], row, *lines[1:]]).encode())
    assert found.frame["ID"].astype(str).tolist() == ["1", "2", "3"]
    assert found.notes.unreadable == {}
    assert {"repeated_header", "units"} & {remark.name for remark in found.notes.remarks}


@pytest.mark.parametrize(
    ("identifiers", "many"),
    [
        (("00007", "00014", "35", "10203", "840"), 2),
        (("00007", "00014", "10203"), 0),
        (("007", "0014", "35"), 0),
        (("A07", "007", "35"), 0),
        (("7", "14", "10203"), 0),
    ],
)
def test_ids_that_may_have_lost_their_zeros_are_counted(identifiers, many):
    found = read_customers(column_csv("ID", identifiers)).notes.remarks
    lost = [one for one in found if one.name == "lost_zeros"]
    assert sum(one.count for one in lost) == many
    assert all("which have 5 with zeros before them" in one.sentence for one in lost)
