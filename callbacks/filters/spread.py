"""One field by segment: quantiles as boxes, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.model.profile import SMALL
from core.profiles.contrast import Box, boxes
from core.profiles.narrative import foremost
from core.services import Services
from layouts import relation_figures
from layouts.components import Shown, Table
from layouts.theme import Template

HEAD = ("Segment", "Customers", "5%", "25%", "Median", "75%", "95%")


def spread(
    services: Services,
    places: npt.NDArray[np.intp],
    name: str,
    plotly: Template,
    *,
    everyone: str = "",
    chosen: Sequence[int] = (),
    part: str = "",
) -> Shown:
    """The field `name` of the customers at `places`; of all of them as well, where `everyone` says what they are called.

    `part` is said at the end of the finding: of whom they are a sample.
    """
    names, field = (
        [everyone, *(one.name for one in services.model.card.profile.segments)],
        services.schema[name],
    )
    found = boxes(services.model.people, places, name, len(names) - 1).boxes[0 if everyone else 1 :]
    called = [f"{box.number} {names[box.number]}" if box.number else everyone.capitalize() for box in found]
    axis = ", ".join(filter(None, (field.label, field.unit)))
    rows = [
        (
            title,
            services.numbers.whole(box.known),
            *(services.numbers.of(field, value) for value in box.quantiles or [None] * 5),
        )
        for title, box in zip(called, found, strict=True)
    ]
    groups = [(box.number, title, box.quantiles) for title, box in zip(called, found, strict=True)]
    figure = relation_figures.boxes(groups, plotly, axis=axis, chosen=chosen)
    return Shown(figure, _finding(services, name, found, names) + part, Table(HEAD, rows))


def _finding(services: Services, name: str, found: Sequence[Box], names: Sequence[str]) -> str:
    medians = {
        names[box.number]: box.quantiles[2]
        for box in found
        if box.number and box.quantiles and box.known >= SMALL
    }
    if not medians:
        known = any(box.known for box in found)
        return f"No segment has {SMALL} customers here." if known else "No customer matches."
    field, write = services.schema[name], services.numbers.of
    low, high = min(medians.values()), max(medians.values())
    if write(field, low) == write(field, high):
        where = "in every segment" if len(medians) > 1 else f"for {foremost(medians)}"
        return f"{field.label}: the median is {write(field, low)} {where}."
    return (
        f"{field.label}: the median is highest for {foremost(medians)} ({write(field, high)}), "
        f"lowest for {foremost(medians, lowest=True)} ({write(field, low)})."
    )
