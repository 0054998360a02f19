"""Coming in and going out, without a browser."""

import pytest
from argon2 import PasswordHasher

from core.accounts import passwords
from core.accounts.attempts import LIMITS, Attempts, TooManyAttemptsError
from core.accounts.entry import REFUSED, Entry
from core.accounts.stores import CsvUserStore
from core.errors import AccountError

pytestmark = pytest.mark.usefixtures("few_guesses")

HERE, THERE = "192.0.2.1", "192.0.2.2"
PASSWORD = "a garden in spring"


@pytest.fixture(scope="module", autouse=True)
def hashed_fast():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def entry(tmp_path, database):
    return Entry(CsvUserStore(tmp_path / "users.csv"), Attempts(database))


@pytest.fixture
def anna(entry):
    return entry.sign_up("Anna", PASSWORD, address=HERE)


def fail(entry, username, times, address=HERE):
    for _ in range(times):
        with pytest.raises(AccountError, match="not right"):
            entry.sign_in(username, "a wrong password", address=address)


def test_signing_up_signs_in(entry, anna):
    assert anna.last_sign_in is not None
    assert entry.users.get("anna") == anna


@pytest.mark.parametrize("typed", ["Anna", "anna", "ANNA"])
def test_the_username_is_known_whatever_its_case(entry, anna, typed):
    assert entry.sign_in(typed, PASSWORD, address=HERE).username == "Anna"


def test_nothing_is_kept_of_a_sign_up_that_breaks_a_rule(entry):
    for username, password in (("ab", PASSWORD), ("anna", "short"), ("anna", "password1234")):
        with pytest.raises(AccountError):
            entry.sign_up(username, password, address=HERE)
    assert entry.users.all() == []


@pytest.mark.parametrize(
    ("username", "password"),
    [("anna", "a wrong password"), ("nobody", PASSWORD), ("ben", PASSWORD), ("ben", "a wrong password")],
    ids=["wrong password", "no account", "switched off", "switched off, wrong password"],
)
def test_every_refusal_says_the_same_after_the_same_work(entry, anna, username, password, monkeypatch):
    entry.users.add("ben", passwords.hash_password(PASSWORD))
    entry.users.change("ben", active=False)
    verified = []
    verify = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *given: verified.append(1) or verify(*given))
    with pytest.raises(AccountError) as refused:
        entry.sign_in(username, password, address=HERE)
    assert (str(refused.value), refused.value.field) == (REFUSED, None)
    assert verified == [1]


@pytest.mark.parametrize("username", ["anna", "nobody-here"])
def test_an_account_shuts_alike_whether_it_exists_or_not(entry, anna, username):
    fail(entry, username, LIMITS["account"].rate.amount)
    with pytest.raises(TooManyAttemptsError, match="Try again in 15 minutes"):
        entry.sign_in(username, PASSWORD, address=HERE)


def test_a_guesser_shuts_out_himself_and_not_the_owner_elsewhere(entry, anna):
    fail(entry, "anna", LIMITS["account"].rate.amount)
    with pytest.raises(TooManyAttemptsError):
        entry.sign_in("anna", PASSWORD, address=HERE)
    assert entry.sign_in("anna", PASSWORD, address=THERE).username == "Anna"
    with pytest.raises(TooManyAttemptsError):
        entry.sign_in("anna", PASSWORD, address=HERE)


