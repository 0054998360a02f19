"""Files that name a customer and belong to no version: those that pass through, and those of older times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import delete

from core.customers.mentions import said_in
from core.customers.traces import Trace, Where
from core.datasets.unserved import removed
from core.datasets.workspace import Workspaces
from core.store.tables import staged_files

_PASSING: Mapping[Where, str] = MappingProxyType(
    {Where.SCORED: "scored", Where.EXPORT: "exports", Where.STAGED: "staged"}
)


def passing(spaces: Workspaces, named: Iterable[Trace]) -> int:
    """Take away files that pass through and name the customer; how many."""
    home, count = spaces.catalogue.settings.home, 0
    for one in named:
        if one.where in _PASSING:
            count += removed(home / _PASSING[one.where] / one.id)
        if one.where is Where.STAGED:
            with spaces.catalogue.database.changing() as connection:
                connection.execute(delete(staged_files).where(staged_files.c.id == one.id))
    return count


def of_before(home: Path, id: str) -> int:
    """Take away what versions without a database kept in files and was taken over, where it names the customer."""
    old = (*home.glob("names/*.json"), *home.glob("views/*.json"), *home.glob("findings/*/*.json"))
    return sum(removed(path) for path in old if said_in(path.read_text("utf-8", "replace"), id))
