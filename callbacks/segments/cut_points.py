"""The form that cuts RFM scores elsewhere: read, held to the customers, and handed to the worker."""

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
from core.numbers import Numbers, to_tell
from core.services import Services
from layouts.components import alert
from layouts.segments import rfm as layout
from layouts.segments.rfm import BOXES, CutPoints

_BETWEEN = ";"
_LONGEST = 120


def form(services: Services, fields: Sequence[str], scores: Sequence[Score]) -> Component:
    """The form with the cut points of now; for who may choose the model, of a dataset that has versions."""
    lines = services.schema.lines
    if not allows(Action.CHOOSE_MODEL) or lines is None:
        return layout.no_form()
    chosen, numbers = dict(lines.cuts), services.numbers
    return layout.form(
        CutPoints(
            [_label(services, name) for name in fields],
            [_written(numbers, chosen.get(one, ())) for one in SCORED[: len(fields)]],
            [_written(numbers, one.ends) for one in scores],
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


def _written(numbers: Numbers, ends: Sequence[float]) -> str:
    return f"{_BETWEEN} ".join(numbers.typed(one) for one in ends)


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
