"""The file that the settings name: one that is new to the default dataset is its next version, and live."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from core.data.read import read_customers
from core.datasets import without
from core.datasets.catalogue import SCHEMA_FILE, VERSIONS, Catalogue, Dataset, kept_as
from core.datasets.changes import against
from core.datasets.intake import own_schema
from core.datasets.versions import Version, Way, enter
from core.errors import DataError, ParterreError
from core.model.before import Before
from core.model.given_names import Names
from core.model.registry import Registry
from core.schema.schema import Schema
from core.store.erasures import Erasures
from core.store.files import new_folder, sync_folder, write_whole
from core.store.tables import datasets as table
from core.store.times import now

log = logging.getLogger(__name__)

Made = Callable[[Dataset], Any]  # opens a dataset; it has `live`


def follow(catalogue: Catalogue, made: Made) -> None:
    """Take the operator's file in unless it is the one that was taken in last; whole, with its model, or not at all.

    Raises DataError or ModelError if it can't be read as customers, or no segments can be made of them.
    """
    named = catalogue.operators
    digest = Registry(named.home / "models").digest(named.file)
    with catalogue.alone(named):
        if digest == _taken(catalogue):
            return
        with new_folder(named.home / VERSIONS / secrets.token_hex(8)) as home:
            _enter(catalogue, _version(catalogue, home, made), digest)
        shutil.rmtree(named.home / without.COPIES, ignore_errors=True)


def _taken(catalogue: Catalogue) -> str | None:
    """The digest of the file that was taken in last; what is kept instead of the folder's name."""
    with catalogue.database.reading() as connection:
        return connection.scalar(select(table.c.folder).where(table.c.slug == ""))


def _enter(catalogue: Catalogue, version: Version, digest: str) -> None:
    row = {"slug": "", "title": catalogue.operators.title, "folder": digest}
    with catalogue.database.changing("datasets") as connection:
        connection.execute(delete(table).where(table.c.slug == ""))
        connection.execute(insert(table), row | {"file": version.file, "at": version.at})
        enter(connection, "", version)


def _version(catalogue: Catalogue, home: Path, made: Made) -> Version:
    """What the live version is, if it can be; else the table that everybody knows, or what its columns are taken for."""
    named, most = catalogue.operators, catalogue.settings.max_file_mb
    live = catalogue.find("")
    if live.version.folder:
        try:
            return _kept(catalogue, live.schema, home, made, live)
        except ParterreError as error:
            log.info("The file that PARTERRE_DATA names is not compared with the version before: %s", error)
            shutil.rmtree(home)
            home.mkdir(mode=0o700)
    try:
        return _kept(catalogue, named.schema, home, made)
    except DataError as refused:
        return _kept(catalogue, own_schema(named.file, refused, max_mb=most), home, made)


def _kept(
    catalogue: Catalogue, schema: Schema, home: Path, made: Made, live: Dataset | None = None
) -> Version:
    """A copy in a folder, without those who were erased, that opens; the next file of the live version, if there is one."""
    named, most = replace(catalogue.operators, schema=schema), catalogue.settings.max_file_mb
    source = without.served(named, Erasures(catalogue.database).left(""), max_mb=most).file
    copy = home / kept_as(source.name)
    if source == named.file:
        shutil.copyfile(source, copy).chmod(0o600)
    else:
        shutil.copytree(source.parent, home, dirs_exist_ok=True)
    write_whole(home / SCHEMA_FILE, schema.to_json())
    number, folder = catalogue.versions(named).next(), f"{VERSIONS}/{home.name}"
    brought = replace(named, file=copy, version=Version(number, folder, copy.name, Way.NAMED, at=now()))
    changes = _gone_on(catalogue, live, brought, made) if live else ""
    sync_folder(home)
    return replace(brought.version, rows=len(made(brought).live.model.people), changes=changes)


def _gone_on(catalogue: Catalogue, live: Dataset, brought: Dataset, made: Made) -> str:
    """What a file changes, as JSON; its segments go on from those of the live version, made as somebody chose to make them."""
    read = read_customers(
        brought.file, brought.schema, brought.template, max_mb=catalogue.settings.max_file_mb
    )
    was = made(live).live
    before, by = was.fitted, was.history()[-1].by
    Before.of(before, live.version.number).save(brought.file.parent)
    now_live = made(brought).live
    if by:
        now_live.choose(before.card.parameters, by=by)
    Names(catalogue.database, "").carry(before, now_live.fitted)
    return against(before, read, live, catalogue.settings).to_json()
