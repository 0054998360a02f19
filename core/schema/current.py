"""The one schema of today, for those who are not handed one yet."""

from __future__ import annotations

from core.schema.fields import Field
from core.schema.schema import Schema
from core.schema.template import Template
from core.schema.templates.personality import PERSONALITY
from core.schema.templates.personality_headings import PERSONALITY_TEMPLATE
from core.schema.templates.personality_words import CAMPAIGNS, CHANNELS, EARLIER_CAMPAIGNS, PRODUCTS

__all__ = [
    "BASIS",
    "CAMPAIGNS",
    "CHANNELS",
    "EARLIER_CAMPAIGNS",
    "FIELDS",
    "FILE_COLUMNS",
    "MADE_OF",
    "PRODUCTS",
]

SCHEMA = PERSONALITY
BASIS, FILE_COLUMNS, MADE_OF = SCHEMA.basis, SCHEMA.columns, SCHEMA.replaceable
FIELDS = {one.name: one for one in SCHEMA.fields}


def field(name: str) -> Field:
    """The field called `name`."""
    return SCHEMA[name]


def label(name: str) -> str:
    """What a field is called."""
    return SCHEMA.label(name)


def said(name: str, value: str) -> str:
    """A value of a category in words."""
    return SCHEMA[name].in_words(value) if name in SCHEMA else value


def template_of(schema: Schema) -> Template:
    """What is known of a table beside its schema."""
    return PERSONALITY_TEMPLATE if schema.template == PERSONALITY.template else Template()
