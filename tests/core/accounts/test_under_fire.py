"""The accounts and the attempts when many processes want them at once, or die in the middle."""

import csv
import time
from itertools import cycle

import pytest

from core.accounts import stores
from core.accounts.attempts import LIMITS, Attempts, TooManyAttemptsError
from core.accounts.entry import Entry
from core.accounts.stores import COLUMNS, CsvUserStore
from core.accounts.users import Role
from core.errors import AccountError
from core.store.database import opened
from tests.support.postgresql import BOTH
from tests.support.processes import let_go, started, together


# Each process says that it is ready and waits, so that all begin at the same moment.
def sign_up(line, kind, where, *names):
    database = opened(where)
    entry = Entry(stores.store(kind, where, database), Attempts(database))
    let_go(line)
    said = []
    for name in names:
        try:
            said.append(entry.sign_up(name, "a garden in spring", address="192.0.2.1").username)
        except AccountError as error:
            said.append(f"refused {error.field}")
    line.send(said)


def rewrite(line, path):
    users = CsvUserStore(path)
    line.send("ready")
    for version in cycle("abc"):
        users.change("anna", session_version=version * 4000)


def take(line, where):
    attempts, said = Attempts(opened(where)), []
    let_go(line)
    for _ in range(8):
        try:
            attempts.take("account", "anna")
            said.append("taken")
        except TooManyAttemptsError:
            said.append("refused")
    line.send(said)


@pytest.mark.parametrize(
    ("kind", "where"),
    [("csv", "sqlite"), ("database", "sqlite"), ("database", "new")],
    ids=["csv", "sqlite", "postgresql"],
    indirect=["where"],
)
def test_six_processes_that_sign_up_at_once_lose_nobody_and_double_nobody(kind, where, database):
    names = ("shared", "SHARED")
    said = together([started(sign_up, kind, where, f"user{n}", *names) for n in range(6)])
    users = stores.store(kind, where, database).all()
    assert sorted(user.key for user in users) == sorted(["shared", *(f"user{n}" for n in range(6))])
    assert said.count("refused username") == 6 * 2 - 1
    assert [user.role for user in users].count(Role.ADMINISTRATOR) == 1
    assert users[0].role is Role.ADMINISTRATOR
    assert all(user.last_sign_in for user in users)


@pytest.mark.parametrize("milliseconds", [3, 24, 53])
def test_a_process_killed_while_it_writes_leaves_a_whole_file(tmp_path, milliseconds):
    path = tmp_path / "users.csv"
    users = CsvUserStore(path)
    for name in ("anna", "ben", "cleo"):
        users.add(name, "hash")
    writer = started(rewrite, path)
    assert writer.said() == "ready"
    time.sleep(milliseconds / 1000)
    writer.kill()
    with path.open(newline="") as handle:
        rows = list(csv.reader(handle, strict=True))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 4
    assert len(rows[1][-1]) in (32, 4000)
    # The lock died with the process: the next write does not wait for it.
    users.add("dora", "hash")
    assert [user.username for user in users.all()] == ["anna", "ben", "cleo", "dora"]
    assert list(tmp_path.glob(".*.tmp")) == []


def test_readers_never_see_half_a_file(tmp_path):
    path = tmp_path / "users.csv"
    users = CsvUserStore(path)
    users.add("anna", "hash")
    writer = started(rewrite, path)
    assert writer.said() == "ready"
    seen = {users.get("anna").session_version for _ in range(2000)}
    writer.kill()
    assert all(len(version) in (32, 4000) for version in seen)


@BOTH
def test_attempts_are_counted_across_processes(where, database):
    said = together([started(take, where) for _ in range(4)])
    assert said.count("taken") == LIMITS["account"].rate.amount
    assert said.count("refused") == 4 * 8 - LIMITS["account"].rate.amount
    with pytest.raises(TooManyAttemptsError):
        Attempts(database).take("account", "anna")
