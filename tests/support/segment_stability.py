"""Stability as it might have been found."""

from __future__ import annotations

from core.evidence.stability import Fresh, SegmentStability


def segment(jaccard, customers=400, fresh=None, **more):
    """A segment as it might have been found."""
    fresh = jaccard if fresh is None else fresh
    spread = None if fresh is None else Fresh(fresh, fresh, fresh)
    return SegmentStability(more.pop("number", 1), customers, jaccard, 0, 0, spread, **more)
