"""A PostgreSQL server of the tests' own: Debian's, in a temporary folder, behind a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from core.settings import Settings, load
from core.store.database import opened

TEMPLATE = "as_migrated"
# What is kept has to be kept by both.
BOTH = pytest.mark.parametrize("where", ["sqlite", "new"], ids=["sqlite", "postgresql"], indirect=True)
BOTH_BARE = pytest.mark.parametrize("where", ["sqlite", "bare"], ids=["sqlite", "postgresql"], indirect=True)


@dataclass(frozen=True)
class Cluster:
    """A running server; `new()` is the address of a database with our tables in it, and nothing in them."""

    binaries: Path
    folder: Path
    numbers: Iterator[int]

    def new(self) -> str:
        """An empty database with our tables."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        return self.address(name)

    def bare(self) -> str:
        """A database without any table."""
        name = f"bare_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.address(name)

    def run(self, sql: str) -> None:
        """Run a statement outside of a transaction."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    @property
    def pid(self) -> int:
        """The process that all others of the server are children of."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Kill the server, as the kernel does when memory is short; start it again afterwards."""
        self.control("-m", "immediate", "stop")
        try:
            yield
        finally:
            self.control("start")

    def control(self, *words: str) -> None:
        """Start or stop the server."""
        options = f"-c fsync=off -c full_page_writes=off -c listen_addresses='' -k {self.folder}"
        command = [self.binaries / "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log"]
        self.somebody([*command, "-o", options, *words])

    def somebody(self, command: list[object]) -> None:
        """Run a command as who owns the folder: PostgreSQL refuses to be root's."""
        owner = self.folder.stat()
        who = {} if os.getuid() else {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **who)

    def address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"


@contextmanager
def cluster() -> Iterator[Cluster | None]:
    """A server for as long as the block runs; None where there is no PostgreSQL."""
    binaries = found()
    if binaries is None:
        yield None
        return
    folder = Path(mkdtemp(prefix="parterre-postgresql-"))
    one = Cluster(binaries, folder, count(1))
    try:
        give_away(folder)
        made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale"]
        one.somebody([binaries / "initdb", "-D", folder / "data", *made])
        one.control("start")
        one.run(f"CREATE DATABASE {TEMPLATE}")
        opened(settled(folder / "home", one.address(TEMPLATE))).close()
        yield one
        one.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def found() -> Path | None:
    """Where the programs are."""
    on_path = shutil.which("postgres")
    places = (
        [Path(on_path).resolve()] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    )
    return places[-1].parent if places else None


def give_away(folder: Path) -> None:
    """Let a folder of root's be somebody else's."""
    if os.getuid() == 0:
        names = {one.pw_name for one in pwd.getpwall()}
        user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)


def settled(home: Path, address: str | None = None) -> Settings:
    """Settings that the machine's own environment has no say in."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return load(**{**plain, "home": home, "database_url": address})


def address(where: Settings) -> str:
    """What the settings say of a database, for another process."""
    return where.database_url.get_secret_value() if where.database_url else ""
