"""Entries of the audit log as a chain: the hash of each covers its content and the hash of the one before.

Entries are added and, by their age, forgotten from the beginning; nothing changes one. Whoever may write to the
database can make a whole chain anew, so its end is known elsewhere as well: in a file beside the database, in every
line of the server's log, and wherever an operator notes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select

from core.store.database import Database
from core.store.tables import audit_entries as table

WHAT = "audit"  # nobody else changes meanwhile
FORGOTTEN = (
    "audit-forgotten"  # the event that says up to where there are no entries any more, and the hash there
)
_MANY = 500
_REFUSED = (  # made once: floods of guesses ask it
    select(func.count())
    .select_from(table)
    .where(table.c.event == bindparam("event"), table.c.at >= bindparam("since"))
    .where(table.c.outcome.in_(bindparam("outcomes", expanding=True)))
)
_CONTENT = (table.c.at, table.c.event, table.c.outcome, table.c.who, table.c.address, table.c.told)


@dataclass(frozen=True)
class End:
    """The last entry: its number, from 1, and its hash; 0 and nothing where there is none."""

    number: int = 0
    hash: str = ""

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Entry:
    """What was done (`event`, `outcome`), by whom, from which address, when (ISO 8601, UTC), and to what (`told`)."""

    number: int
    at: str
    event: str
    outcome: str
    who: str
    address: str
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Search:
    """Which entries; what is empty leaves all. `event` may be several. `what` is looked for in all that an entry tells."""

    who: str = ""
    event: tuple[str, ...] = ()
    what: str = ""
    since: date | None = None
    until: date | None = None

    def clauses(self) -> Iterator[ColumnElement[bool]]:
        """As conditions on the table; `until` is a whole day, UTC."""
        if self.who:
            yield table.c.who.icontains(self.who, autoescape=True)
        if self.event:
            yield table.c.event.in_(self.event)
        if self.what:
            said = (table.c.told, table.c.address, table.c.outcome)
            yield or_(*(one.icontains(self.what, autoescape=True) for one in said))
        if self.since:
            yield table.c.at >= self.since.isoformat()
        if self.until:
            yield table.c.at < (self.until + timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Verified:
    """Whether the chain is whole: how many entries were looked at, where they end, else the first broken one, and how."""

    entries: int
    end: End
    broken: int | None = None
    how: str = ""
    to_come: bool = False  # whether there are more than were looked at


@dataclass(frozen=True)
class Chain:
    """The entries in a database; any number of processes may add to them."""

    database: Database

    def add(self, rows: Sequence[Mapping[str, str]]) -> End:
        """Add entries of the columns `at`, `event`, `outcome`, `who`, `address` and `told` (JSON), in that order; the new end."""
        with self.database.changing(WHAT) as connection:
            return add(connection, rows)

    def end(self) -> End:
        """The last entry."""
        with self.database.reading() as connection:
            return _end(connection)

    def refused_since(self, event: str, outcomes: Sequence[str], at: str) -> int:
        """How many entries of an event ended so since a moment."""
        row = self.database.row(_REFUSED, {"event": event, "outcomes": list(outcomes), "since": at})
        return row[0] if row else 0

    def found(self, search: Search, *, before: int | None = None, most: int) -> list[Entry]:
        """The newest entries that a search finds, `most` at most, of those before a number."""
        where = [*search.clauses(), *([table.c.number < before] if before else [])]
        asked = select(table).where(*where).order_by(table.c.number.desc()).limit(most)
        return [_entry(row) for row in self.database.rows(asked)]

    def each(self, search: Search) -> Iterator[Entry]:
        """All entries that a search finds, newest first, never more than a few in memory; no transaction is held."""
        before: int | None = None
        while some := self.found(search, before=before, most=_MANY):
            yield from some
            before = some[-1].number

    def verify(
        self, known: End | None = None, *, after: End | None = None, most: int | None = None
    ) -> Verified:
        """Whether no entry was changed, left out or put in; and none taken from the end, as far as `known` tells.

        Where `most` is given, of so many; the next go on `after` the end of these.
        """
        with self.database.reading() as connection:
            first = _beginning(connection)
            after = first if after is None or after.number < first.number else after
            found = _verified(connection, known, after, most)
        return replace(found, entries=found.end.number - first.number)

    def forget(self, before: date, said: Callable[[End], Mapping[str, str]]) -> int:
        """Take away the entries of the days before one, and add what is `said` of where the rest begins; how many."""
        with self.database.changing(WHAT) as connection:
            older = select(func.max(table.c.number)).where(table.c.at < before.isoformat()).scalar_subquery()
            asked = select(table.c.number, table.c.hash).where(table.c.number == older)
            last = connection.execute(asked).first()
            if last is None:
                return 0
            add(connection, [said(End(*last))])
            return connection.execute(delete(table).where(table.c.number <= last.number)).rowcount


def _end(connection: Connection) -> End:
    last = connection.execute(
        select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)
    ).first()
    return End(*last) if last else End()


def add(connection: Connection, rows: Sequence[Mapping[str, str]]) -> End:
    """Add entries in a transaction of the caller's, in which nobody else changes `WHAT`."""
    end, made = _end(connection), []
    for row in rows:
        number = end.number + 1
        end = End(number, _hashed(end.hash, number, [row[one.name] for one in _CONTENT]))
        made.append({**row, "number": number, "hash": end.hash})
    if made:
        connection.execute(insert(table), made)
    return end


def _hashed(before: str, number: int, content: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([before, number, *content]).encode()).hexdigest()


def _verified(connection: Connection, known: End | None, end: End, most: int | None) -> Verified:
    """Of `most` entries after `end`; the number of those that are whole is for the caller to count."""
    asked = select(table).where(table.c.number > end.number).order_by(table.c.number).limit(most)
    begun = end.number
    with connection.execution_options(yield_per=_MANY).execute(asked) as rows:
        for row in rows:
            if how := _wrong(row, end, known):
                return Verified(0, end, min(row.number, end.number + 1), how)
            end = End(row.number, row.hash)
    if most is not None and end.number - begun == most:
        return Verified(0, end, to_come=True)
    if known and known.number > end.number:
        return Verified(0, end, end.number + 1, f"Nothing is left from it to {known.number}.")
    return Verified(0, end)


def _wrong(row: Row[Any], before: End, known: End | None) -> str:
    """What is wrong with an entry, after the one before and with what is known of one; nothing if it is right."""
    if row.number != before.number + 1:
        return "It is missing."
    if row.hash != _hashed(before.hash, row.number, [row._mapping[one.name] for one in _CONTENT]):
        return "It is not as it was written."
    if known and row.number == known.number and row.hash != known.hash:
        return "Another one was written under its number."
    return ""


def _beginning(connection: Connection) -> End:
    """What the first entry comes after: nothing, or what a later one says was forgotten on purpose."""
    first = connection.scalar(select(func.min(table.c.number))) or 1
    asked = select(table.c.told).where(table.c.event == FORGOTTEN)
    said = [json.loads(told) for told in connection.scalars(asked)] if first > 1 else []
    return next((End(first - 1, one["hash"]) for one in said if one["through"] == first - 1), End())


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.number, row.at, row.event, row.outcome, row.who, row.address, json.loads(row.told))
