"""What is known of a well-known table beside its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Template:
    """How people head the columns of a table; nothing where its columns go by their own names only."""

    # By field: of a heading in small letters, without accents, spaces and punctuation.
    headings: Mapping[str, str] = field(default_factory=dict)
    # Fields that are counted by the month; a heading that says so of another means another measure.
    monthly: tuple[str, ...] = ()
