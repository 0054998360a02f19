"""The audit log: who, when, from where; kept whatever happens around it, and bounded where anybody can write."""

import json
import logging
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from core.accounts import audit
from core.accounts.audit import AUDIT, MOST_REFUSALS, Event
from core.settings import ROOT
from core.store.chain import Chain, Search
from core.store.database import opened
from tests.support.audited import audited
from tests.support.postgresql import settled

BEFORE = (
    {"time": "2026-01-02T03:04:05.000+00:00", "event": "customer-held", "user": "anna", "address": "192.0.2.1",
     "outcome": "done", "customer": "C10042", "dataset": "shop"},
    {"time": "2026-01-02T03:04:06.000+00:00", "event": "csrf", "user": None, "address": "192.0.2.1",
     "outcome": "refused", "path": "/reset/a-secret-of-a-link"},
    {"time": "2026-01-03T00:00:00.000+00:00", "event": "role", "by": "command line, uid 0", "account": "ben",
     "user": None, "address": None, "outcome": "done"},
)  # fmt: skip


@pytest.fixture
def database(tmp_path):
    with closing(opened(settled(tmp_path))) as database:
        audit.keep_in(database, tmp_path)
        yield database


def test_an_entry_says_when_what_who_from_where_and_how_it_ended(database, tmp_path, caplog):
    audit.ADDRESS.set("192.0.2.1")
    audit.record(Event.SIGN_IN, "refused", user="anna", path="/login", empty=None)
    audit.ADDRESS.set("")
    [entry] = audited(tmp_path)
    moment = datetime.fromisoformat(entry["at"])
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
    assert moment.utcoffset() == timedelta(0)
    said = ("event", "who", "address", "outcome", "path")
    assert [entry[name] for name in said] == ["sign-in", "anna", "192.0.2.1", "refused", "/login"]
    assert "empty" not in entry
    line = json.loads(caplog.messages[-1])
    assert (line["number"], line["hash"]) == (1, entry["hash"]), "the end of the chain is known elsewhere"
    assert audit.known_end(tmp_path) == Chain(database).end()
    assert (tmp_path / audit.HEAD).stat().st_mode & 0o077 == 0


def test_what_was_made_up_to_break_a_line_or_a_database_is_text(database, tmp_path, caplog):
    path = '/x\n{"event": "sign-in", "user": "anna"}\u2028\x1b[2J\x00\ud800'
    audit.record(Event.REFUSED, path=path)
    assert audited(tmp_path)[0]["path"] == path.replace("\ud800", "?")
    assert len(caplog.messages[-1].splitlines()) == 1


def test_a_database_that_is_away_stops_nobody_and_the_log_says_so(tmp_path, caplog):
    with closing(opened(settled(tmp_path))) as database:
        audit.keep_in(database, tmp_path)
    (tmp_path / "parterre.sqlite").write_bytes(b"damaged")
    audit.record(Event.SIGN_OUT, user="anna")
    assert "The audit log can't be written" in caplog.text
    assert '"user": "anna"' in caplog.text


def test_it_is_kept_however_quiet_the_log_is(database, tmp_path, caplog):
    caplog.set_level(logging.ERROR)
    AUDIT.setLevel(logging.NOTSET)
    audit.keep_in(database, tmp_path)
    audit.record(Event.SIGN_OUT, user="anna")
    assert len(audited(tmp_path)) == 1


def test_a_flood_of_refusals_is_bounded_says_so_and_hides_nothing_else(database, tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "MOST_REFUSALS", 5)
    for _ in range(20):
        audit.record(Event.SIGN_IN, "refused")
    audit.record(Event.SIGN_IN, user="anna")
    audit.record(Event.SIGN_UP, "refused")
    entries = audited(tmp_path)
    assert [(one["event"], one["outcome"]) for one in entries[5:]] == [
        ("sign-in", "done"),
        ("sign-up", "refused"),
    ]
    assert ["more" in one for one in entries[:5]] == [False] * 4 + [True]
    assert MOST_REFUSALS > 10


def test_what_is_forgotten_by_its_age_is_said_and_the_rest_is_whole(database, tmp_path):
    Chain(database).add([*map(audit.row_of, BEFORE)])
    assert audit.forget(Chain(database), date(2026, 1, 3), by="command line, uid 0") == 2
    assert [one["event"] for one in audited(tmp_path)] == ["role", "audit-forgotten"]
    assert (Chain(database).verify().entries, Chain(database).verify().broken) == (2, None)
    assert audit.forget(Chain(database), date(2026, 1, 3), by="") == 0
    assert audit.forget(Chain(database), date(9999, 1, 1), by="") == 2
    assert Chain(database).verify().broken is None
    assert [one.event for one in Chain(database).found(Search(), most=9)] == ["audit-forgotten"]


@pytest.mark.parametrize("event", Event)
def test_the_documents_say_what_each_event_is(event):
    assert f"| `{event}` |" in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_settings_that_change_who_may_come_in_are_written_down_once(database, tmp_path):
    for changes in ({}, {}, {"signup": "closed"}, {"oidc_issuer": "https://name:secret@login.example.com"}):
        audit.note_settings(database, settled(tmp_path).model_copy(update=changes))
    said = [(one["admits"], one["oidc_issuer"]) for one in audited(tmp_path)]
    assert said == [("open", ""), ("closed", ""), ("open", "login.example.com")]
