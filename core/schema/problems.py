"""What a person should know of the columns of a table before segments are built: each with what is done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.schema.column_guess import Guess, Role
from core.schema.decisions import AS_WRITTEN
from core.schema.facts import Facts
from core.schema.same_words import SAFE, SAME_WORDS, same

_SHOWN = 4


@dataclass(frozen=True)
class Problem:
    """Something about a table that a person should know: what, in how many rows, and what is or can be done."""

    what: str
    rows: int
    do: str


def problems_of(
    columns: Sequence[Guess], known: Mapping[str, Facts], groups: Sequence[Sequence[str]]
) -> tuple[Problem, ...]:
    """What is odd about columns: secrets, leaks, words that mean the same, and one question in many columns."""
    found = [*_left_out(columns, known), *_same(columns, known)]
    for group in groups:
        what = f"{_some(group)} are one question in {len(group)} columns: each row has a yes in one of them."
        do = "Read as yes and no each. One column with the answer would be one chart."
        found.append(Problem(what, known[group[0]].filled, do))
    return tuple(found)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")


def _left_out(columns: Sequence[Guess], known: Mapping[str, Facts]) -> Iterator[Problem]:
    for one in columns:
        rows = known[one.column].filled
        if one.secret:
            do = "Not read at all. Delete the column from the file, which is kept as it came."
            yield Problem(f"{one.column}: {_begun_small(one.reason)}", rows, do)
        elif one.leaks and one.role is Role.IGNORED:
            do = "Left out. Give it another role if it was known before."
            yield Problem(f"{one.column}: {_begun_small(one.reason)}", rows, do)


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _same(columns: Sequence[Guess], known: Mapping[str, Facts]) -> Iterator[Problem]:
    for one in columns:
        fact = known[one.column]
        meant = same(fact) if one.role is Role.DESCRIPTOR else {}
        if not meant:
            continue
        pairs = [f"“{text[:30]}” and “{other[:30]}”" for text, other in meant.items()]
        rows = sum(int((fact.known == fact.texts.index(text)).sum()) for text in meant)
        said = f"{', '.join(pairs[:_SHOWN])}{' ...' if len(pairs) > _SHOWN else ''}"
        what = f"{one.column}: {said} seem to mean the same."
        yield Problem(what, rows, _do(one, fact))


def _do(one: Guess, fact: Facts) -> str:
    if _kept_apart(fact):
        return "Kept apart, as chosen."
    if not one.meant:
        return f"Kept apart, as {fact.distinct:,} are too many to be sure. Write them alike in the file to merge them."
    merged = ", ".join(f"“{text[:30]}” as “{other[:30]}”" for text, other in one.meant[:_SHOWN])
    more = " ..." if len(one.meant) > _SHOWN else ""
    return f"Reads {merged}{more}: a cleaning rule of its own, which can be switched off."


def merged(one: Guess, fact: Facts) -> tuple[tuple[str, str], ...]:
    """The texts of a column that are read as others: where there are few enough to be sure."""
    if one.role is not Role.DESCRIPTOR or fact.distinct > SAFE or _kept_apart(fact):
        return ()
    return tuple(same(fact).items())


def _kept_apart(fact: Facts) -> bool:
    return any(one.what == SAME_WORDS and one.chosen == AS_WRITTEN for one in fact.decisions)
