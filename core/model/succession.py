"""Which segment of a model goes on from which of the model before: by the customers that they share."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from core.model.before import Before
from core.model.kin import Flow, Kin, Succession
from core.model.space import Floats, Space
from core.schema.fields import IDENTIFIER, SEGMENT

HALF = 0.5
ENOUGH = 10  # customers in both to a segment, from which customers decide and not centres
BEFORE = " before"  # ends what customers were: no name of a field has a blank
WAS = f"{SEGMENT}{BEFORE}"
Labels = NDArray[np.int64]


def order(before: Before, table: pd.DataFrame, space: Space) -> Labels:
    """Which segment of a new fit is to be the first, the second ...: where it goes on from one, as that was.

    Parameters
    ----------
    before : Before
        With as many segments.
    table : DataFrame
        The new customers with their `Segment`, 1..k.
    space : Space
        Of the new fit.

    Notes
    -----
    Matched by the Hungarian method (Kuhn 1955) on the share of the larger of two segments that is in both; where that is
    below half, `succession` says that the segment is new.
    """
    _, columns = linear_sum_assignment(-_overlap(_counts(before, table, space)))
    found: Labels = columns
    return found


def matched(counts: Labels) -> dict[int, int]:
    """Which segment of before each of now goes on from, of how many are in each of both; new ones are left out."""
    overlap = _overlap(counts)
    pairs = zip(*linear_sum_assignment(-overlap), strict=True)
    return {int(now) + 1: int(was) + 1 for was, now in pairs if overlap[was, now] >= HALF}


def succession(before: Before, table: pd.DataFrame, space: Space) -> Succession:
    """How segments go on that have been put in `order`."""
    counts = _counts(before, table, space)
    overlap, k = _overlap(counts), len(counts)
    kin = [
        Kin(one + 1, one + 1 if overlap[one, one] >= HALF else None, float(overlap[one, one]))
        for one in range(k)
    ]
    both = _both(before, table)
    known = counts if _enough(both, k) else np.zeros_like(counts)
    was, now = (np.bincount(one[SEGMENT] - 1, minlength=k) for one in (before.people, table))
    return Succession(
        before.model,
        before.version,
        not _enough(both, k),
        tuple(kin),
        tuple(tuple(map(int, row)) for row in known),
        tuple(map(int, was - known.sum(axis=1))) if known.any() else (),
        tuple(map(int, now - known.sum(axis=0))) if known.any() else (),
        tuple(
            _flows(both, before.space, space, {one.number for one in kin if one.before})
            if known.any()
            else ()
        ),
    )


def moved(before: Before, table: pd.DataFrame) -> pd.DataFrame:
    """`ID`, `Segment_before` and `Segment` of the customers of both versions."""
    return _both(before, table)[[IDENTIFIER, WAS, SEGMENT]].rename(columns={WAS: "Segment_before"})


def _both(before: Before, table: pd.DataFrame) -> pd.DataFrame:
    """Customers of both, with what they were beside what they are; `BEFORE` ends what they were."""
    now = table[[IDENTIFIER, SEGMENT, *before.space.basis]]
    now = now.assign(**{IDENTIFIER: now[IDENTIFIER].astype(str)}).drop_duplicates(IDENTIFIER)
    return now.merge(before.people, on=IDENTIFIER, suffixes=("", BEFORE))


def _enough(both: pd.DataFrame, k: int) -> bool:
    return len(both) >= ENOUGH * k


def _counts(before: Before, table: pd.DataFrame, space: Space) -> Labels:
    """Customers of both by segment before and now; where these are too few, all of now by the borders of before."""
    both, k = _both(before, table), len(space.centres)
    if _enough(both, k):
        old, new = both[WAS], both[SEGMENT]
    else:
        old = pd.Series(cdist(before.space.place(table), before.space.centres).argmin(axis=1) + 1)
        new = table[SEGMENT]
    counts = np.zeros((len(before.space.centres), k), dtype=np.int64)
    np.add.at(counts, (old.to_numpy() - 1, new.to_numpy() - 1), 1)
    return counts


def _overlap(counts: Labels) -> Floats:
    larger = np.maximum(counts.sum(axis=1)[:, None], counts.sum(axis=0)[None, :])
    overlap: Floats = counts / np.maximum(larger, 1)
    return overlap


def _flows(both: pd.DataFrame, old: Space, new: Space, going_on: set[int]) -> list[Flow]:
    found = []
    movers = both[both[WAS] != both[SEGMENT]]
    for before, after in movers[[WAS, SEGMENT]].drop_duplicates().to_numpy().tolist():
        part = movers[(movers[WAS] == before) & (movers[SEGMENT] == after)]
        lost = "gone" if before not in going_on else "new" if after not in going_on else ""
        flow = Flow(before, after, len(part), lost)
        found.append(flow if lost else _driven(part, old, new, flow))
    return sorted(found, key=lambda one: (-one.customers, one.before, one.after))


def _driven(part: pd.DataFrame, old: Space, new: Space, flow: Flow) -> Flow:
    """Why these moved: how much nearer each field brought them to where they are than to where they were.

    Squared distances are sums over fields: what their own change did is measured by the borders of now, the rest is
    what the borders did to them as they were.
    """
    names = list(new.basis)
    was = part[[f"{name}{BEFORE}" for name in names]].set_axis(names, axis=1)
    now = part[names]
    way = flow.before - 1, flow.after - 1
    own = new.nearer(now, *way) - new.nearer(was, *way)
    border = new.nearer(was, *way) - old.nearer(was, *way)
    why, by_field = ("changed", own) if own.sum() >= border.sum() else ("border", border)
    field = names[int(by_field.argmax())]
    medians = [float(one[field].median()) for one in (was, now)]
    filled = [one if one == one else new.typical[field] for one in medians]
    return Flow(flow.before, flow.after, flow.customers, why, field, *filled)
