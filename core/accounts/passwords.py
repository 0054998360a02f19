"""Passwords: what makes one good, and how it is kept (argon2id)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import AccountError

SHORTEST = 12
LONGEST = 256
# What is left of a password without the username in it has to be a password's worth by itself.
SHORTEST_BESIDE_USERNAME = 8
FEWEST_DIFFERENT = 5

COMMON = Path(__file__).with_name("common_passwords.txt")
ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "abcdefghijklmnopqrstuvwxyz",
)
SWAPPED = str.maketrans("@431!0$57", "aaeiiosst")

# OWASP's parameters: 19 MiB, two passes, one lane; 27 ms where the library's defaults take 130 ms and 64 MiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# A password that nobody knows, with the parameters of HASHER: what a sign-in to no account is compared with.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$Awspvtx+IVAAZLpmhp8KSA$rTL/LEX1B3UYlp5tHn2XHguZIQLzTZ5RGHXnKPf0suo"


def hash_password(password: str) -> str:
    """The argon2id hash of `password`, with its own salt."""
    return HASHER.hash(_normal(password))


def verify(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind the hash; takes as long when there is none to compare with."""
    try:
        return HASHER.verify(password_hash or NOBODY, _normal(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def check_password(password: str, username: str) -> None:
    """Refuse a password that is easily guessed.

    Raises
    ------
    AccountError
        If the password breaks a rule; the message says which.
    """
    length = len(_normal(password).decode("utf-8", "surrogatepass"))
    if length < SHORTEST:
        raise _refused(f"Too short: {length} characters. Use {SHORTEST} at least; a few words do well.")
    if length > LONGEST:
        raise _refused(f"Too long: {length} characters. Use {LONGEST} at most.")
    if _is_username(password, username):
        raise _refused("Too close to the username. Choose one that says nothing about you.")
    if is_common(password):
        raise _refused(
            "Among the common passwords, which are tried first. Choose another; a few words do well."
        )


def is_common(password: str) -> bool:
    """Whether `password` is on the list of common ones, or is one of them dressed up."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    letters = plain.translate(SWAPPED)
    words = {plain, letters, _bare(plain), _bare(letters), _bare(plain).translate(SWAPPED)}
    return (
        len(set(plain)) < FEWEST_DIFFERENT
        or not words.isdisjoint(_common())
        or any(_unrepeated(word) in _common() for word in words)
        or _runs_along(plain)
    )


def _is_username(password: str, username: str) -> bool:
    rest = password.casefold().replace(username.casefold(), "")
    return len(rest) < min(len(password), SHORTEST_BESIDE_USERNAME)


def _bare(password: str) -> str:
    """The password without the digits and signs around it, as in `2024!` after a word."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)


def _unrepeated(password: str) -> str:
    """What the password repeats, if it is one text again and again."""
    repeated = re.fullmatch(r"(.+?)\1+", password)
    return repeated[1] if repeated else password


def _runs_along(password: str) -> bool:
    """Whether the password only runs along rows of the keyboard, the digits or the alphabet."""
    rest = password
    for row in ROWS:
        for run in (row + row, (row + row)[::-1]):
            rest = _without_runs(rest, run)
    return len(rest) < FEWEST_DIFFERENT


def _without_runs(password: str, row: str) -> str:
    """The password without its stretches of four or more neighbours in `row`."""
    kept, at = [], 0
    while at < len(password):
        end = at + 1
        while end < len(password) and password[at : end + 1] in row:
            end += 1
        if end - at < 4:
            kept.append(password[at])
            end = at + 1
        at = end
    return "".join(kept)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def _normal(password: str) -> bytes:
    """The bytes of `password`: alike however a keyboard composes its accents."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _refused(message: str) -> AccountError:
    return AccountError(message, field="password")
