"""Dates as people write them; the column decides, never the row."""

import datetime as dt

import pyarrow as pa
import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dates import read_dates
from core.data.read import DateNotes
from tests.core.data.files import column_csv
from tests.support.personality import read_customers


def enrolments(*texts):
    read = read_customers(column_csv("Dt_Customer", texts))
    return read.frame["Dt_Customer"].dt.strftime("%Y-%m-%d").tolist(), read.notes


@pytest.mark.parametrize(
    "text",
    [
        "21-05-2013",
        "21/05/2013",
        "21.05.2013",
        "21.5.2013",
        "21. 5. 2013",
        "21 05 2013",
        "21-05-13",
        "05/21/2013",
        "5/21/2013",
        "2013-05-21",
        "2013/5/21",
        "20130521",
        "2013-05-21 10:30:00",
        "2013-05-21T10:30:00Z",
        "21/05/2013 10:30",
        "21 May 2013",
        "21-May-13",
        "21st May 2013",
        "May 21, 2013",
        "21-MAY-2013",
        "41415",
        "41415,0",
        "20130521.0",
        "21052013",
        "1369094400",
        "1369094400000",
        "2013-05-21T00:00:00+02:00",
        "21MAY2013:10:30:00",
        "Tue 21 May 2013",
        "Tuesday, May 21, 2013",
        "Di., 21.05.2013",
        "Tue May 21 10:30:00 UTC 2013",
        "21. Mai 2013",
        "21 mai 2013",
        "le 21 mai 2013",
        "am 21. Mai 2013",
        "21 de mayo de 2013",
        "21 de maio de 2013",
        "21 maggio 2013",
        "21 mei 2013",
        "21. toukokuuta 2013",
        "21 мая 2013",
        "2013. május 21.",
        "2013年5月21日",
        "2013\u5e745\u670821\u65e5(\u706b)",
        "2013년 5월 21일",
        "平成25年5月21日",
        "民國102年5月21日",
        "H25.5.21",
        "2013-141",
        "\u0662\u0661/\u0660\u0665/\u0662\u0660\u0661\u0663",
        "\uff12\uff11\uff0f\uff10\uff15\uff0f\uff12\uff10\uff11\uff13",
        "21/05/2556",
        "2556-05-21",
    ],
)
def test_a_date_is_read_as_it_is_meant(text):
    dates, notes = enrolments(text)
    assert dates == ["2013-05-21"]
    assert not notes.unreadable


def test_one_day_above_twelve_decides_for_all_rows():
    assert enrolments("04-09-2012", "05-10-2012", "13-01-2013")[0] == [
        "2012-09-04",
        "2012-10-05",
        "2013-01-13",
    ]
    assert enrolments("04-09-2012", "05-10-2012", "01-13-2013")[0] == [
        "2012-04-09",
        "2012-05-10",
        "2013-01-13",
    ]


@pytest.mark.parametrize(
    ("texts", "order", "ambiguous", "guessed"),
    [
        (["12-12-2012", "13-01-2013"], "day-first", 1, False),
        (["04-09-2012", "01-13-2013"], "month-first", 1, False),
        (["04-09-2012", "05-10-2012"], "day-first", 2, True),
        (["2012-09-04", "2012-10-05"], "year-first", 0, False),
        (["4 Sep 2012"], "that have one reading", 0, False),
    ],
)
def test_the_notes_say_how_the_order_was_found(texts, order, ambiguous, guessed):
    notes = enrolments(*texts)[1]
    assert notes.dates["Dt_Customer"] == DateNotes(order, guessed, ambiguous)


def test_a_date_against_its_columns_order_is_a_gap_that_is_told_and_never_swapped():
    read = read_customers(column_csv("Dt_Customer", ["13-01-2013", "14-01-2013", "01-15-2013"]))
    assert read.frame["Dt_Customer"].isna().tolist() == [False, False, True]
    assert read.notes.unreadable["Dt_Customer"].examples == ("01-15-2013",)


