"""Our own export that comes in again: what it holds besides the columns of the table that it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.schema.column_guess import Guess, Role
from core.schema.facts import Facts
from core.schema.fields import ADDED
from core.schema.heading_words import slug_of
from core.schema.schema_from import AGE, SINCE, TOGETHER, is_birth

_AGE, _LEAST = "age", 2  # headings of ours that are no chance
WROTE = "An export of Parterre wrote it, about the segments of that day: they are made anew."
_MADE = "An export of Parterre made it of {}: it is made anew."


def without_own(found: Mapping[str, Guess], known: Mapping[str, Facts]) -> dict[str, Guess]:
    """The guesses of a table's own columns; what an export added to them is left out."""
    slugs = {name: slug_of(name, place).casefold() for place, name in enumerate(found, start=1)}
    made = {name: parts for name, slug in slugs.items() if (parts := _made_of(slug, slugs, found, known))}
    if sum(is_added(name) or (name in made and slug != _AGE) for name, slug in slugs.items()) < _LEAST:
        return dict(found)
    kept = dict(found)
    for name, one in found.items():
        if is_added(name):
            kept[name] = replace(one, role=Role.IGNORED, sure=0.97, reason=WROTE, leaks=False)
        elif name in made:
            kept[name] = replace(one, role=Role.IGNORED, sure=0.95, reason=_MADE.format(made[name]))
    return kept


def is_added(heading: str) -> bool:
    """Whether it has the name of a column that exports add."""
    return slug_of(heading, 0).casefold() in {one.casefold() for one in ADDED}


def _made_of(
    slug: str, slugs: Mapping[str, str], found: Mapping[str, Guess], known: Mapping[str, Facts]
) -> str:
    """What an export made a column of; empty if it is the table's own."""
    if slug in (AGE.casefold(), _AGE):
        return next((other for other, one in found.items() if is_birth(one) and one.role is Role.BASIS), "")
    if slug == TOGETHER.casefold():
        return "what is spent"
    dates = [other for other, one in found.items() if one.role is Role.DATE and known[other].filled]
    return next((other for other in dates if slug == f"{SINCE}{slugs[other]}"[:60].casefold()), "")
