"""The next file of a dataset: what it would change, and making it the live version; or going back."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from core.accounts import audit
from core.accounts.audit import Event
from core.data import joining
from core.data.customers_and_orders import CUSTOMERS, ORDERS, SUFFIX, Both
from core.data.facts import facts_of
from core.data.packed import tables_in
from core.data.raw import raw_with, read_raw, sheets
from core.data.read import Read, read_customers
from core.data.remarks import Remark, counted
from core.data.rfm import Cuts
from core.data.text import load
from core.datasets import joined, without
from core.datasets.catalogue import SCHEMA_FILE, VERSIONS, Dataset, kept_as
from core.datasets.changes import Changes, against
from core.datasets.intake import existing
from core.datasets.marks import Marks
from core.datasets.no_key import NoKeyError
from core.datasets.together import as_one
from core.datasets.versions import Version, Way
from core.datasets.workspace import Workspaces
from core.errors import DataError, ModelError
from core.model.artefacts import Model
from core.model.before import Before
from core.model.given_names import Names
from core.progress import Tell, silent
from core.schema.column_guess import guess_column
from core.schema.decisions import FILE, refuse_other_sheet
from core.schema.fields import IDENTIFIER
from core.schema.order_lines import Lines
from core.schema.schema import Schema
from core.store.erasures import Erasures
from core.store.files import new_folder, passing_folder, private_folder, sync_file, sync_folder, write_whole
from core.store.times import now


@dataclass(frozen=True)
class Update:
    """What can be done with a dataset's files."""

    spaces: Workspaces
    slug: str  # names the dataset
    tell: Tell = silent  # hears how far it is
    # The one that is read of a file that is a workbook with several; as in the version before unless said.
    sheet: str = ""
    # By what is scored: of the RFM scores of orders; as in the version before unless said.
    cuts: Cuts | None = None
    # Names what asked for it: where that is run again, as a job whose worker was killed, it is done once.
    asked: str = ""

    def would_change(self, file: Path, way: Way) -> Changes:
        """What a file would change if it became the next version; nothing is kept.

        Raises DataError if the file can't be read as customers of the dataset.
        """
        dataset = self._dataset()
        with passing_folder(self.spaces.catalogue.settings.home) as folder:
            _, read, meant = self._brought(dataset, file, way, folder)
            return self._changes(dataset, read, meant)

    def go(self, file: Path, way: Way, *, by: str, after: int | None = None) -> Version:
        """Make a file the live version: all of it, with its model, or nothing.

        `after`: the version that what would change was told of; the live one unless said. Raises DataError or
        ModelError as `would_change`; if no segments can be made of the customers; or if another version has been made
        live.
        """
        with self.spaces.catalogue.alone(self._dataset()):
            return self._go(self._dataset(), file, way, by=by, after=after)

    def _go(self, dataset: Dataset, file: Path, way: Way, *, by: str, after: int | None) -> Version:
        if self.asked and dataset.version.folder == f"{VERSIONS}/{self.asked}":
            return self._recorded(dataset.version)
        versions = self.spaces.catalogue.versions(dataset)
        version = Version(versions.next(), "", file.name, way, who=by, at=now())
        with new_folder(self._home(dataset)) as home:
            version = self._made(dataset, file, replace(version, folder=f"{VERSIONS}/{home.name}"), home)
            versions.add(version, after=dataset.version.number if after is None else after)
        return self._recorded(version)

    def _recorded(self, version: Version) -> Version:
        way = version.way.value
        audit.record(Event.VERSION_LIVE, user=version.who, dataset=self.slug, version=version.number, way=way)
        return version

    def _home(self, dataset: Dataset) -> Path:
        """Where a new version is to be; a run of the same that was killed may have left something there."""
        home = dataset.home / VERSIONS / (self.asked or secrets.token_hex(8))
        is_taken = any(home == one.file.parent for one in self.spaces.catalogue.each(dataset))
        return home.with_name(secrets.token_hex(8)) if is_taken else home  # somebody has gone back since

    def back(self, *, by: str, to: int | None = None, after: int | None = None) -> Version:
        """Make the version before the live one live again, or the one of a number.

        Raises DataError if there is none, or another version has been made live meanwhile; ModelError if its model is
        retired, or built on what who asks may not see.
        """
        dataset = self._dataset()
        versions = self.spaces.catalogue.versions(dataset)
        wanted = versions.before() if to is None else versions.find(to)
        opened = self.spaces.made(self.spaces.catalogue.at(dataset, wanted))
        Marks(self.spaces.catalogue.database, self.slug).check(opened.live.fitted.card.key)
        if opened.live.served.is_secret(self.slug):
            raise ModelError(
                f"Version {wanted.number} has segments that are built on a column which is for owners only. Ask an owner "
                "to go back to it."
            )
        versions.choose(wanted.number, who=by, after=dataset.version.number if after is None else after)
        audit.record(Event.VERSION_LIVE, user=by, dataset=self.slug, version=wanted.number, way="back")
        return wanted

    def _dataset(self) -> Dataset:
        return self.spaces.catalogue.find(self.slug)

    def _made(self, dataset: Dataset, file: Path, version: Version, home: Path) -> Version:
        """All of a version in its folder, with its model, and what was said of the segments that go on."""
        kept, read, meant = self._brought(dataset, file, version.way, home)
        write_whole(home / SCHEMA_FILE, meant.to_json())
        before = self._fitted()
        self.tell("Making segments", 0.4)
        Before.of(before, dataset.version.number).save(home)
        changes, k = self._changes(dataset, read, meant).to_json(), before.card.parameters.k
        version = replace(version, file=kept.name, segments=k, changes=changes)
        live, wanted = (
            self.spaces.made(self.spaces.catalogue.at(dataset, version)).live,
            before.card.parameters,
        )
        if live.fitted.card.parameters != wanted:  # as somebody chose to make segments
            live.choose(wanted, by=version.who)
        model = live.fitted
        Names(self.spaces.catalogue.database, self.slug).carry(before, model)
        sync_file(kept)
        sync_folder(home)
        self.tell("Entering the version", 0.95)
        return replace(version, rows=len(model.people))

    def _brought(self, dataset: Dataset, file: Path, way: Way, folder: Path) -> tuple[Path, Read, Schema]:
        """The file that the version is to have, in a folder, what is read of it, and what its columns are."""
        most = self.spaces.catalogue.settings.max_file_mb
        self.tell(f"Reading {file.name}", 0.1)
        copy = Path(shutil.copyfile(existing(file), folder / kept_as(file.name)))
        copy.chmod(0o600)
        if way is Way.BY_KEY and dataset.schema.has_both:
            copy = self._with_others(dataset, copy, folder)
        refuse_other_sheet(
            self.sheet, sheets(copy, name=file.name, max_mb=most) if self.sheet else (), name=file.name
        )
        copy, back = self._without_erased(replace(dataset, file=copy, schema=self._meant(dataset)), folder)
        read, meant = self._read(dataset, copy)
        read = replace(read, notes=replace(read.notes, remarks=(*read.notes.remarks, *back)))
        if way is not Way.BY_KEY:
            return copy, read, meant
        if dataset.schema.has_both:
            return *self._more_of_both(dataset, copy, folder), meant
        if dataset.schema.added_up:
            raise _added_up(dataset)
        if dataset.schema.lines:
            return *self._more_orders(dataset, dataset.schema.lines, copy), meant
        self.tell(f"Joining it with {dataset.file.name}", 0.2)
        before = read_customers(dataset.file, dataset.schema, dataset.template, max_mb=most)
        whole = folder / joined.called(dataset.file, copy)
        frame = joined.by_key(before, read)
        copy.unlink()
        return whole, joined.told_of(joined.write(frame, whole, dataset, max_mb=most), read), meant

    def _with_others(self, dataset: Dataset, file: Path, folder: Path) -> Path:
        """A file of customers or of orders alone, with the orders or the customers that are known."""
        most, lines = self.spaces.catalogue.settings.max_file_mb, dataset.schema.lines
        if tables_in(load(file, name=file.name, max_mb=most), name=file.name, max_mb=most):
            return file
        known = Both.of(dataset.file, name=dataset.file.name, max_mb=most)
        columns = read_raw(file, name=file.name, max_mb=most, sheet=self.sheet).columns
        if lines is None or not {*lines.columns} <= {*columns}:
            return Both(file.read_bytes(), known.orders).save(folder / f"more{SUFFIX}")
        people, _ = known.unpack(private_folder(folder / "known"))
        said = {FILE: (f"key:{dataset.schema[IDENTIFIER].column}={lines.customer}",)}
        asked: dict[str, Any] = {"max_mb": most, "schema": dataset.schema}
        try:
            return as_one([people, file], folder, {}, **asked)
        except NoKeyError:
            return as_one([people, file], folder, said, **asked)

    def _more_of_both(self, dataset: Dataset, file: Path, folder: Path) -> tuple[Path, Read]:
        """The customers of the dataset and of a file by their ID, and the orders of both."""
        most, lines = self.spaces.catalogue.settings.max_file_mb, dataset.schema.lines or Lines("", "")
        before, after, made = (private_folder(folder / one) for one in ("before", "after", "made"))
        olds, news = (
            one.apart(place, max_mb=most)
            for one, place in ((dataset, before), (replace(dataset, file=file), after))
        )
        old, new = (read_customers(one[0].file, one[0].schema, one[0].template, max_mb=most) for one in (olds, news))  # fmt: skip
        joined.write(joined.by_key(old, new), made / CUSTOMERS, olds[0], max_mb=most)
        if olds[1].file.read_bytes() == news[1].file.read_bytes():
            shutil.copyfile(olds[1].file, made / ORDERS)
        else:
            _write_orders_of_both(olds[1].file, news[1].file, made / ORDERS, lines, max_mb=most)
        whole = folder / f"{Path(dataset.file.name).stem}{SUFFIX}"
        Both((made / CUSTOMERS).read_bytes(), (made / ORDERS).read_bytes()).save(whole)
        for one in (before, after, made, folder / "known"):
            shutil.rmtree(one, ignore_errors=True)
        for rest in (one for one in folder.iterdir() if one.is_file() and one != whole):
            rest.unlink()
        return whole, read_customers(whole, dataset.schema, dataset.template, max_mb=most)

    def _read(self, dataset: Dataset, file: Path) -> tuple[Read, Schema]:
        """What a file holds, and what its columns are: new ones of secrets are as if they were not there."""
        most, meant = self.spaces.catalogue.settings.max_file_mb, self._meant(dataset)
        read = read_customers(file, meant, dataset.template, max_mb=most)
        known = self._fitted().table.columns
        if hidden := _secret_columns(
            read.frame[[name for name in read.notes.extra_columns if name not in known]]
        ):
            meant = replace(meant, unread=(*meant.unread, *hidden))
            read = read_customers(file, meant, dataset.template, max_mb=most)
        return read, meant

    def _without_erased(self, brought: Dataset, folder: Path) -> tuple[Path, tuple[Remark, ...]]:
        """The file that came in, without customers who were erased and are in it again."""
        catalogue = self.spaces.catalogue
        left, most = Erasures(catalogue.database).left(self.slug), catalogue.settings.max_file_mb
        back = without.among(brought, left, max_mb=most)
        if not back:
            return brought.file, ()
        apart = private_folder(folder / "without")
        made = without.write(brought, back, apart, max_mb=most)
        brought.file.unlink()
        kept = made.rename(folder / made.name)
        apart.rmdir()
        said = f"{counted(len(back), 'customer')} left out who {'was' if len(back) == 1 else 'were'} erased here."
        return kept, (Remark("erased", "", len(back), said),)

    def _more_orders(self, dataset: Dataset, lines: Lines, file: Path) -> tuple[Path, Read]:
        """The orders of the dataset and those of a file, which goes."""
        most = self.spaces.catalogue.settings.max_file_mb
        whole = file.with_name(joined.called(dataset.file, file))
        both = dataset.schema.sheet, self._meant(dataset).sheet
        _write_orders_of_both(dataset.file, file, whole, lines, max_mb=most, sheets=both)
        file.unlink()
        return whole, read_customers(whole, dataset.schema, dataset.template, max_mb=most)

    def _meant(self, dataset: Dataset) -> Schema:
        """What the columns of the file are."""
        lines = dataset.schema.lines
        if lines and self.cuts is not None:
            lines = replace(
                lines, cuts=tuple((name, tuple(ends)) for name, ends in self.cuts.items() if ends)
            )
        return replace(dataset.schema, sheet=self.sheet or dataset.schema.sheet, lines=lines)

    def _changes(self, dataset: Dataset, read: Read, meant: Schema) -> Changes:
        self.tell("Comparing it with the customers of now", 0.3)
        hidden = tuple(name for name in meant.unread if name not in dataset.schema.unread)
        found = against(self._fitted(), read, dataset, self.spaces.catalogue.settings)
        return replace(found, hidden=hidden)

    def _fitted(self) -> Model:
        with self.spaces.at(self.slug):
            return self.spaces.current.live.fitted


