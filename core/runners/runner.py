"""What every runner does, wherever its customers are; those in parts do it by the verbs, part by part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.crossfilter.binning import Axis
from core.crossfilter.columns import Columns
from core.crossfilter.counting import Query
from core.model.coreset import Coreset
from core.model.space import Space
from core.runners import verbs
from core.runners.middle import medians
from core.runners.partials import Histogram, Moments, Step, added
from core.schema.fields import IDENTIFIER, SEGMENT

Answers = dict[Query, NDArray[Any]]


class Coded(Protocol):
    """Code columns of all customers, ready to be counted."""

    def counts(self, queries: Sequence[Query]) -> Answers:
        """Answers as `core.crossfilter.counting.tally` gives them."""


@dataclass(frozen=True)
class CodesHere:
    """Code columns of parts in memory."""

    parts: Sequence[Columns]

    def counts(self, queries: Sequence[Query]) -> Answers:
        """Answers over all parts."""
        return dict(added([verbs.counts(one, queries) for one in self.parts]).answers)


class Runner(Protocol):
    """The verbs over one table of customers, cleaned and with every derived field."""

    def medians(self, names: Sequence[str]) -> dict[str, float]:
        """The median of each field over those known, exactly; NaN where none is."""

    def moments(self, names: Sequence[str], space: Space | None = None) -> Moments:
        """Fields as they are, gaps left out; with a `space`, where customers stand on its basis, which `names` is."""

    def coreset(self, space: Space, everyone: Moments, *, rows: int, seed: int) -> Coreset:
        """Customers drawn as `verbs.coreset` does; `everyone` is the moments in that space."""

    def assign(self, space: Space, value: str | None = None) -> Step:
        """One exact Lloyd step from the centres of the space."""

    def labels(self, space: Space) -> pd.DataFrame:
        """The identifier of each customer, and the segment, 1..k, in any order."""

    def code(
        self, axes: Mapping[str, Axis], summed: Collection[str] = (), space: Space | None = None
    ) -> Coded:
        """The code columns on these axes; with a `space`, also of the segment."""


class InParts(ABC):
    """A runner of customers in parts: what is done to each, and that partials are added, is all there is."""

    @abstractmethod
    def each(self, verb: Callable[..., Any], *given: Any, **named: Any) -> list[Any]:
        """What `verb` finds of each part, in the order of the parts."""

    @abstractmethod
    def code(
        self, axes: Mapping[str, Axis], summed: Collection[str] = (), space: Space | None = None
    ) -> Coded:
        """The code columns on these axes; with a `space`, also of the segment."""

    def medians(self, names: Sequence[str]) -> dict[str, float]:
        """The median of each field over those known, exactly; NaN where none is."""

        def between(edges: NDArray[np.float64]) -> Histogram:
            found: Histogram = added(self.each(verbs.histogram, names, edges))
            return found

        return dict(zip(names, medians(self.moments(names), between).tolist(), strict=True))

    def moments(self, names: Sequence[str], space: Space | None = None) -> Moments:
        """Moments of all."""
        found: Moments = added(self.each(verbs.moments, names, space))
        return found

    def coreset(self, space: Space, everyone: Moments, *, rows: int, seed: int) -> Coreset:
        """A coreset of all."""
        drawn = added(self.each(verbs.coreset, space, everyone, rows=rows, seed=seed))
        placed: Coreset = drawn.placed(space)
        return placed

    def assign(self, space: Space, value: str | None = None) -> Step:
        """One exact Lloyd step of all."""
        found: Step = added(self.each(verbs.assign, space, value))
        return found

    def labels(self, space: Space) -> pd.DataFrame:
        """The segment of each."""
        found: pd.DataFrame = pd.concat(self.each(labelled, space), ignore_index=True)
        return found


def labelled(part: pd.DataFrame, space: Space) -> pd.DataFrame:
    """Customers by identifier, with their segment."""
    return pd.DataFrame({IDENTIFIER: part[IDENTIFIER].to_numpy(), SEGMENT: verbs.labels(part, space)})
