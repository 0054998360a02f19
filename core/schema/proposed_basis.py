"""What segments would be built on, in a sentence, and why each other number is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.schema.column_guess import Guess, Role
from core.schema.facts import Facts, Form
from core.schema.schema import Schema

_SHOWN = 8


def basis_in_words(columns: Sequence[Guess], known: Mapping[str, Facts], schema: Schema) -> str:
    """What is proposed to build segments, and which numbers are left out and why."""
    built = [schema.label(name) for name in schema.basis]
    said = [f"Segments are built on {listed(built)}."]
    left = _reasons([one for one in columns if known[one.column].form is Form.NUMBER and _is_left_out(one)])
    shown = [f"{listed(names)} ({why})" for why, names in [*left.items()][:_SHOWN]]
    more = [f"{len(left) - _SHOWN:,} more, each with its reason beside it"] if len(left) > _SHOWN else []
    said += [f"Not on {'; '.join([*shown, *more])}."] if left else []
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


def listed(names: Sequence[str]) -> str:
    shown = list(names[:_SHOWN])
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN:,} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