def _added_up(dataset: Dataset) -> DataError:
    label = dataset.schema.label(dataset.schema.added_up[-1])
    return DataError(
        f"Found {label} and others that orders were added up to. Expected all customers with all their orders: a part of "
        "these would say that nobody had bought before. Put customers and all orders together, and replace."
    )


def _secret_columns(frame: pd.DataFrame) -> tuple[str, ...]:
    """Those of the columns that hold secrets, by their headings or by what is in them."""
    texts = {str(name): _text(column) for name, column in frame.items()}
    return tuple(one.column for one in facts_of(texts) if guess_column(one).secret) if texts else ()


def _text(column: pd.Series) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(column.astype("string").fillna("").to_list(), pa.string())])


def _write_orders_of_both(
    before: Path, after: Path, path: Path, lines: Lines, *, max_mb: int, sheets: tuple[str, str] = ("", "")
) -> None:
    """Write the orders of both, of these `sheets` if they are there; a column that only one has is empty in the other.

    Raises DataError or SchemaError if one of them can't be read, or lacks a column that plays a part.
    """
    tables = [
        pa.table(dict(raw_with(lines.columns, one, name=one.name, max_mb=max_mb, first=sheet).columns))
        for one, sheet in zip((before, after), sheets, strict=True)
    ]
    whole = pa.concat_tables(tables, promote_options="default")
    joining.write({name: whole[name].fill_null("") for name in whole.column_names}, path)
