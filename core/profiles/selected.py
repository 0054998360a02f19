"""Segments under a selection: size, money and averages of those who pass the filters on other fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.crossfilter.table import Breakdown, Figures, Selection
from core.model.artefacts import Model
from core.model.axes import telling
from core.model.profile import Average, Profile, SegmentProfile
from core.statistics.by_construction import Chosen, chosen_by

SEGMENT = "Segment"


def parts(model: Model, selection: Selection) -> Mapping[int, SegmentProfile]:
    """Each segment as if it were only its customers who pass the filters on fields other than segments.

    Returns
    -------
    dict of segment number to SegmentProfile
        Shares are of all customers and of all spending, differences from everyone's averages. `averages` and `effects` hold the fields that the table can sum, and no medians; those of a part
        without customers are not known. No `effects` of fields that are filtered by: those the filter decides.
    """
    return model.once(("parts", selection), lambda: _parts(model, selection))


def _parts(model: Model, selection: Selection) -> dict[int, SegmentProfile]:
    table, profile = model.crossfilter, model.card.profile
    told = dict.fromkeys((*telling(profile, model.schema), *model.schema.targets[-1:]))
    fields = [name for name in told if name in table.summed]
    # Not named like their fields: a view skips the filter that goes by its name.
    views = [Breakdown(f"part:{name}", SEGMENT, value=name) for name in fields]
    sizes = Breakdown("part", SEGMENT)
    counted = table.figures(selection, [sizes, *views])
    found = {name: counted[f"part:{name}"] for name in fields}
    by_filter = (Chosen.BY_FIELD, Chosen.BY_PART)
    apart = [name for name in fields if chosen_by(selection, name, (), model.schema) not in by_filter]
    return {
        segment.number: _part(segment, profile, counted["part"].counts, found, apart)
        for segment in profile.segments
    }


def _part(
    segment: SegmentProfile,
    profile: Profile,
    sizes: NDArray[np.int64],
    found: Mapping[str, Figures],
    apart: list[str],
) -> SegmentProfile:
    code = segment.number - 1
    size = int(sizes[code])
    spending = _sum(found[value], code) if (value := profile.value or "") in found else 0.0
    averages = {name: Average(_mean(found[name], code), None, _known(found[name], code)) for name in found}
    means = {name: mean for name in apart if (mean := averages[name].mean) is not None}
    return replace(
        segment,
        size=size,
        share=size / profile.customers,
        spending=spending,
        spending_share=spending / (profile.spending or 1.0),
        averages=averages,
        effects={name: profile.standardised(name, mean) for name, mean in means.items()},
        p={name: _chance(profile, name, mean, averages[name].known) for name, mean in means.items()},
        having=None,
    )


def _chance(profile: Profile, name: str, mean: float, known: int) -> float:
    """How likely chance alone sets so many drawn customers this far from everyone: a z-test.

    Notes
    -----
    With everyone's standard deviation, and the correction for drawing without replacement, since a part of
    all is judged (Cochran 1977, Sampling Techniques, 2.6).
    """
    others = 1 - known / profile.customers
    if others <= 0:
        return 1.0
    z = abs(profile.standardised(name, mean)) * math.sqrt(known / others)
    return math.erfc(z / math.sqrt(2))


def _sum(figures: Figures, code: int) -> float:
    return 0.0 if figures.sums is None else float(figures.sums[code])


def _known(figures: Figures, code: int) -> int:
    return 0 if figures.known is None else int(figures.known[code])


def _mean(figures: Figures, code: int) -> float | None:
    known = _known(figures, code)
    return _sum(figures, code) / known if known else None
