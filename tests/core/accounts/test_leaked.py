"""Passwords that have leaked are refused, however they are written; others hardly ever."""

import random

import pytest

from core.accounts.leaked import FALSE_ALARMS, has_leaked, written
from core.accounts.passwords import check_password
from core.errors import AccountError


@pytest.mark.parametrize(
    "password", ["studentenfutter", "Kindersachen Basar", "live_love_laugh09", "Florian.Strunz123"]
)
def test_what_has_leaked_is_refused_in_any_case_and_with_any_separators(password):
    with pytest.raises(AccountError, match="Among the passwords that have leaked"):
        check_password(password, "anna")


def test_what_has_not_leaked_is_taken_for_it_once_in_ten_thousand_times():
    made = random.Random(7)
    strangers = ["".join(made.choices("abcdefghijklmnop123456", k=14)) for _ in range(30_000)]
    assert sum(map(has_leaked, strangers)) <= 12


def test_a_file_has_all_that_was_put_in():
    passwords = [f"password number {number}" for number in range(500)]
    content = written(passwords, len(passwords))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.accounts.leaked._bits", lambda: content)
        assert all(map(has_leaked, passwords))
        assert not has_leaked("password number 500")
    assert len(content) < 500 * 20 / 8
    assert FALSE_ALARMS == 1e-4
