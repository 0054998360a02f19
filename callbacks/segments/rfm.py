"""What the segments page says of the RFM groups of customers who were folded from orders, and the form that cuts their scores elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import no_update
from dash.development.base_component import Component

from callbacks import progress
from callbacks.web.guard import allows
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.data.rfm import SCORED, Score, refused
from core.datasets.cut_points import WORK
from core.numbers import listed, spell, to_tell
from core.profiles.rfm_beside import Beside, RfmGroup, beside
from core.schema.fields import in_sentence
from core.schema.rfm_groups import GROUPS, rules
from core.scoring.customer_input import CENTS
from core.services import Services
from layouts.components import Table, alert
from layouts.segments import rfm as layout
from layouts.segments.rfm import BOXES, CutPoints

_BETWEEN = ";"
_LONGEST = 120


def drawn(services: Services) -> Component:
    """The groups beside the segments; nothing to be seen where the table has no orders."""
    found = beside(services.model)
    if found is None:
        return layout.no_form()
    scores = [_score(services, found, one) for one in range(len(found.fields))]
    cut = form(services, found.fields, _scores(found))
    return layout.section_of(_lead(services, found), scores, _table(services, found), cut)


def _lead(services: Services, found: Beside) -> str:
    numbers, k = services.numbers, services.model.card.parameters.k
    names = listed([in_sentence(services.label(one)) for one in found.fields])
    without = services.model.card.profile.customers - sum(one.size for one in found.groups)
    left = (
        f" {numbers.many(without, 'customer is', 'customers are')} in no group, for want of an order."
        if without
        else ""
    )
    own, segments = (numbers.percent(one) for one in found.explained)
    return (
        f"RFM needs no model: {names} are scored, and names go by scores. Its "
        f"{spell(len(found.groups)).lower()} groups explain {own} of the differences in these fields, the "
        f"{spell(k).lower()} segments {segments}. Both agree by {numbers.fixed(found.agreement)} (adjusted Rand index: "
        f"1 where they are the same, 0 where they agree as by chance).{left}"
    )


def _score(services: Services, found: Beside, place: int) -> str:
    """The cut points of a field, and why there are fewer groups than five."""
    name = found.fields[place]
    field, score = services.schema[name], _scores(found)[place]
    label, tied, share = field.label, *found.tied[place]
    ends = [services.numbers.of(field, one) for one in score.ends]
    if not ends:
        return f"{label}: everybody has {services.numbers.of(field, tied)}, so it scores nobody."
    upto = [f"{point} up to {end}" for point, end in zip(score.scores, ends, strict=False)]
    said = f"{label}: {', '.join(upto)}, {score.scores[-1]} above."
    lines = services.schema.lines
    if len(score.scores) == GROUPS or (lines and SCORED[place] in dict(lines.cuts)):
        return said
    why = f"{services.numbers.percent(share)} have {services.numbers.of(field, tied)}"
    return f"{said} {why}, so there are {spell(len(score.scores)).lower()} groups, not five."


def _scores(found: Beside) -> Sequence[Score]:
    scores = found.scores
    return [scores.recency, scores.frequency, *([scores.money] if scores.money else [])]


def _table(services: Services, found: Beside) -> Table:
    labels = [f"Mean {in_sentence(services.label(one))}" for one in found.fields]
    money = ["Part of spending"] if found.scores.money else []
    head = ("Group", "Rule", "Customers", "Part of these", *money, *labels, "Most are in")
    whole = sum(one.size for one in found.groups)
    return Table(head, [_row(services, found, one, whole) for one in found.groups])


def _row(services: Services, found: Beside, group: RfmGroup, whole: int) -> tuple[str, ...]:
    numbers, schema = services.numbers, services.schema
    segments = services.model.card.profile.segments
    means = [numbers.of(schema[name], mean) for name, mean in zip(found.fields, group.means, strict=True)]
    return (
        group.name,
        _rule(group.name, both=found.scores.money is not None),
        numbers.whole(group.size),
        numbers.percent(group.size / whole),
        *([numbers.percent(group.money)] if found.scores.money else []),
        *means,
        f"{segments[group.segment - 1].name} ({numbers.percent(group.inside)})",
    )


def _rule(name: str, *, both: bool) -> str:
    """The cells of a group in words: scores of recency, and of purchases and spending together."""
    what = "F and M" if both else "F"
    return "; ".join(f"R {_span(recency)}, {what} {_span(rest)}" for recency, rest in rules()[name])


def _span(scores: range) -> str:
    return f"{scores[0]}" if len(scores) == 1 else f"{scores[0]} to {scores[-1]}"


def form(services: Services, fields: Sequence[str], scores: Sequence[Score]) -> Component:
    """The form with the cut points of now; for who may choose the model, of a dataset that has versions."""
    lines = services.schema.lines
    if not allows(Action.CHOOSE_MODEL) or lines is None:
        return layout.no_form()
    chosen = dict(lines.cuts)
    return layout.form(
        CutPoints(
            [_label(services, name) for name in fields],
            [
                _written(services, name, chosen.get(one, ()))
                for one, name in zip(SCORED, fields, strict=False)
            ],
            [_written(services, name, one.ends) for name, one in zip(fields, scores, strict=True)],
        )
    )


def save(services: Services, given: Sequence[object], *, fifths: bool = False) -> list[Any]:
    """Have scores cut where the form says, or say beside each field what is wrong; nothing is done of a wrong form."""
    fields = services.schema.picked("rfm")
    read = [
        ((), "") if fifths else _read(services, name, one) for name, one in zip(fields, given, strict=False)
    ]
    errors = [why for _, why in read] + [""] * (len(BOXES) - len(read))
    said = [alert(services.numbers.told(why)) if why else "" for why in errors]
    panel: Any = no_update
    if not any(errors):
        cuts = {one: list(ends) for one, (ends, _) in zip(SCORED, read, strict=False)}
        asked = {"cuts": cuts, "by": visitor().username, "after": services.dataset.version.number}
        panel = progress.panel(services, progress.start(services, WORK, asked, anew=True))
    return [*said, *map(bool, errors), panel]


def _label(services: Services, name: str) -> str:
    field = services.schema[name]
    told = field.unit not in ("", field.label.casefold())  # purchases are counted in purchases
    return f"{field.label} ({field.unit})" if told else field.label


def _written(services: Services, name: str, ends: Sequence[float]) -> str:
    decimals = services.schema[name].decimals + CENTS
    return f"{_BETWEEN} ".join(services.numbers.typed(one, decimals) for one in ends)


def _read(services: Services, name: str, given: object) -> tuple[tuple[float, ...], str]:
    """The cut points that were typed, or why they are none."""
    text = given if isinstance(given, str) else "" if given is None else "?"
    if len(text) > _LONGEST:
        return (
            (),
            f"Found {to_tell(len(text))} letters. Expected {_LONGEST} at most: numbers with a semicolon between.",
        )
    parts = [one for one in text.split(_BETWEEN) if one.strip()]
    try:
        ends = tuple(services.numbers.read(one) for one in parts)
    except ValueError:
        return (), "Found what is no number. Expected numbers with a semicolon between, or nothing."
    if not ends:
        return (), ""
    values = services.model.people.column(name).dropna().to_numpy(dtype="float64")
    return ends, refused(values, ends)
