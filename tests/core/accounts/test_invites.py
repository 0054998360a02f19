"""Invitations, with accounts in every kind of store: what one opens, once, and what it never opens."""

import time
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from core.accounts import stores
from core.accounts.audit import machine_user
from core.accounts.invites import GONE, Invites
from core.accounts.members import Members
from core.accounts.permissions import Standing
from core.accounts.users import Role
from core.errors import AccountError
from core.store.tables import invites as table

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"
KINDS = pytest.mark.parametrize(("kind", "where"), [("csv", "sqlite"), ("database", "sqlite"), ("database", "new")], indirect=["where"])  # fmt: skip


@pytest.fixture
def kind():
    return "csv"


@pytest.fixture
def users(kind, where, database):
    users = stores.store(kind, where, database)
    users.add("anna", HASH)
    return users


@pytest.fixture
def invites(users, database):
    return Invites(database, users)


@KINDS
def test_an_invitation_makes_one_account_of_its_role_in_its_datasets(invites, users, database):
    given = {"": Standing.VIEWER, "shop": Standing.OWNER}
    secret, _ = invites.make("ben", Role.ADMINISTRATOR, given, by=users.get("anna"))
    assert users.all()[1:] == [], "nothing is there before it is taken"
    assert invites.accept(secret, "Ben", HASH).role is Role.ADMINISTRATOR
    assert Members(database).given("ben") == given
    with pytest.raises(AccountError, match="opens nothing"):
        invites.accept(secret, "mallory", HASH)
    assert invites.all() == []


@KINDS
def test_of_two_who_come_at_once_one_gets_in(invites, users):
    secret, _ = invites.make("somebody", Role.VIEWER, {}, by=users.get("anna"))
    together, said = Barrier(6), []

    def come(name):
        together.wait()
        try:
            said.append(invites.accept(secret, name, HASH).username)
        except AccountError as error:
            said.append(str(error))

    threads = [Thread(target=come, args=(f"guest{n}",)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert said.count(GONE) == 5
    assert len(users.all()) == 2


def test_a_name_that_is_taken_leaves_the_invitation_good(invites, users):
    secret, _ = invites.make("ben", Role.VIEWER, {"shop": Standing.ANALYST}, by=users.get("anna"))
    with pytest.raises(AccountError, match="taken"):
        invites.accept(secret, "ANNA", HASH)
    assert invites.accept(secret, "ben", HASH).key == "ben"
    assert Members(invites.database).given("ben") == {"shop": Standing.ANALYST}


def test_it_opens_nothing_once_it_is_old_taken_back_or_its_maker_rules_no_more(invites, users, monkeypatch):
    users.add("cleo", HASH, role=Role.ADMINISTRATOR)
    old, _ = invites.make("a", Role.VIEWER, {}, by=users.get("anna"), days=1)
    back, kept = invites.make("b", Role.VIEWER, {}, by=users.get("anna"))
    lasting, _ = invites.make("c", Role.ADMINISTRATOR, {}, by=users.get("cleo"))
    of_machine, _ = invites.make("d", Role.VIEWER, {}, by=machine_user())
    invites.revoke(kept.id)
    users.change("cleo", role=Role.VIEWER)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * 24 * 3600)
    for secret in (old, back, lasting, "", "\ud800", "made-up"):
        assert invites.find(secret) is None
        with pytest.raises(AccountError, match="opens nothing"):
            invites.accept(secret, "mallory", HASH)
    assert invites.find(of_machine)


def test_no_link_can_be_made_of_what_is_kept(invites, users, database):
    secret, _ = invites.make("ben", Role.VIEWER, {}, by=users.get("anna"))
    assert secret not in str(database.rows(select(table)))


@pytest.mark.parametrize(
    ("whom", "days", "field"),
    [("", 7, "whom"), ("x" * 300, 7, "whom"), ("ben", 0, "days"), ("ben", 61, "days")],
)
def test_what_can_not_be_is_told_with_its_field(invites, users, whom, days, field):
    with pytest.raises(AccountError) as refused:
        invites.make(whom, Role.VIEWER, {}, by=users.get("anna"), days=days)
    assert refused.value.field == field
