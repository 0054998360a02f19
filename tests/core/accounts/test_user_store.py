"""Accounts, wherever they are kept: the same is kept, and the same refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from core.accounts import stores
from core.accounts.users import LostAccountsError, Role, new_session_version
from core.errors import AccountError
from core.store.database import opened
from core.store.tables import accounts
from tests.support.postgresql import settled

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"
KINDS = ["csv", "sqlite", "postgresql"]


@pytest.fixture(scope="module")
def databases(request, tmp_path_factory):
    """The database of each kind, made when it is first asked for."""
    made = {}

    def of(kind):
        if kind not in made:
            address = request.getfixturevalue("postgresql").new() if kind == "postgresql" else None
            made[kind] = opened(settled(tmp_path_factory.mktemp(kind), address))
        made[kind].change(delete(accounts))
        return made[kind]

    yield of
    for database in made.values():
        database.close()


@pytest.fixture(params=KINDS)
def reopened(request, tmp_path, databases):
    """The same store anew, as another process has it."""
    kind = "csv" if request.param == "csv" else "database"
    database = databases("sqlite" if request.param == "csv" else request.param)
    return lambda: stores.store(kind, settled(tmp_path), database)


@pytest.fixture
def users(reopened):
    return reopened()


def test_there_is_nobody_at_first(users):
    assert users.all() == []
    assert users.get("anna") is None


def test_the_first_account_is_the_administrator_and_later_ones_are_viewers(users):
    roles = [users.add(name, HASH).role for name in ("anna", "ben", "cleo")]
    assert roles == [Role.ADMINISTRATOR, Role.VIEWER, Role.VIEWER]


def test_a_role_can_be_given(users):
    users.add("anna", HASH)
    assert users.add("ben", HASH, role=Role.ADMINISTRATOR).role is Role.ADMINISTRATOR


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


def test_accounts_come_back_as_they_were_kept(users, reopened):
    users.add("Anna.Lopez+test@example.com", HASH)
    kept = users.change("anna.lopez+test@example.com", last_sign_in=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    assert reopened().get("ANNA.lopez+test@example.com") == kept
    assert kept.username == "Anna.Lopez+test@example.com"
    assert abs((kept.created - datetime.now(UTC)).total_seconds()) < 60


def test_the_store_itself_refuses_a_formula(users):
    with pytest.raises(AccountError):
        users.add("=1+1|cmd", HASH)
    assert users.all() == []


def test_another_worker_sees_a_change_at_once(users, reopened):
    other = reopened()
    users.add("anna", HASH)
    users.add("ben", HASH)
    for role in (Role.ADMINISTRATOR, Role.VIEWER) * 3:
        users.change("ben", role=role)
        assert other.get("ben").role is role


def test_accounts_that_are_gone_make_nobody_the_next_administrator(users, reopened, databases, tmp_path):
    users.add("anna", HASH)
    (tmp_path / "users.csv").unlink(missing_ok=True)
    for kind in ("sqlite", "postgresql"):
        databases(kind)
    for attempt in (reopened().all, lambda: reopened().add("mallory", HASH, only_first=True)):
        with pytest.raises(LostAccountsError, match=r"users\.csv"):
            attempt()
    (tmp_path / "users.csv.made").unlink()
    assert reopened().add("anna", HASH).role is Role.ADMINISTRATOR


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_database_is_not_begun_anew_beside_accounts_in_a_file(tmp_path, databases, kind):
    where, database = settled(tmp_path), databases(kind)
    stores.store("csv", where, database).add("anna", HASH)
    (tmp_path / "users.csv.made").unlink()
    with pytest.raises(LostAccountsError, match="accounts copy --from csv --to database"):
        stores.store("database", where, database).add("mallory", HASH)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_accounts_move_there_and_back_and_none_is_lost(tmp_path, databases, kind):
    where, database = settled(tmp_path), databases(kind)
    file, table = (stores.store(one, where, database) for one in stores.KINDS)
    for name in ("Zoe", "anna", "mia"):
        file.add(name, HASH)
    file.change("mia", active=False, last_sign_in=datetime(2026, 3, 1, tzinfo=UTC))
    assert len(stores.copy(file, table).taken) == 3
    assert table.all() == file.all()
    again = stores.copy(file, table)
    assert (list(again.taken), list(again.differing)) == ([], [])
    changed = table.change("anna", role=Role.ADMINISTRATOR)
    new = table.add("ben", HASH)
    assert [user.username for user in stores.copy(file, table).differing] == ["anna"]
    assert table.get("anna") == changed
    back = stores.copy(table, file, replace=True)
    assert list(back.taken) == [changed, new]
    assert file.all() == table.all()
    (tmp_path / "users.csv").unlink()
    assert len(stores.copy(table, stores.store("csv", where, database)).taken) == 4


def test_an_account_that_is_removed_is_gone_and_the_last_administrator_stays(users, reopened):
    users.add("anna", HASH)
    users.add("ben", HASH)
    for name in ("anna", "zora"):
        with pytest.raises(AccountError, match=r"last active administrator|no account named zora"):
            users.remove(name)
    assert users.remove("BEN").username == "ben"
    assert [user.username for user in reopened().all()] == ["anna"]
    assert users.add("Ben", HASH).username == "Ben"
    users.change("ben", role=Role.ADMINISTRATOR, active=False)
    with pytest.raises(AccountError, match="last active administrator"):
        users.remove("anna")


def test_two_administrators_who_remove_each_other_at_once_are_not_both_gone(users, reopened):
    for name in ("anna", "ben"):
        users.add(name, HASH, role=Role.ADMINISTRATOR)
    with ThreadPoolExecutor() as pool:
        gone = list(pool.map(removed, (reopened(), reopened()), ("anna", "ben")))
    assert sorted(gone) == [False, True]
    assert len(reopened().all()) == 1


def removed(users, name):
    try:
        return bool(users.remove(name))
    except AccountError:
        return False
