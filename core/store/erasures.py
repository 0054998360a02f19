"""Customers who were erased: a row for each, with the ID until all is done, and a salted hash of it from then on."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from core.errors import DataError
from core.store.database import Database
from core.store.tables import erasures as table
from core.store.tables import jobs
from core.store.times import now


class Stage(StrEnum):
    """How far an erasure is."""

    BEGUN = "begun"  # nothing has changed
    SWITCHED = "switched"  # nobody is shown the customer any more; files are still there
    DONE = "done"


@dataclass(frozen=True)
class Erasure:
    """One customer of one dataset; `customer` is empty once nothing names them, `told` what was removed, refitted and kept."""

    number: int
    dataset: str
    customer: str
    hash: str
    stage: Stage
    who: str
    at: str
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Left:
    """The customers of a dataset who may not come back, as salted hashes."""

    salt: str
    hashes: frozenset[str]

    def among(self, ids: Iterable[str | None]) -> list[str]:
        """Those of these IDs who may not."""
        if not self.hashes:
            return []
        return [id for id in ids if id is not None and hashed(id, self.salt) in self.hashes]


@dataclass(frozen=True)
class Erasures:
    """Those of all datasets."""

    database: Database

    def begin(self, dataset: str, customer: str, who: str, *, known_as: str = "") -> Erasure:
        """Write down that a customer, whom files may call otherwise, is to be erased, unless it is under way already."""
        with self.database.changing("erasures", dataset) as connection:
            under_way = (table.c.dataset == dataset) & (table.c.customer == customer)
            row = connection.execute(select(table).where(under_way)).first()
            if row is None:
                salt = self._salt(connection, dataset) or secrets.token_hex(16)
                made = {"dataset": dataset, "customer": customer, "salt": salt, "who": who, "at": now()}
                made |= {"hash": hashed(known_as or customer, salt), "state": Stage.BEGUN, "told": "{}"}
                row = connection.execute(insert(table).values(made).returning(table)).one()
        return _erasure(row)

    def under_way(self) -> list[Erasure]:
        """Those that are not done, which a process that was killed may have left."""
        asked = select(table).where(table.c.state != Stage.DONE).order_by(table.c.id)
        return [*map(_erasure, self.database.rows(asked))]

    def stages(self, dataset: str) -> tuple[tuple[int, str], ...]:
        """Every erasure of a dataset, and how far it is."""
        asked = select(table.c.id, table.c.state).where(table.c.dataset == dataset).order_by(table.c.id)
        return tuple((row.id, row.state) for row in self.database.rows(asked))

    def find(self, number: int) -> Erasure | None:
        """The one of that number."""
        row = self.database.row(select(table).where(table.c.id == number))
        return None if row is None else _erasure(row)

    def when(self, dataset: str, customer: str) -> Erasure | None:
        """The erasure of a customer who was erased, the latest."""
        with self.database.reading() as connection:
            salt = self._salt(connection, dataset)
            if salt is None:
                return None
            same = (table.c.dataset == dataset) & (table.c.hash == hashed(customer, salt))
            row = connection.execute(select(table).where(same).order_by(table.c.id.desc())).first()
        return None if row is None else _erasure(row)

    def left(self, dataset: str) -> Left:
        """Who may not come back."""
        rows = self.database.rows(select(table.c.salt, table.c.hash).where(table.c.dataset == dataset))
        return Left(rows[0].salt if rows else "", frozenset(row.hash for row in rows))

    def switched(self, connection: Connection, number: int, told: Mapping[str, Any]) -> None:
        """Nobody is shown the customer any more, in a transaction of the caller's; what was changed for that.

        Raises DataError if it was cancelled meanwhile.
        """
        so_far = {"state": Stage.SWITCHED, "told": json.dumps(told, ensure_ascii=False)}
        if not connection.execute(update(table).where(table.c.id == number).values(so_far)).rowcount:
            raise DataError("This erasure was cancelled meanwhile. Ask for it again on the customer's page.")

    def unnamed(self, number: int, told: Mapping[str, Any]) -> None:
        """All that named the customer is gone: forget the ID itself, which the database's file may still have."""
        self._change(number, {"customer": "", "told": json.dumps(told, ensure_ascii=False)})

    def done(self, number: int) -> None:
        """Nothing is left to do."""
        self._change(number, {"state": Stage.DONE})

    def asked(self, number: int) -> bool | None:
        """Whether the calculation is over by which a page asked for it; None if no page did."""
        rows = self.database.rows(select(jobs.c.arguments, jobs.c.ended).where(jobs.c.kind == "erase"))
        ended = [row.ended > 0 for row in rows if json.loads(row.arguments)["erasure"] == number]
        return all(ended) if ended else None

    def drop(self, number: int) -> None:
        """Forget one that can't be done."""
        begun = (table.c.id == number) & (table.c.state == Stage.BEGUN)
        self.database.change(delete(table).where(begun), "erasures")

    def allow(self, dataset: str, customer: str) -> bool:
        """Let a customer come back with a later file; whether they could not."""
        known = self.when(dataset, customer)
        if known is None or known.stage is not Stage.DONE:
            return False
        same = (table.c.dataset == dataset) & (table.c.hash == known.hash)
        self.database.change(delete(table).where(same), "erasures", dataset)
        return True

    def _change(self, number: int, values: Mapping[str, object]) -> None:
        self.database.change(update(table).where(table.c.id == number).values(values), "erasures")

    def _salt(self, connection: Connection, dataset: str) -> str | None:
        return connection.scalar(select(table.c.salt).where(table.c.dataset == dataset).limit(1))


def hashed(customer: str, salt: str) -> str:
    """What is kept of an ID: who has it, and the salt, can find it again, as has to be."""
    return blake2b(customer.encode(), key=salt.encode(), digest_size=16).hexdigest()


def _erasure(row: Row[Any]) -> Erasure:
    told = (Stage(row.state), row.who, row.at, json.loads(row.told))
    return Erasure(row.id, row.dataset, row.customer, row.hash, *told)
