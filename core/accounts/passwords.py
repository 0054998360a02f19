"""Passwords: what makes one good, and how it is kept (argon2id)."""

from __future__ import annotations

import fcntl
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

from core.accounts.leaked import has_leaked
from core.errors import AccountError

T = TypeVar("T")
SHORTEST = 12
LONGEST = 256
# What is left of a password without the username in it has to be a password's worth by itself.
SHORTEST_BESIDE_USERNAME = 8

# Guesses that zxcvbn (Wheeler 2016, USENIX Security) has a password withstand: as typed, and without the
# separators, capitals and repetitions that it counts as chance.
FEWEST_GUESSES = 1e10
FEWEST_GUESSES_OF_WORDS = 1e8
# It takes seconds over long texts, and over those with many signs that could each be several letters.
JUDGED = 40
MOST_SIGNS = 3
SIGNS = {sign: letter for letter, signs in L33T_TABLE.items() for sign in signs if not sign.isdigit()}
# In any language, a name or a season with a year.
ONE_WORD = re.compile(r"[\W\d_]*[^\W\d_]{1,11}[\W\d_]*")
# Known passwords of twelve characters and more, and quotations, that zxcvbn's own lists don't hold.
GUESSED_FIRST = Path(__file__).with_name("guessed_first.txt")
PRODUCT = "parterre"
BETTER = "Choose another; four words that have nothing to do with one another do well."
# zxcvbn keeps the words it is given where all threads see them.
JUDGING = Lock()

# OWASP's parameters: 19 MiB, two passes, one lane; 27 ms where the library's defaults take 130 ms and 64 MiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# Many who sign in at once would else take every core of the machine, and 19 MiB each, of its caches too.
MOST_AT_ONCE = 1  # of all processes that are forked from the one that began
NICE = 10  # so much does hashing step back before clicks
_TURN = os.memfd_create("hashing") if sys.platform == "linux" else None  # whoever dies with it lets it go


def _step_back() -> None:
    if sys.platform == "linux":  # where it is this thread's alone
        os.nice(NICE)


def _alone(hashes: Callable[..., T], *told: str | bytes) -> T:
    """Hash while no other process of the server does."""
    if _TURN is None:
        return hashes(*told)
    fcntl.lockf(_TURN, fcntl.LOCK_EX)
    try:
        return hashes(*told)
    finally:
        fcntl.lockf(_TURN, fcntl.LOCK_UN)


_hashing: ThreadPoolExecutor


def _begin() -> None:
    """A thread that hashes; a process that is forked has none, and begins anew."""
    global _hashing
    _hashing = ThreadPoolExecutor(MOST_AT_ONCE, "hashing", _step_back)


_begin()
os.register_at_fork(after_in_child=_begin)
# A password that nobody knows, with the parameters of HASHER: what a sign-in to no account is compared with.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$Awspvtx+IVAAZLpmhp8KSA$rTL/LEX1B3UYlp5tHn2XHguZIQLzTZ5RGHXnKPf0suo"


def hash_password(password: str) -> str:
    """The argon2id hash of `password`, with its own salt."""
    made: str = _hashing.submit(_alone, HASHER.hash, _normal(password)).result()
    return made


def verify(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind the hash; takes as long when there is none to compare with."""
    try:
        kept = password_hash or NOBODY
        is_right = _hashing.submit(_alone, HASHER.verify, kept, _normal(password)).result()
        return is_right and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def check_password(password: str, username: str, words: Iterable[str] = ()) -> None:
    """Refuse a password that is easily guessed, above all by those who know the organisation's `words`.

    Raises AccountError if the password breaks a rule; the message says which.
    """
    length = len(_normal(password).decode("utf-8", "surrogatepass"))
    if length < SHORTEST:
        raise _refused(f"Too short: {length} characters. Use {SHORTEST} at least; a few words do well.")
    if length > LONGEST:
        raise _refused(f"Too long: {length} characters. Use {LONGEST} at most.")
    if _is_username(password, username):
        raise _refused("Too close to the username. Choose one that says nothing about you.")
    why = _why_guessed(unicodedata.normalize("NFKC", password), [PRODUCT, username, *words])
    if why:
        raise _refused(f"{why} {BETTER}")


def guesses(secret: str) -> float:
    """How many guesses zxcvbn gives `secret`, of which it is shown as much as is soon judged."""
    return float(_judge(secret, [PRODUCT])["guesses"])


def _why_guessed(password: str, house: list[str]) -> str | None:
    """Why `password` is found early by somebody who knows the words of the house, if it is."""
    for text, fewest in _readings(password):
        judged = _judge(text, house)
        if judged["guesses"] < fewest:
            return _reason(judged, house)
    if any(has_leaked(text) for text, _ in _readings(password)):
        return "Among the passwords that have leaked, which are tried first."
    if ONE_WORD.fullmatch(password):
        return "One word with figures or signs around it, which is tried early."
    return None


def _readings(password: str) -> Iterable[tuple[str, float]]:
    yield password, FEWEST_GUESSES
    words = re.findall(r"[^\W\d_]+|\d+", password.casefold())
    if words:
        yield "".join(dict.fromkeys(words)), FEWEST_GUESSES_OF_WORDS
        yield "".join(words), FEWEST_GUESSES_OF_WORDS


def _judge(text: str, house: list[str]) -> Mapping[str, Any]:
    judged = text[:JUDGED]
    if len(SIGNS.keys() & set(judged)) > MOST_SIGNS:
        judged = judged.translate(str.maketrans(SIGNS))
    with JUDGING:
        result: Mapping[str, Any] = zxcvbn(judged, [*house, *_guessed_first()])
    return result


def _reason(judged: Mapping[str, Any], house: list[str]) -> str:
    """What of the password was recognised."""
    found = [match["matched_word"] for match in judged["sequence"] if match["pattern"] == "dictionary"]
    ours = next((word for word in found if word in map(str.lower, house)), None)
    if ours:
        return f"Built on “{ours}”: names of product, user and organisation are tried first."
    if any(word in _guessed_first() for word in found):
        return "Among the common passwords, which are tried first."
    warning = judged["feedback"]["warning"]
    return f"Easily guessed. {warning}" if warning else "Easily guessed: common words, names and years."


def _is_username(password: str, username: str) -> bool:
    rest = password.casefold().replace(username.casefold(), "")
    return len(rest) < min(len(password), SHORTEST_BESIDE_USERNAME)


@cache
def _guessed_first() -> tuple[str, ...]:
    return tuple(GUESSED_FIRST.read_text(encoding="utf-8").split())


def _normal(password: str) -> bytes:
    """The bytes of `password`: alike however a keyboard composes its accents."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _refused(message: str) -> AccountError:
    return AccountError(message, field="password")
