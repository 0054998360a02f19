"""Workbooks of many customers: written by the worker, kept for an hour for the one who asked."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.crossfilter.selection import Clause
from core.crossfilter.table import Selection
from core.errors import NoRoomError
from core.exports.customers import ExportError, Rows, workbook
from core.model.sorting import Sort
from core.progress import Tell, silent
from core.store.files import has_room, private_folder

if TYPE_CHECKING:
    from core.services import Services

KIND = "workbook"
QUICK_ROWS = 20_000  # up to which a page writes one itself, in a few seconds
KEEP_SECONDS = 3600
_ID = re.compile(r"[A-Za-z0-9_-]{32}")


def asked(
    selection: Selection, rows: Rows, sort: Sort | None, about: list[tuple[str, str]]
) -> dict[str, Any]:
    """What the worker is given to write the workbook of `rows`, as JSON."""
    return {
        "clauses": [[one.field, sorted(one.codes), one.source] for one in selection.clauses],
        "sort": str(sort) if sort else "",
        "columns": list(rows.columns),
        "about": [list(line) for line in about],
    }


def write_workbook(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, Any]:
    """The long work: write the workbook that was `asked` for; called in the worker.

    Raises
    ------
    ExportError
        If that can't be written.
    NoRoomError
        If the disk has no room for it.
    """
    sweep(services.settings.home)
    rows = _rows(services, arguments)
    temporary = private_folder(services.settings.home / "tmp")
    if not has_room(temporary, 0):
        raise NoRoomError(
            "Found no room on the disk for the workbook. Tell the administrator, then try again."
        )
    about = [(str(label), str(words)) for label, words in arguments["about"]]
    about.append(("Written", datetime.now(UTC).isoformat(timespec="seconds")))
    with workbook(rows, about, temporary, tell) as path:
        kept = secrets.token_urlsafe(24)
        os.replace(path, private_folder(_folder(services.settings.home)) / f"{kept}.xlsx")
    return {"file": kept, "rows": len(rows)}


def find(home: Path, result: object) -> Path | None:
    """The workbook that the work left; None if it is gone."""
    kept = result.get("file") if isinstance(result, Mapping) else None
    if not isinstance(kept, str) or not _ID.fullmatch(kept):
        return None
    path = _folder(home) / f"{kept}.xlsx"
    return path if _age(path) < KEEP_SECONDS else None


def sweep(home: Path) -> None:
    """Take away workbooks that are older than an hour, and what a killed process left of unfinished ones."""
    for path in [*(home / "tmp").glob("export-*"), *_folder(home).glob("*.xlsx")]:
        if KEEP_SECONDS < _age(path) < float("inf"):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _rows(services: Services, arguments: Mapping[str, Any]) -> Rows:
    model = services.model
    clauses = (Clause(field, frozenset(codes), source) for field, codes, source in arguments["clauses"])
    selection = Selection(model.crossfilter.axes, tuple(clauses))
    sort = Sort.parse(arguments["sort"], model.people)
    names = {segment.number: segment.name for segment in model.card.profile.segments}
    if not set(arguments["columns"]) <= set(model.people.columns):
        raise ExportError("Found columns that the customers don't have. Choose them on the page again.")
    return Rows(model.people, services.orders.places(model, selection, sort), arguments["columns"], names)


def _folder(home: Path) -> Path:
    return home / "exports"


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")
