"""The audit log on the command line: `parterre audit list`, `verify`, `export` and `forget`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import click

from core.accounts import audit
from core.accounts.audit import Event
from core.errors import DataError
from core.exports.cells import defused
from core.numbers import plain
from core.settings import Settings
from core.store.chain import Chain, End, Entry, Search
from core.store.database import Database

HEADINGS = ("number", "time", "event", "outcome", "who", "address", "told")
_DAY = click.DateTime(formats=["%Y-%m-%d"])


def register(parterre: click.Group, database: Database, settings: Settings) -> None:
    """Add the commands to Parterre's."""
    chain = Chain(database)
    group = click.Group("audit", help="Who did what, when and from where.")
    parterre.add_command(group)
    _add_list(group, chain)
    _add_verify(group, chain, settings.home)
    _add_forget(group, chain)


def lines_of(entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of a CSV, headings first, in which no text is a formula."""
    yield _line(HEADINGS)
    for one in entries:
        yield _line((str(one.number), one.at, one.event, one.outcome, one.who, one.address, words_of(one)))


def words_of(entry: Entry) -> str:
    """What an entry was about: dataset shop, account ben."""
    return ", ".join(f"{name} {_words(value)}" for name, value in entry.told.items())


def _words(value: object) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) or "none"


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(map(defused, cells))
    return text.getvalue()


def _add_list(group: click.Group, chain: Chain) -> None:
    @group.command("list", help="Entries, newest first; as CSV to a file with --csv.")
    @click.option("--who", default="", help="Part of a name of an account.")
    @click.option(
        "--event",
        multiple=True,
        type=click.Choice([one.value for one in Event]),
        help="What was done; may be repeated.",
    )
    @click.option(
        "--what", default="", help="Part of what it was done to, of the address, or of how it ended."
    )
    @click.option("--since", type=_DAY, help="The first day, UTC.")
    @click.option("--until", type=_DAY, help="The last day, UTC.")
    @click.option(
        "--most", default=50, show_default=True, type=click.IntRange(1), help="How many are listed."
    )
    @click.option(
        "--csv", "file", type=click.File("w", encoding="utf-8", lazy=True), help="All of them, into a file."
    )
    def show(
        who: str, event: tuple[str, ...], what: str, since: datetime | None, until: datetime | None, most: int,
        file: IO[str] | None,
    ) -> None:  # fmt: skip
        search = Search(who, event, what, since and since.date(), until and until.date())
        if file:
            file.writelines(lines_of(chain.each(search)))
            audit.record(Event.AUDIT_EXPORTED, by=audit.machine_user())
            return
        for one in chain.found(search, most=most):
            told = (one.at, one.event, one.outcome, one.who, one.address, words_of(one))
            click.echo(plain("  ".join(filter(None, told))))


def _add_verify(group: click.Group, chain: Chain, home: Path) -> None:
    @group.command("verify", help="Say whether no entry was changed, put in or taken away; 1 if one was.")
    @click.option("--last", help="The end of the log as it was noted elsewhere: NUMBER:HASH.")
    def verify(last: str | None) -> None:
        ends = [_end(last) if last else None, audit.known_end(home)]
        known = max((end for end in ends if end), key=lambda end: end.number, default=None)
        verified = chain.verify(known)
        if verified.broken is not None:
            raise click.ClickException(f"The audit log is broken at entry {verified.broken}. {verified.how}")
        click.echo(f"The audit log is whole: {verified.entries} entries. Its end is {verified.end}.")


def _end(text: str) -> End:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise DataError(
            f"--last: found {text[:80]!r}. Expected a number, a colon and 64 digits, as verify prints."
        )
    return End(int(number), digest)


def _add_forget(group: click.Group, chain: Chain) -> None:
    @group.command("forget", help="Take away the entries of the days before one; the log says that you did.")
    @click.option("--before", required=True, type=_DAY, help="The first day that is kept, UTC.")
    def forget(before: datetime) -> None:
        gone = audit.forget(chain, before.date(), by=audit.machine_user())
        click.echo(f"{gone} entries are gone.")
