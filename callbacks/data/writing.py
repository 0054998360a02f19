"""How the numbers of a dataset may be written, to be chosen."""

from __future__ import annotations

from core.datasets.writing import Writing, currencies, locales
from core.services import Services
from layouts.data.writing import Offered


def offered(services: Services, chosen: Writing, guess: str = "") -> Offered:
    """Currencies and languages, with those that are chosen; else what the file says, else what the house has."""
    currency = chosen.currency if chosen.currency is not None else guess or services.settings.currency
    return Offered(currencies(currency), currency, locales(), chosen.locale, guess)
