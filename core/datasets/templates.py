"""The tables that everybody knows, and which of them a schema is of: nobody else knows what templates there are."""

from __future__ import annotations

from core.schema.schema import Schema, Template
from core.schema.templates.personality import PERSONALITY, PERSONALITY_TEMPLATE

__all__ = ["PERSONALITY", "WELL_KNOWN", "template_of"]

WELL_KNOWN = ((PERSONALITY, PERSONALITY_TEMPLATE),)


def template_of(schema: Schema) -> Template:
    """What is known of a table beside its schema; nothing where it has no template."""
    return next((known for one, known in WELL_KNOWN if one.template == schema.template), Template())
