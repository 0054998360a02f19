"""Whether a text names a customer by their ID, as a word of its own; and the text without it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

from core.data.pseudonyms import pseudonym

ERASED = "[erased]"
LEAST_LETTERS = 4  # of an ID that is all digits, from which a number in a sentence is taken for it


def mentions(text: str | None, id: str) -> bool:
    """Whether a text has the ID as a word; a number is not part of another one."""
    return bool(text and _word(id).search(text))


def without(text: str, id: str) -> str:
    """The text with something else in the place of the ID."""
    return _word(id).sub(ERASED, text)


def is_plain(id: str) -> bool:
    """Whether the ID, met in a sentence, is hardly anything else: a short number may be any count."""
    return len(id) >= LEAST_LETTERS or not id.isdigit()


def said_in(content: str | None, id: str) -> bool:
    """Whether a text of a JSON document mentions the ID; its numbers are figures."""
    if not content:
        return False
    try:
        return _said(json.loads(content), id)
    except ValueError:
        return mentions(content, id)


def named_by(address: str, id: str) -> bool:
    """Whether an address of ours is about the customer."""
    pieces = (piece.partition("=") for piece in address.partition("?")[2].split("&"))
    return any(
        name == "customer" and pseudonym(unquote_plus(value).strip()) == pseudonym(id)
        for name, _, value in pieces
    )


def _said(part: Any, id: str) -> bool:
    if isinstance(part, dict):
        return any(_said(one, id) for one in (*part, *part.values()))
    if isinstance(part, list):
        return any(_said(one, id) for one in part)
    return isinstance(part, str) and mentions(part, id)


@lru_cache(maxsize=8)
def _word(id: str) -> re.Pattern[str]:
    """The ID as a word; of an address also its code, which is what pages call it by."""
    written = "|".join(re.escape(one) for one in dict.fromkeys((id, pseudonym(id))))
    return re.compile(
        rf"(?<![\w-])(?<!\d[.,])(?:{written})(?![\w-]|[.,]\d)", re.IGNORECASE if "@" in id else 0
    )
