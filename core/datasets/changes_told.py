"""What a file would change, in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.data.remarks import counted
from core.datasets.changes import Changes, Shift
from core.numbers import Numbers, listed
from core.schema.schema import Schema

MOST = 6  # columns that a sentence names


def told(changes: Changes, schema: Schema, numbers: Numbers) -> list[str]:
    """Who comes and goes, which columns, what is wrong with it, what moved: a sentence each."""
    return [
        _customers(changes, numbers),
        *_written_otherwise(changes, numbers),
        *_columns(changes, schema, numbers),
        *(f"New in this file, or more: {numbers.told(one.sentence)}" for one in changes.worse),
        *_drift(changes, schema, numbers),
    ]


def moved(shift: Shift, schema: Schema, numbers: Numbers) -> str:
    """What moved in a field: its median rose from 51,381 to 56,200."""
    field = schema[shift.field]
    if shift.was == shift.now:
        return "its values lie otherwise" if shift.psi.value > shift.psi.point else "it lies as before"
    is_value = shift.about in ("median", "mean")
    write = partial(numbers.of, field) if is_value else numbers.rate
    was, now = write(shift.was), write(shift.now)
    if was == now:  # it moved by less than is written
        return "its values lie otherwise"
    way = f"{'rose' if shift.now > shift.was else 'fell'} from {was} to {now}"
    if is_value:
        return f"its {'average' if shift.about == 'mean' else 'median'} {way}"
    what = {"gaps": "what is not known", "yes": "the share of yes"}
    return f"{what.get(shift.about, f'the share of “{field.in_words(shift.value)}”')} {way}"


def _customers(changes: Changes, numbers: Numbers) -> str:
    become = f"{numbers.whole(changes.before)} customers become {numbers.whole(changes.after)}"
    if changes.new is None or changes.gone is None:
        return f"{become}. No column names them in both files, so nobody can say who is new or gone."
    if not changes.kept:
        return f"{become}, and not one is the same: is it the next file of these customers?"
    changed = f"of whom {numbers.whole(changes.changed)} have changed" if changes.changed else "unchanged"
    return (
        f"{become}: {numbers.whole(changes.new)} new, {numbers.whole(changes.gone)} gone, "
        f"{numbers.whole(changes.kept)} in both, {changed}."
    )


def _written_otherwise(changes: Changes, numbers: Numbers) -> Iterator[str]:
    if changes.otherwise:
        what, count = changes.otherwise
        yield (
            f"Of those who are new, {numbers.whole(count)} have an ID of before but for {what} before its number. "
            "Are they the same customers? Then write IDs as before."
        )


def _columns(changes: Changes, schema: Schema, numbers: Numbers) -> Iterator[str]:
    if changes.columns:
        most = [
            f"{schema.label(name)} ({counted(count, 'customer').lower()})"
            for name, count in changes.columns[:MOST]
        ]
        others = len(changes.columns) - MOST
        more = [counted(others, "other column").lower()] if others > 0 else []
        yield f"Changed: {numbers.told(listed([*most, *more]))}."
    if changes.new_columns:
        names = listed([schema.label(name) for name in changes.new_columns])
        yield f"New columns: {names}. They are kept with each customer, and are in no chart."
    if changes.hidden:
        yield f"Not read, since nobody is to see secrets here: {listed(changes.hidden)}."
    if changes.missing_columns:
        names = listed([schema.label(name) for name in changes.missing_columns])
        yield f"Not in this file, or without a value that can be used: {names}. Charts and figures of these are left out."


def _drift(changes: Changes, schema: Schema, numbers: Numbers) -> Iterator[str]:
    for one in changes.moved:
        has = "have" if one.field in schema and schema[one.field].is_plural else "has"
        how = f"{has} moved by a lot" if one.psi.much else f"{has} moved"
        chance = f"PSI {numbers.fixed(one.psi.value)}, where {numbers.fixed(one.psi.point)} is chance"
        yield f"{schema.label(one.field)} {how}: {moved(one, schema, numbers)} ({chance})."
    if changes.shifts and not changes.moved:
        first = changes.shifts[0]
        yield (
            f"No field has moved by more than chance and enough to matter: most moved {schema.label(first.field)}, "
            f"with a PSI of {numbers.fixed(first.psi.value)}, where {numbers.fixed(first.psi.point)} is chance."
        )
