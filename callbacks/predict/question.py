"""What the predict page asks, in one message, and what it is answered, in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import no_update

Line = tuple[str, str]  # of which sort (hint, assumed, warning, error), and what is said
Told = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What somebody did, and what stands on their page; nothing of it is to be trusted."""

    # Of the form: predict, follow, load or clear; of the comparison: keep, add, drop, or again after the page was
    # left.
    do: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    # IDs as typed: of whom to load, of whom to compare.
    customer: str = ""
    other: str = ""
    kept: Sequence[object] = ()  # who is compared: an ID, or the values of one who was typed
    place: int = -1  # which of them is to go
    settled: bool = True  # false while a slider moves
    n: object = None  # which question of the page it is; the answer says it again

    @classmethod
    def of(cls, given: object) -> Question:
        """The question in a message of the browser; what is none of ours in it is left out."""
        said = given if isinstance(given, Mapping) else {}
        values, kept, place = said.get("values"), said.get("kept"), said.get("place")
        do, customer, other = (_text(said.get(name)) for name in ("do", "customer", "other"))
        return cls(
            do,
            values if isinstance(values, Mapping) else {},
            customer,
            other,
            kept if isinstance(kept, list) else (),
            place if isinstance(place, int) else -1,
            said.get("settled") is not False,
            said.get("n"),
        )


@dataclass(frozen=True)
class Reply:
    """What is drawn anew, and `told`, which assets/predict.js writes into the form."""

    told: Told
    answer: Any = no_update
    details: Any = no_update


def _text(given: object) -> str:
    return given.strip() if isinstance(given, str) else ""
