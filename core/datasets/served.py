"""A model as it is served: under the names that people gave, and without the columns that its reader may not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

from core.data.people import People
from core.model.artefacts import Model
from core.model.given_names import Namings, named
from core.schema.fields import SEGMENT
from core.schema.personal import is_personal

Marks = Mapping[str, bool]
_LOOKED_AT = 200  # customers whose values say what a column holds
# Of a dataset: what its owners said of columns, where this reader may not see personal ones; None who sees all.
_READER: ContextVar[Callable[[str], Marks | None] | None] = ContextVar("parterre_sees", default=None)


@contextmanager
def read_by(reader: Callable[[str], Marks | None]) -> Iterator[None]:
    """To the end of the block, serve what one reader may see; elsewhere, as on the command line, everything is."""
    token = _READER.set(reader)
    try:
        yield
    finally:
        _READER.reset(token)


def markable(people: People) -> list[str]:
    """Columns that can be personal: those that build no segments, and are neither ID, value nor outcome."""
    schema = people.schema
    free = {*schema.describing}
    return [name for name in people.columns if name in free or (name not in schema and name != SEGMENT)]


@dataclass(frozen=True)
class Served:
    """A model as pages see it, with the names that people gave, and as it was fitted."""

    model: Model
    fitted: Model
    namings: Namings
    older: bool = False  # asked for by its key, while another one is live

    @classmethod
    def of(cls, fitted: Model, namings: Namings, before: Served | None) -> Served:
        """It, or what was served before if that is the same."""
        if before is not None and before.fitted is fitted and before.namings == namings:
            return before
        return cls(named(fitted, namings), fitted, namings)

    def hidden(self, dataset: str) -> frozenset[str]:
        """Columns that this reader may not see: those that are personal."""
        marks = None if (reader := _READER.get()) is None else reader(dataset)
        return frozenset() if marks is None else self.personal(marks)

    def is_secret(self, dataset: str) -> bool:
        """Whether it is built on what owners have said since that this reader may not see: figures can't leave that out."""
        marks = (None if (reader := _READER.get()) is None else reader(dataset)) or {}
        said = {name for name, one in marks.items() if one and name in self.fitted.people.columns}
        return bool(said) and not said <= {*markable(self.fitted.people)}

    def personal(self, marks: Marks) -> frozenset[str]:
        """Columns that are personal by what owners said, and where they said nothing, by heading and values."""
        said = frozenset(marks.items())
        if said not in self._personal:
            free = markable(self.fitted.people)
            self._personal[said] = frozenset(name for name in free if marks.get(name, name in self._guessed))
        return self._personal[said]

    def shown(self, dataset: str) -> Model:
        """The model without what this reader may not see."""
        hidden = self.hidden(dataset)
        if not hidden:
            return self.model
        if hidden not in self._without:
            self._without[hidden] = self.model.without(hidden)
        return self._without[hidden]

    @cached_property
    def _guessed(self) -> frozenset[str]:
        people = self.fitted.people
        more = [
            name for name in markable(people) if name not in people.schema
        ]  # nobody said what these are for
        seen = {name: people.arrow[name].slice(0, _LOOKED_AT).to_pylist() for name in more}
        return frozenset(name for name, values in seen.items() if is_personal(name, values))

    @cached_property
    def _personal(self) -> dict[frozenset[tuple[str, bool]], frozenset[str]]:
        return {}  # by what was said of columns: each request asks many times

    @cached_property
    def _without(self) -> dict[frozenset[str], Model]:
        return {}
