"""Names for segments: only words that the segment's own figures bear out, unique on any data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

NOTABLE = 0.25  # standardised difference from which a trait may enter a name
STRIKING = 0.9  # and from which it is said even where the name is unique without it
TELLING_NOUN = 0.4  # and from which children make families, or their absence households
HALF = 0.5
RARELY = 2 / 3  # of everyone's average, up to which something is rare
FEW_VISITS = 4  # to a store, below which "rarely" is true whatever the average


@dataclass(frozen=True)
class Facts:
    """What the words of a segment's name may rest on.

    Attributes
    ----------
    effects : mapping of field to float
        Standardised differences from everyone.
    spending : float
        Mean spending as a multiple of everyone's; NaN for a segment without customers.
    certain : frozenset of field
        In which the segment differs from all others by more than chance explains, and has customers enough.
    means, everyone : mapping of field to float
        Averages of the segment and of everyone; what is not known is left out.
    with_children : tuple of float
        Share of customers with a child at home, in the segment and of everyone; NaN where not known.
    """

    effects: Mapping[str, float]
    spending: float
    certain: frozenset[str] = frozenset()
    means: Mapping[str, float] = field(default_factory=dict)
    everyone: Mapping[str, float] = field(default_factory=dict)
    with_children: tuple[float, float] = (float("nan"), float("nan"))

    def parts(self, share: str, count: str) -> tuple[float, float]:
        """How a part of purchases compares with everyone's, as the mean of shares and as a share of sums."""
        return self.ratio(share), _by(self.ratio(count), self.ratio("Total_Purchases"))

    def ratio(self, name: str) -> float:
        """The segment's average of a field as a multiple of everyone's; NaN where there is none."""
        return _by(self.means.get(name), self.everyone.get(name))


def _by(one: float | None, other: float | None) -> float:
    return one / other if one is not None and other else float("nan")


Bears = Callable[[Facts], bool]


def _always(_facts: Facts) -> bool:
    return True


def _larger(share: str, count: str) -> Bears:
    return lambda facts: all(part > 1 for part in facts.parts(share, count))


def _smaller(share: str, count: str) -> Bears:
    return lambda facts: all(part < 1 for part in facts.parts(share, count))


def _rarely_in_store(facts: Facts) -> bool:
    few = facts.means.get("NumStorePurchases", FEW_VISITS) < FEW_VISITS
    return few and facts.ratio("NumStorePurchases") <= RARELY and _IN_STORE_LESS(facts)


_IN_STORE_LESS = _smaller("Share_Store", "NumStorePurchases")


@dataclass(frozen=True)
class Trait:
    """A field, the words for standing above or below everyone in it, and when each of them is true besides."""

    field: str
    above: str
    below: str
    is_above: Bears = _always
    is_below: Bears = _always

    def word(self, effect: float) -> str:
        """The word for standing above or below."""
        return self.above if effect > 0 else self.below

    def told(self, facts: Facts) -> float:
        """The standardised difference, where the word for it is true; else 0."""
        effect = facts.effects.get(self.field, 0.0)
        bears = self.is_above if effect > 0 else self.is_below
        return effect if self.field in facts.certain and bears(facts) else 0.0


TraitWord = tuple[int, str]  # place in TRAITS, and the word

# Dormant and active come first in a name, age after them: "Dormant young budget shoppers".
TRAITS = (
    Trait("Recency", "Dormant", "Active"),
    Trait("Age", "Older", "Younger"),
    Trait(
        "NumWebPurchases",
        "Web-buying",
        "Web-shy",
        _larger("Share_Web", "NumWebPurchases"),
        _smaller("Share_Web", "NumWebPurchases"),
    ),
    Trait(
        "NumStorePurchases",
        "Store-loyal",
        "Rarely-in-store",
        _larger("Share_Store", "NumStorePurchases"),
        _rarely_in_store,
    ),
    Trait(
        "NumWebVisitsMonth",
        "Browsing",
        "Rarely-browsing",
        is_below=lambda facts: facts.ratio("NumWebVisitsMonth") <= RARELY,
    ),
    Trait("Income", "Affluent", "Low-income"),
    Trait(
        "NumCatalogPurchases",
        "Catalog-loving",
        "Catalog-shy",
        _larger("Share_Catalog", "NumCatalogPurchases"),
        _smaller("Share_Catalog", "NumCatalogPurchases"),
    ),
    Trait(
        "Deal_Rate",
        "Deal-seeking",
        "Full-price",
        _larger("Deal_Rate", "NumDealsPurchases"),
        lambda facts: _smaller("Deal_Rate", "NumDealsPurchases")(facts) and facts.means["Deal_Rate"] < HALF,
    ),
)
_TIERS = ((1.7, "Premium"), (1.15, "Comfortable"), (0.7, "Middle"), (float("-inf"), "Budget"))
SPENDING, CHILDREN = "Total_Spending", "Children"


