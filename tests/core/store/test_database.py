"""The database itself: made, changed whole or not at all, and what is said where it can't be reached."""

from __future__ import annotations

import logging
import socket
import sqlite3
import threading

import pytest
from sqlalchemy import bindparam, delete, event, func, insert, inspect, select, update

from core.errors import SettingsError, StoreError
from core.settings import load
from core.store import database as module
from core.store.database import NAME, opened
from core.store.remembered import COUNTER
from core.store.tables import METADATA, attempts, members, sessions, takeovers
from tests.support.postgresql import BOTH, settled
from tests.support.processes import KILLED, die, let_go, started, together

ROW = {"what": "a test", "at": "now"}


def open_it(line, where):
    let_go(line)
    opened(where).close()
    line.send([])


def change_and_die(line, where):
    with opened(where).changing("x") as connection:
        connection.execute(insert(takeovers), ROW)
        die()


def counted(database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).where(takeovers.c.what == ROW["what"]))


def columns(connection) -> dict[str, dict[str, bool]]:
    found = inspect(connection)
    return {
        name: {column["name"]: column["nullable"] for column in found.get_columns(name)}
        for name in found.get_table_names()
        if name not in ("alembic_version", COUNTER)
    }


@BOTH
def test_the_migrations_make_the_very_tables_that_the_code_works_with(database):
    with database.reading() as connection:
        assert columns(connection) == {
            table.name: {column.name: column.nullable for column in table.columns}
            for table in METADATA.sorted_tables
        }
        indexes = {
            table: {
                one["name"]
                for one in inspect(connection).get_indexes(table)
                if "duplicates_constraint" not in one
            }
            for table in METADATA.tables
        }
    assert indexes == {table.name: {one.name for one in table.indexes} for table in METADATA.sorted_tables}


@BOTH
def test_what_was_kept_is_there_when_it_is_opened_again(where, database):
    with database.changing() as connection:
        connection.execute(insert(takeovers), ROW)
    again = opened(where)
    assert counted(again) == 1
    again.close()


def test_processes_that_start_at_once_make_one_database(tmp_path, request):
    for kind in ("sqlite", "postgresql"):
        url = None if kind == "sqlite" else request.getfixturevalue("postgresql").bare()
        where = settled(tmp_path / "home", url)
        together([started(open_it, where) for _ in range(4)])


@BOTH
def test_an_error_in_the_middle_keeps_nothing(database):
    with pytest.raises(ZeroDivisionError), database.changing() as connection:
        raise ZeroDivisionError(connection.execute(insert(takeovers), ROW))
    assert counted(database) == 0


@BOTH
def test_a_process_killed_in_the_middle_keeps_nothing_and_shuts_nobody_out(where, database):
    assert started(change_and_die, where).ended() == KILLED
    with database.changing("x") as connection:
        connection.execute(insert(takeovers), ROW)
    assert counted(database) == 1


@BOTH
def test_of_many_who_change_the_same_each_sees_what_the_one_before_did(database):
    seen, at_once = [], threading.Barrier(6)

    def count_up() -> None:
        at_once.wait()
        with database.changing("the count") as connection:
            number = connection.scalar(select(func.count()).select_from(takeovers))
            seen.append(number)
            connection.execute(insert(takeovers), {"what": f"number {number}", "at": ""})

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 6


def test_the_file_is_for_its_owner_only(tmp_path):
    database = opened(settled(tmp_path / "home"))
    with database.changing() as connection:
        connection.execute(insert(takeovers), ROW)
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "home").glob(f"{NAME}*")}
    assert len(modes) == 4, "the file, its log, what processes share of it, and a lock"
    assert set(modes.values()) == {0o600}
    database.close()


def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path):
    content = b"this is no database, by no means" * 100
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(StoreError, match=r"parterre.sqlite is damaged.*Put it back from a backup"):
        opened(settled(tmp_path))
    assert (tmp_path / NAME).read_bytes() == content


@BOTH
def test_a_database_of_another_version_is_not_touched(where, database, monkeypatch):
    database.close()
    monkeypatch.setattr(module, "REVISIONS", ["0000"])
    with pytest.raises(StoreError, match="of another version"):
        opened(where)


@pytest.mark.parametrize(
    "url",
    ["redis://localhost/0", "mysql://a:secret@b/c", "nonsense", "sqlite:///x", "postgresql+pg8000://x/y"],
)
def test_an_address_of_another_server_is_refused_without_showing_it(tmp_path, url):
    with pytest.raises(
        SettingsError, match="DATABASE_URL: found no address of a PostgreSQL server"
    ) as refused:
        opened(settled(tmp_path, url))
    assert url not in str(refused.value)


