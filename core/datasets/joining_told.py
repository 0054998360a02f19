"""What is said of tables that were put together: what does not fit, what was decided, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.data.remarks import counted
from core.datasets.joining import Kin, Step
from core.datasets.parts import Part
from core.numbers import listed, to_tell
from core.schema.decisions import (
    ALONE,
    EMPTY_ORDERS,
    FILE,
    LONELY_LINES,
    UNKNOWN,
    ZEROS_COUNT,
    ZEROS_IGNORED,
    Decision,
)
from core.schema.order_lines import COUNTED, OUT
from core.schema.problems import Problem


def in_words(step: Step) -> str:
    """What belongs together by which key."""
    if step.kin is not Kin.CUSTOMER:
        return f"{step.left} and {step.right} belong together by {step.key.told}: {to_tell(step.matched)} of {to_tell(step.left_rows)} rows have their {step.kin}."
    orders = "orders" if step.orders else f"a row in {step.right}"
    found = f"{step.left} and {step.right} belong together by {step.key.told}: {to_tell(step.matched)} of {to_tell(step.left_rows)} customers have {orders}"
    unknown = step.unknown
    if not unknown.rows:
        return f"{found}."
    what = "order line" if step.orders else "row"
    names = "names" if unknown.rows == 1 else "name"
    return f"{found}; {counted(unknown.rows, what).lower()} of {step.right} {names} nobody in {step.left}."


def problems_of(step: Step) -> tuple[Problem, ...]:
    """What does not fit."""
    apart = (_alone(step), _unknown(step)) if step.kin is Kin.CUSTOMER else (_lonely(step), _empty(step))
    found = [*apart, _nameless(step), _repeated(step), _spelling(step)]
    return tuple(one for one in found if one is not None)


def _alone(step: Step) -> Problem | None:
    alone = step.alone
    if not alone.rows:
        return None
    lack = "no order that counts" if step.orders else "no row"
    what = f"{counted(alone.rows, 'customer')} of {to_tell(step.left_rows)} in {step.left} {_have(alone.rows)} {lack} in {step.right}{_such(alone.examples)}"
    if not step.kept[0]:
        return Problem(
            f"{what}: left out.", alone.rows, f"Count them ({ALONE}{COUNTED}) if they are customers."
        )
    are = "0 purchases, and a gap for how long ago the last one was" if step.orders else "gaps in its columns"
    stands = "; the median stands in for gaps where segments are built"
    return Problem(
        f"{what}: kept, with {are}{stands}.",
        alone.rows,
        f"Leave them out ({ALONE}{OUT}) if they are no customers yet.",
    )


def _unknown(step: Step) -> Problem | None:
    unknown = step.unknown
    if not unknown.rows:
        return None
    names = "names" if unknown.rows == 1 else "name"
    who = "one customer" if unknown.keys == 1 else f"{to_tell(unknown.keys)} customers"
    what = f"{counted(unknown.rows, 'row')} of {to_tell(step.right_rows)} in {step.right} {names} {who} not in {step.left}{_such(unknown.examples)}"
    if step.kept[1]:
        hint = f"Leave them out ({UNKNOWN}{OUT}) if they are no customers."
        return Problem(f"{what}: kept, with gaps in its columns.", unknown.rows, hint)
    hint = f"Add them to {step.left}, or count them all the same ({UNKNOWN}{COUNTED})."
    return Problem(f"{what}: left out.", unknown.rows, hint)


def _lonely(step: Step) -> Problem | None:
    """Lines whose order, product or buyer the other table has not."""
    alone = step.alone
    if not alone.rows:
        return None
    what = f"{counted(alone.rows, 'row')} of {to_tell(step.left_rows)} in {step.left} {_have(alone.rows)} no {step.kin} in {step.right}{_such(alone.examples)}"
    hint = f"Add what is missing to {step.right}."
    if not step.kept[0]:
        return Problem(f"{what}: left out.", alone.rows, hint)
    hint = f"Leave them out ({LONELY_LINES}{OUT}) if they are no orders." if step.kin is Kin.ORDER else hint
    return Problem(f"{what}: kept, with gaps in its columns.", alone.rows, hint)


def _empty(step: Step) -> Problem | None:
    """Orders without a line; of products nobody bought there is nothing to say."""
    unknown = step.unknown
    if not unknown.rows or step.kin is not Kin.ORDER:
        return None
    what = f"{counted(unknown.rows, 'row')} of {to_tell(step.right_rows)} in {step.right} {_have(unknown.rows)} no row in {step.left}{_such(unknown.examples)}"
    if step.kept[1]:
        hint = f"Leave them out ({EMPTY_ORDERS}{OUT}) if nothing was bought."
        return Problem(f"{what}: kept as orders of which nobody knows what was bought.", unknown.rows, hint)
    hint = f"Count them ({EMPTY_ORDERS}{COUNTED}) if something was bought, though nobody knows what."
    return Problem(f"{what}: left out.", unknown.rows, hint)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _such(some: Sequence[str]) -> str:
    return f" (such as {', '.join(some)})" if some else ""


def _nameless(step: Step) -> Problem | None:
    if not step.nameless:
        return None
    what = f"{counted(step.nameless, 'row')} in {step.right} without a {step.key.right.name}: left out."
    return Problem(
        what, step.nameless, "Nobody can be found by them. Add who is meant, or delete them if they are sums."
    )


def _repeated(step: Step) -> Problem | None:
    if not step.repeated:
        return None
    what = f"{counted(step.repeated, 'row')} in {step.right} with a {step.key.right.name} that an earlier one has: left out."
    return Problem(what, step.repeated, "Look which of them is right; delete the other in the file.")


def _spelling(step: Step) -> Problem | None:
    """Keys that are nearly the same and were not matched."""
    key = step.key
    near = key.loosely - key.exactly
    if key.is_loose or near <= 0:
        return None
    why = "since one of the files has both spellings" if key.clashes else "so that they were not matched"
    what = f"{counted(near, step.kin)} of {step.left} would be in {step.right} if zeros before {key.told}, and small and capital letters, made no difference: they do, {why}."
    hint = "Write them the same way in both files."
    return Problem(what, near, hint if key.clashes else f"Say so ({ZEROS_IGNORED}) if they are the same.")


def decisions_of(steps: Sequence[Step]) -> tuple[Decision, ...]:
    """What could be put together otherwise; each once, as it is said of all tables."""
    found: dict[str, Decision] = {}
    for step in steps:
        for one in (_by_key(step), _of_spelling(step), *_of_orphans(step)):
            if one is not None:
                found.setdefault(one.what, one)
    return tuple(found.values())


def _by_key(step: Step) -> Decision:
    others = tuple(f"key:{one}" for one in step.others)
    what = "key" if step.kin is Kin.CUSTOMER else f"key of each {step.kin}"
    return Decision(FILE, what, f"key:{step.key.name}", others, step.key.told, in_words(step))


def _of_spelling(step: Step) -> Decision | None:
    key = step.key
    if key.clashes or key.loosely == key.exactly:
        return None
    near = key.loosely - key.exactly
    differ = f"{counted(near, step.kin)} in both files where zeros before {key.told}, or small and capital letters, differ"
    ways = (ZEROS_IGNORED, ZEROS_COUNT)
    chosen, other = ways if key.is_loose else ways[::-1]
    told = "taken for the same" if key.is_loose else "taken for others"
    return Decision(FILE, "spelling of keys", chosen, (other,), key.told, f"{differ}: {told}.", near)


def _of_orphans(step: Step) -> list[Decision]:
    found = []
    of = _OF_CUSTOMERS if step.kin is Kin.CUSTOMER else _OF_LINES if step.kin is Kin.ORDER else ()
    for (what, value, said), kept, orphans in zip(of, step.kept, (step.alone, step.unknown), strict=False):
        problem = said(step)
        if problem and f"({value}" in problem.do:
            ways = (f"{value}{COUNTED}", f"{value}{OUT}")
            chosen, other = ways if kept else ways[::-1]
            example = next(iter(orphans.examples), "")
            found.append(Decision(FILE, what, chosen, (other,), example, problem.what, orphans.rows))
    return found


_OF_CUSTOMERS = (("customers without a match", ALONE, _alone), ("unknown customers", UNKNOWN, _unknown))
_OF_LINES = (
    ("lines without an order", LONELY_LINES, _lonely),
    ("orders without lines", EMPTY_ORDERS, _empty),
)


def notes_of(step: Step) -> list[str]:
    """What was done with columns that both have."""
    found = []
    if step.apart:
        shown = listed([f"“{one[:60]}”" for one in [*step.apart.values()][:4]])
        found.append(f"Columns that both have, and that differ, are told apart: {shown}.")
    if step.once:
        found.append(f"The same in both, and kept once: {listed([one[:60] for one in step.once[:4]])}.")
    return found


def of_files(part: Part) -> str:
    """How many rows came from which file."""
    rows = [f"{to_tell(count)} from {name}" for name, count in part.rows_of]
    return f"Put together from {len(rows)} files with the same headings: {listed(rows)}."


def as_json(steps: Sequence[Step], parts: Sequence[Part]) -> dict[str, Any]:
    """What was put together, in the shape that docs/operations.md describes."""
    found = [_step(one) for one in steps]
    first: dict[str, Any] = (
        found[0] if found else dict.fromkeys(("key", "left", "right", "matched", "orphans"))
    )
    appended = [
        {"files": [{"file": name, "rows": rows} for name, rows in one.rows_of], "repeated": one.repeated}
        for one in parts
        if one.rows_of
    ]
    return {**first, "appended": appended, "more": found[1:]}


def _step(one: Step) -> dict[str, Any]:
    return {
        "key": {"left": one.key.left.name, "right": one.key.right.name, "spelling": not one.key.is_loose},
        "left": {"file": one.left, "rows": one.left_rows},
        "right": {"file": one.right, "rows": one.right_rows, "orders": one.orders is not None},
        "matched": one.matched,
        "orphans": {
            "left": asdict(one.alone) | {"kept": one.kept[0]},
            "right": asdict(one.unknown) | {"kept": one.kept[1]},
        },
        "repeated": one.repeated,
        "apart": dict(one.apart),
        "once": list(one.once),
    }
