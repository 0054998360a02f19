"""What an address asks of a page: filters, and options such as `split=segments`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from callbacks.web.pinning import MODEL, OLDER
from core.crossfilter.table import Crossfilter, Selection, SelectionError

LONGEST_OPTION = 64
# Pieces that name segments by their numbers, which mean others in another model.
NUMBERED = re.compile(r"(?P<name>(?:[A-Za-z0-9_-]+:)?Segment|compare)=(?P<numbers>.*)")

OF_ONE = re.compile(r"(?P<segments>/segments/)(?P<number>\d+)")  # the page of a segment


@dataclass(frozen=True)
class Option:
    """Something about a page that is no filter; names begin with a small letter, fields with a capital."""

    default: str
    allows: Callable[[str], bool]
    expected: str
    longest: int = LONGEST_OPTION

    @classmethod
    def one_of(cls, *words: str) -> Option:
        """One of `words`; the first is the default."""
        return cls(words[0], words.__contains__, f"one of {', '.join(words)}")


Options = Mapping[str, Option]


@dataclass(frozen=True)
class Origin:
    """Which model an address is about: its key, and whether it is wanted even where another one is live."""

    key: str = ""
    older: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Origin:
        """What an address says of it; nothing in most of them."""
        return cls(query.get(MODEL, ""), query.get(OLDER) == "yes")

    def __str__(self) -> str:
        return (
            f"{MODEL}={quote(self.key, safe='')}{f'&{OLDER}=yes' if self.older else ''}" if self.key else ""
        )


def pieces_of(text: str) -> list[str]:
    """The pieces of an address, without those that say which model it is about."""
    pieces = [piece for piece in text.removeprefix("?").split("&") if piece]
    return [piece for piece in pieces if unquote(piece.partition("=")[0]) not in (MODEL, OLDER)]


def names_segments(text: str, path: str = "") -> bool:
    """Whether an address means segments by their numbers."""
    return bool(OF_ONE.fullmatch(path)) or any(
        NUMBERED.fullmatch(unquote(piece)) for piece in pieces_of(text)
    )


def bound(text: str, origin: Origin, path: str = "") -> str:
    """`text` with the model that it is about, where it would mean something else in another."""
    pieces = pieces_of(text)
    needed = origin.older or names_segments(text, path)
    return "&".join([*pieces, str(origin)] if needed and origin.key else pieces)


def state(selection: Selection, model: str) -> str:
    """What a page is filtered by, whatever the order: and the model, where it means that one's segments."""
    return bound("&".join(sorted(pieces_of(str(selection)))), Origin(model))


@dataclass(frozen=True)
class Asked:
    """What a page shows: whose figures, and how. `options` holds every option of the page."""

    selection: Selection
    options: Mapping[str, str]
    known: Options

    def __str__(self) -> str:
        """As it stands in the address; defaults are left out."""
        chosen = [
            f"{name}={quote(value, safe=',.~')}"
            for name, value in self.options.items()
            if value != self.known[name].default
        ]
        return "&".join([*([str(self.selection)] if self.selection else []), *chosen])

    def filtered(self, selection: Selection) -> Asked:
        """The same options for other customers."""
        return replace(self, selection=selection)


def parse(text: str, table: Crossfilter, known: Options) -> Asked:
    """What the text of an address asks.

    Raises SelectionError if it names a filter or an option that is not there, or a value that is not allowed.
    """
    pieces = pieces_of(text)
    named = {piece: unquote(piece.partition("=")[0]) for piece in pieces}
    filters = "&".join(piece for piece in pieces if named[piece] not in known)
    given = {named[piece]: unquote(piece.partition("=")[2]) for piece in pieces if named[piece] in known}
    return asked(table.selection(filters), given, known)


def asked(selection: Selection, given: Mapping[str, object], known: Options) -> Asked:
    """`given` options checked, the others by default.

    Raises SelectionError if an option is not there or not allowed.
    """
    for name, value in given.items():
        if name not in known:
            raise SelectionError.of(name, f"one of {', '.join(known)}" if known else "filters only")
        if not isinstance(value, str) or len(value) > known[name].longest or not known[name].allows(value):
            raise SelectionError.of(f"{name} {str(value)[:60]}", known[name].expected)
    options = {name: str(given.get(name, option.default)) for name, option in known.items()}
    return Asked(selection, options, known)
