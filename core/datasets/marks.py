"""What people say of models: a note, and whether one is retired, so that nobody makes it live by mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from core.accounts import audit
from core.accounts.audit import Event
from core.errors import ModelError
from core.model.given_names import checked_note
from core.store.database import Database
from core.store.tables import marks as table
from core.store.times import now


@dataclass(frozen=True)
class Mark:
    """What was said of a model last, by whom and when."""

    note: str
    retired: bool
    who: str
    at: str


def _unknown(_connection: Connection) -> str:
    """No model is live, as far as whoever asks knows."""
    return ""


@dataclass(frozen=True)
class Marks:
    """Those of the models of a dataset."""

    database: Database
    dataset: str

    def all(self) -> dict[str, Mark]:
        """By the model's key; of those of which nothing was said there is none."""
        with self.database.reading() as connection:
            return self._all(connection)

    def say(
        self, model: str, note: str, *, retired: bool, by: str, live: Callable[[Connection], str] = _unknown
    ) -> None:
        """Note something about a model, and retire it, or take that back.

        `live` says which model is live, in the transaction that nobody makes another one live meanwhile.
        Raises ModelError if the note is no such text, or the model to retire is live.
        """
        mark = Mark(checked_note(note), retired, by, now())
        with self.database.changing("deployments", self.dataset) as connection:
            if retired and model == live(connection):
                raise ModelError("This model is live. Make another one live, then retire it.")
            row = {"dataset": self.dataset, "model": model, "note": mark.note, "retired": int(retired)}
            connection.execute(insert(table), row | {"who": mark.who, "at": mark.at})
        audit.record(Event.MODEL_MARKED, user=by, model=model, retired=retired, dataset=self.dataset)

    def is_retired(self, model: str) -> bool:
        """Whether nobody is to make a model live."""
        mark = self.all().get(model)
        return mark is not None and mark.retired

    def check(self, model: str, connection: Connection | None = None) -> None:
        """That a model is not retired, in a transaction of the caller's if there is one.

        Raises ModelError if it is.
        """
        mark = (self._all(connection) if connection is not None else self.all()).get(model)
        if mark is not None and mark.retired:
            raise ModelError(
                f"The model {model} was retired {audit.by_whom(mark.who)} on {mark.at[:10]}"
                f"{f': “{mark.note}”' if mark.note else ''}. Choose another one, or take that back on the Models page."
            )

    def _all(self, connection: Connection) -> dict[str, Mark]:
        asked = select(table).where(table.c.dataset == self.dataset).order_by(table.c.id)
        return {
            row.model: Mark(row.note, bool(row.retired), row.who, row.at) for row in connection.execute(asked)
        }
