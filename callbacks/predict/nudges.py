"""The smallest changes that reach the other segments, and the segment's rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from dash.development.base_component import Component

from core.model.profile import SegmentProfile
from core.profiles.rulebook import rules_of
from core.schema.fields import MOST_DECIMALS
from core.scoring.counterfactual import Nudge, alone, decimals, influenced, nudge
from core.scoring.customer_input import asked
from core.scoring.prediction import Prediction
from core.services import Services
from layouts import rules
from layouts.predict import answer as layout
from layouts.predict.answer import move

MOST_ALONE = 2
Found = list[tuple[SegmentProfile, Nudge | None]]


def details(services: Services, prediction: Prediction) -> Component | None:
    """The card of changes for a customer: the ways that are worth most first, what can't be reached last."""
    model, here = services.model, prediction.segment
    free = influenced(model)
    if not free:
        return None
    others = [one for one in model.card.profile.segments if one is not here and one.size]
    found = [(one, nudge(model, prediction.values, one.number, free)) for one in others]
    found.sort(
        key=lambda pair: (pair[1] is None, -_worth(services, pair[0]), pair[1].size if pair[1] else 0.0)
    )
    moves = [
        move(
            one.number,
            one.name,
            _way(services, here, one) if change else "",
            _together(services, change, prediction.values),
            _alone(services, prediction.values, change),
        )
        for one, change in found
    ]
    stay = [known.within for name, known in asked(model).items() if name not in free]
    return layout.details(
        _opening(services, found, prediction), moves, stay, _rule(services, here), prediction.unit
    )


def _worth(services: Services, segment: SegmentProfile) -> float:
    """What its customers are worth on average; nothing where the table has no money."""
    value = services.model.card.schema.value
    return (segment.averages[value].mean or 0.0) if value else 0.0


def _way(services: Services, here: SegmentProfile, there: SegmentProfile) -> str:
    """Whether customers of another segment spend more or less."""
    if services.model.card.schema.value is None:
        return ""
    own, other = _worth(services, here), _worth(services, there)
    money = partial(services.numbers.money, decimals=services.schema.cents)
    return f"{'Up' if other > own else 'Down'}: {money(other)} on average, {money(own)} here."


def _opening(services: Services, found: Found, prediction: Prediction) -> str:
    """The nearest way up comes first; that the nearest of all leads down, or is across what stays, after it."""
    here, near = prediction.segment, prediction.neighbour
    reached = sorted(((change.size, one.number, one) for one, change in found if change))
    if not reached:
        return (
            "No change in whole steps of what a shop can influence takes this customer into another segment."
        )
    up = next((one for _, _, one in reached if _worth(services, one) > _worth(services, here)), None)
    nearest = reached[0][2]
    if services.model.card.schema.value is None:
        said = f"The smallest change leads to {nearest.those}."
    else:
        said = f"The nearest way up leads to {up.those}." if up else "No way leads up from here."
        if nearest is not up:
            said += f" The smallest change of all leads down, to {nearest.those}."
    if near.number != nearest.number:
        said += f" The border with {near.those} is nearer, but not by these figures alone."
    return said


def _together(services: Services, change: Nudge | None, values: Mapping[str, float]) -> str:
    if change is None:
        return "Not reachable by whole steps of these figures within the range of the data."
    text = ", ".join(_step(services, name, values[name], step) for name, step in change.steps.items())
    return f"{text[:1].upper()}{text[1:]}."


def _alone(services: Services, values: Mapping[str, float], change: Nudge | None) -> str:
    if change is None or len(change.steps) <= 1:
        return ""
    single = alone(services.model, values, change.target, influenced(services.model))[:MOST_ALONE]
    parts = [_step(services, name, values[name], step) for one in single for name, step in one.steps.items()]
    return f"Or by one figure alone: {'; or '.join(parts)}." if parts else "No single figure does it."


def _step(services: Services, name: str, value: float, step: float) -> str:
    known, numbers, digits = asked(services.model)[name], services.numbers, decimals(services.model, name)
    if value.is_integer() and not digits:
        before, after = numbers.of(known, value), numbers.of(known, value + step)
    else:
        # Rounded, what is told could fall short of the border.
        told = range(max(2, digits), MOST_DECIMALS)
        exact = next((one for one in told if round(value, one) == value), MOST_DECIMALS)
        before, after = numbers.fixed(value, exact), numbers.fixed(value + step, exact)
    sign = "+" if step > 0 else "−"
    # No-break spaces: a step is read as one.
    return f"{known.within} {before}\u00a0→\u00a0{after}\u00a0({sign}{numbers.fixed(abs(step), digits)})"


def _rule(services: Services, segment: SegmentProfile) -> Component | None:
    found = {one.segment: one for one in rules_of(services.model, services.findings)}
    rule = found.get(segment.number)
    return rules.card_for(rule, segment.name, services.schema, services.numbers) if rule else None
