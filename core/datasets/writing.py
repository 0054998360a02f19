"""How the numbers of a dataset are written: its currency and its language, as somebody chose or its file says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name
from sqlalchemy import Connection, delete, insert

from core.errors import DataError
from core.numbers import written_in
from core.schema.facts import Facts, Form
from core.schema.problems import Problem
from core.store.tables import writing as table

CURRENCIES = (
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD",
    "PEN", "PHP", "PKR", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "UYU", "VND",
    "ZAR",
)  # fmt: skip
LOCALES = (
    "cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "el_GR", "en_GB", "en_IN", "en_US", "es_ES", "es_MX", "fi_FI",
    "fr_CH", "fr_FR", "hu_HU", "it_IT", "ja_JP", "ko_KR", "nb_NO", "nl_NL", "pl_PL", "pt_BR", "pt_PT", "ro_RO",
    "sv_SE", "tr_TR", "uk_UA", "zh_CN",
)  # fmt: skip
# Others, such as kr, are of several countries; dollars are most often those of the United States.
_WORDS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "dollar": "USD", "dollars": "USD", "£": "GBP", "₹": "INR",
    "₺": "TRY", "₩": "KRW", "₪": "ILS", "r$": "BRL", "zł": "PLN", "kč": "CZK", "ft": "HUF",
    **{one.lower(): one for one in ("BRL", "CHF", "EUR", "GBP", "INR", "USD")},
}  # fmt: skip
_HEADED = re.compile(r"currency|w(?:ä|ae)hrung|devise|moneda|moeda|valuta", re.IGNORECASE)


@dataclass(frozen=True)
class Writing:
    """A currency as an ISO code, empty for plain amounts, None for that of the settings; a locale, empty for the reader's.

    Raises
    ------
    DataError
        If it is none of those that can be chosen.
    """

    currency: str | None = None
    locale: str = ""

    def __post_init__(self) -> None:
        if self.currency and self.currency not in get_global("all_currencies"):
            raise DataError(
                f"Found the currency {self.currency[:12]!r}. Expected one of the list. Choose it."
            )
        if self.locale and self.locale not in LOCALES:
            raise DataError(f"Found the language {self.locale[:12]!r}. Expected one of the list. Choose it.")

    def enter(self, connection: Connection, slug: str) -> None:
        """Let it be that of a dataset from now on."""
        connection.execute(delete(table).where(table.c.dataset == slug))
        row = {"dataset": slug, "currency": self.currency, "locale": self.locale}
        connection.execute(insert(table), row)


AS_EVER = Writing()  # where nobody chose


def currencies(also: str = "") -> list[tuple[str, str]]:
    """Those that can be chosen, and the one that was, with their names, by name."""
    known = {*CURRENCIES, also} - {""}
    named = [(one, f"{get_currency_name(one, locale='en')} ({one})") for one in known]
    return sorted(named, key=lambda one: one[1])


def locales() -> list[tuple[str, str]]:
    """The ways of writing that can be chosen, with a number as an example, by name."""
    named = [
        (one, f"{Locale.parse(one).get_display_name('en')}: {written_in(one, '').decimal(12345.6)}")
        for one in LOCALES
    ]
    return sorted(named, key=lambda one: one[1])


def currency_in(facts: Iterable[Facts]) -> str:
    """The one currency that columns name, at their values, in their headings, or as what all rows have; empty if none is."""
    found = Counter(one for fact in facts for one in _named(fact) if one in CURRENCIES)
    return next(iter(found)) if len(found) == 1 else ""


def _named(fact: Facts) -> set[str]:
    if fact.form is Form.TEXT:
        return {text.strip().upper() for text in fact.texts} if _HEADED.search(fact.column) else set()
    if fact.form is not Form.NUMBER:
        return set()
    words = re.findall(r"[^\W\d_]+|[€£₹]", fact.column)
    headed = {_WORDS.get(one.lower(), one) for one in words if one.isupper() or one.lower() in _WORDS}
    return headed | {_WORDS.get(one.lower(), one.upper()) for one in fact.money}


def several(facts: Iterable[Facts]) -> tuple[Problem, ...]:
    """What is said of each column with amounts in several currencies, or that says so of others: none are converted."""
    named = ((fact, sorted(_named(fact).intersection(CURRENCIES))) for fact in facts)
    return tuple(
        Problem(
            f"{fact.column}: amounts are in {', '.join(found[:-1])} and {found[-1]}, and taken as if all were in one.",
            fact.filled,
            "Convert them to one currency in the file: sums and averages of several mean nothing.",
        )
        for fact, found in named
        if len(found) > 1
    )
