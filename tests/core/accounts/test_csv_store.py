"""Accounts in a CSV file: what it keeps, what it refuses, what it survives."""

import csv
import os

import pytest

from core.accounts.stores import CsvUserStore
from core.accounts.users import Role
from core.errors import StoreError

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "users.csv"


@pytest.fixture
def users(path):
    return CsvUserStore(path)


def test_no_cell_of_the_file_begins_like_a_formula(users, path):
    users.add("1anna+x", HASH)
    cells = [cell for row in csv.reader(path.read_text().splitlines()) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell] == []


def test_another_worker_sees_a_change_at_once(users, path):
    other = CsvUserStore(path)
    users.add("anna", HASH)
    users.add("ben", HASH)
    assert other.get("ben").role is Role.VIEWER
    for role in (Role.ADMINISTRATOR, Role.VIEWER) * 20:
        users.change("ben", role=role)
        assert other.get("ben").role is role


def test_a_file_that_rests_is_read_once(users, path, monkeypatch):
    users.add("anna", HASH)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    users.get("anna")
    reads = []
    monkeypatch.setattr("core.accounts.stores._parse", lambda *_: reads.append(1))
    assert users.get("anna").username == "anna"
    assert reads == []


def test_a_change_that_the_file_system_does_not_show_is_seen_while_the_file_is_new(users, path):
    """Two writes within one tick of the clock: the same size, the same time stamp, even the same inode."""
    users.add("anna", HASH)
    before = path.stat()
    version = users.get("anna").session_version
    path.write_text(path.read_text().replace(version, version[::-1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert users.get("anna").session_version == version[::-1]


def test_a_file_that_is_put_in_place_by_hand_is_seen(users, path, tmp_path):
    users.add("anna", HASH)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert users.get("anna")
    spare = CsvUserStore(tmp_path / "spare.csv")
    spare.add("zoe", HASH)
    os.utime(tmp_path / "spare.csv", (1_700_000_000, 1_700_000_000))
    os.replace(tmp_path / "spare.csv", path)
    assert users.get("zoe")
    assert users.get("anna") is None


def test_a_file_that_went_through_a_spreadsheet_is_read(users, path):
    users.add("anna", HASH)
    text = path.read_text().replace("true", "TRUE").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert users.get("anna").active


def test_the_file_is_for_its_owner_only(users, path):
    users.add("anna", HASH)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_sweeps_away_what_a_killed_one_left(users, path):
    users.add("anna", HASH)
    leftover = path.with_name(".users.csv.abc123.tmp")
    leftover.write_text("half a li")
    users.add("ben", HASH)
    assert not leftover.exists()


HEADER = "username,password_hash,role,created,last_sign_in,active,session_version\n"
ROW = "anna,hash,administrator,2026-01-01T00:00:00+00:00,,true,v1\n"
DAMAGED = {
    "empty": "",
    "no header": ROW,
    "no accounts": HEADER,
    "cut in a line": HEADER + ROW + "ben,ha",
    "cut in a value": HEADER + ROW[:-8],
    "another role": HEADER + ROW.replace("administrator", "king"),
    "no date": HEADER + ROW.replace("2026-01-01T00:00:00+00:00", "yesterday"),
    "neither active nor not": HEADER + ROW.replace("true", "perhaps"),
    "one account twice": HEADER + ROW + ROW.replace("anna", "ANNA"),
    "a formula for a name": HEADER + ROW.replace("anna", "=cmd"),
    "an open quote": HEADER + '"anna' + ROW,
    "not a text": "\xff\xfe\x00",
    "a page of html": "<html><body>Error</body></html>",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_told_and_never_overwritten(users, path, content):
    path.parent.mkdir()
    path.write_bytes(content.encode("latin-1"))
    for attempt in (
        lambda: users.get("anna"),
        users.all,
        lambda: users.add("ben", HASH),
        lambda: users.change("anna", active=True),
    ):
        with pytest.raises(StoreError, match=r"users.csv: found .* Expected an accounts file"):
            attempt()
    assert path.read_bytes() == content.encode("latin-1")


def test_a_repaired_file_is_read_without_a_restart(users, path):
    path.parent.mkdir()
    path.write_text("broken")
    with pytest.raises(StoreError):
        users.all()
    path.write_text(HEADER + ROW)
    assert users.get("anna").role is Role.ADMINISTRATOR
