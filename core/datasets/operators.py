"""The file that the settings name: one that is new to the default dataset is its next version, and live."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from core.datasets import without
from core.datasets.catalogue import SCHEMA_FILE, VERSIONS, Catalogue, Dataset, kept_as
from core.datasets.intake import own_schema
from core.datasets.versions import Version, Way, enter
from core.errors import DataError
from core.model.registry import Registry
from core.schema.schema import Schema
from core.store.erasures import Erasures
from core.store.files import private_folder, sync_folder, write_whole
from core.store.tables import datasets as table
from core.store.times import now

Made = Callable[[Dataset], Any]  # opens a dataset; it has `live`


def follow(catalogue: Catalogue, made: Made) -> None:
    """Take the operator's file in unless it is the one that was taken in last; whole, with its model, or not at all.

    Raises
    ------
    DataError, ModelError
        If it can't be read as customers, or no segments can be made of them.
    """
    named = catalogue.operators
    digest = Registry(named.home / "models").digest(named.file)
    with catalogue.alone(named), ExitStack() as undone:
        if digest == _taken(catalogue):
            return
        home = private_folder(named.home / VERSIONS) / secrets.token_hex(8)
        home.mkdir(mode=0o700)
        undone.callback(shutil.rmtree, home, ignore_errors=True)
        version = _version(catalogue, digest, home, made)
        _enter(catalogue, version, digest)
        undone.pop_all()
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


def _version(catalogue: Catalogue, digest: str, home: Path, made: Made) -> Version:
    """The table that everybody knows, else what its columns are taken for."""
    named, most = catalogue.operators, catalogue.settings.max_file_mb
    guessed = named.home / f"schema-{digest[:16]}.json"  # by a version before this one
    if guessed.exists():
        return _kept(catalogue, Schema.from_json(guessed.read_bytes()), home, made)
    try:
        return _kept(catalogue, named.schema, home, made)
    except DataError as refused:
        return _kept(catalogue, own_schema(named.file, refused, max_mb=most), home, made)


def _kept(catalogue: Catalogue, schema: Schema, home: Path, made: Made) -> Version:
    """A copy in a folder, without those who were erased, that opens."""
    named = replace(catalogue.operators, schema=schema)
    left = Erasures(catalogue.database).left("")
    source = without.served(named, left, max_mb=catalogue.settings.max_file_mb).file
    copy = home / kept_as(source.name)
    if source == named.file:
        shutil.copyfile(source, copy).chmod(0o600)
    else:
        shutil.copytree(source.parent, home, dirs_exist_ok=True)
    write_whole(home / SCHEMA_FILE, schema.to_json())
    sync_folder(home)
    number, folder = catalogue.versions(named).next(), f"{VERSIONS}/{home.name}"
    version = Version(number, folder, copy.name, Way.NAMED, at=now())
    opened = made(replace(named, file=copy, version=version))
    return replace(version, rows=len(opened.live.model.people))
