"""The runner of this machine: parts that are in memory, or are read one at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.crossfilter.binning import Axis
from core.crossfilter.columns import Columns
from core.crossfilter.counting import Query
from core.model.space import Space
from core.runners import verbs
from core.runners.partials import added
from core.runners.runner import Answers, InParts


@dataclass(frozen=True)
class LocalCodes:
    """Code columns of parts in memory."""

    parts: Sequence[Columns]

    def counts(self, queries: Sequence[Query]) -> Answers:
        """Answers over all parts."""
        return dict(added([verbs.counts(one, queries) for one in self.parts]).answers)


@dataclass(frozen=True)
class Local(InParts):
    """Parts of a table of customers, or of lines of orders as `core.data.rows.Columns`."""

    parts: Sequence[Any]

    def each(self, verb: Callable[..., Any], *given: Any, **named: Any) -> list[Any]:
        """What `verb` finds of each part."""
        return [verb(part, *given, **named) for part in self.parts]

    def code(
        self, axes: Mapping[str, Axis], summed: Collection[str] = (), space: Space | None = None
    ) -> LocalCodes:
        """The code columns of all parts."""
        return LocalCodes(self.each(verbs.code, axes, summed, space))
