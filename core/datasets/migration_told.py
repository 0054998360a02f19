"""How the segments of a version go on from those of the one before, in words."""

from __future__ import annotations

from collections.abc import Mapping

from core.model.kin import Flow, Succession
from core.numbers import Numbers, listed
from core.schema.schema import Schema

MOST = 5  # moves that are told one by one

Called = Mapping[int, str]


def summary(came: Succession, now: Called, numbers: Numbers) -> str:
    """Who stayed, moved, came and went, and which segments are new."""
    whole = numbers.whole
    new = [f"{now[one.number]} ({one.number})" for one in came.kin if one.before is None]
    fresh = f" {listed(new)} {'is' if len(new) == 1 else 'are'} new." if new else " Every segment goes on."
    if came.by_centres:
        return (
            f"Too few customers of version {came.version} are in this one to follow them, so segments go on by their "
            f"borders.{fresh}"
        )
    return (
        f"Of {whole(came.shared)} customers who are in version {came.version} and in this one, {whole(came.moved)} are in "
        f"another segment now; {whole(sum(came.new))} came, {whole(sum(came.gone))} went.{fresh}"
    )


def reason(flow: Flow, schema: Schema, numbers: Numbers) -> str:
    """Why these customers are in another segment."""
    if flow.why == "new":
        return "There was no such segment."
    if flow.why == "gone":
        return "Their segment goes on nowhere."
    field = schema[flow.field]
    was, now = numbers.of(field, flow.was), numbers.of(field, flow.now)
    if flow.why == "border":
        return f"The border moved, most in {field.label}; theirs is {now} (median)."
    if was == now:  # some rose and some fell
        return f"They changed, most in {field.label}, though not its median ({now})."
    return f"They changed, most in {field.label}: from {was} to {now} (median)."


def told(came: Succession, was: Called, now: Called, schema: Schema, numbers: Numbers) -> list[str]:
    """The summary, and a sentence for each of the largest moves."""
    moves = [
        f"{numbers.whole(one.customers)} moved from {was.get(one.before, f'segment {one.before}')} to {now[one.after]}. "
        f"{reason(one, schema, numbers)}"
        for one in came.flows[:MOST]
    ]
    return [summary(came, now, numbers), *moves]
