"""Passwords that have leaked, in a file of 1.8 MB, a Bloom filter (Bloom 1970, CACM 13: 422-426), or as a service knows them.

`scripts/leaked_passwords.py` makes the file. Whoever has it can't read a password from it. All that were put in are
found; of what was not, one in ten thousand is, too.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

LEAKED = Path(__file__).with_name("leaked.bin")
FALSE_ALARMS = 1e-4
LOG = logging.getLogger(__name__)
SECONDS = 3
LARGEST_ANSWER = 1_000_000
SHOWN = 5


def has_leaked(password: str) -> bool:
    """Whether the file has `password`, in whichever case."""
    return all(_bits()[place >> 3] >> (place & 7) & 1 for place in _places(password, 8 * len(_bits())))


def written(passwords: Iterable[str], count: int) -> bytes:
    """The content of a file that has so many passwords."""
    bits = bytearray(math.ceil(-count * math.log(FALSE_ALARMS) / math.log(2) ** 2 / 8))
    for password in passwords:
        for place in _places(password, 8 * len(bits)):
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def _places(password: str, size: int) -> Iterator[int]:
    """The bits of a password: two hashes make all (Kirsch and Mitzenmacher 2006, ESA: 456-467)."""
    digest = blake2b(password.casefold().encode("utf-8", "surrogatepass"), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
    return ((first + turn * step) % size for turn in range(round(-math.log2(FALSE_ALARMS))))


@cache
def _bits() -> bytes:
    return LEAKED.read_bytes()


def is_known_to(service: str, password: str) -> bool:
    """Whether a service knows the password, which learns five hex digits of a hash and no more (k-anonymity).

    They are appended to its address, as of Pwned Passwords: https://api.pwnedpasswords.com/range/. One that does not answer
    keeps nobody out.
    """
    digest = (
        hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
    )
    request = Request(service + digest[:SHOWN], headers={"Add-Padding": "true", "User-Agent": "Parterre"})  # noqa: S310  # the scheme is checked with the settings
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            lines = answer.read(LARGEST_ANSWER).decode("ascii").splitlines()
    except (URLError, OSError, ValueError) as error:
        LOG.warning("The service for leaked passwords did not answer: %s", type(error).__name__)
        return False
    # What pads an answer, so that its length tells nothing, has leaked no time.
    counts = dict(line.partition(":")[::2] for line in lines)
    return counts.get(digest[SHOWN:], "0").strip() not in ("", "0")
