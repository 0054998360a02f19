"""`parterre backup FILE` and `parterre restore FILE` on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from callbacks.accounts.commands import in_words
from core.accounts import audit
from core.accounts.audit import Event
from core.numbers import plain
from core.settings import Settings
from core.store import backup, restore
from core.store.database import reached

FILE = click.argument("file", type=click.Path(path_type=Path))
CARE = "Keep it as closed as PARTERRE_HOME: it holds customers' data and password hashes"


def register(parterre: click.Group, settings: Settings) -> None:
    """Add both to Parterre's commands."""

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
    with in_words():
        try:
            yield
        except OSError as error:
            raise click.ClickException(f"{error.filename or settings.home}: {error.strerror}.") from error
    with closing(reached(settings)) as database:
        audit.keep_in(database, settings.home)
        audit.record(event, by=audit.machine_user())
