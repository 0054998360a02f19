"""Who may make an account, and how the first one is made where strangers may come by."""

import re

import pytest

from core.accounts import passwords
from core.accounts.admission import Admission, FirstCode
from core.accounts.attempts import Attempts
from core.accounts.entry import Entry
from core.accounts.stores import CsvUserStore
from core.accounts.users import LostAccountsError, Role
from core.errors import AccountError
from core.settings import load

HERE = "192.0.2.1"
PASSWORD = "a garden in spring"


@pytest.fixture
def code(tmp_path):
    return FirstCode(tmp_path / "first_code")


@pytest.fixture
def entry_with(tmp_path, database):
    def entry(admission):
        return Entry(
            CsvUserStore(tmp_path / "users.csv"),
            Attempts(database),
            admission=admission,
        )

    return entry


@pytest.mark.parametrize(
    ("given", "admits", "asks_code", "viewers_export"),
    [
        ({}, "open", False, True),
        ({"host": "::1"}, "open", False, True),
        ({"host": "0.0.0.0"}, "open", True, True),
        ({"env": "production"}, "invited", True, True),
        ({"env": "production", "signup": "approval"}, "approval", True, True),
        ({"env": "production", "signup": "open"}, "open", True, False),
        ({"env": "production", "signup": "open", "export": "everyone"}, "open", True, True),
        ({"export": "administrators"}, "open", False, False),
    ],
)
def test_what_is_open_by_default_depends_on_who_can_come_by(given, admits, asks_code, viewers_export):
    plain = {"env": "development", "host": "127.0.0.1", "signup": "", "export": ""}
    settings = load(**(plain | given))
    assert (settings.admits, settings.asks_code, settings.viewers_export) == (
        admits,
        asks_code,
        viewers_export,
    )


def test_a_code_is_known_however_it_is_typed_and_is_kept_as_a_hash_for_its_owner_only(code):
    told = code.make()
    assert re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", told)
    assert all(code.is_right(typed) for typed in (told, told.lower(), told.replace("-", " "), f" {told} "))
    assert told.replace("-", "") not in code.path.read_text()
    assert code.path.stat().st_mode & 0o777 == 0o600


def test_every_worker_knows_the_code_of_the_latest_start_and_no_other(code):
    first, latest = code.make(), code.make()
    elsewhere = FirstCode(code.path)
    assert elsewhere.is_right(latest)
    assert not any(elsewhere.is_right(typed) for typed in (first, "", "AAAA-AAAA-AAAA-AAAA", "\ud800"))


def test_the_first_account_takes_the_code_and_spends_it(entry_with, code):
    entry, told = entry_with(Admission("open", code)), code.make()
    for wrong in ("", "AAAA-AAAA-AAAA-AAAA"):
        with pytest.raises(AccountError, match="This is not the code") as refused:
            entry.sign_up("mallory", PASSWORD, address=HERE, code=wrong)
        assert refused.value.field == "code"
    assert entry.users.all() == []
    assert entry.sign_up("anna", PASSWORD, address=HERE, code=told).role is Role.ADMINISTRATOR
    assert not code.path.exists()
    assert entry.sign_up("ben", PASSWORD, address=HERE).role is Role.VIEWER


def test_without_a_start_that_told_a_code_there_is_none(entry_with, code):
    with pytest.raises(AccountError, match="This is not the code"):
        entry_with(Admission("open", code)).sign_up("mallory", PASSWORD, address=HERE, code="")


@pytest.mark.parametrize("way", ["open", "approval", "invited", "closed"])
def test_two_who_have_the_code_at_once_are_not_both_let_in(entry_with, code, monkeypatch, way):
    entry, told, hash_password = entry_with(Admission(way, code)), code.make(), passwords.hash_password

    def hash_while_another_signs_up(password):
        entry.users.add("anna", hash_password(PASSWORD))
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash_password", hash_while_another_signs_up)
    with pytest.raises(AccountError, match="made first"):
        entry.sign_up("ben", PASSWORD, address=HERE, code=told)
    assert [user.username for user in entry.users.all()] == ["anna"]


def test_by_approval_a_newcomer_can_not_sign_in_until_admitted(entry_with):
    entry = entry_with(Admission("approval"))
    assert entry.sign_up("anna", PASSWORD, address=HERE).active
    waiting = entry.sign_up("ben", PASSWORD, address=HERE)
    assert (waiting.active, waiting.last_sign_in, waiting.role) == (False, None, Role.VIEWER)
    with pytest.raises(AccountError, match="not right"):
        entry.sign_in("ben", PASSWORD, address=HERE)
    entry.users.change("ben", active=True)
    entry.sign_in("ben", PASSWORD, address=HERE)


def test_closed_is_closed_once_there_is_an_administrator(entry_with):
    entry = entry_with(Admission("closed"))
    entry.sign_up("anna", PASSWORD, address=HERE)
    with pytest.raises(AccountError, match="Sign-up is closed"):
        entry.sign_up("ben", PASSWORD, address=HERE)


@pytest.mark.parametrize(
    "name",
    ["admin", "Administrator", "root", "ADMIN1", "ad.min", "admin@example.com", "sys-admin", "parterre"],
)
def test_a_viewer_can_not_take_a_name_that_says_he_runs_this(entry_with, name):
    entry = entry_with(Admission())
    entry.sign_up("anna", PASSWORD, address=HERE)
    with pytest.raises(AccountError, match="kept for those who run this") as refused:
        entry.sign_up(name, PASSWORD, address=HERE)
    assert refused.value.field == "username"


def test_the_first_of_all_may_call_himself_the_administrator(entry_with):
    entry = entry_with(Admission())
    assert entry.sign_up("admin", PASSWORD, address=HERE).role is Role.ADMINISTRATOR
    entry.sign_up("ada-admin", PASSWORD, address=HERE)


def test_where_accounts_were_and_are_gone_nobody_is_the_first(entry_with, tmp_path):
    """A forgotten volume or a file that was moved away made the next visitor the administrator."""
    entry = entry_with(Admission())
    entry.sign_up("anna", PASSWORD, address=HERE)
    kept = (tmp_path / "users.csv").rename(tmp_path / "backup.csv")
    for attempt in (
        entry.users.all,
        lambda: entry.users.get("anna"),
        lambda: entry.sign_up("mallory", PASSWORD, address=HERE),
        lambda: CsvUserStore(tmp_path / "users.csv").add("mallory", "hash"),
    ):
        with pytest.raises(LostAccountsError, match=r"users\.csv is gone.*put users\.csv back from a backup"):
            attempt()
    assert not (tmp_path / "users.csv").exists()
    kept.rename(tmp_path / "users.csv")
    entry.sign_in("anna", PASSWORD, address=HERE)


def test_who_wants_to_begin_anew_can_say_so(entry_with, tmp_path):
    entry = entry_with(Admission())
    entry.sign_up("anna", PASSWORD, address=HERE)
    for name in ("users.csv", "users.csv.made"):
        (tmp_path / name).unlink()
    assert entry.sign_up("ben", PASSWORD, address=HERE).role is Role.ADMINISTRATOR
