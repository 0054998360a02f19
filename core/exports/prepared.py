"""Workbooks of many customers: written by the worker, kept for an hour for the one who asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.crossfilter.table import Selection
from core.exports.customers import ExportError, Rows
from core.exports.workbook import workbook
from core.model.artefacts import CARD
from core.model.sorting import Sort
from core.progress import Tell, silent
from core.store.kept_files import KeptFiles
from core.store.times import now

if TYPE_CHECKING:
    from core.services import Services

KIND = "workbook"
QUICK_ROWS = 20_000  # up to which a page writes one itself, in a few seconds
FILE = "customers.xlsx"


def asked(
    selection: Selection, rows: Rows, sort: Sort | None, about: list[tuple[str, str]]
) -> dict[str, Any]:
    """What the worker is given to write the workbook of `rows`, as JSON."""
    return {
        "filters": str(selection),
        "sort": str(sort) if sort else "",
        "columns": list(rows.columns),
        "about": [list(line) for line in about],
    }


def write_workbook(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, Any]:
    """The long work: write the workbook that was `asked` for; called in the worker.

    Raises ExportError if that can't be written, NoRoomError if the disk has no room for it.
    """
    home, rows = services.settings.home, _rows(services, arguments)
    about = [(str(label), str(words)) for label, words in arguments["about"]]
    about.append(("Written", now()))

    def write(folder: Path) -> None:
        with workbook(rows, about, folder, tell) as path:
            os.replace(path, folder / FILE)
        if not (services.model.folder / CARD).exists():  # as where somebody in it was erased
            raise ExportError(
                "These segments are not kept here any more. Reload the page, and ask for it again."
            )

    return {"file": KeptFiles(home / "exports").keep("", FILE, write).id, "rows": len(rows)}


def find(home: Path, result: object) -> Path | None:
    """The workbook that the work left; None if it is gone."""
    files = KeptFiles(home / "exports")
    kept = files.find(result.get("file")) if isinstance(result, Mapping) else None
    return files.path(kept, FILE) if kept else None


def _rows(services: Services, arguments: Mapping[str, Any]) -> Rows:
    model = services.model
    selection = model.crossfilter.selection(arguments["filters"])
    sort = Sort.parse(arguments["sort"], model.people)
    if not set(arguments["columns"]) <= set(model.people.columns):
        raise ExportError("Found columns that the customers don't have. Choose them on the page again.")
    return Rows(
        model.people,
        services.orders.places(model, selection, sort),
        arguments["columns"],
        model.card.profile.names,
    )
