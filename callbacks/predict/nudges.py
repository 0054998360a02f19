"""The smallest changes that reach the other segments, and the segment's rule, once an answer stands."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.model.profile import SegmentProfile
from core.numbers import Numbers
from core.profiles.rulebook import rules_of
from core.schema.current import BASIS, FIELDS
from core.scoring.counterfactual import Nudge, alone, nudge
from core.scoring.customer_input import CustomerInput
from core.scoring.customer_input import read as read_customer
from core.scoring.prediction import Prediction, predict
from core.services import Services
from layouts import rules
from layouts.predict import nudges as layout
from layouts.predict import page as form
from layouts.predict.nudges import Move, ids

MOST_ALONE = 2


def register(app: Dash, services: Services) -> None:
    """Follow the answer that stands: not every step of a slider."""

    @app.callback(Output(ids.DETAILS, "children"), Input(form.ids.SHARED, "data"))
    @requires(Action.PREDICT)
    def tell_what_would_move(shared: object) -> Component | None:
        return tell(services, shared) if isinstance(shared, Mapping) and shared else None


def tell(services: Services, shared: Mapping[str, object]) -> Component | None:
    """The card of changes for the customer in the address; nothing where there is no answer."""
    customer = read(services, shared)
    if customer.errors:
        return None
    [prediction] = predict(services.model, [customer])
    return details(services, prediction)


def details(services: Services, prediction: Prediction) -> Component:
    """The card of changes for a customer."""
    model, numbers, values = services.model, services.numbers, prediction.values
    here, near = prediction.segment, prediction.neighbour
    others = [one for one in model.card.profile.segments if one is not here and one.size]
    found = [(one, nudge(model, values, one.number)) for one in others]
    found.sort(key=lambda pair: (pair[1] is None, -_worth(pair[0])))
    moves = [
        Move(
            one.number,
            one.name,
            _way(here, one, numbers) if change else "",
            _together(change, values, numbers),
            _alone(services, values, one.number, change),
        )
        for one, change in found
    ]
    return layout.details(_opening(found, here, near), moves, _rule(services, here))


def _worth(segment: SegmentProfile) -> float:
    """What its customers spend on average."""
    return segment.averages["Total_Spending"].mean or 0.0


def _way(here: SegmentProfile, there: SegmentProfile, numbers: Numbers) -> str:
    """Whether customers of another segment spend more or less."""
    up = _worth(there) > _worth(here)
    return f"{'Up' if up else 'Down'}: {numbers.money(_worth(there))} on average, {numbers.money(_worth(here))} here."


def read(services: Services, shared: Mapping[str, object]) -> CustomerInput:
    """The customer as the address has it: plain numbers, whatever the locale."""
    texts = {name: _number(shared.get(name)) for name in BASIS}
    return read_customer(texts, services.model, services.numbers)


def _number(given: object) -> object:
    if not isinstance(given, str) or len(given) > 40:
        return given
    try:
        return float(given) if given.strip() else None
    except ValueError:
        return given


def _opening(
    found: list[tuple[SegmentProfile, Nudge | None]], here: SegmentProfile, near: SegmentProfile
) -> str:
    """The nearest way up comes first; that the nearest of all leads down, or is across age or income, after it."""
    reached = sorted(((change.size, one.number, one) for one, change in found if change))
    if not reached:
        return "No change of spending, purchases, visits or recency takes this customer into another segment."
    up = next((one for _, _, one in reached if _worth(one) > _worth(here)), None)
    nearest = reached[0][2]
    said = f"The nearest way up leads to the {up.name.lower()}." if up else "No way leads up from here."
    if nearest is not up:
        said += f" The smallest change of all leads down, to the {nearest.name.lower()}."
    if near.number != nearest.number:
        said += f" The border with the {near.name.lower()} is nearer, but not by these figures alone."
    return said


def _together(change: Nudge | None, values: Mapping[str, float], numbers: Numbers) -> str:
    if change is None:
        return "Not reachable by these figures within the range of the data."
    parts = [_step(name, values[name], step, numbers) for name, step in change.steps.items()]
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _alone(services: Services, values: Mapping[str, float], number: int, change: Nudge | None) -> str:
    if change is None or len(change.steps) <= 1:
        return ""
    model = services.model
    single = alone(model, values, number)[:MOST_ALONE]
    parts = [
        _step(name, values[name], step, services.numbers)
        for one in single
        for name, step in one.steps.items()
    ]
    return f"Or by one figure alone: {'; or '.join(parts)}." if parts else "No single figure does it."


def _step(name: str, value: float, step: int, numbers: Numbers) -> str:
    known = FIELDS[name]
    before, after = numbers.of(known, value), numbers.of(known, value + step)
    sign = "+" if step > 0 else "−"
    # No-break spaces: a step is read as one.
    return f"{known.label.lower()} {before}\u00a0→\u00a0{after}\u00a0({sign}{numbers.whole(abs(step))})"


def _rule(services: Services, segment: SegmentProfile) -> Component | None:
    found = {one.segment: one for one in rules_of(services.model, services.findings)}
    rule = found.get(segment.number)
    return rules.card_for(rule, segment.name, services.numbers) if rule else None
