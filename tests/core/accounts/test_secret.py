"""The key that signs sessions."""

import secrets
import subprocess
import sys

import pytest
from pydantic import SecretStr

from core.accounts.secret import old_keys, session_key
from core.errors import SettingsError
from core.settings import ROOT, load

STRONG = "YcB2nq8eJ4kz0RrTn1vVhW6sLx3uPg9m"
PRINT_KEY = """
import sys
from pathlib import Path
from core.accounts.secret import session_key
from core.settings import load
print(session_key(load(home=Path(sys.argv[1]), secret_key=None)))
"""


def settings(home, **changes):
    return load(home=home, **{"env": "development", "secret_key": None} | changes)


def test_development_makes_a_key_and_keeps_it(tmp_path):
    key = session_key(settings(tmp_path / "new"))
    assert len(key) >= 32
    assert session_key(settings(tmp_path / "new")) == key


def test_the_kept_key_is_for_its_owner_only(tmp_path):
    session_key(settings(tmp_path))
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_two_homes_have_two_keys(tmp_path):
    assert session_key(settings(tmp_path / "a")) != session_key(settings(tmp_path / "b"))


def test_workers_that_start_at_once_agree_on_one_key(tmp_path):
    command = [sys.executable, "-c", PRINT_KEY, str(tmp_path)]
    starts = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    keys = {start.communicate(timeout=60)[0].strip() for start in starts}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32


def test_a_key_cut_short_is_replaced(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    assert len(session_key(settings(tmp_path))) >= 32


def test_a_given_key_is_used(tmp_path):
    given = "kept at the gate, under the third pot"
    assert session_key(settings(tmp_path, secret_key=SecretStr(given))) == given
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("given", [None, "", "x" * 31, " " * 40])
def test_production_refuses_to_start_without_a_long_key(tmp_path, given):
    key = None if given is None else SecretStr(given)
    with pytest.raises(SettingsError, match=r"SECRET_KEY: found .* Expected at least 32"):
        session_key(settings(tmp_path, env="production", secret_key=key))
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("weak", "found"),
    [
        ("a" * 32, "only 1 different characters"),
        ("changeme" * 5, "only 7 different"),
        ("password" * 4 + "0123456789", "easily guessed"),
        ("0123456789abcdef0123456789abcdef", "easily guessed"),
    ],
)
@pytest.mark.parametrize("setting", ["secret_key", "old_keys"])
def test_production_refuses_a_key_that_is_only_long(tmp_path, weak, found, setting):
    keys = {"secret_key": SecretStr(STRONG), setting: SecretStr(weak)}
    chosen = settings(tmp_path, env="production", **keys)
    with pytest.raises(SettingsError, match=found):
        session_key(chosen), old_keys(chosen)


def test_keys_made_by_chance_are_strong_whatever_their_alphabet(tmp_path):
    made = [secrets.token_urlsafe(48), secrets.token_hex(32), secrets.token_hex(16)]
    for key in made:
        assert session_key(settings(tmp_path, env="production", secret_key=SecretStr(key))) == key


def test_the_refusal_does_not_print_the_key(tmp_path):
    with pytest.raises(SettingsError) as refused:
        session_key(settings(tmp_path, env="production", secret_key=SecretStr("tooshortsecret")))
    assert "tooshortsecret" not in str(refused.value)
