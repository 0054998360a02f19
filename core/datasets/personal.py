"""What owners said of columns: that they are personal, or that they are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from core.accounts import audit
from core.accounts.audit import Event
from core.store.database import Database
from core.store.tables import personal_columns as table

_SAID = select(table.c.name, table.c.personal).where(table.c.dataset == bindparam("of"))


@dataclass(frozen=True)
class PersonalColumns:
    """The columns of a dataset that owners decided about; all others are guessed."""

    database: Database
    dataset: str

    def marks(self) -> dict[str, bool]:
        """Whether a column is personal, by its name."""
        rows = self.database.known(_SAID, {"of": self.dataset})
        return {row.name: bool(row.personal) for row in rows}

    def mark(self, said: Mapping[str, bool], *, by: str) -> None:
        """Say of columns whether they are personal."""
        with self.database.changing("personal") as connection:
            enter(connection, self.dataset, said)
        tell(self.dataset, said, by)


def enter(connection: Connection, dataset: str, said: Mapping[str, bool]) -> None:
    """Let columns of a dataset be personal, or not, from now on; `tell` of it when it is kept."""
    connection.execute(delete(table).where(table.c.dataset == dataset, table.c.name.in_(list(said))))
    rows = [{"dataset": dataset, "name": name, "personal": int(one)} for name, one in said.items()]
    if rows:
        connection.execute(insert(table), rows)


def tell(dataset: str, said: Mapping[str, bool], by: str) -> None:
    """Write down that somebody said so."""
    columns = [name for name, one in said.items() if one]
    audit.record(Event.PERSONAL, user=by, dataset=dataset, columns=columns)