@pytest.mark.parametrize(
    "text", ["31-02-2013", "99-99-2013", "soon", "0001-01-01", "21-Xyz-2013", "123", "21-05-123", "201305"]
)
def test_what_is_no_date_becomes_a_gap_that_is_told(text):
    read = read_customers(column_csv("Dt_Customer", ["21-05-2013", text, ""]))
    assert read.frame["Dt_Customer"].isna().tolist() == [False, True, True]
    assert read.notes.unreadable["Dt_Customer"].examples == (text,)


# Enrolments of two years and a half, as a shop has them: the first and the last calendar year are parts.
DAYS = [dt.date(2012, 8, 1) + dt.timedelta(days=(step * 37) % 690) for step in range(120)]


def swapped(day):
    return day.replace(month=day.day, day=day.month)


def texts_read(texts):
    read = read_dates(pa.chunked_array([texts]), about="Joined")
    return read.values.astype("datetime64[D]").tolist(), read


@pytest.mark.parametrize(
    "pattern", ["%Y-%d-%m", "%Y%m%d", "%d%m%Y", "%y-%m-%d", "%y%m%d", "%d/%m/%y", "%m/%d/%y"]
)
def test_the_places_of_year_month_and_day_are_found_on_the_column(pattern):
    dates, read = texts_read([day.strftime(pattern) for day in DAYS])
    assert dates == DAYS
    assert bool(read.remarks) == pattern.startswith("%y")


def test_two_digit_years_in_front_are_told_as_an_assumption():
    remark = texts_read([day.strftime("%y-%m-%d") for day in DAYS])[1].remarks[0]
    assert (remark.name, remark.count) == ("year_first", 120)
    assert "“12-08-01” is read as 2012-08-01" in remark.sentence


HALF_CONVERTED = {
    "iso beside text": ("%Y-%m-%d 00:00:00", "%d-%m-%Y"),
    "iso with and without midnight": ("%Y-%m-%d 00:00:00", "%Y-%m-%d"),
    "all iso": ("%Y-%m-%d", "%Y-%m-%d"),
    "all in one notation": ("%m/%d/%Y", "%m/%d/%Y"),
    "two marks": ("%d/%m/%Y", "%d-%m-%Y"),
    "only what was converted": ("%Y-%m-%d", ""),
}


@pytest.mark.parametrize("how", HALF_CONVERTED)
def test_dates_that_a_program_turned_up_to_the_twelfth_are_turned_back_and_told(how):
    turned, left = HALF_CONVERTED[how]
    texts = [swapped(day).strftime(turned) if day.day <= 12 else day.strftime(left) for day in DAYS]
    dates, read = texts_read(texts)
    assert dates == [day if left or day.day <= 12 else None for day in DAYS]
    assert [one.name for one in read.remarks] == ["swapped_dates"]
    assert "is read as" in read.remarks[0].sentence


def test_a_serial_number_of_a_spreadsheet_beside_text_is_turned_back_too():
    start = dt.date(1899, 12, 30)
    texts = [str((swapped(day) - start).days) if day.day <= 12 else f"{day:%d-%m-%Y}" for day in DAYS]
    assert texts_read(texts)[0] == DAYS


def test_a_spreadsheet_that_kept_the_places_is_read_as_it_is_and_told():
    texts = [f"{day.day}/{day.month}/{day.year}" if day.day <= 12 else f"{day:%d-%m-%Y}" for day in DAYS]
    assert texts_read(texts)[0] == DAYS


