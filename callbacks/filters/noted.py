"""Notes of what is shown: of the page so filtered, and on bars of its charts, whether or not these are chosen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from callbacks.filters import address
from callbacks.filters.answer import words
from core.accounts.page_notes import PageNote, PageNotes
from core.crossfilter.selection import Selection, SelectionError
from core.services import Services

GONE = "a bar that is no longer there"


@dataclass(frozen=True)
class Bar:
    """What of a chart a note is about: its field, which bars, and these in words."""

    field: str
    codes: list[int]
    words: str


def notes(services: Services, page: str, selection: Selection) -> list[PageNote]:
    """Of a page so filtered, and on bars of charts that set their own filter aside, as if it were not there."""
    key = services.model.card.key
    wider = {
        address.state(selection.without(one.source), key): one.field
        for one in selection.clauses
        if one.source == one.field
    }
    kept = PageNotes(services.database, services.dataset.slug)
    return kept.of(page, address.state(selection, key), wider)


def place(services: Services, selection: Selection, about: str) -> tuple[str, str]:
    """The state that a note is kept under, and what it is about, as it is kept.

    Raises SelectionError if it is about something else than bars of one chart.
    """
    key = services.model.card.key
    if not about:
        return address.state(selection, key), ""
    chosen = _bars(services, about)
    return address.state(selection.without(chosen.clauses[0].source), key), address.state(chosen, key)


def bar(services: Services, about: str) -> Bar | None:
    """What a note is about; None if that is all that is shown."""
    if not about:
        return None
    with suppress(SelectionError):
        chosen = _bars(services, "&".join(address.pieces_of(about)))
        if address.state(chosen, services.model.card.key) == about:
            [one] = chosen.clauses
            said = f"{services.label(one.field)}: {words(services, one)}"
            return Bar(one.field, sorted(one.codes), said)
    return Bar("", [], GONE)


def _bars(services: Services, about: str) -> Selection:
    chosen = services.model.crossfilter.selection(about)
    if len(chosen.clauses) != 1 or any(one.typed or one.source != one.field for one in chosen.clauses):
        raise SelectionError.of(about, "bars of one chart")
    return chosen
