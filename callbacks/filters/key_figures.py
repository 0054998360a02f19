"""A key figure of the selected against everyone: how sure it is, and whether the difference could be chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from callbacks.filters.address import Asked
from callbacks.filters.everyone import is_whole
from callbacks.filters.page import Texts
from core.crossfilter.table import Answer, Moments
from core.schema.fields import Field, Kind
from core.services import Services
from core.statistics.by_construction import Chosen, chosen_by
from core.statistics.differences import (
    LEAST,
    could_be_drawn,
    mean_difference,
    mean_interval,
    rate_difference,
    rest_of,
    skewed_interval,
)
from core.statistics.rates import FEWEST, Interval, rate_interval

SURE = 0.95
SEVERAL = 1000  # customers, up to whom it matters how skewed they are
LOOKS = (
    30  # ten clicks with three figures each, of which none is to be passed off as found in 19 of 20 visits
)
LEVELS = (SURE, 1 - (1 - SURE) / LOOKS)  # at one look, and at one of so many


def against(services: Services, id: str, name: str, asked: Asked, answer: Answer) -> Texts:
    """The mean of a field, or the rate of a yes and no, among the selected and against everyone's."""
    chosen, everyone = answer.selected.values[name], answer.everyone.values[name]
    field, numbers = services.schema[name], services.numbers
    is_rate, whole = field.kind is Kind.FLAG, is_whole(asked)
    write = partial(numbers.of, field)
    words = (
        f"against {write(everyone.mean)} of everyone"
        if is_rate
        else numbers.times(chosen.mean, everyone.mean)
    )
    rest = rest_of(everyone, chosen)
    chance, maybe = (is_chance(chosen, rest, level, is_rate=is_rate, whole=whole) for level in LEVELS)
    found = None if whole else _interval(services, field, asked, answer)
    shown = KeyFigure(
        words,
        chosen.known,
        everyone.known,
        chosen_by(asked.selection, name, services.model.card.parameters.basis, services.schema),
        numbers.between(field, found.low, found.high) if found else "",
        chance,
        maybe,
        whole,
        chosen.deviation > 0,
    )
    return {f"{id}-value": write(chosen.mean), f"{id}-note": note(shown)}


def is_chance(chosen: Moments, rest: Moments, level: float, *, is_rate: bool, whole: bool) -> bool:
    """Whether the difference from the rest could be chance; of a whole file, whether as many drawn from it differ as much."""
    drawn = could_be_drawn(chosen, rest, confidence=level)
    if whole:
        return drawn
    differ = rate_difference if is_rate else mean_difference
    difference = differ(chosen, rest, confidence=level)
    return difference is None or difference.chance or (drawn and not is_rate)


def _interval(services: Services, field: Field, asked: Asked, answer: Answer) -> Interval | None:
    """Of a rate Wilson's, of a mean Student's; exact, and one that minds how skewed amounts are, where it matters."""
    chosen = answer.selected.values[field.name]
    if field.kind is Kind.FLAG:
        return rate_interval(round(chosen.sum), chosen.known) if chosen.known else None
    spread = services.model.card.profile.spreads.get(field.name)
    amounts = spread is not None and spread.low >= 0
    if answer.selected.rows > SEVERAL:
        return mean_interval(chosen, amounts=amounts)
    places = services.model.crossfilter.rows(asked.selection)
    values = services.model.people.rows(places, [field.name])[field.name].to_numpy(dtype=np.float64)
    return skewed_interval(values[~np.isnan(values)], amounts=amounts)


@dataclass(frozen=True)
class KeyFigure:
    """What the note under a key figure is made of."""

    words: str  # against everyone
    # Of how many of the selected, and of all, the field is known.
    known: int
    everyone: int
    chosen: Chosen | None  # how the filters decide the figure themselves
    interval: str  # its ends, if there is one
    # Whether the difference could be chance at one look, and in one of so many looks.
    chance: bool
    maybe: bool
    whole: bool = False  # whether the file is taken to be everyone there is, so that nothing is uncertain
    differ: bool = False  # whether the selected differ in it


def note(shown: KeyFigure) -> str:
    """Against everyone, how sure, and whether it could be chance; none of that of what the filters decided."""
    if not shown.known:
        return "too few customers to say"
    if shown.known == shown.everyone:
        return _sure(shown)
    if shown.chosen:
        return f"{shown.words}; {shown.chosen}"
    sure = _sure(shown)
    return f"{shown.words}{_chance(shown)}. {sure[0].upper()}{sure[1:]}"


def _sure(shown: KeyFigure) -> str:
    if shown.whole:
        return "exact"
    if shown.interval:
        return f"95% interval {shown.interval}"
    if shown.known < LEAST:
        return f"fewer than {LEAST}: no interval"
    if not shown.differ:
        return "all are alike: no interval"
    return (
        f"fewer than {FEWEST}: no interval" if shown.known < FEWEST else "too few who have any: no interval"
    )


def _chance(shown: KeyFigure) -> str:
    if shown.known < FEWEST:
        return "; too few customers to say whether that is chance"
    if shown.everyone - shown.known < FEWEST:
        return "; too few others to say whether that is chance"
    return "; the difference could be chance" if shown.chance else "; maybe chance" if shown.maybe else ""
