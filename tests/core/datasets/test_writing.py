from __future__ import annotations

import numpy as np
import pytest

from core.datasets.writing import currency_in, locales, several
from core.numbers import Numbers, locale_of
from core.schema.facts import Facts, Form


def column(
    name: str, form: Form = Form.NUMBER, money: tuple[str, ...] = (), texts: tuple[str, ...] = ()
) -> Facts:
    return Facts(name, form, np.zeros(3), texts=texts, money=money)


@pytest.mark.parametrize(
    ("columns", "currency"),
    [
        ([column("Spent", money=("€",)), column("Age")], "EUR"),
        ([column("spend_usd")], "USD"),
        ([column("Umsatz (CHF)")], "CHF"),
        ([column("Currency", Form.TEXT, texts=("SEK",))], "SEK"),
        ([column("Spent", money=("$",)), column("Total in EUR")], ""),
        ([column("Currency", Form.TEXT, texts=("SEK", "EUR"))], ""),
        ([column("Dauer_Sek"), column("Top"), column("Paid", money=("kr",))], ""),
        ([column("Note", Form.TEXT, texts=("EUR",))], ""),
    ],
)
def test_a_currency_is_guessed_only_where_the_file_names_one(columns, currency):
    assert currency_in(columns) == currency


def test_amounts_in_several_currencies_are_told_of():
    said = several(
        [
            column("Spent", money=("€", "EUR")),
            column("Paid", money=("€", "$")),
            column("Currency", Form.TEXT, texts=("SEK", "EUR", "USD", "n.n.")),
            column("City", Form.TEXT, texts=("EUR", "USD")),
        ]
    )
    assert [one.what.split(",")[0].split(" and")[0] for one in said] == [
        "Paid: amounts are in EUR",
        "Currency: amounts are in EUR",
    ]
    assert "in EUR, SEK and USD, and taken as if all were in one" in said[1].what


def test_whoever_chooses_a_language_can_type_what_is_shown():
    assert [tag for tag, _ in locales() if not locale_of(tag.replace("_", "-"))] == []
    assert {Numbers(tag).read(Numbers(tag).decimal(12345.6)) for tag, _ in locales()} == {12345.6}