@dataclass(frozen=True)
class Named:
    """A name, and the fields that its words speak of, in their order."""

    name: str
    fields: tuple[str, ...]


def name_segments(segments: Mapping[int, Facts]) -> dict[int, Named]:
    """Name each segment.

    Parameters
    ----------
    segments : mapping of segment number to Facts

    Returns
    -------
    dict of segment number to Named
        Tier by spending (at least 1.7, 1.15 and 0.7 times the average), then the fewest traits that
        tell segments of one tier apart; a number only where no trait does.
    """
    base = {number: (_tier(facts.spending), _noun(facts)) for number, facts in segments.items()}
    traits: dict[int, list[TraitWord]] = {number: [] for number in segments}
    for _ in TRAITS:
        names = {number: _compose(base[number], traits[number]) for number in base}
        for group in _alike(names):
            for number in group:
                _add_trait(segments, number, group, traits[number])
    _add_striking(segments, base, traits)
    names = _numbered({number: _compose(base[number], traits[number]) for number in base})
    return {number: Named(names[number], _fields(traits[number], base[number][1])) for number in base}


def _fields(traits: list[TraitWord], noun: str) -> tuple[str, ...]:
    children = () if noun == "shoppers" else (CHILDREN,)
    return (*(TRAITS[place].field for place, _ in sorted(traits)), SPENDING, *children)


def _tier(ratio: float) -> str:
    return next((word for least, word in _TIERS if ratio >= least), "Empty")


def _noun(facts: Facts) -> str:
    """Families, if most have a child at home and more than elsewhere; households, if few have."""
    own, everyone = facts.with_children
    effect = facts.effects.get(CHILDREN, 0.0) if CHILDREN in facts.certain else 0.0
    if effect >= TELLING_NOUN and own > HALF and own > everyone:
        return "families"
    return "households" if effect <= -TELLING_NOUN and own < HALF and own < everyone else "shoppers"


def _alike(names: dict[int, str]) -> list[list[int]]:
    counts = Counter(names.values())
    return [
        [number for number, other in names.items() if other == name]
        for name, count in counts.items()
        if count > 1
    ]


def _add_trait(segments: Mapping[int, Facts], number: int, group: list[int], chosen: list[TraitWord]) -> None:
    """Add the trait in which `number` differs most from the others of its group."""
    others = [segments[other].effects for other in group if other != number]
    apart: dict[TraitWord, float] = {}
    for place, trait in enumerate(TRAITS):
        own = trait.told(segments[number])
        difference = own - fmean(effects.get(trait.field, 0.0) for effects in others)
        if abs(own) >= NOTABLE and own * difference > 0 and all(place != taken for taken, _ in chosen):
            apart[place, trait.word(own)] = abs(difference)
    if apart:
        chosen.append(max(apart, key=lambda choice: apart[choice]))


def _add_striking(
    segments: Mapping[int, Facts], base: Mapping[int, tuple[str, str]], traits: dict[int, list[TraitWord]]
) -> None:
    """Say what is striking about a segment whose name is unique but plain."""
    taken = {_compose(base[number], traits[number]) for number in base}
    for number in (number for number in base if not traits[number]):
        own = {place: trait.told(segments[number]) for place, trait in enumerate(TRAITS[:4])}
        place = max(own, key=lambda place: abs(own[place]))
        choice = (place, TRAITS[place].word(own[place]))
        if abs(own[place]) >= STRIKING and _compose(base[number], [choice]) not in taken:
            traits[number].append(choice)
            taken.add(_compose(base[number], [choice]))


def _compose(base: tuple[str, str], traits: list[TraitWord]) -> str:
    words = [word for _, word in sorted(traits)] + list(base)
    return " ".join(words).capitalize()


def _numbered(names: dict[int, str]) -> dict[int, str]:
    repeated = {number: place for group in _alike(names) for place, number in enumerate(group, start=1)}
    return {
        number: f"{name} {repeated[number]}" if number in repeated else name for number, name in names.items()
    }