def test_many_guessers_together_get_a_hundred_an_hour_at_one_name_and_a_known_browser_still_comes_in(
    entry, anna
):
    each = LIMITS["account"].rate.amount
    for number in range(LIMITS["name"].rate.amount // each):
        fail(entry, "anna", each, address=f"198.51.100.{number}")
    with pytest.raises(TooManyAttemptsError, match="60 minutes"):
        entry.sign_in("anna", PASSWORD, address=THERE)
    assert entry.sign_in("anna", PASSWORD, address=THERE, device="hers").username == "Anna"
    with pytest.raises(TooManyAttemptsError):
        entry.sign_in("anna", PASSWORD, address=THERE)


def test_a_known_browser_is_not_shut_by_wrong_passwords_of_others_at_its_address(entry, anna):
    for number in range(LIMITS["address"].rate.amount):
        fail(entry, f"guess-{number}", 1)
    with pytest.raises(TooManyAttemptsError):
        entry.sign_in("anna", PASSWORD, address=HERE)
    entry.sign_in("anna", PASSWORD, address=HERE, device="hers")


def test_who_stole_a_browser_guesses_no_more_than_others(entry, anna):
    for _ in range(LIMITS["device"].rate.amount):
        with pytest.raises(AccountError, match="not right"):
            entry.sign_in("anna", "a wrong password", address=HERE, device="hers")
    for address in (HERE, THERE):
        with pytest.raises(TooManyAttemptsError):
            entry.sign_in("anna", PASSWORD, address=address, device="hers")
    entry.sign_in("anna", PASSWORD, address=HERE, device="another of hers")


def test_strangers_do_not_keep_anybody_from_changing_the_password(entry, anna):
    fail(entry, "anna", LIMITS["account"].rate.amount)
    entry.change_password("anna", PASSWORD, "a pond in autumn", address=THERE)
    entry.change_password("anna", "a pond in autumn", PASSWORD, address=HERE, device="hers")


def test_one_ipv6_network_does_not_get_a_limit_for_each_of_its_subscribers(entry, anna):
    for number in range(LIMITS["network"].rate.amount):
        fail(entry, f"guess-{number}", 1, address=f"2001:db8:1:{number:x}::1")
    with pytest.raises(TooManyAttemptsError):
        entry.sign_in("anna", PASSWORD, address="2001:db8:1:ffff::1")
    entry.sign_in("anna", PASSWORD, address="2001:db8:2::1")


def test_only_failures_count(entry, anna):
    for _ in range(LIMITS["address"].rate.amount + 2):
        entry.sign_in("anna", PASSWORD, address=HERE)


def test_success_forgives_the_account_but_not_the_address(entry, anna):
    """An attacker with an account of his own can't clean his address with it."""
    for number in range(LIMITS["address"].rate.amount):
        fail(entry, f"guess-{number}", 1)
        if number < LIMITS["address"].rate.amount - 1:
            entry.sign_in("anna", PASSWORD, address=HERE)
    with pytest.raises(TooManyAttemptsError):
        entry.sign_in("anna", PASSWORD, address=HERE)
    entry.sign_in("anna", PASSWORD, address=THERE)


def test_a_shut_account_costs_its_address_nothing(entry, anna):
    fail(entry, "anna", LIMITS["account"].rate.amount)
    for _ in range(LIMITS["address"].rate.amount):
        with pytest.raises(TooManyAttemptsError):
            entry.sign_in("anna", PASSWORD, address=HERE)
    fail(entry, "ben", 1)


def test_one_address_can_sign_up_only_so_many(entry, monkeypatch):
    monkeypatch.setattr(passwords, "hash_password", lambda _: "hash")
    for number in range(LIMITS["sign-up"].rate.amount):
        entry.sign_up(f"user{number}", PASSWORD, address=HERE)
    with pytest.raises(TooManyAttemptsError):
        entry.sign_up("late", PASSWORD, address=HERE)
    entry.sign_up("late", PASSWORD, address=THERE)


def test_an_old_hash_is_renewed_when_its_password_is_known(entry):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    entry.users.add("anna", old)
    renewed = entry.sign_in("anna", PASSWORD, address=HERE)
    assert not passwords.needs_rehash(renewed.password_hash)
    entry.sign_in("anna", PASSWORD, address=HERE)


def test_signing_in_does_not_end_other_sessions(entry, anna):
    assert entry.sign_in("anna", PASSWORD, address=HERE).session_version == anna.session_version


def test_signing_out_ends_all_sessions(entry, anna):
    entry.end_sessions(anna)
    assert entry.users.get("anna").session_version != anna.session_version


def test_a_new_password_ends_all_sessions_and_replaces_the_old(entry, anna):
    changed = entry.change_password("anna", PASSWORD, "a pond in autumn", address=HERE)
    assert changed.session_version != anna.session_version
    with pytest.raises(AccountError, match="not right"):
        entry.sign_in("anna", PASSWORD, address=HERE)
    entry.sign_in("anna", "a pond in autumn", address=HERE)


@pytest.mark.parametrize(
    ("current", "new", "field", "words"),
    [
        ("a wrong password", "a pond in autumn", "current", "not your current password"),
        (PASSWORD, "short", "password", "Too short"),
        (PASSWORD, PASSWORD, "password", "you have now"),
    ],
)
def test_a_change_that_breaks_a_rule_says_where(entry, anna, current, new, field, words):
    with pytest.raises(AccountError, match=words) as refused:
        entry.change_password("anna", current, new, address=HERE)
    assert refused.value.field == field
    assert entry.users.get("anna") == anna


def test_the_current_password_can_not_be_guessed_without_end(entry, anna):
    for _ in range(LIMITS["account"].rate.amount):
        with pytest.raises(AccountError, match="not your current"):
            entry.change_password("anna", "a wrong password", "a pond in autumn", address=HERE)
    with pytest.raises(TooManyAttemptsError):
        entry.change_password("anna", PASSWORD, "a pond in autumn", address=HERE)


def test_a_password_changed_in_the_middle_of_a_sign_in_wins(entry, anna, monkeypatch):
    """The old password was right when it was checked, and is not any more when the session would begin."""
    verify = passwords.verify

    def verify_while_it_changes(*given):
        entry.reset_password("anna", "a pond in autumn")
        return verify(*given)

    monkeypatch.setattr(passwords, "verify", verify_while_it_changes)
    with pytest.raises(AccountError, match="changed in the meantime"):
        entry.sign_in("anna", PASSWORD, address=HERE)


def test_an_operator_can_set_a_password_for_accounts_that_exist(entry, anna):
    entry.reset_password("anna", "a pond in autumn")
    entry.sign_in("anna", "a pond in autumn", address=HERE)
    with pytest.raises(AccountError, match="no account named ben"):
        entry.reset_password("ben", "a pond in autumn")
