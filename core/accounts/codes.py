"""Codes of 120 bits of chance, told once and kept as a hash, for people to type."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

CODE_BYTES = 15


def made() -> str:
    """A new code, in groups of four."""
    letters = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(re.findall("....", letters))


def digest(code: str) -> str:
    """What is kept of a code: the same whatever its case and hyphens."""
    return hashed(bare(code))


def hashed(secret: str) -> str:
    """What is kept of a secret that nobody guesses: a fast hash of one is as good as a slow one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def bare(code: str) -> str:
    """A code as typed, without spaces, hyphens and case."""
    return re.sub(r"[\s-]", "", code).upper()
