"""Accounts in a CSV file: what it keeps, what it refuses, what it survives."""

import csv
import os
from datetime import UTC, datetime

import pytest

from core.accounts.csv_store import CsvUserStore
from core.accounts.users import Role, new_session_version
from core.errors import AccountError, StoreError

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "users.csv"


@pytest.fixture
def users(path):
    return CsvUserStore(path)


def test_there_is_nobody_at_first(users):
    assert users.all() == []
    assert users.get("anna") is None


def test_the_first_account_is_the_administrator_and_later_ones_are_viewers(users):
    roles = [users.add(name, HASH).role for name in ("anna", "ben", "cleo")]
    assert roles == [Role.ADMINISTRATOR, Role.VIEWER, Role.VIEWER]


def test_a_role_can_be_given(users):
    users.add("anna", HASH)
    assert users.add("ben", HASH, role=Role.ADMINISTRATOR).role is Role.ADMINISTRATOR


def test_accounts_come_back_as_they_were_kept(users, path):
    users.add("Anna.Lopez+test@example.com", HASH)
    kept = users.change("anna.lopez+test@example.com", last_sign_in=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    read = CsvUserStore(path).get("anna.lopez+test@example.com")
    assert read.username == "Anna.Lopez+test@example.com"
    assert read.password_hash == HASH
    assert read.last_sign_in == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert read.session_version == kept.session_version
    assert abs((read.created - datetime.now(UTC)).total_seconds()) < 60


def test_accounts_stay_in_the_order_in_which_they_came(users):
    for name in ("zoe", "anna", "mia"):
        users.add(name, HASH)
    users.change("zoe", active=True)
    assert [user.username for user in users.all()] == ["zoe", "anna", "mia"]


@pytest.mark.parametrize("again", ["Anna", "anna", "ANNA"])
def test_a_name_is_taken_whatever_its_case(users, again):
    users.add("Anna", HASH)
    with pytest.raises(AccountError, match="taken") as refused:
        users.add(again, HASH)
    assert refused.value.field == "username"
    assert len(users.all()) == 1


def test_the_store_itself_refuses_a_formula(users, path):
    with pytest.raises(AccountError):
        users.add("=1+1|cmd", HASH)
    assert not path.exists()


def test_no_cell_of_the_file_begins_like_a_formula(users, path):
    users.add("1anna+x", HASH)
    cells = [cell for row in csv.reader(path.read_text().splitlines()) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell] == []


def test_only_the_first_may_come_when_sign_up_is_closed(users):
    users.add("anna", HASH, only_first=True)
    with pytest.raises(AccountError, match="made first"):
        users.add("ben", HASH, only_first=True)


def test_the_last_active_administrator_stays_one(users):
    users.add("anna", HASH)
    users.add("ben", HASH)
    for change in ({"role": Role.VIEWER}, {"active": False}):
        with pytest.raises(AccountError, match="last active administrator"):
            users.change("anna", **change)
    assert users.get("anna").role is Role.ADMINISTRATOR
    assert users.get("anna").active


def test_an_administrator_may_step_back_when_there_is_another(users):
    users.add("anna", HASH)
    users.add("ben", HASH, role=Role.ADMINISTRATOR)
    assert users.change("anna", role=Role.VIEWER).role is Role.VIEWER
    with pytest.raises(AccountError, match="last active administrator"):
        users.change("ben", active=False)


def test_an_administrator_who_is_switched_off_does_not_count(users):
    users.add("anna", HASH)
    users.add("ben", HASH, role=Role.ADMINISTRATOR)
    users.change("ben", active=False)
    with pytest.raises(AccountError, match="last active administrator"):
        users.change("anna", role=Role.VIEWER)


def test_nobody_can_be_changed_who_is_not_there(users):
    users.add("anna", HASH)
    with pytest.raises(AccountError, match="no account named ben"):
        users.change("ben", active=False)


@pytest.mark.parametrize("field", ["username", "created", "surname"])
def test_some_things_never_change(users, field):
    users.add("anna", HASH)
    with pytest.raises(TypeError):
        users.change("anna", **{field: "other"})


def test_a_change_since_an_ended_session_is_refused(users):
    before = users.add("anna", HASH)
    users.change("anna", session_version=new_session_version())
    with pytest.raises(AccountError, match="changed in the meantime"):
        users.change("anna", since=before, password_hash="another")
    assert users.get("anna").password_hash == HASH


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
    monkeypatch.setattr("core.accounts.csv_store._parse", lambda *_: reads.append(1))
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
