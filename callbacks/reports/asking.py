"""What a request may ask a report of: a page, its address, a form; nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, request

from callbacks.filters.address import Origin
from callbacks.frame.page import LONGEST_ADDRESS
from callbacks.reports.story import TOLD, asked_of
from callbacks.web.validation import STRANGE, fields
from core.errors import ModelError
from core.reports.kept import FORMS
from core.services import Services

TEXTS = ("page", "address", "form")


def body(*more: str) -> dict[str, Any]:
    """The request's: which page as which file, of it or of everything, and `more` texts; nothing else."""
    given = fields(**dict.fromkeys((*TEXTS, *more), str), whole=bool)
    is_long = any(len(given[name]) > LONGEST_ADDRESS for name in (*TEXTS, *more))
    if is_long or given["page"] not in TOLD or given["form"] not in FORMS:
        abort(400, STRANGE)
    return given


@contextmanager
def as_shown(services: Services, text: str) -> Iterator[None]:
    """With the model that an address names, or the live one; 404 in words where that is not kept."""
    try:
        with services.live.pinned(Origin.of(dict(parse_qsl(text))).key or None):
            yield
    except ModelError:
        abort(404, "The segments of this page are not kept here any more. Reload the page.")


def checked(services: Services, given: dict[str, Any]) -> dict[str, Any]:
    """The same as it is kept: its address as the app writes it, who reads, and where Parterre is."""
    found = asked_of(services, given["page"], given["address"])
    return given | {
        "address": str(found.asked),
        "locale": services.numbers.locale,
        "site": request.url_root.rstrip("/"),
    }
