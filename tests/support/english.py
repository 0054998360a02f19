"""Numbers that are written in the English way, in what a person is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

# What is no text for people: names, addresses, colours, and what programs are to read.
UNREAD = {"id", "key", "className", "href", "src", "style", "d", "path", "type", "token", "data-example"}
UNREAD |= {"address", "options"}
COLOUR = re.compile(r"rgba?\([^)]*\)")
FOR_PROGRAMS = re.compile(
    r"SELECT .*;|\b\w+=[\w,]+|\b\w[\w-]*\d? \d+(?:\.\d+){2}\b|\bnumpy [\w., -]+", re.DOTALL
)
POINT, COMMA = re.compile(r"\d\.\d"), re.compile(r"\d,\d")
GERMAN = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?!\d|\.\d)|\b\d\d\.\d\d\.\d{4}\b")
THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")


def english(text: str, language: str) -> str:
    """The first number of a text that readers of `language` would not write so; nothing if there is none."""
    plain = FOR_PROGRAMS.sub("", COLOUR.sub("", text))
    if language == "de-CH":
        found = COMMA.search(plain)
    elif language == "fr-FR":
        found = POINT.search(plain)
    else:
        plain = GERMAN.sub("", plain)
        found = POINT.search(plain) or THOUSANDS.search(plain)
    return plain[max(found.start() - 30, 0) : found.end() + 30] if found else ""


def read(shown: object) -> Iterator[str]:
    """Every text of an answer that may reach a person: children, labels, figures, and data that scripts write."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            if name not in UNREAD:
                yield from read(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from read(value)
    elif isinstance(shown, str):
        yield from _opened(shown)


def _opened(text: str) -> Iterator[str]:
    if text[:1] not in "[{":
        yield text
        return
    try:
        yield from read(json.loads(text))
    except ValueError:
        yield text
