"""How a program is told no: {code, words, field}."""

from __future__ import annotations

from typing import NoReturn

from werkzeug.exceptions import default_exceptions


def refuse(status: int, words: str, at: str | None = None, code: str | None = None) -> NoReturn:
    """Stop here, and say why: `at` is the field that is wrong, `code` what programs tell it by."""
    error = default_exceptions[status](words)
    error.field, error.kind = at, code  # type: ignore[attr-defined]
    raise error
