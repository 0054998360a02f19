"""Each rule catches what it says, does what it says, and can be switched off."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.cleaning import rules_for
from core.errors import SettingsError
from tests.core.data.files import as_csv, customers
from tests.support.personality import PERSONALITY, chosen, clean, read_customers

RULES = rules_for(PERSONALITY)

DEFAULT = (
    "tidy_categories",
    "far_out_date",
    "impossible_age",
    "negative_values",
    "impossible_flag",
    "far_out_income",
    "odd_marital_status",
    "repeated_id",
)
ORDINARY = [{"Income": float(40_000 + 1_000 * step)} for step in range(20)]


def frame_of(*changes):
    """Customers whose IDs may repeat, which a file of a few customers is refused for."""
    rows = customers(*changes)
    frame = read_customers(as_csv([row | {"ID": place} for place, row in enumerate(rows)])).frame
    return frame.assign(ID=[row["ID"] for row in rows])


def dirty_frame(changes):
    """Answers are set behind the reader, which refuses a column that has no yes."""
    answers = [float(change.pop("Response")) for change in map(dict, changes)]
    return frame_of(*({**change, "Response": 1} for change in changes)).assign(Response=answers)


def applied(cleaned):
    return {one.rule: one.rows for one in cleaned.log if one.rows}


def test_ordinary_customers_pass_untouched():
    frame = frame_of(*ORDINARY)
    cleaned = clean(frame)
    assert cleaned.frame.equals(frame)
    assert [one.rule for one in cleaned.log] == list(DEFAULT)
    assert not applied(cleaned)


@pytest.mark.parametrize(
    ("born", "kept"),
    [(1912, False), (1913, True), (2013, True), (2014, False)],
    ids=["101 years", "100 years", "born this year", "unborn"],
)
def test_an_impossible_age_at_the_datas_own_date_is_a_gap(born, kept):
    cleaned = clean(frame_of({"Dt_Customer": dt.date(2013, 12, 31)}, {"Year_Birth": born}))
    assert cleaned.frame["Year_Birth"].notna().tolist() == [True, kept]
    assert applied(cleaned) == ({} if kept else {"impossible_age": 1})


TWO_YEARS = [{"Dt_Customer": dt.date(2012, 8, 1) + dt.timedelta(days=29 * step)} for step in range(24)]


@pytest.mark.parametrize(
    "mad", [dt.date(2033, 1, 1), dt.date(2099, 12, 31), dt.date(2017, 1, 1), dt.date(1970, 1, 1)]
)
def test_a_date_that_stands_alone_years_away_is_a_gap(mad):
    cleaned = clean(frame_of(*TWO_YEARS, {"Dt_Customer": mad}))
    assert cleaned.frame["Dt_Customer"].isna().tolist() == [False] * 24 + [True]
    assert applied(cleaned) == {"far_out_date": 1}


@pytest.mark.parametrize("ordinary", [dt.date(2015, 6, 1), dt.date(2007, 1, 1)])
def test_a_late_or_an_early_customer_is_believed(ordinary):
    assert not applied(clean(frame_of(*TWO_YEARS, {"Dt_Customer": ordinary})))


def test_many_late_dates_are_no_mistake():
    late = [{"Dt_Customer": dt.date(2024, 1, 1 + day)} for day in range(8)]
    assert not applied(clean(frame_of(*TWO_YEARS, *late)))


@pytest.mark.parametrize(
    "column", ["Income", "MntWines", "NumWebPurchases", "Recency", "Kidhome", "Z_Revenue"]
)
def test_a_value_below_zero_is_a_gap(column):
    cleaned = clean(frame_of({}, {column: -1}, {column: 0}))
    assert cleaned.frame[column].isna().tolist() == [False, True, False]
    assert applied(cleaned) == {"negative_values": 1}
    assert cleaned.frame.drop(columns=column).notna().all(axis=None)


@pytest.mark.parametrize("answer", [2, -1, 0.5])
def test_an_answer_that_is_neither_yes_nor_no_is_a_gap(answer):
    cleaned = clean(frame_of({"Response": 1}, {"Response": answer}, {"Response": 0}))
    assert cleaned.frame["Response"].isna().tolist() == [False, True, False]
    assert applied(cleaned) == {"impossible_flag": 1}


def test_a_far_out_income_is_a_gap_and_one_that_is_only_outside_stays():
    # Quartiles of the 22 incomes: 45,250 and 55,750; fences 71,500 (outside) and 87,250 (far out).
    cleaned = clean(frame_of(*ORDINARY, {"Income": 80_000.0}, {"Income": 666_666.0}))
    assert cleaned.frame["Income"].tail(2).notna().tolist() == [True, False]
    assert applied(cleaned) == {"far_out_income": 1}
    assert next(one.examples for one in cleaned.log if one.rows) == ("22",)


def test_equal_incomes_have_no_fences():
    assert not applied(clean(frame_of(*[{}] * 9, {"Income": 90_000.0})))


@pytest.mark.parametrize(
    ("status", "settled"),
    [("Alone", "Single"), ("Absurd", "Other"), ("YOLO", "Other"), ("Widow", "Widow"), (None, None)],
)
def test_odd_marital_statuses_are_settled(status, settled):
    found = clean(frame_of({}, {"Marital_Status": status})).frame["Marital_Status"]
    assert found[1] == settled or (settled is None and pd.isna(found[1]))


def test_categories_that_differ_in_case_and_spaces_become_one():
    statuses = ["married", "MARRIED", "MARRIED", "Married ", "yolo"]
    cleaned = clean(frame_of(*({"Marital_Status": status} for status in statuses)))
    assert cleaned.frame["Marital_Status"].tolist() == ["Married"] * 4 + ["Other"]
    assert applied(cleaned) == {"tidy_categories": 4, "odd_marital_status": 1}


@pytest.mark.parametrize(
    ("statuses", "spelling"),
    [
        (["In  Love", "In Love", "in love"], "In Love"),
        (["In Love", "in  love", "in love"], "in love"),
        (["in love", "In Love"], "in love"),
    ],
    ids=["capitals are commoner", "small letters are commoner", "a tie"],
)
def test_an_unknown_category_is_spelled_as_most_rows_spell_it(statuses, spelling):
    cleaned = clean(frame_of(*({"Marital_Status": status} for status in statuses)))
    assert cleaned.frame["Marital_Status"].tolist() == [spelling] * len(statuses)


def test_of_a_repeated_id_the_first_row_stays():
    cleaned = clean(frame_of({"ID": 7, "Recency": 1}, {"ID": 8}, {"ID": 7, "Recency": 3}))
    assert cleaned.frame[["ID", "Recency"]].to_numpy().tolist() == [[7, 1], [8, 10]]
    assert cleaned.frame.index.tolist() == [0, 1]
    assert applied(cleaned) == {"repeated_id": 1}


def test_repeated_rows_are_left_out_only_when_asked():
    frame = frame_of({}, {}, {"Recency": 3})
    assert len(clean(frame).frame) == 3
    cleaned = clean(frame, chosen("+repeated_rows"))
    assert cleaned.frame["ID"].tolist() == [1, 3]
    assert applied(cleaned) == {"repeated_rows": 1}


def test_gaps_stay_gaps():
    cleaned = clean(frame_of({}, {"Income": None, "Year_Birth": ""}))
    assert cleaned.frame[["Income", "Year_Birth"]].iloc[1].isna().all()


def test_without_rules_nothing_changes():
    frame = frame_of({"Income": -5}, {"Marital_Status": "YOLO", "Response": 3}, {"ID": 1})
    cleaned = clean(frame, ())
    assert cleaned.frame.equals(frame)
    assert cleaned.log == ()


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", DEFAULT),
        ("+repeated_rows", (*DEFAULT, "repeated_rows")),
        (" -tidy_categories , + repeated_rows ", (*DEFAULT[1:], "repeated_rows")),
        ("-far_out_income,+far_out_income", DEFAULT),
        ("-repeated_rows", DEFAULT),
        (",".join(f"-{rule}" for rule in DEFAULT), ()),
    ],
)
def test_the_setting_switches_rules_on_and_off(text, rules):
    assert chosen(text) == rules


@pytest.mark.parametrize("text", ["-dirty", "dirty", "+", "-far_out_income;+repeated_rows"])
def test_an_unknown_rule_is_refused_beside_the_known(text):
    with pytest.raises(SettingsError, match=r"Cleaning rules: found.*tidy_categories.*repeated_rows"):
        chosen(text)


def test_a_rule_without_sign_is_refused():
    with pytest.raises(SettingsError, match=r"Expected \+far_out_income or -far_out_income"):
        chosen("far_out_income")


def test_cleaning_by_an_unknown_rule_is_refused():
    with pytest.raises(SettingsError, match="'dirty'"):
        clean(frame_of({}), ["dirty"])


def test_every_rule_says_in_a_sentence_what_it_catches_and_does():
    for rule in RULES:
        assert rule.catches[0].isupper()
        assert rule.does[0].isupper()
        assert rule.catches.endswith(".")
        assert rule.does.endswith(".")


dirty_customers = st.lists(
    st.fixed_dictionaries(
        {
            "ID": st.integers(1, 6),
            "Year_Birth": st.sampled_from([1890, 1913, 1914, 1960, 1990, 2013, 2014]),
            "Dt_Customer": st.sampled_from(
                [dt.date(2012, 5, 21), dt.date(2013, 5, 21), dt.date(2014, 5, 21)]
            ),
            "Marital_Status": st.sampled_from(
                ["Married", "married", "MARRIED", "YOLO", "alone", "a  b", "A b", None]
            ),
            "Income": st.sampled_from([-1.0, 1.0, 2.0, 3.0, 9.0, 20.0, 50.0, 400.0, 5000.0]),
            "MntWines": st.sampled_from([-3, 0, 3]),
            "Response": st.sampled_from([0, 1, 2]),
        }
    ),
    min_size=1,
    max_size=14,
)
some_rules = st.lists(st.sampled_from([rule.name for rule in RULES]), unique=True)


@settings(deadline=None, max_examples=40)
@given(dirty_customers, some_rules)
def test_cleaning_twice_is_cleaning_once(changes, rules):
    once = clean(dirty_frame(changes), rules)
    twice = clean(once.frame, rules)
    assert twice.frame.equals(once.frame)
    assert not applied(twice)


@settings(deadline=None, max_examples=40)
@given(dirty_customers, some_rules)
def test_cleaning_leaves_its_argument_alone_and_loses_rows_only_by_rules_that_say_so(changes, rules):
    frame = dirty_frame(changes)
    before = frame.copy(deep=True)
    cleaned = clean(frame, rules)
    assert frame.equals(before)
    lost = len(frame) - len(cleaned.frame)
    assert lost == sum(applied(cleaned).get(rule, 0) for rule in ("repeated_id", "repeated_rows"))
    assert set(cleaned.frame["ID"]) <= set(frame["ID"])
    assert (cleaned.frame.columns == frame.columns).all()
    assert (cleaned.frame.dtypes == frame.dtypes).all()


@settings(deadline=None, max_examples=40)
@given(dirty_customers)
def test_the_order_in_which_rules_are_named_makes_no_difference(changes):
    frame, names = dirty_frame(changes), [rule.name for rule in RULES]
    assert clean(frame, names).log == clean(frame, names[::-1]).log
