"""A customer file without some of its customers: written so that it is read as before, but for them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data import customers_and_orders, joining
from core.data.customers_and_orders import Both
from core.data.pseudonyms import pseudonym
from core.data.read import read_customers
from core.data.typed_lines import typed_lines
from core.datasets import joined
from core.datasets.catalogue import Dataset, kept_as
from core.datasets.file_rows import FileRows
from core.errors import DataError
from core.schema.fields import IDENTIFIER
from core.schema.order_lines import Lines
from core.store.erasures import Left
from core.store.files import private_folder, sha256, sync_file, sync_folder

SUFFIX = ".csv"
COPIES = (
    "default"  # where versions before this one kept copies of the default dataset's file, in the home folder
)
_HINT = "Take the rows out of the file yourself, and make that the next version."


def write(dataset: Dataset, ids: Collection[str], folder: Path, *, max_mb: int) -> Path:
    """Write the file of a dataset's version into a folder without the rows of some customers.

    What others have in it stays as it is written there, unless it would be read otherwise then: so it is where only
    those rows told what a date or number means. Then every value is written as it was read.
    Raises DataError if no column names customers, or it would be read otherwise either way.
    """
    if dataset.schema.has_both:
        return _write_both(dataset, ids, folder, max_mb=max_mb)
    rows = FileRows.of(dataset, max_mb=max_mb)
    if not rows.named:
        raise DataError.of(
            dataset.file.name, "no column that names customers", "one", "A row is known by its number only."
        )
    path = folder / kept_as(f"{Path(dataset.file.name).stem}{SUFFIX}")
    kept = pc.invert(rows.are_of(ids))
    joining.write({name: column.filter(kept) for name, column in rows.columns.items()}, path)
    if dataset.schema.lines:
        _check_orders(rows, dataset.schema.lines, kept, replace(dataset, file=path), max_mb)
    else:
        _check_customers(dataset, ids, path, max_mb)
    sync_file(path)
    sync_folder(folder)
    return path


def _write_both(dataset: Dataset, ids: Collection[str], folder: Path, *, max_mb: int) -> Path:
    """The same of customers and their orders, each table by itself."""
    with TemporaryDirectory(dir=folder) as before, TemporaryDirectory(dir=folder) as after:
        each = dataset.apart(Path(before), max_mb=max_mb)
        people, sold = (write(one, ids, Path(after), max_mb=max_mb).read_bytes() for one in each)
    path = Both(people, sold).save(folder / kept_as(f"{Path(dataset.file.name).stem}{customers_and_orders.SUFFIX}"))  # fmt: skip
    sync_file(path)
    sync_folder(folder)
    return path


def among(dataset: Dataset, left: Left, *, max_mb: int) -> list[str]:
    """Those of a file's customers who may not come back; nobody where no column names them."""
    if not left.hashes:
        return []
    rows = FileRows.of(dataset, max_mb=max_mb)
    return left.among(rows.everybody()) if rows.named else []


def served(dataset: Dataset, left: Left, *, max_mb: int) -> Dataset:
    """The default dataset, whose file is the operator's: without those who were erased it is a copy of ours."""
    if not left.hashes:
        return dataset
    made_of = f"{sha256(dataset.file)} {sorted(left.hashes)}"
    folder = dataset.home / COPIES / hashlib.sha256(made_of.encode()).hexdigest()[:16]
    known = next(folder.glob(f"*{SUFFIX}"), None)
    ids = [] if known else among(dataset, left, max_mb=max_mb)
    if known is None and not ids:
        return dataset
    return replace(dataset, file=known or _copy(dataset, ids, folder, max_mb))


def _copy(dataset: Dataset, ids: Collection[str], folder: Path, max_mb: int) -> Path:
    temporary = private_folder(folder.with_name(f".{folder.name}.{secrets.token_hex(6)}"))
    path = write(dataset, ids, temporary, max_mb=max_mb)
    try:
        temporary.rename(folder)
        sync_folder(folder.parent)
    except OSError:
        if not folder.is_dir():  # another process has made the same
            raise
    return folder / path.name


def _check_customers(dataset: Dataset, ids: Collection[str], path: Path, max_mb: int) -> None:
    """Write values as they were read where the texts of the file would be read otherwise."""
    asked = (dataset.schema, dataset.template)
    before = read_customers(dataset.file, *asked, max_mb=max_mb).frame
    expected = before[~before[IDENTIFIER].astype(str).isin({*map(pseudonym, ids)})].reset_index(drop=True)
    try:
        found = read_customers(path, *asked, max_mb=max_mb).frame
    except DataError:
        found = expected[:0]
    if not _same(expected, found):
        joined.write(expected, path, dataset, max_mb=max_mb)


def _same(expected: pd.DataFrame, found: pd.DataFrame) -> bool:
    if len(expected) != len(found) or {*found} - {*expected}:
        return False
    return all(
        joined.alike(expected[name], found[name]) if name in found else bool(expected[name].isna().all())
        for name in expected
    )


def _check_orders(rows: FileRows, lines: Lines, kept: pa.ChunkedArray, made: Dataset, max_mb: int) -> None:
    """Refuse orders whose days or money would be read otherwise."""
    stay = kept.to_numpy()
    before, after = (
        typed_lines(rows.columns, lines),
        typed_lines(FileRows.of(made, max_mb=max_mb).columns, lines),
    )
    for what in ("day", "amount", "price", "pieces"):
        one, other = getattr(before, what)[stay], getattr(after, what)
        if len(one) != len(other) or not np.array_equal(one, other, equal_nan=what != "day"):
            raise DataError.of(
                made.file.name, f"orders whose {what} would be read otherwise", "the same", _HINT
            )