def test_months_on_their_first_days_are_not_taken_for_turned_dates():
    firsts = [dt.date(2012 + step // 12, step % 12 + 1, 1) for step in range(24)]
    dates, read = texts_read([day.isoformat() for day in firsts] + [""] * 30)
    assert dates[:24] == firsts
    assert not read.remarks


@pytest.mark.parametrize(
    "locale", ["de", "fr", "es", "pt", "it", "nl", "fi", "sv", "pl", "cs", "ru", "tr", "el", "hu", "ro", "id"]
)
@pytest.mark.parametrize("pattern", ["d. MMMM yyyy", "dd-MMM-yy"])
def test_months_by_name_are_read_in_the_language_of_the_column(locale, pattern):
    texts = [format_date(day, pattern, locale=locale) for day in DAYS]
    assert texts_read(texts)[0] == DAYS


def test_a_month_that_two_languages_understand_differently_is_told():
    assert texts_read(["21 listopad 2013", "", "21 listopad 2013"])[1].unreadable.count == 2


@pytest.mark.parametrize(
    ("text", "other", "year", "month"),
    [
        ("08/2020", "12/2021", 2020, 8),
        ("2020-08", "2021-12", 2020, 8),
        ("08.2020", "12.2021", 2020, 8),
        ("2020M08", "2021M12", 2020, 8),
        ("Aug-20", "Dec-21", 2020, 8),
        ("août 2020", "décembre 2021", 2020, 8),
        ("Aug '20", "Dec '21", 2020, 8),
        ("2020 agosto", "2021 dicembre", 2020, 8),
    ],
)
def test_a_month_is_its_first_day_and_told(text, other, year, month):
    dates, read = texts_read([text, other, ""])
    assert dates == [dt.date(year, month, 1), dt.date(2021, 12, 1), None]
    assert f"“{text}” is read as 1 August 2020: of a month its first day." in read.decision.sentence


@pytest.mark.parametrize(
    ("text", "day", "why"),
    [
        ("2024-Q3", "2024-07-01", "of a quarter its first day"),
        ("Q3 2024", "2024-07-01", "of a quarter its first day"),
        ("3Q24", "2024-07-01", "of a quarter its first day"),
        ("T3 2024", "2024-07-01", "of a quarter its first day"),
        ("3. Quartal 2024", "2024-07-01", "of a quarter its first day"),
        ("2024-W07", "2024-02-12", "of a week its Monday"),
        ("KW 7/2024", "2024-02-12", "of a week its Monday"),
    ],
)
def test_quarters_and_weeks_are_their_first_days_and_told(text, day, why):
    read = read_dates(pa.chunked_array([[text] * 2]), about="Joined")
    assert [str(one)[:10] for one in read.values] == [day] * 2
    assert why in read.decision.sentence


def test_a_day_of_a_week_is_not_told_to_be_its_monday():
    read = read_dates(pa.chunked_array([["2024-W07-3"] * 2]), about="Joined")
    assert (str(read.values[0])[:10], read.decision) == ("2024-02-14", None)


def test_six_digits_are_months_only_where_all_can_be_nothing_else():
    months = [f"{2018 + step // 12}{step % 12 + 1:02d}" for step in range(60)]
    assert texts_read(months)[0][:2] == [dt.date(2018, 1, 1), dt.date(2018, 2, 1)]
    assert texts_read([*months, "310518"])[0][0] != dt.date(2018, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "4 сентября 2022\u202fг.", "4 вересня 2022 р.", "2022 m. rugsėjo 4 d.", "2022. gada 4. septembris", "4 सितंबर 2022",
        "4 בספטמבר 2022", "September 04, 2022 at 3:04 PM", "04.09.2022 klo 10.20", "04-SEP-22 10.20.30.000000 AM",
        "20220904102030", "44808", "44808.5", "1662292800",
    ],
)  # fmt: skip
def test_a_day_is_read_with_the_words_and_times_beside_it(text):
    assert texts_read([text])[0] == [dt.date(2022, 9, 4)]


NOTATIONS = (
    "%d-%m-%Y",
    "%m/%d/%Y",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m-%dT10:30:00Z",
    "%d %b %Y",
    "%A, %d %B %Y",
    "%Y年%m月%d日",
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)), max_size=30), st.sampled_from(NOTATIONS)
)
def test_the_same_days_are_read_in_every_notation(days, pattern):
    days = [*days, dt.date(2013, 5, 21)]  # one day above twelve, so that the order shows
    assert texts_read([day.strftime(pattern) for day in days])[0] == days


def test_seven_digits_are_days_of_years_where_they_can_not_be_a_day_a_month_and_a_year():
    assert texts_read(["2024123", "2024001", "2023365"])[0] == [
        dt.date(2024, 5, 2),
        dt.date(2024, 1, 1),
        dt.date(2023, 12, 31),
    ]
    assert texts_read(["2012024", "1012023"])[0] == [dt.date(2024, 1, 2), dt.date(2023, 1, 1)]
    assert texts_read(["2023-366", "2023-365"])[0] == [None, dt.date(2023, 12, 31)]
