"""Who reads: which way of writing numbers their browser asks for, and words that were raised in it."""

from __future__ import annotations

from flask import g, request

from core.numbers import Numbers, locale_of

MOST_TAGS = 8  # languages of a browser that are looked at


def locale() -> str:
    """The first locale that the browser names and we know; nothing where there is none."""
    tags = [tag for tag, _ in request.accept_languages][:MOST_TAGS]
    return next(filter(None, map(locale_of, tags)), "")


def told(words: str) -> str:
    """Words that were raised, with their numbers as who asks reads them."""
    numbers: Numbers = g.get("numbers") or Numbers()
    return numbers.told(words)
