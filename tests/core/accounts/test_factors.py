"""The second factor: which codes open, how often, and what the database knows of them."""

import re
from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import select

from core.accounts import stores
from core.accounts.factors import RECOVERY_CODES, Factors
from core.errors import AccountError
from core.store.tables import recovery_codes, second_factors
from tests.support.postgresql import BOTH
from tests.support.processes import let_go, started, together

KEY, NEXT_KEY = "the first key is long enough to sign", "the next key is also long enough"
NOW = 1_800_000_000


@pytest.fixture
def at(monkeypatch):
    """Sets the clock that codes go by."""

    def seconds(now):
        monkeypatch.setattr("core.accounts.factors.time", SimpleNamespace(time=lambda: now))

    seconds(NOW)
    return seconds


@pytest.fixture
def factors(database, at):
    return Factors.of(database, [KEY])


@pytest.fixture
def users(where, database):
    return stores.store("database", where, database)


@pytest.fixture
def anna(users):
    return users.add("anna", "hash")


def turned_on(factors, user, now=NOW):
    """Its app, which shows codes by the clock, and its recovery codes; the code of `now` has been used."""
    app = pyotp.parse_uri(factors.begin(user))
    return app, factors.confirm(user, app.at(now))


def test_nothing_is_asked_until_a_code_of_the_app_was_typed(factors, anna):
    app = pyotp.parse_uri(factors.begin(anna))
    assert (app.name, app.issuer) == ("anna", "Parterre")
    assert not factors.is_on(anna)
    assert not factors.spend(anna, app.at(NOW)), "it is not on"
    with pytest.raises(AccountError, match="not the code"):
        factors.confirm(anna, "000000" if app.at(NOW) != "000000" else "111111")
    assert not factors.is_on(anna)
    assert len(set(factors.confirm(anna, app.at(NOW)))) == RECOVERY_CODES
    assert factors.is_on(anna)
    with pytest.raises(AccountError, match="is on"):
        factors.begin(anna)


def test_a_code_opens_once_and_none_before_it_opens_afterwards(factors, anna, at):
    app, _ = turned_on(factors, anna)
    assert not factors.spend(anna, app.at(NOW)), "it turned the factor on"
    at(NOW + 60)
    code = app.at(NOW + 60)
    assert factors.spend(anna, f" {code[:3]} {code[3:]}")
    assert not factors.spend(anna, code)
    assert not factors.spend(anna, app.at(NOW + 30)), "it was overtaken"


@pytest.mark.parametrize(("late", "opens"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_differ_by_half_a_minute(factors, anna, at, late, opens):
    app, _ = turned_on(factors, anna)
    at(NOW + 3000)
    assert factors.spend(anna, app.at(NOW + 3000 + late)) == opens


def test_a_recovery_code_opens_once_however_it_is_typed_and_new_ones_end_the_old(factors, anna):
    _, first = turned_on(factors, anna)
    assert factors.spend(anna, first[0].lower().replace("-", " "))
    assert not factors.spend(anna, first[0])
    assert factors.left(anna) == RECOVERY_CODES - 1
    second = factors.renew(anna)
    assert not factors.spend(anna, first[1])
    assert factors.spend(anna, second[1])


def test_codes_of_another_account_open_nothing(factors, users, anna):
    turned_on(factors, anna)
    app, recovery = turned_on(factors, users.add("ben", "hash"))
    for code in (app.at(NOW + 30), app.at(NOW), recovery[0], "", "0" * 6, "x" * 5000):
        assert not factors.spend(anna, code)


@BOTH
def test_the_database_holds_no_secret_and_no_code(where, database, factors, anna):
    app, recovery = turned_on(factors, anna)
    kept = str([*database.rows(select(second_factors)), *database.rows(select(recovery_codes))])
    assert app.secret not in kept
    assert not [code for code in recovery if code in kept or code.replace("-", "") in kept]


def test_secrets_outlive_a_change_of_the_key_that_is_made_as_the_docs_say(database, factors, anna, at):
    app, recovery = turned_on(factors, anna)
    both = Factors.of(database, [NEXT_KEY, KEY])
    both.encrypt_anew()
    at(NOW + 60)
    assert Factors.of(database, [NEXT_KEY]).spend(anna, app.at(NOW + 60))
    lost = Factors.of(database, ["a third key that knows nothing"])
    lost.encrypt_anew()
    with pytest.raises(AccountError, match="administrator to reset"):
        lost.spend(anna, "123456")
    assert lost.spend(anna, recovery[0])


def test_turned_off_nothing_of_it_is_left(factors, anna):
    _, recovery = turned_on(factors, anna)
    assert factors.off(anna)
    assert not factors.off(anna)
    assert not factors.is_on(anna)
    assert not factors.spend(anna, recovery[0])
    turned_on(factors, anna)


def spend(line, where, codes):
    from core.store.database import opened

    database = opened(where)
    anna = stores.store("database", where, database).get("anna")
    factors = Factors.of(database, [KEY])
    let_go(line)
    line.send([str(factors.spend(anna, code)) for code in codes])


@BOTH
def test_a_code_that_is_sent_twice_at_once_opens_once(where, database, users, anna):
    factors = Factors.of(database, [KEY])
    app = pyotp.parse_uri(factors.begin(anna))
    recovery = factors.confirm(anna, app.now())
    said = together([started(spend, where, recovery[:3]) for _ in range(3)])
    assert said.count("True") == 3
    assert re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", recovery[0])
