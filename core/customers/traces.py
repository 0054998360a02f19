"""Where a customer is named besides files and models of a dataset: notes, views, calculations, files that pass through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Row, Table, or_, select

from core.customers.mentions import is_plain, mentions, named_by, said_in
from core.data.packed import tables_in
from core.data.pseudonyms import pseudonym, pseudonyms
from core.data.raw import read_raw, sheets
from core.datasets.catalogue import DEFAULT, Catalogue, Dataset
from core.errors import ParterreError
from core.store.kept_files import KeptFiles
from core.store.staged_files import StagedFiles
from core.store.tables import (
    findings,
    jobs,
    marks,
    page_notes,
    saved_views,
    segment_names,
    staged_files,
    versions,
)

_LONGEST = 200  # characters of what is shown of a text


class Where(StrEnum):
    """What a customer can be named in."""

    NOTE = "note"
    MARK = "note of a model"
    PAGE_NOTE = "note on a page"
    VIEW = "view"
    JOB = "calculation"
    FINDING = "finding"
    CHANGES = "what a version changed"
    SCORED = "scored file"
    EXPORT = "workbook"
    STAGED = "file that waits"


@dataclass(frozen=True)
class Trace:
    """Something that names a customer: what it is, its id there, whose it is, and what it says."""

    where: Where
    id: str
    says: str
    owner: str = ""


def of(catalogue: Catalogue, dataset: Dataset, id: str, *, files: bool = True) -> list[Trace]:
    """All that names a customer of a dataset; without `files` only what is quickly looked through."""
    scored = _kept(catalogue, Where.SCORED, "scored", id, dataset.home.name)
    found = [*_in_rows(catalogue, dataset, id), *scored]
    if not files:
        return found
    return [*found, *_kept(catalogue, Where.EXPORT, "exports", id), *_staged(catalogue, dataset, id)]


def _in_rows(catalogue: Catalogue, dataset: Dataset, id: str) -> Iterator[Trace]:
    """Rows of the database that name the customer."""
    with catalogue.database.reading() as connection:
        for where, (table, names, made) in _TABLES.items():
            for row in connection.execute(select(table).where(_about(table, dataset.slug))):
                if names(row, id):
                    yield Trace(where, *made(row))


def _about(table: Table, slug: str) -> ColumnElement[bool]:
    """Rows of a dataset; calculations on other pages may be about it as well, as those of its next file are."""
    if table is not jobs:
        return table.c.dataset == slug
    elsewhere = jobs.c.arguments.contains(f'"slug": {json.dumps(slug)}')
    return or_(jobs.c.dataset == slug, elsewhere) & (jobs.c.kind != "erase")


def _noted(row: Row[Any], id: str) -> bool:
    return is_plain(id) and (mentions(row.name, id) or mentions(row.note, id))


def _viewed(row: Row[Any], id: str) -> bool:
    return named_by(row.address, id) or (is_plain(id) and mentions(row.name, id))


def _worked(row: Row[Any], id: str) -> bool:
    told = mentions(row.error, id) or mentions(row.words, id)
    return told or said_in(row.arguments, id) or said_in(row.result, id)


_TABLES: Mapping[Where, tuple[Table, Callable[[Row[Any], str], bool], Callable[[Row[Any]], tuple[str, ...]]]]
_TABLES = MappingProxyType(
    {
        Where.NOTE: (
            segment_names,
            _noted,
            lambda row: (str(row.id), _shown(row.note or row.name), row.note_by or row.name_by),
        ),
        Where.MARK: (
            marks,
            lambda row, id: is_plain(id) and mentions(row.note, id),
            lambda row: (row.model, _shown(row.note), row.who),
        ),
        Where.PAGE_NOTE: (
            page_notes,
            lambda row, id: is_plain(id) and mentions(row.text, id),
            lambda row: (str(row.id), _shown(row.text), row.who),
        ),
        Where.VIEW: (saved_views, _viewed, lambda row: (row.id, _shown(row.name), row.owner)),
        Where.JOB: (jobs, _worked, lambda row: (row.id, row.kind, row.owner)),
        Where.FINDING: (
            findings,
            lambda row, id: said_in(row.content, id),
            lambda row: (row.model, row.name),
        ),
        Where.CHANGES: (
            versions,
            lambda row, id: said_in(row.changes, id),
            lambda row: (str(row.number), f"what version {row.number} changed", row.who),
        ),
    }
)


def _kept(catalogue: Catalogue, where: Where, folder: str, id: str, dataset: str = "") -> Iterator[Trace]:
    """Files that are kept for an hour and name the customer: of a dataset, where that is known of them."""
    files = KeptFiles(catalogue.settings.home / folder)
    for path in sorted(files.folder.glob("*")):
        kept = files.find(path.name)
        if kept and dataset in ("", kept.dataset) and any(holds(one, id) for one in _contents(path)):
            yield Trace(where, kept.id, kept.name, kept.owner)


def _staged(catalogue: Catalogue, dataset: Dataset, id: str) -> Iterator[Trace]:
    """Files that wait, or come in, and name the customer; and what is still known of those that this one was made of."""
    home = catalogue.settings.home
    files = StagedFiles(home, catalogue.database)
    for row in catalogue.database.rows(select(staged_files)):
        look = json.loads(row.look or "null")
        made = row.made and row.made == (dataset.slug or DEFAULT)
        come = _contents(files.folder / row.id)
        if said_in(row.look, id) if made else any(holds(one, id, _naming(look)) for one in come):
            yield Trace(Where.STAGED, row.id, row.name, row.owner)


def _naming(look: dict[str, list[dict[str, str]]] | None) -> list[str]:
    """Which columns of a file that was looked at name customers; none where that is not known."""
    return [one["column"] for one in look["columns"] if one["role"] == "identifier"] if look else []


def _contents(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*")) if path.name not in ("about.json", ".lock")]


def holds(path: Path, id: str, columns: list[str] | None = None) -> bool:
    """Whether a cell of a file is the ID, of these columns if any are named; of what is no table, whether it is in it."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    try:
        return any(_in_table(table, id, columns) for table in _tables(path, data))
    except (ParterreError, pa.ArrowException):
        return any(id.encode(way) in data for way in ("utf-8", "utf-16-le"))


def _tables(path: Path, data: bytes) -> Iterator[pa.Table]:
    """Every table of a file: sheets of workbooks, and what is in an archive."""
    if path.suffix == ".arrow":
        yield pa.ipc.open_file(data).read_all()
        return
    for name, table in tables_in(data, name=path.name, max_mb=_ANY_SIZE) or [(path.name, data)]:
        for sheet in sheets(table, name=name, max_mb=_ANY_SIZE):
            raw = read_raw(table, name=name, max_mb=_ANY_SIZE, sheet=sheet)
            yield pa.table(dict(raw.columns))


def _in_table(table: pa.Table, id: str, columns: list[str] | None) -> bool:
    names = [name for name in columns or () if name in table.column_names] or table.column_names
    texts = (pc.utf8_trim_whitespace(table[name].cast(pa.string())) for name in names)
    return any(pc.any(pc.equal(pseudonyms(text), pseudonym(id))).as_py() for text in texts)


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


_ANY_SIZE = 10_000  # megabytes: it was taken in already
