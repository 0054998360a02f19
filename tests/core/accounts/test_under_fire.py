"""The accounts and the attempts when many processes want them at once, or die in the middle."""

import csv
import signal
import subprocess
import sys
import time

import pytest

from core.accounts.attempts import LIMITS, Attempts, TooManyAttemptsError
from core.accounts.csv_store import COLUMNS, CsvUserStore
from core.accounts.users import Role
from core.settings import ROOT
from tests.support.postgresql import BOTH, address

# Each process says that it is ready and waits for a line, so that all begin at the same moment.
SIGN_UP = """
import sys
from pathlib import Path
from core.accounts.attempts import Attempts
from core.store.database import opened
from tests.support.postgresql import settled
from core.accounts.csv_store import CsvUserStore
from core.accounts.entry import Entry
from core.errors import AccountError
home, names = Path(sys.argv[1]), sys.argv[2:]
entry = Entry(CsvUserStore(home / "users.csv"), Attempts(opened(settled(home))))
print("ready", flush=True)
sys.stdin.readline()
for name in names:
    try:
        print(entry.sign_up(name, "a garden in spring", address="192.0.2.1").username)
    except AccountError as error:
        print("refused", error.field)
"""

REWRITE = """
import sys
from itertools import cycle
from pathlib import Path
from core.accounts.csv_store import CsvUserStore
users = CsvUserStore(Path(sys.argv[1]))
print("ready", flush=True)
for version in cycle("abc"):
    users.change("anna", session_version=version * 4000)
"""

TAKE = """
import sys
from pathlib import Path
from core.accounts.attempts import Attempts, TooManyAttemptsError
from core.store.database import opened
from tests.support.postgresql import settled
attempts = Attempts(opened(settled(Path(sys.argv[1]), sys.argv[2] or None)))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(8):
    try:
        attempts.take("account", "anna")
        print("taken")
    except TooManyAttemptsError:
        print("refused")
"""


def start(program, *arguments):
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run_together(processes):
    """What each process said after all have been let go at once."""
    for process in processes:
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=120) for process in processes]
    assert [errors for _, errors in answers if errors] == []
    return [line for said, _ in answers for line in said.split("\n") if line]


def test_six_processes_that_sign_up_at_once_lose_nobody_and_double_nobody(tmp_path):
    processes = [start(SIGN_UP, tmp_path, f"user{number}", "shared", "SHARED") for number in range(6)]
    said = run_together(processes)
    users = CsvUserStore(tmp_path / "users.csv").all()
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
    writer = start(REWRITE, path)
    assert writer.stdout.readline().strip() == "ready"
    time.sleep(milliseconds / 1000)
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=30)
    with path.open(newline="") as handle:
        rows = list(csv.reader(handle, strict=True))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 4
    assert len(rows[1][-1]) in (24, 4000)
    # The lock died with the process: the next write does not wait for it.
    users.add("dora", "hash")
    assert [user.username for user in users.all()] == ["anna", "ben", "cleo", "dora"]
    assert list(tmp_path.glob(".*.tmp")) == []


def test_readers_never_see_half_a_file(tmp_path):
    path = tmp_path / "users.csv"
    users = CsvUserStore(path)
    users.add("anna", "hash")
    writer = start(REWRITE, path)
    assert writer.stdout.readline().strip() == "ready"
    seen = {users.get("anna").session_version for _ in range(2000)}
    writer.kill()
    writer.communicate(timeout=30)
    assert all(len(version) in (24, 4000) for version in seen)


@BOTH
def test_attempts_are_counted_across_processes(where, database):
    said = run_together([start(TAKE, where.home, address(where)) for _ in range(4)])
    assert said.count("taken") == LIMITS["account"].rate.amount
    assert said.count("refused") == 4 * 8 - LIMITS["account"].rate.amount
    with pytest.raises(TooManyAttemptsError):
        Attempts(database).take("account", "anna")
