"""Names and notes of segments: read from a form, kept with the live model."""

from __future__ import annotations

import time
from typing import Any

from dash import no_update

from callbacks.web import audit
from callbacks.web.sessions import visitor
from core.accounts.audit import Event
from core.errors import ModelError
from core.model import given_names
from core.model.given_names import Naming as Given
from core.services import Services
from layouts.components import alert
from layouts.segments import cards as segment_cards
from layouts.segments.cards import Naming


def forms(services: Services) -> list[Naming]:
    """What the form that names segments holds for each of them."""
    notes = {number: given.note for number, given in services.live.namings.items()}
    return [
        Naming(one.number, one.name, note.text if note else "", services.live.suggested[one.number])
        for one in services.model.card.profile.segments
        for note in (notes.get(one.number),)
    ]


def number_of(services: Services, which: object) -> int:
    """The segment's number that a form sends as text."""
    known = {str(segment.number): segment.number for segment in services.model.card.profile.segments}
    if not isinstance(which, str) or which not in known:
        raise ModelError(f"Found segment {str(which)[:20]!r}. Expected 1 to {len(known)}. Reload the page.")
    return known[which]


def save(services: Services, which: object, name: object, note: object) -> list[Any]:
    """Keep name and note, or say beside each field what is wrong with it; nothing is kept of a wrong form."""
    number, called = number_of(services, which), _text(name)
    said, live = _text(note), services.live
    try:
        given_names.checked_note(said)
    except ModelError as error:
        return _refused(note=str(error))
    try:
        if called != services.model.card.profile.segment(number).name:
            live.name_segment(number, called, by=visitor().username)
            audit.told(Event.NAMING, segment=number, what="name")
    except ModelError as error:
        return _refused(name=str(error))
    before = live.namings.get(number, Given()).note
    if said.strip() != (before.text if before else ""):
        live.note_segment(number, said, by=visitor().username)
        audit.told(Event.NAMING, segment=number, what="note")
    return _kept(number, "Saved.")


def reset(services: Services, which: object) -> list[Any]:
    """Back to the suggested name."""
    number = number_of(services, which)
    try:
        services.live.name_segment(number, services.live.suggested[number], by=visitor().username)
    except ModelError as error:
        return _refused(name=str(error))
    audit.told(Event.NAMING, segment=number, what="suggested name")
    return _kept(number, "Back to the suggested name.")


def _text(given: object) -> str:
    """What was typed; an empty field of a form is nothing at all."""
    if given is None:
        return ""
    if not isinstance(given, str):
        raise ModelError(f"Found {str(given)[:20]!r}. Expected a text. Type it anew.")
    return given


def _refused(*, name: str = "", note: str = "") -> list[Any]:
    return [
        alert(name) if name else no_update,
        alert(note) if note else segment_cards.note_hint(),
        bool(name),
        bool(note),
        no_update,
    ]


def _kept(number: int, words: str) -> list[Any]:
    saved = {"number": number, "words": words, "when": time.time()}
    return [no_update, segment_cards.note_hint(), False, False, saved]
