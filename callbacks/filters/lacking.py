"""What a file has nothing on: left out of pages, and said in one sentence."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from core.schema.derivations import FromHistory
from core.services import Services

_NAMED = 8


def is_known(services: Services, field: str) -> bool:
    """Whether any customer of the file has a value there."""
    return field in services.model.people.columns


def said(services: Services, fields: Iterable[str], what: str = "their charts are") -> Component | None:
    """The sentence about those of `fields` that are not known; None if all are.

    What is forecast is not of the file: where it is not told, the segments page says why.
    """
    labels = [
        services.label(name)
        for name in fields
        if not is_known(services, name) and not isinstance(services.schema[name].derived, FromHistory)
    ]
    if not labels:
        return None
    named = ", ".join(labels[:_NAMED]) + (f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else "")
    return html.P(f"Your file has nothing on {named}: {what} left out.", className="p-hint p-lacking")
