"""Parterre's command line, and its commands that need no model, no server and no key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from callbacks import table_evidence
from core.accounts import audit
from core.accounts.audit import Event
from core.errors import ParterreError
from core.numbers import plain
from core.settings import Settings
from core.store import backup, restore
from core.store.database import reached

ALONE = ("evidence", "backup", "restore")
FILE = click.argument("file", type=click.Path(path_type=Path))
CARE = "Keep it as closed as PARTERRE_HOME: it holds customers' data and password hashes"


class Commands(AppGroup):
    """The group `parterre`, which says what went wrong as a sentence, not as a traceback."""

    def __init__(self) -> None:
        super().__init__("parterre", help="Parterre's own commands.")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ParterreError as error:
            raise click.ClickException(plain(str(error))) from error


def is_asked(words: Sequence[str]) -> bool:
    """Whether a command line asks for a command that works where Parterre itself can't start."""
    return "parterre" in words and words[words.index("parterre") + 1 :][:1] in [[name] for name in ALONE]


def server(settings: Settings) -> Flask:
    """One that answers nothing and has these commands."""
    made = Flask(__name__, static_folder=None)
    parterre = Commands()
    made.cli.add_command(parterre)
    register(parterre, settings)
    return made


def register(parterre: click.Group, settings: Settings) -> None:
    """Add `evidence`, `backup` and `restore`."""
    table_evidence.register(parterre, settings)

    @parterre.command("backup", help="Copy home and database to FILE, while Parterre runs.")
    @FILE
    def back_up(file: Path) -> None:
        with _recorded(Event.BACKUP, settings):
            made = backup.back_up(settings, file)
        key = ", and the key that signs sessions" if made.has_key else ""
        click.echo(plain(f"Copied to {file}: {made.files} files and {made.rows} rows. {CARE}{key}."))
        click.echo("What the environment sets, SECRET_KEY and DATABASE_URL too, is not in it.")

    @parterre.command("restore", help="Put back the home and database that were copied to FILE.")
    @FILE
    @click.option("--replace", is_flag=True, help="Put away for good what is there now.")
    def put_back(file: Path, *, replace: bool) -> None:
        with _recorded(Event.RESTORED, settings):
            told = restore.restore(settings, file, replace=replace)
        click.echo(f"Home and database are as they were at {told['made']}. Start the server and the worker.")


@contextmanager
def _recorded(event: Event, settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{error.filename or settings.home}: {error.strerror}.") from error
    with closing(reached(settings)) as database:
        audit.keep_in(database, settings.home)
        audit.record(event, by=audit.machine_user())
