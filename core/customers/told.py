"""What erasing a customer would change, and what it has changed, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.customers.erase import Plan
from core.customers.held import KEPT
from core.customers.mentions import LEAST_LETTERS
from core.customers.traces import Where
from core.data.remarks import counted
from core.datasets.catalogue import Dataset
from core.numbers import listed, spell, to_tell

_WHAT: Mapping[str, tuple[str, str]] = {
    Where.NOTE: ("note or name of a segment, without the ID", "notes or names of segments, without the ID"),
    Where.MARK: ("note of a model, without the ID", "notes of models, without the ID"),
    Where.PAGE_NOTE: ("note on a page, without the ID", "notes on pages, without the ID"),
    Where.VIEW: ("saved view", "saved views"),
    Where.JOB: ("calculation", "calculations"),
    Where.FINDING: ("finding", "findings"),
    Where.CHANGES: ("list of what a version changed", "lists of what versions changed"),
    Where.SCORED: ("scored file", "scored files"),
    Where.EXPORT: ("workbook that waits to be taken", "workbooks that wait to be taken"),
    Where.STAGED: ("file that waits to be a dataset", "files that wait to be a dataset"),
}


def before(plan: Plan, dataset: Dataset) -> list[str]:
    """What would be done, and what is kept and why."""
    rows = [_rows(count, number) for number, count in plan.rows.items()]
    said = [f"Taken out of the file: {listed(rows)}."] if rows else []
    if plan.models:
        said.append(
            f"{_models(len(plan.models))} made anew without the customer, with as many segments; names, notes and "
            "which was live when go on. What was found about them is found anew."
        )
    if None in plan.rows.values():
        said.append(
            "Files that wait, are sent at the moment or were sent to be scored, and workbooks that wait to be taken, are "
            "looked through, and removed where they have the ID."
        )
    if plan.is_short:
        said.append(
            f"Names and notes are not searched for an ID of fewer than {spell(LEAST_LETTERS).lower()} digits, since any "
            "number in them could be one: look through them yourself."
        )
    return [*said, *_named(plan.named, "Removed or changed"), *kept(dataset)]


def after(told: Mapping[str, Any], dataset: Dataset) -> list[str]:
    """What was done, and what is kept and why."""
    taken = (one for one in told.get("versions", ()) if one["rows"])
    rows = [_rows(one["rows"], one["version"]) for one in taken]
    said = [f"Taken out of the file: {listed(rows)}."] if rows else []
    if told.get("models"):
        said.append(f"{_models(len(told['models']), done=True)} made anew without the customer.")
    if told.get("renumbered"):
        said.append(
            "Segments have other numbers now, since they were others without the customer: links by number are told so."
        )
    said += _named(told.get("named", {}), "Removed or changed")
    return [*said, f"{counted(told.get('files', 0), 'file')} removed.", *kept(dataset)]


def kept(dataset: Dataset) -> list[str]:
    """What stays, and why."""
    own = (
        []
        if dataset.slug
        else [
            "The file that PARTERRE_DATA names is yours, and is left as it is: Parterre reads a copy without the "
            "customer. Take the rows out of it yourself."
        ]
    )
    hashed = "Kept is a salted hash of the ID, so that no later file brings the customer back: who has the ID can find it."
    return [*own, hashed, *(f"Kept as well: {one[:1].lower()}{one[1:]}" for one in KEPT)]


def _models(count: int, *, done: bool = False) -> str:
    if count == 1:
        return f"One model {'was' if done else 'is'}"
    return f"{spell(count)} models {'were' if done else 'are'}"


def _named(named: Mapping[str, int], what: str) -> list[str]:
    parts = [f"{to_tell(count)} {_WHAT[where][count > 1]}" for where, count in named.items()]
    return [f"{what}: {listed(parts)}."] if parts else []


def _rows(count: int | None, number: int) -> str:
    said = "the rows" if count is None else counted(count, "row").lower()
    return f"{said} of version {number}"