def test_a_server_that_is_gone_is_told_in_words(tmp_path, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(StoreError, match="The database can't be reached"):
        opened(settled(tmp_path, f"postgresql://somebody:secret@/x?host={tmp_path}/nowhere"))
    assert "secret" not in caplog.text


def test_connections_that_the_server_ended_are_made_anew(postgresql, tmp_path):
    database = opened(settled(tmp_path, postgresql.new()))
    assert counted(database) == 0
    postgresql.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname LIKE 'test_%'"
    )
    assert counted(database) == 0
    database.close()


def test_a_file_that_somebody_else_holds_is_waited_for_and_then_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
    database = opened(settled(tmp_path))
    other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="can't be reached"), database.changing():
        pass
    assert counted(database) == 0, "who only reads waits for nobody"
    other.close()
    with database.changing():
        pass
    database.close()


def test_a_server_where_somebody_holds_what_is_needed_is_waited_for_so_long_and_no_longer(
    postgresql, tmp_path, monkeypatch
):
    monkeypatch.setitem(module.PATIENCE, "options", "-c lock_timeout=50ms")
    settings = settled(tmp_path, postgresql.new())
    database, holder = opened(settings), opened(settings)
    with holder.changing("the count"), pytest.raises(StoreError), database.changing("the count"):
        pass
    with database.changing("the count"):
        pass
    database.close()
    holder.close()


def test_a_server_that_says_nothing_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.setitem(module.PATIENCE, "connect_timeout", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://somebody:secret@127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(StoreError, match="The database can't be reached"):
            opened(settled(tmp_path, address))


def test_a_page_of_the_file_that_is_damaged_is_told_in_words(tmp_path):
    database = opened(settled(tmp_path))
    database.forget()  # all of it in one file
    database.close()
    content = bytearray((tmp_path / NAME).read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(StoreError, match="The database is damaged"):
        counted(database)


COUNTED = select(func.count()).where(members.c.username == bindparam("who"))


def joined(database, who: str, number: int) -> None:
    row = {"dataset": f"number {number}", "username": who, "role": "viewer", "who": "", "at": ""}
    database.change(insert(members), values={one.name: row.get(one.name, "") for one in members.c})


@BOTH
def test_what_is_known_is_as_the_latest_commit_of_anybody_left_it(where, database):
    other = opened(where)
    for number, one in enumerate((database, other, database, other), 1):
        joined(one, "ada", number)
        for _ in range(2):
            assert database.known(COUNTED, {"who": "ada"})[0][0] == number
    other.change(delete(members).where(members.c.dataset == "number 1"))
    assert database.known(COUNTED, {"who": "ada"})[0][0] == 3
    other.change(update(members).values(username="ben"))
    assert database.known(COUNTED, {"who": "ada"})[0][0] == 0
    other.close()


def asked_of(database) -> list[str]:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    return asked


def test_what_nobody_has_changed_is_read_once(tmp_path):
    database, other = opened(load(home=tmp_path)), opened(load(home=tmp_path))
    asked = asked_of(database)
    session = {"id": "a", "account": "ada", "version": "", "device": "", "began": 0, "seen": 0, "ended": 0}
    other.change(insert(sessions).values(session))
    for who in ("ada", "ben", "ada", "ben"):
        database.known(COUNTED, {"who": who})
        # What comes in all day, and is about nothing that is known.
        other.change(insert(attempts).values(key=who, moment=0, expires=0))
        other.change(update(sessions).values(seen=1))
    assert len(asked) == 2
    other.change(update(sessions).values(ended=1))
    database.known(COUNTED, {"who": "ada"})
    assert len(asked) == 3
    database.close()
    other.close()


def test_what_is_in_a_table_that_tells_of_no_change_is_read_each_time(tmp_path):
    database = opened(load(home=tmp_path))
    asked = asked_of(database)
    for _ in range(2):
        database.known(select(takeovers), {})
    other = sqlite3.connect(tmp_path / NAME)
    other.execute(f"DROP TRIGGER {COUNTER}_members_delete")  # as a table that is made anew loses them
    other.commit()
    for _ in range(2):
        database.known(COUNTED, {"who": "ada"})
    assert len(asked) == 4
    opened(load(home=tmp_path)).close()
    for _ in range(2):
        database.known(COUNTED, {"who": "ada"})
    assert len(asked) == 5
    other.close()
    database.close()
