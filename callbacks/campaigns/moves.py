"""The rates of segments and of groups by a field, as they follow a choice before it is answered."""

from __future__ import annotations

import numpy as np

from callbacks.filters.address import Asked
from callbacks.filters.moves import Array, Moves, Ratio
from core.campaigns.counts import NO, SEGMENT, YES, usable
from core.campaigns.report import answered_by, earlier_of
from core.crossfilter.table import Breakdown
from core.schema.fields import plain
from core.services import Services
from layouts.campaigns.page import ids, response_id


def moves(services: Services, asked: Asked, active: str, campaign: str) -> Moves:
    """Nothing moves by a field that holds the answer itself, whose filter is left out."""
    schema = services.schema
    free = [one for one in schema.outcomes if one not in schema.sources(plain(active))]
    traces = (
        {ids.HEATMAP: _cells(services, asked, active)}
        if active != SEGMENT and len(free) == len(schema.outcomes)
        else {}
    )
    if campaign in free:
        names = [name for name in answered_by(schema) if name not in (active, earlier_of(schema))]
        known = [name for name in names if name in services.model.crossfilter.axes]
        traces |= {
            response_id(name): {"0.y": _rates(services, asked, active, campaign, name)} for name in known
        }
    return Moves(traces=traces)


def _cells(services: Services, asked: Asked, active: str) -> dict[str, Ratio]:
    """Row by row of the heatmap, and as its cells say it."""
    found = [_answers(services, asked, active, one, SEGMENT) for one in services.schema.outcomes]
    bins = found[0][0].shape[1]
    over, under = (np.stack(part, axis=1).reshape(-1, bins) for part in zip(*found, strict=True))
    return {"0.z": Ratio("cells", over, under), "1.text": Ratio("percent", over, under)}


def _rates(services: Services, asked: Asked, active: str, campaign: str, name: str) -> Ratio:
    return Ratio("places", *_answers(services, asked, active, campaign, name))


def _answers(services: Services, asked: Asked, active: str, campaign: str, name: str) -> tuple[Array, Array]:
    """Who accepted and who was contacted, by bins of a field and of `active`; its own filter is set aside."""
    selection = usable(asked.selection, campaign, services.schema, *([SEGMENT] if name == SEGMENT else []))
    view = Breakdown(name, campaign, name)
    found = services.model.crossfilter.tile(selection, active, [view])[name]
    return found[YES], found[[NO, YES]].sum(axis=0)
