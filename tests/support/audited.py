"""What the audit log of a home in SQLite says, oldest first."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

COLUMNS = "number, at, event, outcome, who, address, told, hash"


def audited(home: Path) -> list[dict[str, Any]]:
    """Its entries, each with what it tells besides."""
    with closing(sqlite3.connect(home / "parterre.sqlite", timeout=20)) as connection:
        found = connection.execute(f"SELECT {COLUMNS} FROM audit_entries ORDER BY number").fetchall()
    entries = [dict(zip(COLUMNS.split(", "), one, strict=True)) for one in found]
    return [one | json.loads(one["told"]) for one in entries]


def latest(home: Path, event: str) -> dict[str, Any]:
    """The last of this event, whatever came after it: workers write at their own times."""
    return [one for one in audited(home) if one["event"] == event][-1]


def as_text(home: Path) -> str:
    """All of it, to look for what must not stand there."""
    return json.dumps(audited(home), ensure_ascii=False)
