"""Names for segments, chosen by what truly sets each apart, unique on any data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

NOTABLE = 0.25  # standardised difference from which a trait may enter a name
STRIKING = 0.9  # and from which it is said even where the name is unique without it


@dataclass(frozen=True)
class Trait:
    """A field and the words for standing clearly above or below everyone in it."""

    field: str
    above: str
    below: str

    def word(self, effect: float) -> str:
        """The word for standing above or below."""
        return self.above if effect > 0 else self.below


Choice = tuple[int, str]  # place in TRAITS, and the word

# Dormant and active come first in a name, age after them: "Dormant young budget shoppers".
TRAITS = (
    Trait("Recency", "Dormant", "Active"),
    Trait("Age", "Older", "Younger"),
    Trait("NumWebPurchases", "Web-buying", "Web-shy"),
    Trait("NumStorePurchases", "Store-loyal", "Rarely-in-store"),
    Trait("NumWebVisitsMonth", "Browsing", "Rarely-browsing"),
    Trait("Income", "Affluent", "Low-income"),
    Trait("NumCatalogPurchases", "Catalog-loving", "Catalog-shy"),
    Trait("Deal_Rate", "Deal-seeking", "Full-price"),
)
_TIERS = ((1.7, "Premium"), (1.15, "Comfortable"), (0.7, "Middle"), (float("-inf"), "Budget"))


Effects = Mapping[int, Mapping[str, float]]


def name_segments(effects: Effects, spending: Mapping[int, float]) -> dict[int, str]:
    """Name each segment.

    Parameters
    ----------
    effects : mapping of segment number to field to float
        Standardised differences from everyone.
    spending : mapping of segment number to float
        Mean spending as a multiple of everyone's; NaN for a segment without customers.

    Returns
    -------
    dict of segment number to name
        Tier by spending (at least 1.7, 1.15 and 0.7 times the average), then the fewest traits that
        tell segments of one tier apart; a number only where no trait does.
    """
    base = {number: (_tier(spending[number]), _noun(effects[number])) for number in effects}
    traits: dict[int, list[Choice]] = {number: [] for number in effects}
    for _ in TRAITS:
        names = {number: _compose(base[number], traits[number]) for number in base}
        for group in _alike(names):
            for number in group:
                _add_trait(effects, number, group, traits[number])
    _add_striking(effects, base, traits)
    return _numbered({number: _compose(base[number], traits[number]) for number in base})


def _tier(ratio: float) -> str:
    return next((word for least, word in _TIERS if ratio >= least), "Empty")


def _noun(effects: Mapping[str, float]) -> str:
    children = effects.get("Children", 0.0)
    return "families" if children >= 0.4 else "households" if children <= -0.4 else "shoppers"


def _alike(names: dict[int, str]) -> list[list[int]]:
    counts = Counter(names.values())
    return [
        [number for number, other in names.items() if other == name]
        for name, count in counts.items()
        if count > 1
    ]


def _add_trait(effects: Effects, number: int, group: list[int], chosen: list[Choice]) -> None:
    """Add the trait in which `number` differs most from the others of its group."""
    others = [other for other in group if other != number]
    apart: dict[Choice, float] = {}
    for place, trait in enumerate(TRAITS):
        own = effects[number].get(trait.field, 0.0)
        difference = own - fmean(effects[other].get(trait.field, 0.0) for other in others)
        if abs(own) >= NOTABLE and own * difference > 0 and all(place != taken for taken, _ in chosen):
            apart[place, trait.word(own)] = abs(difference)
    if apart:
        chosen.append(max(apart, key=lambda choice: apart[choice]))


def _add_striking(
    effects: Effects, base: Mapping[int, tuple[str, str]], traits: dict[int, list[Choice]]
) -> None:
    """Say what is striking about a segment whose name is unique but plain."""
    taken = {_compose(base[number], traits[number]) for number in base}
    for number in (number for number in base if not traits[number]):
        own = {place: effects[number].get(trait.field, 0.0) for place, trait in enumerate(TRAITS[:4])}
        place = max(own, key=lambda place: abs(own[place]))
        choice = (place, TRAITS[place].word(own[place]))
        if abs(own[place]) >= STRIKING and _compose(base[number], [choice]) not in taken:
            traits[number].append(choice)
            taken.add(_compose(base[number], [choice]))


def _compose(base: tuple[str, str], traits: list[Choice]) -> str:
    words = [word for _, word in sorted(traits)] + list(base)
    return " ".join(words).capitalize()


def _numbered(names: dict[int, str]) -> dict[int, str]:
    repeated = {number: place for group in _alike(names) for place, number in enumerate(group, start=1)}
    return {
        number: f"{name} {repeated[number]}" if number in repeated else name for number, name in names.items()
    }
