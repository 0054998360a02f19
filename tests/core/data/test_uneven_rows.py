"""Rows that are shorter or longer than the header."""

from __future__ import annotations

import pytest

from core.errors import DataError
from tests.core.data.test_frame import HEAD, ROWS, is_the_plain_one, read, said
from tests.support.personality import read_customers


def cut(row: str, cells: int) -> str:
    return ",".join(row.split(",")[:-cells])


def test_rows_without_their_last_cells_have_gaps_there_and_it_is_told():
    found = read(HEAD, *ROWS[:3], cut(ROWS[3], 1), cut(ROWS[4], 3), *ROWS[5:])
    assert found.frame["Response"].isna().sum() == 2
    assert found.frame["ID"].tolist() == list(range(1, 13))
    assert said(found, "short_rows") == "2 rows without the last values; what lacks is a gap."


def test_a_row_that_lacks_a_cell_in_its_middle_is_refused_with_its_number():
    cells = ROWS[6].split(",")
    for lacking in (2, 12, 20):
        shifted = ",".join(cells[:lacking] + cells[lacking + 1 :])
        with pytest.raises(
            DataError, match=r"1 row that doesn't fit the header's 29 columns: .*\(data row 7\)"
        ):
            read(HEAD, *ROWS[:6], shifted, *ROWS[7:])


def test_a_row_with_a_cell_too_many_is_refused_with_its_number_unless_it_is_empty():
    assert is_the_plain_one(read(HEAD, *ROWS[:6], ROWS[6] + ",,", *ROWS[7:]))
    with pytest.raises(DataError, match=r"has 30 values \(data row 7\).*stray delimiter"):
        read(HEAD, *ROWS[:6], ROWS[6].replace("50000.25", "50,000.25"), *ROWS[7:])


@pytest.mark.parametrize(
    "note", ["(12 rows)", "Source: CRM, Anna", "# end", "Exported by hand", "-- end of data --"]
)
def test_notes_below_the_table_are_left_out_and_told(note):
    found = read(HEAD, *ROWS, "", note)
    assert is_the_plain_one(found)
    assert note in said(found, "notes")


def test_a_comment_between_the_rows_is_left_out():
    assert is_the_plain_one(read(HEAD, *ROWS[:3], "# from here on: last year", *ROWS[3:]))


def test_a_file_that_was_cut_off_is_refused():
    with pytest.raises(DataError, match=r"'12,1970' has 2 values \(data row 12\)"):
        read_customers("\n".join([HEAD, *ROWS[:11], "12,1970"]).encode())
