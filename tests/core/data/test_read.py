"""What the door lets in, how it says what it found, and what it refuses."""

import csv
import json
import time

import numpy as np
import pytest

from core.errors import DataError, SchemaError
from core.numbers import to_tell
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, column_csv, customers
from tests.support.personality import FILE_COLUMNS, read_customers

THREE = customers({}, {"Income": None, "Marital_Status": " Together "}, {"Education": None})


def test_columns_come_in_the_schemas_order_and_types_whatever_the_files():
    frame = read_customers(as_csv(THREE, columns=COLUMNS[::-1])).frame
    assert tuple(frame) == FILE_COLUMNS
    assert frame.dtypes.astype(str).value_counts().to_dict() == {
        "float64": 25,
        "str": 2,
        "int64": 1,
        "datetime64[us]": 1,
    }
    assert frame["Income"].tolist()[0] == 50000.25
    assert frame["Income"].isna().tolist() == [False, True, False]
    assert frame["Marital_Status"].tolist() == ["Married", "Together", "Married"]
    assert frame["Education"].isna().tolist() == [False, False, True]
    assert frame["Dt_Customer"].dt.strftime("%Y-%m-%d").tolist() == ["2013-05-21"] * 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found_and_noted(delimiter, encoding):
    rows = [row | {"Ort": "Zürich, Straße 5; Hof"} for row in THREE]
    read = read_customers(as_csv(rows, columns=(*COLUMNS, "Ort"), delimiter=delimiter, encoding=encoding))
    assert read.notes.delimiter == delimiter
    assert read.frame["Ort"].tolist() == ["Zürich, Straße 5; Hof"] * 3
    labels = {"utf-8-sig": "UTF-8 with byte-order mark", "cp1252": "Latin-1", "utf-16": "UTF-16"}
    assert read.notes.encoding == labels.get(encoding, "UTF-8")


@pytest.mark.parametrize(
    "heading",
    [
        str.upper,
        str.lower,
        lambda name: name.replace("_", " "),
        lambda name: name.replace("_", ""),
        lambda name: f"  {name} ",
    ],
)
def test_headings_are_known_by_their_letters(heading):
    assert tuple(read_customers(as_csv(THREE, heading=heading)).frame) == FILE_COLUMNS


def test_a_heading_full_of_commas_does_not_make_a_table_comma_separated():
    remark = "Remark: " + "one, two, " * 30
    rows = [row | {remark: "fine"} for row in THREE]
    assert read_customers(as_csv(rows, columns=(*COLUMNS, remark), delimiter=";")).notes.delimiter == ";"


def test_a_delimiter_that_a_spreadsheet_declares_is_believed():
    assert read_customers(b"sep=;\r\n" + as_csv(THREE, delimiter=";")).notes.delimiter == ";"


def test_extra_columns_stay_untouched_behind_the_others():
    rows = [row | {"Loyalty code": " 007", "note": 'said "yes",\nthen no'} for row in THREE]
    read = read_customers(as_csv(rows, columns=("Loyalty code", *COLUMNS, "note")))
    assert tuple(read.frame) == (*FILE_COLUMNS, "Loyalty code", "note")
    assert read.frame["Loyalty code"].tolist() == [" 007"] * 3
    assert read.frame["note"].tolist() == ['said "yes",\nthen no'] * 3
    assert read.notes.extra_columns == ("Loyalty code", "note")


def test_a_long_value_over_many_lines_stays_one_value_in_a_large_file():
    note = "a line, then another\n" * 5_000
    rows = customers(*[{"note": note}] * 200)
    frame = read_customers(as_csv(rows, columns=(*COLUMNS, "note"), newline="\n")).frame
    assert (frame["note"] == note).all()


def test_a_delimiter_at_the_end_of_every_line_makes_no_column():
    text = as_csv(THREE).replace(b"\r\n", b",\r\n")
    read = read_customers(text)
    assert tuple(read.frame) == FILE_COLUMNS
    assert read.notes.extra_columns == ()


def test_lines_without_values_are_left_out_and_counted():
    header, first, *others = as_csv(THREE).split(b"\r\n")
    text = b"\r\n".join([b"", header, first, b"", b"  ", b"," * (len(COLUMNS) - 1), *others])
    read = read_customers(text)
    assert len(read.frame) == 3
    assert read.notes.blank_lines == 4
    assert read_customers(as_csv(THREE)).notes.blank_lines == 0


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_empty_lines_by_the_million_cost_no_time_and_are_counted(newline):
    header, first, *others = as_csv(THREE).split(b"\r\n")
    text = newline.join([header, first, *[b""] * 2_000_000, *others])
    started = time.process_time()
    read = read_customers(text)
    assert time.process_time() - started < 1
    assert (len(read.frame), read.notes.blank_lines) == (3, 2_000_000)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_line_ends_and_quotes_make_no_difference(newline, quoting):
    frame = read_customers(as_csv(THREE, newline=newline, quoting=quoting)).frame
    assert frame.equals(read_customers(as_csv(THREE)).frame)


