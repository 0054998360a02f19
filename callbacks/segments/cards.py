"""What the cards of the segments page say."""

from __future__ import annotations

from dash.development.base_component import Component

from callbacks.filters import cards as card_scope
from callbacks.filters.page import Texts
from core.model.profile import SegmentProfile
from core.profiles.contrast import compared, size_word
from core.services import Services
from core.statistics.by_construction import by_construction
from layouts.components import Table
from layouts.segments import cards as layout


def cards(services: Services, texts: Texts, *, may_name: bool) -> list[Component]:
    """A card for each segment of the live model."""
    segments = services.model.card.profile.segments
    return [
        layout.card(one, _figures(services, segment), may_name=may_name)
        for segment, one in zip(segments, card_scope.cards(services, texts), strict=True)
    ]


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
