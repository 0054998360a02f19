"""Notes on what a page shows: dated, with their author, answered and resolved, for whoever opens that page so filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import String, cast, func, insert, select, update

from core.errors import NoteError
from core.store.database import Database
from core.store.tables import page_notes as table
from core.store.times import now

LONGEST, MOST = 1000, 100  # characters of a note; notes on one state


@dataclass(frozen=True)
class PageNote:
    """A note, or an answer to the note whose id it `answers`; resolved by and when, if it is.

    It is `about` a bar, as an address would choose it, or about all that is shown.
    """

    id: int
    text: str
    who: str
    at: str
    answers: int | None
    resolved_by: str
    resolved_at: str
    about: str


@dataclass(frozen=True)
class PageNotes:
    """The notes of a dataset."""

    database: Database
    dataset: str = ""

    def of(self, page: str, state: str, wider: Mapping[str, str] = MappingProxyType({})) -> list[PageNote]:
        """Those on a page in a state, each before its answers, the oldest first.

        `wider` are states without the filter on one field, by that: of these, those about its bars.
        """
        states = table.c.state.in_([state, *wider])
        here = (table.c.dataset == self.dataset) & (table.c.page == page) & states
        found = self.database.rows(select(table).where(here).order_by(table.c.id))
        rows = [row for row in found if row.state == state or row.about.startswith(f"{wider[row.state]}=")]
        notes = [
            PageNote(
                row.id,
                row.text,
                row.who,
                row.at,
                int(row.answers) if row.answers else None,
                row.resolved_by,
                row.resolved_at,
                row.about,
            )
            for row in rows
        ]
        return sorted(notes, key=lambda one: (one.answers or one.id, one.id))

    def add(
        self, page: str, state: str, text: str, who: str, answers: int | None = None, about: str = ""
    ) -> None:
        """Leave a note, or an answer to one, which stands where that does.

        Raises NoteError if the text can't be kept, there are too many, or what it answers is not there.
        """
        text = _checked(text)
        if answers is not None:
            state, about = self._place_of(answers, page)
        row = {"dataset": self.dataset, "page": page, "state": state, "text": text, "who": who, "at": now()}
        row |= {"answers": "" if answers is None else str(answers), "resolved_by": "", "resolved_at": ""}
        row["about"] = about
        with self.database.changing("page_notes", self.dataset) as connection:
            here = (table.c.dataset == self.dataset) & (table.c.page == page) & (table.c.state == state)
            if (connection.scalar(select(func.count()).where(here)) or 0) >= MOST:
                raise NoteError(f"There are {MOST} notes here, which is as many as fit.")
            connection.execute(insert(table), row)

    def _place_of(self, id: int, page: str) -> tuple[str, str]:
        """Where the note stands that is answered."""
        of_page = (table.c.dataset == self.dataset) & (table.c.page == page) & (table.c.answers == "")
        this = select(table).where(of_page & (cast(table.c.id, String) == str(id)))
        for row in self.database.rows(this):
            return row.state, row.about
        raise NoteError("The note that you answer is gone. Open the notes again.")

    def resolve(self, id: int, who: str, *, done: bool) -> bool:
        """Say that a note is dealt with, or is not after all; whether there is one."""
        values = {"resolved_by": who if done else "", "resolved_at": now() if done else ""}
        this = (table.c.id == id) & (table.c.dataset == self.dataset) & (table.c.answers == "")
        return self.database.change(update(table).where(this).values(values), "page_notes", self.dataset) > 0


def _checked(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise NoteError(f"Found {len(text)} characters. Expected 1 to {LONGEST}.")
    if not text.replace("\n", "").isprintable():
        raise NoteError("This note holds a character that can't be seen. Type it without.")
    return text
