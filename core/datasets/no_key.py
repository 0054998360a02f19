"""Tables of which no columns name the same: what is said then, and the keys that could be meant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product

from core.datasets.parts import Part
from core.errors import DataError, ParterreError
from core.numbers import listed
from core.schema.decisions import FILE, Decision

_SHOWN, _MOST_WAYS = 4, 6


class NoKeyError(DataError):
    """Tables without a key; `ways` are choices of one."""

    def __init__(self, message: str, ways: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.ways = ways


def no_such_key(said: str, parts: Sequence[Part]) -> DataError:
    """What was chosen is no key of two of the tables."""
    have = "; ".join(
        f"{one.name} has {', '.join(name[:40] for name in [*one.columns][:6])}" for one in parts[:3]
    )
    return DataError(
        f"Found the key {said[:80]!r}. Expected a column of each of two tables, as A=B, that could name customers: {have}. "
        "Choose among these."
    )


def _possible(left: Part, right: Part) -> tuple[str, ...]:
    """Keys that somebody could mean, those whose headings tell of customers first."""
    ones, others = [one for one in left.keys if one.is_unique], right.keys
    pairs = (
        (one, other)
        for called in product((True, False), repeat=2)
        for one in ones
        if one.is_called_key is called[0]
        for other in others
        if other.is_called_key is called[1]
    )
    return tuple(f"key:{one.name}={other.name}" for one, other in islice(pairs, _MOST_WAYS))


def ways_of(error: ParterreError) -> tuple[Decision, ...]:
    """The keys that could be chosen where none was found."""
    if not isinstance(error, NoKeyError) or not error.ways:
        return ()
    sentence = "No columns were found that name the same customers: which do?"
    return (Decision(FILE, "key", "", error.ways, "", sentence),)


def no_key(left: Part, right: Part) -> DataError:
    """No columns of two tables name the same."""
    have = [
        listed([one.name[:40] for one in part.keys if one.is_unique or one.is_called_key][:_SHOWN])
        or "no column"
        for part in (left, right)
    ]
    found = f"no column that names the same customers in both ({have[0]} could in {left.name}, {have[1]} in {right.name})"
    expected = "a key, such as a customer's number, with the same values in both"
    hint = "Say which columns belong together (--key A=B), or add the files one by one."
    error = NoKeyError.of(f"{left.name} and {right.name}", found, expected, hint)
    return NoKeyError(str(error), _possible(left, right))
