"""Passwords that have leaked, in a file of 1.8 MB: a Bloom filter (Bloom 1970, CACM 13: 422-426).

`scripts/leaked_passwords.py` makes the file. Whoever has it can't read a password from it. All that were put in are
found; of what was not, one in ten thousand is, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

LEAKED = Path(__file__).with_name("leaked.bin")
FALSE_ALARMS = 1e-4


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
