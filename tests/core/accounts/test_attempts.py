"""Attempts at the door: how many, for whom, and for how long."""

import re
import threading
import time

import pytest
from sqlalchemy import func, select

from core.accounts import attempts as module
from core.accounts.attempts import LIMITS, Attempts, TooManyAttemptsError, of_account, of_address
from core.store.tables import attempts as table
from tests.support.postgresql import BOTH

TEN = LIMITS["account"].rate.amount


class Clock:
    """A time that passes when the test says so."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("core.accounts.attempts.time", clock)
    return clock


@pytest.fixture
def attempts(database):
    return Attempts(database)


def spend(attempts, limit, who, times):
    for _ in range(times):
        attempts.take(limit, who)


@BOTH
def test_the_limit_is_reached_and_says_how_long_to_wait(attempts, clock):
    spend(attempts, "account", "anna", TEN)
    clock.now += 60
    with pytest.raises(
        TooManyAttemptsError, match=r"Too many attempts\. Try again in 14 minutes\."
    ) as refused:
        attempts.take("account", "anna")
    assert refused.value.wait == 14 * 60


@pytest.mark.parametrize(
    ("passed", "words"), [(899, "1 second"), (890, "10 seconds"), (840, "1 minute"), (0, "15 minutes")]
)
def test_the_wait_is_told_in_words(attempts, clock, passed, words):
    spend(attempts, "account", "anna", TEN)
    clock.now += passed
    with pytest.raises(TooManyAttemptsError, match=re.escape(f"in {words}.")):
        attempts.take("account", "anna")


@BOTH
def test_the_door_opens_again_after_the_wait(attempts, clock):
    spend(attempts, "account", "anna", TEN)
    clock.now += 15 * 60 + 1
    spend(attempts, "account", "anna", TEN)


def test_knocking_at_a_shut_door_does_not_keep_it_shut(attempts, clock):
    spend(attempts, "account", "anna", TEN)
    for _ in range(5):
        clock.now += 60
        with pytest.raises(TooManyAttemptsError):
            attempts.take("account", "anna")
    clock.now += 10 * 60 + 1
    attempts.take("account", "anna")


@BOTH
def test_one_account_does_not_shut_out_another(attempts):
    spend(attempts, "account", "anna", TEN)
    attempts.take("account", "ben")
    attempts.take("address", "anna")


@BOTH
def test_an_attempt_can_be_given_back(attempts):
    spend(attempts, "account", "anna", TEN)
    attempts.give_back("account", "anna")
    attempts.take("account", "anna")
    with pytest.raises(TooManyAttemptsError):
        attempts.take("account", "anna")


@BOTH
def test_all_attempts_can_be_forgiven(attempts):
    spend(attempts, "account", "anna", TEN)
    attempts.forgive("account", "anna")
    spend(attempts, "account", "anna", TEN)


@BOTH
def test_threads_together_get_no_more_than_the_limit(attempts, monkeypatch):
    taken, wait = [], module._wait

    def count_and_dawdle(*given):
        """As a busy machine does: between counting and noting down, others come along."""
        counted = wait(*given)
        time.sleep(0.01)
        return counted

    monkeypatch.setattr(module, "_wait", count_and_dawdle)

    def knock():
        for _ in range(4):
            try:
                attempts.take("account", "anna")
            except TooManyAttemptsError:
                continue
            taken.append(1)

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == TEN


@BOTH
def test_what_has_expired_is_forgotten(attempts, clock, database):
    for number in range(200):
        attempts.take("address", f"192.0.2.{number}")
    clock.now += 16 * 60
    attempts.take("address", "192.0.2.1")
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1


@BOTH
def test_what_is_counted_under_several_limits_is_counted_under_all_or_none(attempts):
    spend(attempts, "account", "anna", TEN)
    for _ in range(LIMITS["address"].rate.amount):
        with pytest.raises(TooManyAttemptsError):
            attempts.take_all([("address", "192.0.2.1"), ("account", "anna")])
    attempts.take("address", "192.0.2.1")


def test_names_are_one_whatever_their_case_and_are_not_kept_in_the_clear():
    assert of_account("Anna") == of_account("aNNA")
    assert "anna" not in of_account("anna")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (None, "not an address"),
    ],
)
def test_addresses_of_one_subscriber_count_as_one(one, other):
    assert of_address(one) == of_address(other)


def test_addresses_of_different_subscribers_count_apart():
    different = ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:3::1"]
    assert len({of_address(address) for address in different}) == 4


@BOTH
def test_what_was_counted_before_the_clock_was_set_back_shuts_nobody_out(attempts, clock):
    clock.now += 86_400
    spend(attempts, "account", "anna", TEN)
    clock.now -= 86_400
    spend(attempts, "account", "anna", TEN)
    with pytest.raises(TooManyAttemptsError):
        attempts.take("account", "anna")
