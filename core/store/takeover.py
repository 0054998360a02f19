"""What versions without a database kept in files of PARTERRE_HOME, taken over once; the files stay as they are."""

from __future__ import annotations

import csv
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from core.store.tables import deployments, findings, saved_views, segment_names, takeovers
from core.store.times import now

log = logging.getLogger(__name__)

Row = Mapping[str, Any]


def take_over(connection: Connection, home: Path) -> None:
    """Read what has not been taken over yet into its table; a damaged file is named in the log, and left out."""
    done = set(connection.scalars(select(takeovers.c.what)))
    for what, (table, rows) in _OLD.items():
        if what in done:
            continue
        found = list(rows(home))
        if found:
            connection.execute(insert(table), found)
            log.info(
                "Taken over from files into the database: %d rows of %s. The files stay.", len(found), what
            )
        connection.execute(insert(takeovers), {"what": what, "at": now()})


def _live(home: Path) -> Iterator[Row]:
    yield from _rows(home / "models" / "live.json", _choices)


def _choices(pointer: Any) -> Iterator[Row]:
    for choice in pointer["choices"]:
        yield {
            "dataset": "",
            "settings": _text(pointer["settings"]),
            "model": _text(choice["key"]),
            "parameters": json.dumps(choice["parameters"]),
            "who": _text(choice["by"]),
            "at": _text(choice["when"]),
        }


def _names(home: Path) -> Iterator[Row]:
    paths = (home / "names").glob("????????????????.json")
    for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns):
        yield from _rows(path, partial(_namings, path.stem))


def _namings(key: str, namings: Any) -> Iterator[Row]:
    for number, naming in namings.items():
        row: dict[str, Any] = {"dataset": "", "model": key, "segment": int(number)}
        row["members"] = _text(naming.get("members", ""))
        for what in ("name", "note"):
            said = naming[what]
            told = [_text(said[part]) for part in ("text", "by", "when")] if said else [None] * 3
            row |= dict(zip((what, f"{what}_by", f"{what}_at"), told, strict=True))
        yield row


def _views(home: Path) -> Iterator[Row]:
    """Files are named by a hash of whose they are: of an account that is gone nothing is known but the file."""
    try:
        with (home / "users.csv").open(encoding="utf-8", newline="") as accounts:
            names = [row["username"].casefold() for row in csv.DictReader(accounts)]
    except (OSError, ValueError, KeyError, AttributeError):
        names = []
    owners = {hashlib.sha256(name.encode()).hexdigest(): name for name in names}
    for path in sorted((home / "views").glob("?*.json")):
        if path.stem in owners:
            yield from _rows(path, partial(_saved, owners[path.stem]))
        else:
            log.warning("%s holds views of no account that there is. It stays as it is.", path)


def _saved(owner: str, kept: Any) -> Iterator[Row]:
    for view in kept["views"]:
        parts = ("id", "name", "address", "saved")
        yield {"dataset": "", "owner": owner} | {part: _text(view[part]) for part in parts}


def _findings(home: Path) -> Iterator[Row]:
    for path in sorted((home / "findings").glob("*/[a-z]*.json")):
        # What was damaged and set aside has been computed again.
        if not path.name.startswith("damaged-"):
            place = {"dataset": "", "model": path.parent.name, "name": path.stem}
            yield from _rows(path, lambda content: [place | {"content": json.dumps(content)}])  # noqa: B023


def _rows(path: Path, made: Callable[[Any], Iterable[Row]]) -> list[Row]:
    """The rows of one file."""
    try:
        return list(made(json.loads(path.read_bytes())))
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s is damaged: %r. It stays as it is, and is not taken over.", path, error)
        return []


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"found {value!r}, expected a text")
    return value


_OLD: Mapping[str, tuple[Table, Callable[[Path], Iterable[Row]]]] = {
    "models/live.json": (deployments, _live),
    "names": (segment_names, _names),
    "views": (saved_views, _views),
    "findings": (findings, _findings),
}
