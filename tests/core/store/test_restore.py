"""A backup: of one moment, checked before anything is touched, and put back whole or not at all."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from core.errors import StoreError
from core.settings import Settings
from core.store import backup, restore
from core.store.database import REVISIONS, migrate, opened, reached
from core.store.tables import METADATA, deployments, mappings, takeovers, versions, workers
from tests.support.postgresql import settled
from tests.support.processes import KILLED, die, started

WHO = "Zoë “the first”\n\t, 田"
OLD, NEW = b"of before", b"of the backup"


def furnished(where: Settings, content: bytes = NEW) -> Settings:
    """A home with files, and a database with a row in every table."""
    for name in ("users.csv", "versions/ab/customers.csv", "datasets/shop/schema.json", "tmp/passing"):
        (where.home / name).parent.mkdir(parents=True, exist_ok=True)
        (where.home / name).write_bytes(content)
    (where.home / f"{content.decode()[3:6]}-only").write_bytes(content)
    os.utime(where.home / "users.csv", (1e9, 1e9))
    database = opened(where)
    with database.changing() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(insert(table), {one.name: value(one) for one in table.columns})
        connection.execute(insert(mappings), {"shape": content.decode(), "content": WHO, "who": "", "at": ""})
    database.close()
    return where


def value(column) -> object:
    if column.primary_key and column.table.autoincrement_column is column:
        return 0  # so that PostgreSQL, which does not look at what is there, has others free
    kind = column.type.python_type
    return {str: WHO, int: 2**31 - 1, float: 0.1 + 0.2}.get(kind) or kind()


def changed(where: Settings, statement):
    database = opened(where)
    with database.changing() as connection:
        done = connection.execute(statement)
    database.close()
    return done


def rows(where: Settings) -> dict[str, list[tuple]]:
    database = opened(where)
    with database.reading() as connection:
        found = {
            one.name: sorted((tuple(row) for row in connection.execute(select(one))), key=repr)
            for one in METADATA.sorted_tables
        }
    database.close()
    return found


def files(where: Settings) -> dict[str, bytes]:
    return {
        path.relative_to(where.home).as_posix(): path.read_bytes()
        for path in where.home.rglob("*")
        if path.is_file() and not path.name.startswith("parterre.sqlite") and path.suffix != ".lock"
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def one(request, tmp_path) -> Settings:
    """A Parterre that is backed up."""
    url = request.getfixturevalue("postgresql").new() if request.param == "postgresql" else None
    return furnished(settled(tmp_path / "one", url))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path) -> Settings:
    """An empty machine."""
    url = request.getfixturevalue("postgresql").bare() if request.param == "postgresql" else None
    return settled(tmp_path / "empty", url)


@pytest.fixture
def saved(tmp_path) -> Path:
    """A backup of a home in SQLite."""
    backup.back_up(furnished(settled(tmp_path / "saved")), tmp_path / "saved.zip")
    return tmp_path / "saved.zip"


def test_every_row_file_and_number_comes_back_also_in_another_kind_of_database(one, empty, tmp_path):
    row = dict.fromkeys(deployments.c.keys()[1:], "")
    [given] = changed(one, insert(deployments).values(row)).inserted_primary_key
    changed(one, deployments.delete().where(deployments.c.id == given))
    backup.back_up(one, tmp_path / "saved.zip")
    restore.restore(empty, tmp_path / "saved.zip")
    assert rows(empty) == rows(one)
    assert files(empty) == {name: held for name, held in files(one).items() if name != "tmp/passing"}
    assert (empty.home / "users.csv").stat().st_mtime == 1e9
    assert (empty.home / "users.csv").stat().st_mode & 0o077 == 0
    assert (tmp_path / "saved.zip").stat().st_mode & 0o077 == 0
    [again] = changed(empty, insert(deployments).values(row)).inserted_primary_key
    assert again == given + 1, "a number comes a second time"


def test_what_is_there_stays_unless_it_is_given_up(saved, tmp_path):
    there = furnished(settled(tmp_path / "there"), OLD)
    before = files(there), rows(there)
    with pytest.raises(StoreError, match="Expected both to be empty"):
        restore.restore(there, saved)
    assert (files(there), rows(there)) == before
    restore.restore(there, saved, replace=True)
    assert "bef-only" not in files(there)
    assert rows(there) == rows(settled(tmp_path / "saved"))


def test_rows_of_a_server_are_not_replaced_by_an_empty_home(saved, tmp_path, postgresql):
    url = postgresql.new()
    furnished(settled(tmp_path / "there", url), OLD)
    with pytest.raises(StoreError, match=r"rows in .* of the database"):
        restore.restore(settled(tmp_path / "elsewhere", url), saved)


def test_a_flipped_bit_is_found_before_anything_is_touched(saved, tmp_path):
    with zipfile.ZipFile(saved) as archive:
        member = archive.getinfo("home/users.csv")
        start = member.header_offset + 30 + len(member.filename) + 20
    whole = saved.read_bytes()
    for share in (0.1, 0.5, 0.9):
        content = bytearray(whole)
        content[start + int(share * member.compress_size)] ^= 4
        saved.write_bytes(content)
        with pytest.raises(StoreError, match="Nothing was restored"):
            restore.restore(settled(tmp_path / "empty"), saved)
    assert not (tmp_path / "empty").exists()


def test_half_a_backup_is_none(saved, tmp_path):
    whole = saved.read_bytes()
    for size in (0, 100, -1):
        saved.write_bytes(whole[:size])
        with pytest.raises(StoreError, match="no whole backup"):
            restore.restore(settled(tmp_path / "empty"), saved)
    assert not (tmp_path / "empty").exists()


def rewritten(path: Path, **changes: object) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts[backup.MANIFEST]) | changes
    with zipfile.ZipFile(path.with_name("other.zip"), "w") as archive:
        for name, content in (parts | {backup.MANIFEST: json.dumps(manifest).encode()}).items():
            archive.writestr(name, content)
    return path.with_name("other.zip")


def test_of_a_newer_version_it_is_refused_and_of_an_older_one_brought_up(saved, tmp_path):
    with pytest.raises(StoreError, match="of another version"):
        restore.restore(settled(tmp_path / "empty"), rewritten(saved, revision="9999"))
    first = settled(tmp_path / "first")
    database = reached(first)
    with database.changing() as connection:
        migrate(connection, REVISIONS[0])
        connection.execute(insert(takeovers), {"what": "models/live.json", "at": "then"})
    database.close()
    backup.back_up(first, tmp_path / "first.zip")
    restore.restore(settled(tmp_path / "empty"), tmp_path / "first.zip")
    assert ("models/live.json", "then") in rows(settled(tmp_path / "empty"))["takeovers"]


def test_names_that_lead_out_of_home_are_refused(saved, tmp_path):
    told = {"../outside": {"size": 0, "sha256": "", "mtime": 0}}
    with pytest.raises(StoreError):
        restore.restore(settled(tmp_path / "empty"), rewritten(saved, files=told))
    assert not (tmp_path / "outside").exists()


def test_a_dataset_that_comes_while_files_are_copied_is_in_it_with_its_files(tmp_path, monkeypatch):
    where, copied = furnished(settled(tmp_path / "one")), []

    def copy_late(home: Path, archive: zipfile.ZipFile) -> dict:
        told = copy(home, archive)
        if not copied:
            (home / "versions" / "new.csv").write_bytes(b"new")
            row = {one.name: value(one) for one in versions.columns} | {"number": 7}
            changed(where, insert(versions).values(row))
        copied.append(told)
        return told

    copy = backup._copy_files
    monkeypatch.setattr(backup, "_copy_files", copy_late)
    backup.back_up(where, tmp_path / "saved.zip")
    with zipfile.ZipFile(tmp_path / "saved.zip") as archive:
        assert "home/versions/new.csv" in archive.namelist()
        assert archive.read("tables/versions").count(b"\n") == 2
    assert len(copied) == 2


def test_others_write_while_it_is_copied(tmp_path):
    where, done = furnished(settled(tmp_path / "one")), threading.Event()
    database, counts = opened(where), []

    def write() -> None:
        while not done.is_set():
            with database.changing() as connection:  # two rows or none
                for _ in range(2):
                    connection.execute(insert(deployments), dict.fromkeys(deployments.c.keys()[1:], ""))
            counts.append(2)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            backup.back_up(where, tmp_path / f"{number}.zip")
            with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
                assert archive.read("tables/deployments").count(b"\n") % 2 == 1, "half of a transaction"
    finally:
        done.set()
        thread.join()
        database.close()
    assert counts


def restore_and_die(_line, where, path, at):
    module, name, place = PLACES[at]
    done, original = [], getattr(module, name)

    def deadly(*arguments, **named):
        if len(done) == place:
            die()
        done.append(1)
        return original(*arguments, **named)

    setattr(module, name, deadly)
    restore.restore(where, path, replace=True)


PLACES = [
    (restore, "sync_file", 2),  # files are unpacked
    (restore, "_count_on", 3),  # some tables are filled
    (restore, "_change_places", 0),  # decided, and nothing moved
    (os, "replace", 4),  # some files have changed places
    (restore.shutil, "rmtree", 0),  # all but tidied up
]


@pytest.mark.parametrize("place", range(len(PLACES)), ids=lambda place: PLACES[place][1])
def test_killed_at_any_moment_leaves_old_or_new(saved, tmp_path, place):
    there = furnished(settled(tmp_path / "there"), OLD)
    old = files(there), rows(there)
    new = files(settled(tmp_path / "saved")), rows(settled(tmp_path / "saved"))
    assert started(restore_and_die, there, saved, place).ended() == KILLED
    restore.finish(there)
    found = files(there), rows(there)
    new[0].pop("tmp/passing")
    assert found == (old if place < 2 else new)


def test_killed_while_it_is_written_there_is_no_backup(tmp_path):
    where = furnished(settled(tmp_path / "one"))
    assert started(back_up_and_die, where, tmp_path / "saved.zip").ended() == KILLED
    assert not (tmp_path / "saved.zip").exists()
    backup.back_up(where, tmp_path / "saved.zip")


def back_up_and_die(line, where, path):
    backup._copy_files = die
    backup.back_up(where, path)


def test_while_a_worker_runs_nothing_is_restored(saved, tmp_path):
    there = settled(tmp_path / "there")
    beat = {"token": "t", "host": "h", "pid": 1, "beat": restore.time.time()}
    opened(there).close()
    changed(there, insert(workers).values(beat))
    with pytest.raises(StoreError, match="Stop server and worker"):
        restore.restore(there, saved, replace=True)


@pytest.mark.parametrize("name", ["one/inside.zip", "taken.zip"])
def test_a_backup_goes_neither_over_a_file_nor_into_home(tmp_path, name):
    (tmp_path / "taken.zip").write_bytes(OLD)
    with pytest.raises(StoreError, match="Expected a name that is not taken"):
        backup.back_up(furnished(settled(tmp_path / "one")), tmp_path / name)
    assert (tmp_path / "taken.zip").read_bytes() == OLD


def test_nothing_is_told_in_words(tmp_path):
    with pytest.raises(StoreError, match="nothing to copy"):
        backup.back_up(settled(tmp_path / "none"), tmp_path / "saved.zip")
    with pytest.raises(StoreError, match="can't be read"):
        restore.restore(settled(tmp_path / "none"), tmp_path / "saved.zip")
