"""The chain of the audit log: every change, gap and cut is found, and many processes write one chain."""

from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update

from core.store.chain import Chain, Search
from core.store.database import opened
from core.store.tables import audit_entries as table
from tests.support.postgresql import BOTH
from tests.support.processes import started

WRITERS, EACH = 3, 40


def row(number: int = 0, **changes: str) -> dict[str, str]:
    """An entry."""
    made = {"at": f"2026-01-{1 + number % 28:02}T00:00:00.000+00:00", "event": "role", "outcome": "done"}
    return made | {"who": "anna", "address": "192.0.2.1", "told": '{"account": "ben"}'} | changes


@pytest.fixture
def chain(where):
    with closing(opened(where)) as database:
        chain = Chain(database)
        chain.add([row(number) for number in range(6)])
        yield chain


def write(line, settings, name):
    """What a process does."""
    with closing(opened(settings)) as database:
        for number in range(EACH):
            Chain(database).add([row(number, who=name)])
    line.send("written")


@BOTH
def test_many_processes_write_one_chain_and_lose_nothing(where):
    writers = [started(write, where, f"writer {number}") for number in range(WRITERS)]
    assert [one.said() for one in writers] == ["written"] * WRITERS
    with closing(opened(where)) as database:
        assert Chain(database).verify().entries == WRITERS * EACH
        assert Chain(database).verify().broken is None
        found = [one.who for one in Chain(database).each(Search())]
    assert {name: found.count(name) for name in found} == {f"writer {n}": EACH for n in range(WRITERS)}


TAMPERED = {
    "who": (update(table).where(table.c.number == 3).values(who="ben"), 3),
    "what": (update(table).where(table.c.number == 3).values(told="{}"), 3),
    "hash": (update(table).where(table.c.number == 3).values(hash="0" * 64), 3),
    "gap": (delete(table).where(table.c.number == 3), 3),
    "beginning": (delete(table).where(table.c.number <= 2), 1),
    "moved": (update(table).where(table.c.number >= 3).values(number=table.c.number + 100), 3),
    "put in": (insert(table).values(row() | {"number": 7, "hash": "0" * 64}), 7),
}


def piecemeal(chain, known):
    """What is found where two entries are looked at at a time."""
    found = chain.verify(known, most=2)
    while found.to_come:
        found = chain.verify(known, after=found.end, most=2)
    return found


@BOTH
def test_the_first_entry_that_is_not_as_it_was_written_is_named(chain):
    whole = [dict(one._mapping) for one in chain.database.rows(select(table))]
    known, found = chain.end(), {}
    for name, (done, _) in TAMPERED.items():
        with chain.database.changing() as connection:
            connection.execute(done)
        found[name] = chain.verify(known).broken
        assert piecemeal(chain, known) == chain.verify(known)
        with chain.database.changing() as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), whole)
        assert piecemeal(chain, known).entries == chain.verify(known).entries == 6
    assert found == {name: broken for name, (_, broken) in TAMPERED.items()}


@BOTH
def test_what_is_cut_from_the_end_or_written_anew_is_found_by_an_end_that_is_known_elsewhere(chain):
    known = chain.end()
    chain.add([row(7)])
    assert chain.verify(known).broken is None
    with chain.database.changing() as connection:
        connection.execute(delete(table).where(table.c.number >= 5))
    assert chain.verify().broken is None, "by itself a chain doesn't know how long it was"
    assert chain.verify(known).broken == 5
    chain.add([row(8), row(9), row(10)])
    assert chain.verify(known).broken == 6
    with chain.database.changing() as connection:
        connection.execute(delete(table))
    assert chain.verify(known).broken == 1


@BOTH
def test_entries_are_found_by_who_what_to_what_and_when(chain):
    chain.add([row(9, who="Ben", event="sharing", told='{"dataset": "100%_Läden"}')])

    def found(*searched, **more):
        return [one.number for one in chain.found(Search(*searched, **more), most=9)]

    assert found("BEN") == [7]
    assert found(event=("sharing", "sign-in")) == [7]
    assert found(what="läden"[1:]) == found(what="%_") == [7]
    assert found(what="192.0.2") == [7, 6, 5, 4, 3, 2, 1]
    assert found(since=date(2026, 1, 5), until=date(2026, 1, 6)) == [6, 5]
    assert [one.number for one in chain.found(Search(), before=4, most=2)] == [3, 2]