def test_the_unit_economics_of_the_last_campaign_may_be_missing():
    columns = [column for column in COLUMNS if not column.startswith("Z_")]
    assert "Z_Revenue" not in read_customers(as_csv(THREE, columns=columns)).frame


@pytest.mark.parametrize(
    ("identifiers", "dtype", "first"),
    [
        ((3, 1), "int64", 3),
        (("007", "8"), "str", "007"),
        (("A-1", 2), "str", "A-1"),
        (("9" * 25, 2), "str", "9" * 25),
    ],
)
def test_ids_are_numbers_only_if_all_are(identifiers, dtype, first):
    column = read_customers(column_csv("ID", identifiers)).frame["ID"]
    assert column.dtype == dtype
    assert column[0] == first


def test_what_is_no_number_becomes_a_gap_that_is_told():
    read = read_customers(column_csv("Income", ["12000", "call me", "#DIV/0!", "call me", "inf", "", "n/a"]))
    np.testing.assert_array_equal(read.frame["Income"], [12000] + [np.nan] * 6)
    assert read.notes.unreadable["Income"].count == 4
    assert read.notes.unreadable["Income"].examples == ("call me", "#DIV/0!", "inf")
    assert list(read.notes.unreadable) == ["Income"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", "an empty file"),
        (b" \r\n\r\n", "an empty file"),
        (json.dumps(THREE, default=str).encode(), "JSON"),
        (b'{"customers": []}', "JSON"),
        (b"<html><body><table></table></body></html>", "HTML"),
        (b"PK\x03\x04" + bytes(100), "a damaged ZIP archive"),
        (bytes(range(256)), "binary data"),
        (b"Dear all,\nhere are the customers.\n", "no column for Age"),
        (b"Hello\nWorld\n", "one column, headed 'Hello'"),
        (as_csv(THREE, columns=["ID"]), "one column, headed 'ID'"),
        (as_csv([]), "a header but no customers"),
        (as_csv(THREE).split(b"\r\n")[0], "a header but no customers"),
        (
            as_csv(THREE) + b"1,2,3\r\n",
            "1 row that doesn't fit the header's 29 columns: '1,2,3' has 3 values (data row 4)",
        ),
        (as_csv(THREE) + b'"9,1980,' + b"1," * 30, "has 1 values"),
        (b"\xff\xfeA", "no UTF-16"),
        (b'"' + b"x" * 300_000, "one column, headed 'xxx"),
    ],
)
def test_what_is_not_a_table_of_customers_is_refused_with_words(text, found):
    with pytest.raises(DataError) as refusal:
        read_customers(text, name="customers.csv")
    assert str(refusal.value).startswith("customers.csv: ")
    assert found in str(refusal.value)


def test_missing_columns_are_named_beside_those_found():
    columns = [column for column in COLUMNS if column not in ("Income", "Response")]
    with pytest.raises(SchemaError, match=r"no column for Income\. Found ID, Year_Birth"):
        read_customers(as_csv(THREE, columns=columns))


@pytest.mark.parametrize("twin", ["Income", "INCOME", " income "])
def test_two_columns_of_one_name_are_refused(twin):
    rows = [row | {twin: 1} for row in THREE]
    with pytest.raises(SchemaError, match="more than one column named Income"):
        read_customers(as_csv(rows, columns=(*COLUMNS, twin)))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as handle:
        handle.truncate(2_000_001)
    with pytest.raises(
        DataError,
        match=rf"huge\.csv: found {to_tell(2.0, '.1f')} MB\. Expected at most 2 MB\..*PARTERRE_MAX_FILE_MB",
    ):
        read_customers(path, max_mb=2)


def test_an_upload_over_the_limit_is_refused():
    with pytest.raises(DataError, match="at most 1 MB"):
        read_customers(b"x" * 1_000_001, max_mb=1)


def test_a_path_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"gone\.csv: found no readable file \(no such file"):
        read_customers(tmp_path / "gone.csv")
    with pytest.raises(DataError, match="is a directory"):
        read_customers(tmp_path)


def test_a_row_without_id_is_pointed_out():
    totals = b"," * 4 + b"999999" + b"," * (len(COLUMNS) - 5) + b"\r\n"
    with pytest.raises(DataError, match=r"one row without an ID \(data row 4\).*totals"):
        read_customers(as_csv(THREE) + totals)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [("Recency", "abc", "numbers"), ("Income", "", "numbers"), ("Dt_Customer", "soon", "dates")],
)
def test_a_column_without_one_readable_value_is_a_wrong_column(column, value, expected):
    with pytest.raises(DataError, match=f"no readable value in {column}.*Expected {expected}"):
        read_customers(column_csv(column, [value, value]))


def test_a_file_is_named_by_its_own_name(tmp_path):
    path = tmp_path / "spring.csv"
    path.write_bytes(as_csv([]))
    with pytest.raises(DataError, match=r"^spring\.csv: "):
        read_customers(path)
