"""What the cards of the segments page say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dash.development.base_component import Component

from callbacks import trust
from core.model.given_names import Naming, Said
from core.model.profile import SegmentProfile
from core.profiles import advice
from core.profiles.contrast import compared, size_word
from core.services import Services
from core.statistics.by_construction import by_construction
from layouts.components import Table
from layouts.segments import cards as layout


def cards(services: Services, texts: Mapping[str, str], *, may_name: bool) -> list[Component]:
    """A card for each segment of the live model."""
    profile, numbers = services.model.card.profile, services.numbers
    badges, namings = trust.badges(services), services.live.namings
    verdicts = advice.rows(services.model)
    drawn = []
    for segment in profile.segments:
        suggestion = advice.suggestion(
            segment, profile, numbers, verdicts.get(segment.number), services.schema
        )
        said = namings.get(segment.number, Naming())
        content = layout.FullCard(
            number=segment.number,
            name=segment.name,
            texts=texts,
            suggestion=(suggestion.title, suggestion.text),
            figures=_figures(services, segment),
            trust=badges.get(segment.number),
            named=_by(said.name, "Named"),
            note=said.note.text if said.note else "",
            noted=_by(said.note, "Noted"),
        )
        drawn.append(layout.card(content, may_name=may_name))
    return drawn


def _figures(services: Services, segment: SegmentProfile) -> Table:
    profile, numbers = services.model.card.profile, services.numbers
    basis, schema = services.model.card.parameters.basis, services.schema
    rows = [
        (
            schema[name].label,
            numbers.of(schema[name], segment.averages[name].mean),
            numbers.of(schema[name], profile.averages[name].mean),
            _direction(segment.effects[name], made=by_construction(name, basis, schema)),
        )
        for name in compared(profile, schema)
        if name in segment.averages and profile.averages[name].known
    ]
    return Table(("Mean", segment.name, "Everyone", "Difference"), rows)


def _direction(effect: float, *, made: bool) -> str:
    """Where it lies; how large that is by Cohen's measure only where it was not made so."""
    size, side = size_word(effect), "above" if effect > 0 else "below"
    if size == "hardly any":
        return size
    return f"{side}, by design" if made else f"{size}, {side}"


def _by(said: Said | None, what: str) -> str:
    """Who said it and when, to the minute; times are UTC."""
    if said is None:
        return ""
    when = datetime.fromisoformat(said.when)
    return f"{what} by {said.by}, {when:%Y-%m-%d %H:%M} UTC."
