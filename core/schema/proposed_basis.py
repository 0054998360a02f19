"""What segments would be built on, in a sentence, and why each other number is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scipy.stats import skew

from core.schema.column_guess import Guess, Role
from core.schema.facts import Facts, Form
from core.schema.schema import Schema

_SHOWN, _LONG_TAIL, _FEW = 8, 3.0, 30


def basis_in_words(columns: Sequence[Guess], known: Mapping[str, Facts], schema: Schema) -> str:
    """What is proposed to build segments, which numbers are left out and why, and whose tails are long."""
    built = [schema.label(name) for name in schema.basis]
    said = [f"Segments are built on {_listed(built)}."]
    left = _reasons([one for one in columns if known[one.column].form is Form.NUMBER and _is_left_out(one)])
    shown = [f"{_listed(names)} ({why})" for why, names in [*left.items()][:_SHOWN]]
    more = [f"{len(left) - _SHOWN:,} more, each with its reason beside it"] if len(left) > _SHOWN else []
    said += [f"Left out: {'; '.join([*shown, *more])}."] if left else []
    fields = [schema[name] for name in schema.basis]
    tails = [one.label for one in fields if one.column and _has_long_tail(known[one.column])]
    if tails:
        tell = "has a long tail" if len(tails) == 1 else "have long tails"
        said.append(
            f"{_listed(tails)} {tell}: few customers decide most distances. They would count less on logarithms, "
            "which are not taken here; the page that chooses the number of segments says how many would move."
        )
    return " ".join(said)


def _is_left_out(one: Guess) -> bool:
    builds = one.role is Role.BASIS or (one.role is Role.VALUE and one.reason.endswith("and builds them."))
    return not builds and one.role is not Role.IDENTIFIER


def _reasons(left: Sequence[Guess]) -> dict[str, list[str]]:
    """What is left out, by why."""
    found: dict[str, list[str]] = {}
    for one in left:
        reason = one.reason.rstrip(".")
        found.setdefault(reason[:1].lower() + reason[1:], []).append(one.column)
    return found


def _has_long_tail(fact: Facts) -> bool:
    if fact.least < 0 or fact.different < _FEW:
        return False
    return bool(skew(fact.known) > _LONG_TAIL)


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_SHOWN])
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN:,} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
