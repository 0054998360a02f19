"""What a table is taken for: plain tables, each with one thing that is easily taken for another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.data.facts import facts_of
from core.schema.column_guess import Role
from core.schema.fields import Kind
from core.schema.grain import Grain
from core.schema.guess import guess

ROWS = 240
DRAW = np.random.default_rng(11)
AGE = DRAW.integers(18, 80, ROWS)
SPENT = DRAW.lognormal(5, 1, ROWS).round(2)
OFTEN = np.random.default_rng(5).negative_binomial(2, 0.25, ROWS)
YES = (DRAW.random(ROWS) < 0.3).astype(int)
BASE = {
    "customer_id": [f"C{number:04d}" for number in range(ROWS)],
    "age": AGE,
    "total_spent": SPENT,
    "visits": DRAW.poisson(6, ROWS),
}


def guessed(about: str = "", *, without: str = "", **columns):
    frame = pd.DataFrame({**BASE, **columns}).astype(object).drop(columns=without or [])
    texts = {name: frame[name].map(lambda one: "" if one is None else str(one)) for name in frame}
    return guess(facts_of({name: pa.chunked_array([text.to_list()]) for name, text in texts.items()}), about)


def one(heading: str, values, **columns):
    """The guess of one column among plain ones."""
    found = guessed(**columns, **{heading: values})
    return next(guess for guess in found.columns if guess.column == heading)


def told(heading: str, values, **columns) -> tuple[Kind, Role]:
    found = one(heading, values, **columns)
    assert 0 < found.sure <= 1
    assert found.reason.endswith(".")
    return found.kind, found.role


def test_customers_have_a_name_numbers_build_money_ranks():
    found = guessed()
    assert found.grain is Grain.CUSTOMERS
    assert [(one.kind, one.role) for one in found.columns] == [
        (Kind.IDENTIFIER, Role.IDENTIFIER),
        (Kind.YEARS, Role.BASIS),
        (Kind.AMOUNT, Role.VALUE),
        (Kind.COUNT, Role.BASIS),
    ]
    assert found.schema.basis == ("Age", "Total_spent", "Visits")
    assert found.schema.value == "Total_spent"


@pytest.mark.parametrize(
    ("heading", "values", "kind", "role"),
    [
        ("recnum", range(1, ROWS + 1), Kind.IDENTIFIER, Role.IGNORED),
        ("first_name", [f"Ada {number}" for number in range(ROWS)], Kind.CATEGORY, Role.IGNORED),
        ("password", [f"x{number}" for number in range(ROWS)], Kind.CATEGORY, Role.IGNORED),
        ("phone", DRAW.integers(10**8, 10**9, ROWS), Kind.CATEGORY, Role.IGNORED),
        ("zip_code", DRAW.integers(10000, 10040, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("latitude", DRAW.normal(48, 1, ROWS).round(5), Kind.RATIO, Role.IGNORED),
        ("country", ["DE"] * ROWS, Kind.CATEGORY, Role.IGNORED),
        ("Points of delivery", [21_500_012_345_678 + 97 * n for n in range(ROWS)], Kind.CATEGORY, Role.IGNORED),
        ("Hours spend on app", DRAW.integers(0, 9, ROWS), Kind.COUNT, Role.BASIS),
        ("Discount %", DRAW.normal(90, 9, ROWS).round(1), Kind.RATIO, Role.BASIS),
        ("Emails opened in Marketing", OFTEN, Kind.COUNT, Role.BASIS),
        ("Frais", [f"{1500 + number},40" for number in range(ROWS)], Kind.AMOUNT, Role.BASIS),
        ("Abo", DRAW.choice(["29.90", "39.95", "59.00", "79.50", "99.99", "9.90"], ROWS), Kind.AMOUNT, Role.BASIS),
        ("city", DRAW.choice(["Bonn", "Köln", "Trier"], ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("Education", DRAW.integers(0, 4, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("Gender", DRAW.integers(0, 2, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("newsletter", DRAW.choice(["oui", "non"], ROWS), Kind.FLAG, Role.DESCRIPTOR),
        ("Churn", DRAW.choice(["Yes", "No"], ROWS), Kind.FLAG, Role.OUTCOME),
        ("AcceptedCmp1", YES, Kind.FLAG, Role.OUTCOME),
        ("Response", DRAW.integers(0, 30, ROWS), Kind.COUNT, Role.BASIS),
        ("signup_date", pd.date_range("2020-01-05", periods=ROWS).strftime("%d.%m.%Y"), Kind.DATE, Role.DATE),
        ("last_login", ["2024-05-07 10:11:12"] * 120 + ["2024-03-01"] * 120, Kind.DATE, Role.DATE),
        ("Jahreseinkommen", [f"{number},50 €" for number in DRAW.integers(20, 90, ROWS)], Kind.AMOUNT, Role.BASIS),
        ("discount_share", [f"{number}%" for number in DRAW.integers(0, 90, ROWS)], Kind.SHARE, Role.BASIS),
        ("num_purchases", DRAW.poisson(9, ROWS), Kind.COUNT, Role.BASIS),
        ("DaysSinceLastOrder", DRAW.integers(0, 300, ROWS), Kind.DAYS, Role.BASIS),
        ("Year_Birth", DRAW.integers(1940, 2000, ROWS), Kind.YEAR, Role.DESCRIPTOR),
        ("churn_probability", DRAW.random(ROWS).round(4), Kind.SHARE, Role.IGNORED),
        ("cluster", DRAW.integers(0, 5, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("pdays", np.where(YES, DRAW.integers(1, 20, ROWS), 999), Kind.COUNT, Role.DESCRIPTOR),
        ("Total_Cards", DRAW.integers(1, 11, ROWS), Kind.COUNT, Role.BASIS),
        ("PAY_AMT1", DRAW.integers(0, 11, ROWS), Kind.AMOUNT, Role.BASIS),
        ("total day calls", DRAW.integers(40, 160, ROWS), Kind.COUNT, Role.BASIS),
        ("R_Score", DRAW.integers(1, 6, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("Region_Code", DRAW.integers(0, 53, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("grade", DRAW.choice(["F", "O"], ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("notes", [None] * ROWS, Kind.CATEGORY, Role.IGNORED),
        ("contact", [f"a{number}@b.example" for number in range(ROWS)], Kind.CATEGORY, Role.IGNORED),
        ("plan_name", DRAW.choice([f"plan {letter}" for letter in "abcdefgh"], ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("Anrufe letzte 30 Tage", DRAW.poisson(6, ROWS), Kind.COUNT, Role.BASIS),
        ("active_days_30d", DRAW.integers(0, 31, ROWS), Kind.DAYS, Role.BASIS),
        ("account_age", DRAW.integers(1, 900, ROWS), Kind.COUNT, Role.BASIS),
        ("Gründungsjahr", DRAW.integers(1950, 2021, ROWS), Kind.YEAR, Role.DESCRIPTOR),
        ("NACE", DRAW.choice([25.11, 46.9, 62.01, 10.71], ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("cancelled bookings", DRAW.choice(3, ROWS, p=[0.8, 0.15, 0.05]), Kind.COUNT, Role.BASIS),
        ("health_score", DRAW.random(ROWS).round(4), Kind.SHARE, Role.IGNORED),
        ("credit_risk_score", DRAW.integers(300, 850, ROWS), Kind.COUNT, Role.BASIS),
        ("accepts_marketing", DRAW.choice(["yes", "no"], ROWS), Kind.FLAG, Role.DESCRIPTOR),
        ("frequancy of purchse", DRAW.poisson(9, ROWS), Kind.COUNT, Role.BASIS),
        ("gender_Female", YES, Kind.FLAG, Role.DESCRIPTOR),
        ("RESP_2024_MAILING", YES, Kind.FLAG, Role.OUTCOME),
        ("Forenbeiträge", DRAW.poisson(6, ROWS), Kind.COUNT, Role.BASIS),
        ("Jahresbeitrag", DRAW.integers(90, 400, ROWS), Kind.AMOUNT, Role.BASIS),
        ("Département", DRAW.integers(1, 96, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("attrition_risk_decile", DRAW.integers(1, 11, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("email_opens", DRAW.poisson(4, ROWS), Kind.COUNT, Role.BASIS),
        ("total_km", DRAW.lognormal(4, 1, ROWS).round(1), Kind.RATIO, Role.BASIS),
        ("rfm_frequency", DRAW.poisson(6, ROWS), Kind.COUNT, Role.BASIS),
        ("p_churn_30d", DRAW.random(ROWS).round(4), Kind.SHARE, Role.IGNORED),
        ("store_no", DRAW.integers(1, 40, ROWS), Kind.CATEGORY, Role.DESCRIPTOR),
        ("loyalty_card", 10**9 + 7 * DRAW.permutation(ROWS), Kind.CATEGORY, Role.IGNORED),
        ("no_of_visits", DRAW.integers(1, 40, ROWS), Kind.COUNT, Role.BASIS),
        ("tevredenheid", DRAW.integers(1, 11, ROWS), Kind.COUNT, Role.BASIS),
        ("weight_factor", DRAW.uniform(0.3, 2.5, ROWS).round(4), Kind.RATIO, Role.DESCRIPTOR),
        ("accepts_whatsapp", DRAW.choice(["yes", "no"], ROWS), Kind.FLAG, Role.DESCRIPTOR),
        ("Income", np.linspace(0.1, 0.9, ROWS).round(4), Kind.AMOUNT, Role.BASIS),
        ("Average price", [f"0.{tens}9" for tens in range(10)] * (ROWS // 10), Kind.AMOUNT, Role.BASIS),
        ("spending share", np.linspace(0.1, 0.9, ROWS).round(4), Kind.SHARE, Role.BASIS),
        ("discount", np.linspace(0.01, 0.4, ROWS).round(3), Kind.SHARE, Role.BASIS),
    ],
)  # fmt: skip
def test_a_column_is_taken_for_what_its_name_and_its_values_say(heading, values, kind, role):
    assert told(heading, list(values)) == (kind, role)


def test_a_column_that_hardly_any_row_fills_is_left_with_the_count_of_rows_that_say_something():
    found = one("clicks", [*range(20, 29), "n.n.", *[""] * (ROWS - 10)])
    assert found.role is Role.IGNORED
    assert found.reason == "Only 10 of 240 rows have a value."


def test_nearly_all_rows_are_not_said_to_be_all():
    assert one("miles", [1] * (ROWS - 1) + [2]).reason.startswith("Over 99% of the rows have the same value")


def test_what_counts_answers_or_gives_one_away_builds_nothing():
    later = (DRAW.random(ROWS) < 0.4).astype(int)
    answers = {"AcceptedCmp1": YES, "AcceptedCmp2": later}
    assert told("accepted_overall", YES + later, **answers)[1] is Role.IGNORED
    assert told("reason_left", np.where(YES, "moved", ""), churn=YES)[1] is Role.IGNORED
    assert "churn" in one("reason_left", np.where(YES, "moved", ""), churn=YES).reason


def test_what_counts_two_answers_is_no_third_one():
    later = (DRAW.random(ROWS) < 0.4).astype(int)
    found = guessed(offer_1=YES, offer_2=later, offers_accepted=YES + later)
    assert found.schema.outcomes == ("Offer_1", "Offer_2")


def test_a_secret_is_named_and_not_read():
    found = guessed(password=[f"x{number}" for number in range(ROWS)])
    assert found.schema.unread == ("password",)
    assert [(one.rows, "password" in one.what) for one in found.problems] == [(ROWS, True)]


def test_words_that_mean_the_same_are_read_as_one_by_a_rule_and_said():
    sexes = ["Female"] * 100 + ["Male"] * 130 + ["F"] * 6 + ["Femal"] * 4
    found = guessed(gender=sexes)
    assert dict(found.schema["Gender"].read_as) == {"f": "Female", "femal": "Female"}
    assert [one.rows for one in found.problems if "seem to mean the same" in one.what] == [10]
    many = [f"Town {chr(97 + number % 20)}{chr(97 + number % 20)}" for number in range(ROWS - 1)]
    left = guessed(city=[*many, "Town ab"])
    assert left.schema["City"].read_as == ()


def test_one_question_in_several_columns_is_told_as_one():
    north = (DRAW.random(ROWS) < 0.4).astype(int)
    found = guessed(region_north=north, region_south=1 - north)
    assert [(one.kind, one.role) for one in found.columns[-2:]] == [(Kind.FLAG, Role.DESCRIPTOR)] * 2
    assert any("one question in 2 columns" in one.what for one in found.problems)
    assert not any(
        "one question" in one.what for one in guessed(region_north=north, region_south=YES).problems
    )


def test_a_copy_on_another_scale_builds_nothing_twice():
    assert told("log_spent", np.log1p(SPENT).round(5))[1] is Role.DESCRIPTOR
    assert told("spent_rank", SPENT**0.5 + DRAW.normal(0, 9, ROWS))[1] is Role.BASIS


def test_the_basis_is_said_with_why_other_numbers_are_left_out():
    said = guessed(zip_code=DRAW.integers(10000, 10040, ROWS), balance=DRAW.lognormal(5, 2, ROWS)).built_on
    assert said.startswith(
        "Segments are built on Age, Total spent, Visits and Balance. Not on zip_code (postal"
    )


def test_an_answer_in_words_that_are_neither_yes_nor_no_says_which_is_which():
    found = guessed(Attrition_Flag=np.where(YES, "Attrited Customer", "Existing Customer"))
    assert (found.schema.events, found.schema.outcomes) == (("Attrition_Flag",), ())
    assert dict(found.schema["Attrition_Flag"].read_as) == {
        "attrited customer": "yes",
        "existing customer": "no",
    }
    assert "“Attrited Customer” is read as yes" in found.columns[-1].reason


def test_the_same_answer_twice_is_told_once():
    found = guessed(churn_label=np.where(YES, "Yes", "No"), churn_value=YES)
    assert (found.schema.events, found.schema.outcomes) == (("Churn_label",), ())


def test_a_sum_of_others_and_a_copy_build_nothing_twice():
    wine, fish = DRAW.lognormal(4, 1, ROWS).round(), DRAW.lognormal(3, 1, ROWS).round()
    found = guessed(spent_wine=wine, spent_fish=fish, total_spent=wine + fish, visits_x2=BASE["visits"] * 2)
    roles = {one.column: one.role for one in found.columns}
    assert roles["total_spent"] is Role.VALUE
    assert roles["visits_x2"] is Role.DESCRIPTOR
    assert found.schema.value == "Total_spent"
    assert set(found.schema.basis) == {"Age", "Visits", "Spent_wine", "Spent_fish"}


def test_an_age_and_days_since_the_last_order_are_made_of_dates():
    days = pd.date_range("2024-01-05", periods=ROWS).strftime("%Y-%m-%d")
    found = guessed(birth_year=DRAW.integers(1940, 2000, ROWS), last_order=days, without="age")
    assert found.schema.anchor == "Last_order"
    assert "Days_since_Last_order" in found.schema.basis
    assert "Birth_year" not in found.schema.basis
    assert "Age_by_birth" in found.schema.basis
    assert told("birth_year", DRAW.integers(1940, 2000, ROWS), last_order=days)[1] is Role.DESCRIPTOR


def test_days_that_are_still_to_come_are_no_date_as_of_when_ages_are_told():
    births = DRAW.integers(1940, 2000, ROWS)
    signed = pd.date_range("2024-01-05", periods=ROWS).strftime("%Y-%m-%d")
    ends = pd.date_range("2150-01-05", periods=ROWS).strftime("%Y-%m-%d")
    found = guessed(birth_year=births, signup=signed, contract_end=ends, without="age")
    assert (found.schema.anchor, "Age_by_birth" in found.schema.basis) == ("Signup", True)
    assert "Days_since_Signup" in found.schema
    assert "Days_since_Contract_end" not in found.schema, "nothing is since a day that is to come"
    said = {one.column: one.reason for one in found.columns}
    assert "Some are still to come" in said["contract_end"]
    alone = guessed(birth_year=births, contract_end=ends, without="age")
    assert (alone.schema.anchor, "Age_by_birth" in alone.schema) == (None, False)
    slips = [*ends[:6], *signed[6:]]
    assert guessed(signup=slips).schema.anchor == "Signup", "few are mistyped"


def test_the_same_for_everybody_is_what_a_contact_costs_and_brings_where_it_says_so():
    found = guessed(Z_CostContact=[3] * ROWS, Z_Revenue=[11] * ROWS, Response=YES)
    assert found.schema.economics == ("Z_CostContact", "Z_Revenue")


def test_rows_of_orders_are_told_from_customers():
    members = [f"M{number % 40}" for number in range(ROWS)]
    orders = guessed(customer_id=members, order_id=range(ROWS))
    assert (orders.grain, orders.schema) == (Grain.ORDERS, None)
    assert "40 customers in 240 rows" in orders.refused
    lines = guessed(customer_id=members, order_id=np.arange(ROWS) // 3, quantity=DRAW.integers(1, 5, ROWS))
    assert lines.grain is Grain.LINES
    assert all(one.role is not Role.BASIS for one in lines.columns)
    nobody = guess(
        facts_of({"invoice": _texts(range(ROWS)), "qty": _texts(range(ROWS)), "sku": _texts(range(ROWS))})
    )
    assert "no column that names who bought" in nobody.refused


def test_people_of_whom_some_are_there_again_are_no_orders():
    again = [f"M{number - number % 10 // 9}" for number in range(ROWS)]
    days = pd.date_range("2023-01-01", periods=ROWS).strftime("%Y-%m-%d")
    more = {"signup date": days, "total spent": SPENT}
    people = guessed(customer_id=again, income=range(ROWS), **more)
    assert (people.grain, people.columns[0].role) == (Grain.CUSTOMERS, Role.IDENTIFIER)
    assert guessed(customer_id=again, order_date=days, **more).grain is Grain.LINES


def test_rows_that_are_no_customers_are_refused():
    found = guess(facts_of({"item": _texts(map(str, range(ROWS))), "calories": _texts(range(ROWS))}), "menu")
    assert found.grain is Grain.NONE
    assert "something else" in found.refused


def test_what_was_counted_of_customers_is_refused_with_what_is_needed():
    regions = {"region": [f"r{number}" for number in range(30)], "customers": range(100, 130)}
    assert "one row per group" in _refused(regions | {"income": range(30)})
    days = pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d")
    weather = {"visits": DRAW.poisson(90, ROWS), "revenue": SPENT}
    assert "a series in time" in _refused({"day": days, **weather})
    assert "two numbers at least" in _refused({"day": days, **weather})
    assert _refused({"signup": DRAW.permutation(days), **weather}) == ""
    assert "a series in time" in _refused({"Monat": [f"M{number}" for number in range(ROWS)], **weather})


def test_what_counts_mails_names_nobody():
    found = guessed(
        without="customer_id", email_opens=DRAW.poisson(4, ROWS), email_clicks=DRAW.poisson(2, ROWS)
    )
    assert found.grain is Grain.CUSTOMERS
    assert {one.role for one in found.columns} == {Role.BASIS, Role.VALUE}


def test_of_two_keys_the_one_that_says_whom_it_names_is_before_what_a_customer_has():
    found = guessed(without="customer_id", account_no=range(ROWS), client_ref=BASE["customer_id"])
    assert [one.column for one in found.columns if one.role is Role.IDENTIFIER] == ["client_ref"]


def _refused(columns) -> str:
    return guess(facts_of({name: _texts(values) for name, values in columns.items()})).refused


def test_a_code_of_each_row_names_customers_without_a_word_for_it():
    codes = {"Ref.": [f"KX-{number:04d}" for number in range(ROWS)], "visits": BASE["visits"], "age": AGE}
    found = guess(facts_of({name: _texts(values) for name, values in codes.items()}))
    assert found.columns[0].role is Role.IDENTIFIER


def test_headings_without_a_word_of_customers_are_doubted_unless_the_file_says_so():
    goods = {name: _texts(DRAW.lognormal(8, 1, ROWS).round()) for name in ("Fresh", "Milk", "Grocery")}
    said, silent = guess(facts_of(goods), "Wholesale customers data"), guess(facts_of(goods), "f7")
    assert (said.grain, said.doubtful) == (Grain.CUSTOMERS, False)
    assert (silent.grain, silent.doubtful) == (Grain.CUSTOMERS, True)


def test_a_handful_of_customers_is_refused():
    few = {name: _texts(list(values)[:7]) for name, values in BASE.items()}
    assert "Expected 20 at least" in guess(facts_of(few)).refused


def test_money_that_is_not_spent_does_not_rank_segments():
    income, deposit, charged = DRAW.lognormal(((10,), (7,), (5,)), 0.5, (3, ROWS)).round(2)
    others = {"annual_income": income, "deposit_eur": deposit}
    assert guessed(without="total_spent", charges_eur=charged, **others).schema.value == "Charges_eur"
    assert guessed(without="total_spent", minimum_purchase_amount=SPENT).schema.value is None


def test_an_amount_is_never_negative_if_hardly_any_is():
    def least(negative: int):
        values = SPENT.copy()
        values[:negative] *= -1
        return guessed(balance_eur=values).schema["Balance_eur"].minimum

    assert [least(negative) for negative in (0, 1, 2)] == [0.0, 0.0, None]


def test_without_two_numbers_nothing_can_be_built():
    names = {"customer_id": _texts(BASE["customer_id"]), "city": _texts(DRAW.choice(["A", "B"], ROWS))}
    assert "Expected two numbers at least" in guess(facts_of(names)).refused


def _texts(values) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([str(one) for one in values])])


@pytest.mark.parametrize(
    "heading", ["Churn", "Exited", "Attrition_Flag", "default payment next month", "left_us"]
)
def test_what_happened_to_customers_is_no_answer_to_a_campaign(heading):
    found = guessed(**{heading: YES})
    assert next(one.role for one in found.columns if one.column == heading) is Role.OUTCOME
    assert len(found.schema.events) == 1
    assert found.schema.outcomes == ()


@pytest.mark.parametrize("heading", ["Response", "accepted_offer", "subscribed", "y"])
def test_an_answer_to_a_campaign_is_an_outcome(heading):
    found = guessed(**{heading: YES})
    assert len(found.schema.outcomes) == 1
    assert found.schema.events == ()


def test_the_last_column_may_be_the_only_answer_and_is_asked_about():
    found = guessed(owns_car=YES, loan_status=1 - YES)
    assert found.schema.outcomes == ("Loan_status",)
    assert found.columns[-1].sure < 0.9
    assert guessed(loan_status=1 - YES, owns_car=YES).schema.outcomes == ()
    assert guessed(accepted_offer=YES, loan_status=DRAW.permutation(YES)).schema.outcomes == (
        "Accepted_offer",
    )


@pytest.mark.parametrize(
    ("heading", "words", "yes", "event"),
    [
        ("Loan application", ("accepted", "declined"), "", False),
        ("Last deal", ("won", "lost"), "won", False),
        ("Status", ("churned", "stayed"), "churned", True),
        ("Status", ("Active", "Cancelled"), "Cancelled", True),
        ("Kundenstatus", ("gekündigt", "aktiv"), "gekündigt", True),
        ("Customer Status", ("Churned", "Stayed", "Joined"), "Churned", True),
        ("Risk", ("good", "bad"), "bad", True),
    ],
)
def test_an_answer_is_known_by_what_is_in_it_and_events_are_no_campaigns(heading, words, yes, event):
    texts = [words[number % len(words)] for number in range(ROWS)]
    found = guessed(**{heading: texts})
    told = found.columns[-1]
    assert (told.role, told.yes) == (Role.OUTCOME, yes)
    assert bool(found.schema.events) == event
    assert bool(found.schema.outcomes) != event


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Plan", ("active", "basic")), ("Marketing", ("accepted", "declined")), ("Hand", ("left", "right"))],
)
def test_words_that_only_look_like_an_answer_describe(heading, words):
    told = one(heading, [words[number % 2] for number in range(ROWS)], bought=YES)
    assert told.role is Role.DESCRIPTOR


@pytest.mark.parametrize("heading", ["Card no.", "Loyalty card", "Membership", "Karte", "Card number"])
def test_what_members_carry_names_them_before_their_address_does(heading):
    emails = [f"p{number}@mail.example" for number in range(ROWS)]
    cards = [str(400_000 + 7 * number) for number in range(ROWS)]
    found = guessed(without="customer_id", **{"E-mail": emails, heading: cards})
    roles = {guess.column: guess.role for guess in found.columns}
    assert (roles[heading], roles["E-mail"]) == (Role.IDENTIFIER, Role.IGNORED)


def test_an_address_that_alone_names_customers_is_shown_nowhere():
    emails = [f"p{number}@mail.example" for number in range(ROWS)]
    assert one("E-mail", emails).role is Role.IGNORED
    alone = guessed(without="customer_id", **{"E-mail": emails}).columns[-1]
    assert (alone.role, alone.examples) == (Role.IDENTIFIER, ())
    assert "shown as codes" in alone.reason


def test_counts_without_a_word_for_it_are_known_by_how_they_are_spread_and_codes_are_not():
    assert one("mau", OFTEN).sure >= 0.9
    assert one("mau", DRAW.integers(0, 9, ROWS)).sure < 0.9


def test_a_postal_code_of_each_row_names_nobody_and_a_number_glued_to_its_word_does():
    places = range(10_000, 10_000 + ROWS)
    assert one("Code postal", places, without="customer_id").role is not Role.IDENTIFIER
    frame = {"Asiakasnumero": range(5000, 5000 + ROWS), **{name: BASE[name] for name in ("age", "visits")}}
    texts = {name: pa.chunked_array([[*map(str, column)]]) for name, column in frame.items()}
    assert guess(facts_of(texts)).columns[0].role is Role.IDENTIFIER


def test_of_several_sums_the_one_that_holds_the_others_ranks_segments():
    part = (SPENT / 3).round(2)
    columns = {"Sales food": part, "Sales": (part + DRAW.lognormal(4, 1, ROWS)).round(2)}
    assert one("Sales", columns.pop("Sales"), without="total_spent", **columns).role is Role.VALUE


def test_a_table_with_nothing_to_build_on_is_refused_with_the_columns_that_could_be_mended():
    mixed = [f"{1000 + n / 7:,.2f}" if n % 3 else f"{n}.154,{n % 90 + 10}" for n in range(ROWS)]
    found = guess(
        facts_of(
            {"no": pa.chunked_array([[f"C{n}" for n in range(ROWS)]]), "sales": pa.chunked_array([mixed])}
        ),
        "",
    )
    assert "none among 2 columns" in found.refused
    assert "sales: Most of its values are numbers, but “" in found.refused
    assert found.refused.endswith("write all alike to use them.")


@pytest.mark.parametrize(
    ("customer", "earned", "spent", "often"),
    [
        ("Κωδικός πελάτη", "Ετήσιο εισόδημα", "Τζίρος", "Αριθμός αγορών"),
        ("מספר לקוח", "הכנסה שנתית", "סך רכישות", "מספר הזמנות"),
        ("رقم العميل", "الدخل السنوي", "إجمالي المشتريات", "عدد الطلبات"),
        ("customer no", "annual income", "Total spending on all goods in the last twelve months", "orders"),
    ],
)
def test_what_customers_earn_and_bring_is_money_in_languages_of_other_letters_too(
    customer, earned, spent, often
):
    columns = {
        customer: [*range(1001, 1001 + ROWS)],
        earned: DRAW.integers(9_000, 90_000, ROWS),
        spent: SPENT,
        often: OFTEN,
    }
    frame = pd.DataFrame(columns).astype(str)
    found = guess(facts_of({name: pa.chunked_array([frame[name].to_list()]) for name in frame}))
    assert [(one.kind, one.role) for one in found.columns] == [
        (Kind.IDENTIFIER, Role.IDENTIFIER),
        (Kind.AMOUNT, Role.BASIS),
        (Kind.AMOUNT, Role.VALUE),
        (Kind.COUNT, Role.BASIS),
    ]
