"""The reader, its rules and its findings go by the schema: small tables of other shapes than the sample."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from core.data.cleaning import chosen, clean, rules_for
from core.data.derive import engineer
from core.data.quality import inspect
from core.data.read import read_customers
from core.errors import SchemaError
from core.model.fit import Parameters
from core.model.registry import Recipe, Registry
from core.schema.derivations import Calendar, DaysTo, Largest, Sum, YearsAt
from core.schema.fields import Field, Kind
from core.schema.schema import Schema, Template

CUSTOMER = Field("ID", "Customer", Kind.IDENTIFIER, column="CUST NO")
LIMIT = Field("Credit_Limit", "Credit limit", Kind.AMOUNT, column="CREDIT LIMIT €", minimum=0.0)
CARD = (
    CUSTOMER,
    LIMIT,
    *(Field(f"Amount_{one}", f"Amount {one}", Kind.AMOUNT, column=f"AMOUNT {one}") for one in range(15)),
    Field("Full_Payment", "Paid in full", Kind.SHARE, column="PRC_FULL_PAYMENT"),
)
CARDS = Schema(CARD, basis=("Credit_Limit", "Amount_0", "Amount_1"))

TELECOM = Schema(
    (
        Field("ID", "Customer", Kind.IDENTIFIER, column="customerID"),
        Field(
            "Contract", "Contract", Kind.CATEGORY, column="Contract", read_as=(("monthly", "Month-to-month"),)
        ),
        Field("Partner", "Partner", Kind.FLAG, column="Partner"),
        Field("Months", "Months", Kind.COUNT, column="tenure"),
        Field("Charges", "Total charges", Kind.AMOUNT, column="TotalCharges", minimum=0.0),
        Field("Churned", "Churned", Kind.FLAG, column="Churn"),
    ),
    basis=("Months", "Charges"),
    value="Charges",
    outcomes=("Churned",),
)

GOODS = ("Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen")
WHOLESALE = Schema(
    (
        *(Field(one, one, Kind.AMOUNT, column=one, minimum=0.0) for one in GOODS),
        Field("Spent", "Spent", Kind.AMOUNT, derived=Sum(GOODS)),
        Field("Most", "Most bought", Kind.CATEGORY, derived=Largest(GOODS, GOODS)),
    ),
    basis=(*GOODS, "Spent"),
    value="Spent",
)

FIRMS = Schema(
    (
        Field("ID", "Kunde", Kind.IDENTIFIER, column="Kundennummer"),
        Field("Groesse", "Größe", Kind.COUNT, column="Größe"),
        Field("Turnover", "Umsatz", Kind.AMOUNT, column="Umsatz (T€)"),
        Field("Founded", "Gegründet", Kind.YEAR, column="Gründungsjahr"),
        Field("First", "Erste Bestellung", Kind.DATE, column="Première commande"),
        Field("Last", "Letzte Bestellung", Kind.DATE, column="Dernière commande"),
        Field("Years", "Alter", Kind.YEARS, derived=YearsAt("Founded", "Last")),
        Field("Since", "Tage", Kind.DAYS, derived=DaysTo("Last")),
        Field("Quarter", "Quartal", Kind.CATEGORY, derived=Calendar("First", "quarter")),
    ),
    basis=("Groesse", "Turnover", "Years"),
    value="Turnover",
    anchor="Last",
)

ANSWERS = tuple(f"Mail_{one}" for one in range(1, 16))
MAILS = Schema(
    (
        Field("ID", "Reader", Kind.IDENTIFIER, column="reader"),
        Field("Opened", "Opened", Kind.COUNT, column="opened"),
        Field("Clicked", "Clicked", Kind.COUNT, column="clicked"),
        *(Field(one, one, Kind.FLAG, column=one.lower()) for one in ANSWERS),
    ),
    basis=("Opened", "Clicked"),
    outcomes=ANSWERS,
)


def cards(number: int = 200) -> str:
    head = ";".join(one.column or "" for one in CARD)
    draw = random.Random(1)
    amounts = [
        [f"{draw.lognormvariate(5, 2):.2f}".replace(".", ",") for _ in range(16)] for _ in range(number)
    ]
    rows = [f"C{place};{';'.join(row)};0,25" for place, row in enumerate(amounts, start=10001)]
    return "\n".join((head, *rows)) + "\n"


def telecom(number: int = 200) -> str:
    rows = [
        f"{place:04}-AB,{'One year' if place % 3 else 'monthly'},{'Yes' if place % 2 else 'No'},{place % 70},"
        f"{' ' if place % 70 == 0 else 19.5 * (place % 70)},{'Yes' if place % 4 else 'No'}"
        for place in range(number)
    ]
    return "\n".join(("customerID,Contract,Partner,tenure,TotalCharges,Churn", *rows)) + "\n"


def wholesale(number: int = 200) -> str:
    draw = random.Random(2)
    rows = [",".join(str(draw.randrange(10_000)) for _ in range(6)) for _ in range(number)]
    return "\n".join((",".join(GOODS), *rows, "0,0,0,0,0,9", "0,0,0,0,0,0")) + "\n"


def firms() -> str:
    head = "Kundennummer;Größe;Umsatz (T€);Gründungsjahr;Première commande;Dernière commande"
    rows = [
        f"{place};{5 + place * 7 % 90};{1000 + 10 * place},50;{1950 + place};{place % 28 + 1:02}.03.2019;{place % 28 + 1:02}.11.2023"
        for place in range(1, 51)
    ]
    return "\n".join((head, *rows)) + "\n"


def mails(number: int = 200) -> str:
    draw = random.Random(3)
    head = ",".join(("reader", "opened", "clicked", *map(str.lower, ANSWERS)))
    rows = [
        ",".join(
            map(str, (place, draw.randrange(60), draw.randrange(20), *(draw.randrange(2) for _ in ANSWERS)))
        )
        for place in range(1, number + 1)
    ]
    return "\n".join((head, *rows)) + "\n"


TABLES = {
    "cards": (CARDS, cards()),
    "telecom": (TELECOM, telecom()),
    "wholesale": (WHOLESALE, wholesale()),
    "firms": (FIRMS, firms()),
    "mails": (MAILS, mails()),
}


def read(name: str):
    schema, text = TABLES[name]
    return read_customers(text.encode(), schema, Template())


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_the_schema_is_read_and_nothing_is_lost(name):
    found, (schema, text) = read(name), TABLES[name]
    assert tuple(found.frame) == tuple(dict.fromkeys(("ID", *schema.columns)))
    assert len(found.frame) == len(text.splitlines()) - 1
    assert not found.notes.unreadable
    assert found.notes.extra_columns == ()


def test_seventeen_numbers_of_cards_are_those_of_the_file():
    frame = read("cards").frame
    first = TABLES["cards"][1].splitlines()[1].split(";")
    assert frame["ID"][0] == "C10001"
    assert frame.iloc[0, 1:].tolist() == [float(cell.replace(",", ".")) for cell in first[1:]]


def test_a_number_as_blank_text_is_a_gap_and_answers_are_one_and_nought():
    frame = read("telecom").frame
    assert frame["Charges"].isna().sum() == 3
    assert frame["Charges"][1] == 19.5
    assert frame["Churned"].tolist()[:5] == [0, 1, 1, 1, 0]
    assert frame["Partner"].mean() == 0.5


def test_without_an_identifier_customers_are_numbered():
    found = read("wholesale")
    assert found.frame["ID"].tolist() == [*range(1, 203)]
    assert "no_id" in {one.name for one in found.notes.remarks}


def test_headings_with_accents_dates_of_two_kinds_and_years_at_the_anchor():
    found = read("firms")
    table = engineer(found.frame, FIRMS)
    assert found.frame.loc[0, ["Groesse", "Turnover", "Founded"]].tolist() == [12, 1010.5, 1951]
    assert found.frame["First"][0] == pd.Timestamp("2019-03-02")
    assert [*found.notes.dates] == ["Last", "First"]
    assert table["Years"].tolist() == [2023 - year for year in found.frame["Founded"]]
    assert (table["Since"] >= 0).all()
    assert table["Quarter"].astype("str").unique().tolist() == ["2019 Q1"]


def test_headings_that_differ_in_an_accent_only_are_told_apart():
    two = (
        Field("Gross", "Gross", Kind.AMOUNT, column="größe"),
        Field("Size", "Size", Kind.COUNT, column="große"),
    )
    frame = read_customers(
        "große,größe\n1,20.5\n2,30.5\n".encode(), Schema(two, basis=("Gross",)), Template()
    ).frame
    assert frame["Size"].tolist() == [1, 2]
    assert frame["Gross"].tolist() == [20.5, 30.5]
    with pytest.raises(SchemaError, match="no column for große"):
        read_customers(b"GROSSE,other\n1,20.5\n2,30.5\n", Schema(two, basis=("Size",)), Template())


def test_a_column_called_id_that_is_not_the_identifier_stays_apart():
    text = "ID," + ",".join(GOODS) + "\n" + "".join(f"x{place},1,2,3,4,5,{place}\n" for place in range(6))
    found = read_customers(text.encode(), WHOLESALE, Template())
    assert found.frame["ID"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found.frame["ID (file)"].tolist() == [f"x{place}" for place in range(6)]


def test_what_the_basis_lacks_is_called_as_the_file_would_call_it():
    text = cards().replace("CREDIT LIMIT €", "LIMIT")
    with pytest.raises(SchemaError, match="no column for CREDIT LIMIT €"):
        read_customers(text.encode(), CARDS, Template())


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("cards", ["negative_values"]),
        ("telecom", ["tidy_categories", "negative_values", "impossible_flag", "odd_contract"]),
        ("wholesale", ["negative_values"]),
        ("firms", ["far_out_date", "impossible_age", "negative_values"]),
        ("mails", ["negative_values", "impossible_flag"]),
    ],
)
def test_a_rule_that_has_nothing_to_do_is_not_there(name, rules):
    found = [rule.name for rule in rules_for(TABLES[name][0])]
    assert found == [*rules, "repeated_id", "repeated_rows"]


def test_amounts_below_zero_are_gaps_only_where_they_cannot_be_true():
    frame = read("cards").frame.assign(Credit_Limit=-5.0, Amount_0=-5.0)
    cleaned = clean(frame, None, CARDS).frame
    assert cleaned["Credit_Limit"].isna().all()
    assert (cleaned["Amount_0"] == -5).all()


def test_synonyms_of_the_schema_are_read_as_what_they_mean():
    cleaned = clean(read("telecom").frame, None, TELECOM).frame
    assert {*cleaned["Contract"]} == {"One year", "Month-to-month"}


def test_findings_speak_of_the_table_that_there_is():
    found = {(one.name, one.column): one.sentence for one in inspect(read("wholesale"), WHOLESALE)}
    nothing = "One customer with 0 in all of Fresh, Milk, Grocery, Frozen, Detergents_Paper and Delicassen."
    assert found["bought_nothing", ""] == nothing
    assert {one.name for one in inspect(read("telecom"), TELECOM)} == {"gaps", "repeated_rows"}
    assert not inspect(read("mails"), MAILS)


@pytest.mark.parametrize("name", TABLES)
def test_a_model_is_made_of_it(name, tmp_path):
    schema, text = TABLES[name]
    file = tmp_path / "table.csv"
    file.write_text(text, encoding="utf-8")
    recipe = Recipe(file, schema, Template(), chosen("", schema), Parameters(3, schema.basis))
    model = Registry(tmp_path / "models").ensure(recipe)
    assert model.card.schema == schema
    assert len(model.people) == len(text.splitlines()) - 1
    if schema.value:
        money = model.people.frame().groupby("Segment")[schema.value].mean()
        assert money.is_monotonic_decreasing
