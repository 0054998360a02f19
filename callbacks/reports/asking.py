"""What a request may ask a report of: a page, its address, a form; nothing in it is trusted."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import abort, request

from callbacks.filters.address import Origin
from callbacks.frame.page import LONGEST_ADDRESS
from callbacks.reports.story import TOLD, asked_of
from callbacks.web.validation import STRANGE, fields
from core.crossfilter.selection import SelectionError
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


def model_of(given: dict[str, Any]) -> str | None:
    """The model that the address names; None where it means the live one."""
    return Origin.of(dict(parse_qsl(given["address"]))).key or None


def checked(services: Services, given: dict[str, Any]) -> dict[str, Any]:
    """The same as it is kept: its address as the app writes it, who reads, and where Parterre is."""
    try:
        found = asked_of(services, given["page"], given["address"])
    except SelectionError as error:
        abort(400, str(error))
    return given | {
        "address": str(found.asked),
        "locale": services.numbers.locale,
        "site": request.url_root.rstrip("/"),
    }
