"""The same table is read alike however it is written."""

import csv
import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, customers
from tests.support.personality import FILE_COLUMNS, read_customers

HEADINGS = (
    str,
    str.upper,
    str.lower,
    lambda name: name.replace("_", " "),
    lambda name: f" {name.replace('_', '').title()} ",
)
# Amounts have cents, so that a file of them always shows which sign is the decimal one.
amounts = st.integers(-(10**8), 10**8).filter(lambda cents: cents % 100).map(lambda cents: cents / 100)
dates = st.dates(dt.date(1995, 1, 1), dt.date(2030, 12, 31))
# Other letters among plain ones, as words of the West have them: what encoding they are in is told from them.
words = st.lists(
    st.sampled_from(["ab", "blé", "süss", "niña", " ", ",", ";", "|", "\t", '"', "'", "c"]), max_size=6
).map("".join)
customer = st.fixed_dictionaries(
    {
        "Income": st.none() | amounts,
        "MntWines": amounts,
        "Recency": st.integers(0, 99),
        "Year_Birth": st.integers(1900, 2010),
        "Marital_Status": st.sampled_from(["Married", "In Würde ergraut", "2n; Cycle", None]),
        "Dt_Customer": dates,
        "Remark": words,
    }
)


@st.composite
def writings(draw):
    """One of the ways to write a file."""
    decimal = draw(st.sampled_from(".,"))
    groups = [sign for sign in ("", ",", ".", " ", "'", "\u00a0") if sign != decimal]
    return {
        "columns": draw(st.permutations((*COLUMNS, "Remark"))),
        "delimiter": draw(st.sampled_from(",;\t|")),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])),
        "decimal": decimal,
        "group": draw(st.sampled_from(groups)),
        "sign": draw(st.sampled_from(["", "€", "$ ", "EUR "])),
        "order": draw(st.sampled_from(["day-first", "month-first", "year-first"])),
        "date_mark": draw(st.sampled_from("-/.")),
        "heading": draw(st.sampled_from(HEADINGS)),
        "newline": draw(st.sampled_from(["\n", "\r\n"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }


@settings(deadline=None, max_examples=75)
@given(st.lists(customer, min_size=1, max_size=6), writings())
def test_the_same_customers_are_read_however_they_are_written(changes, writing):
    decided = {"Remark": "", "Dt_Customer": dt.date(2013, 5, 21)}
    rows = customers(decided, *changes)
    read = read_customers(as_csv(rows, **writing))
    assert not read.notes.unreadable
    extra = writing["heading"]("Remark").strip()
    assert tuple(read.frame) == (*FILE_COLUMNS, extra)
    expected = pd.DataFrame(rows)[[*FILE_COLUMNS, "Remark"]].rename(columns={"Remark": extra})
    expected["Dt_Customer"] = pd.to_datetime(expected["Dt_Customer"])
    pd.testing.assert_frame_equal(read.frame, expected, check_dtype=False, check_exact=False)


@settings(deadline=None)
@given(st.lists(customer, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(changes, random):
    rows = customers({"Remark": ""}, *changes)
    shuffled = random.sample(rows, len(rows))
    first, second = (read_customers(as_csv(table)).frame.set_index("ID") for table in (rows, shuffled))
    assert first.equals(second.loc[first.index])


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_text_whatever_makes_anything_but_a_clear_error(text):
    with pytest.raises(DataError, match=r"^The file: "):
        read_customers(text)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_with_words(data):
    whole = as_csv(customers({}, {"Income": 1234.5}))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:]
    try:
        frame = read_customers(damaged).frame
    except DataError:
        return
    assert set(FILE_COLUMNS) - {"Z_CostContact", "Z_Revenue"} <= set(frame)
    assert len(frame) >= 1
