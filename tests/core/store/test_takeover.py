"""A home of a version that kept everything in files, made here in its formats, is taken over at the first start."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from core.store.database import opened
from core.store.tables import METADATA
from tests.support.postgresql import BOTH_BARE

pytestmark = BOTH_BARE
KEY = "0123456789abcdef"
VIEW = {
    "id": "0f" * 8,
    "name": "Größe & Ärger",
    "address": "/?Children=1~3",
    "saved": "2026-11-26T08:00:00+00:00",
}
PARAMETERS = {"k": 6, "seed": 0}


@pytest.fixture
def home(where) -> Path:
    """A home of the version before, as its files were on 26 November 2026."""
    write(where.home / "models" / "live.json", live_json())
    said = {"text": "Cellar friends", "by": "ada", "when": "2026-11-26T08:00:00+00:00"}
    write(where.home / "names" / f"{KEY}.json", {"2": {"name": said, "note": None, "members": "ab" * 16}})
    write(where.home / "names" / f"{KEY[::-1]}.json", {"3": {"name": None, "note": said}})
    write(where.home / "views" / f"{hashlib.sha256(b'ada').hexdigest()}.json", {"views": [VIEW]})
    write(where.home / "views" / f"{hashlib.sha256(b'gone').hexdigest()}.json", {"views": [VIEW]})
    (where.home / "users.csv").write_text("username,role\r\nAda,administrator\r\nben,viewer\r\n")
    write(where.home / "findings" / KEY / "evidence.json", {"rows": [1.5, None]})
    write(where.home / "findings" / KEY / "damaged-1234-evidence.json", "old")
    os.utime(where.home / "names" / f"{KEY}.json", (1, 1))
    return where.home


def live_json() -> dict:
    choices = [
        {"key": KEY, "parameters": PARAMETERS, "by": "", "when": "2026-11-25T08:00:00+00:00"},
        {"key": KEY[::-1], "parameters": PARAMETERS, "by": "ada", "when": "2026-11-26T08:00:00+00:00"},
    ]
    return {"settings": "aa" * 8, "choices": choices}


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def rows(where, name: str) -> list[dict]:
    """What a start finds in a table."""
    database, table = opened(where), METADATA.tables[name]
    with database.reading() as connection:
        found = [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
    database.close()
    return found


def test_which_models_were_live_is_taken_over_in_order(where, home):
    first, latest = rows(where, "deployments")
    assert (first["model"], first["who"], first["settings"], first["dataset"]) == (KEY, "", "aa" * 8, "")
    assert (latest["model"], latest["who"], latest["at"]) == (KEY[::-1], "ada", "2026-11-26T08:00:00+00:00")
    assert json.loads(latest["parameters"]) == PARAMETERS


def test_names_and_notes_are_taken_over_as_they_were_said(where, home):
    older, newer = rows(where, "segment_names")
    said = ("Cellar friends", "ada", "2026-11-26T08:00:00+00:00")
    assert (older["model"], older["segment"], older["members"]) == (KEY, 2, "ab" * 16)
    assert (older["name"], older["name_by"], older["name_at"], older["note"]) == (*said, None)
    assert (newer["model"], newer["segment"], newer["members"], newer["name"]) == (KEY[::-1], 3, "", None)
    assert (newer["note"], newer["note_by"], newer["note_at"]) == said


def test_saved_views_are_taken_over_for_their_accounts_and_others_named(where, home, caplog):
    (view,) = rows(where, "saved_views")
    assert view == {**VIEW, "owner": "ada", "dataset": ""}
    assert "holds views of no account that there is" in caplog.text


def test_findings_are_taken_over(where, home):
    found = {"dataset": "", "model": KEY, "name": "evidence", "content": '{"rows": [1.5, null]}'}
    assert rows(where, "findings") == [found]


@pytest.mark.parametrize("name", ["deployments", "segment_names", "saved_views", "findings"])
def test_it_is_taken_over_once_by_however_many_starts_at_once_and_the_files_stay(where, home, name):
    before = {path: path.read_bytes() for path in home.rglob("*.json")}
    starts = [Thread(target=lambda: opened(where).close()) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    found = rows(where, name)
    assert found
    assert rows(where, name) == found
    assert {path: path.read_bytes() for path in home.rglob("*.json")} == before


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"settings": 1, "choices": [{}]}', '{"choices": 3}', "\0"], ids=repr
)
@pytest.mark.parametrize(
    ("file", "name"), [("models/live.json", "deployments"), (f"names/{KEY}.json", "segment_names")]
)
def test_a_damaged_file_is_named_and_left_as_it_is_and_the_start_goes_on(
    where, home, file, name, content, caplog
):
    (home / file).write_text(content)
    with caplog.at_level(logging.WARNING):
        assert KEY not in [row["model"] for row in rows(where, name)]
    assert f"{file} is damaged" in caplog.text
    assert (home / file).read_text() == content


def test_an_empty_home_begins_with_nothing(where):
    assert rows(where, "deployments") == []
