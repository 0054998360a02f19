"""The audit log: whole lines, for its owner only, whatever happens to the file."""

import json
import logging
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from core.accounts import audit
from core.accounts.audit import AUDIT, Event
from core.settings import ROOT

WRITE = """
import sys
from pathlib import Path
from core.accounts import audit
audit.keep_in(Path(sys.argv[1]))
for number in range(200):
    audit.record(audit.Event.DOWNLOAD, user="anna", padding="x" * 3000, number=number)
"""


@pytest.fixture
def home(tmp_path):
    audit.keep_in(tmp_path)
    return tmp_path


def lines(home):
    return [json.loads(line) for line in (home / "audit.log").read_text().splitlines()]


def test_a_line_says_when_what_who_from_where_and_how_it_ended(home):
    audit.record(Event.SIGN_IN, "refused", user="anna", address="192.0.2.1", path="/login")
    (line,) = lines(home)
    moment = datetime.fromisoformat(line.pop("time"))
    assert moment.utcoffset() == timedelta(0)
    assert abs(datetime.now(moment.tzinfo) - moment) < timedelta(minutes=1)
    assert line == {
        "event": "sign-in", "user": "anna", "address": "192.0.2.1", "outcome": "refused", "path": "/login"
    }  # fmt: skip


def test_nobody_writes_a_line_of_his_own_with_a_name(home):
    audit.record(Event.REFUSED, path='/x\n{"event": "sign-in", "user": "anna"}\u2028\x1b[2J')
    assert len((home / "audit.log").read_bytes().splitlines()) == 1
    assert b"\x1b" not in (home / "audit.log").read_bytes()


def test_the_file_is_for_its_owner_only_and_the_log_has_the_line_too(home, caplog):
    audit.record(Event.SIGN_OUT, user="anna")
    assert (home / "audit.log").stat().st_mode & 0o777 == 0o600
    assert '"event": "sign-out"' in caplog.text


def test_a_file_that_is_moved_away_is_begun_anew_and_nobody_has_to_be_told(home):
    audit.record(Event.SIGN_OUT, user="anna")
    (home / "audit.log").rename(home / "audit.log.1")
    audit.record(Event.SIGN_OUT, user="ben")
    assert [line["user"] for line in lines(home)] == ["ben"]


def test_a_file_that_can_not_be_written_stops_nobody(home, caplog):
    (home / "audit.log").mkdir()
    audit.record(Event.SIGN_OUT, user="anna")
    assert "audit.log can't be written" in caplog.text
    assert '"user": "anna"' in caplog.text


def test_it_is_written_however_quiet_the_log_is(home, caplog):
    caplog.set_level(logging.ERROR)
    AUDIT.setLevel(logging.NOTSET)
    audit.keep_in(home)
    audit.record(Event.SIGN_OUT, user="anna")
    assert len(lines(home)) == 1


def test_lines_of_many_processes_never_mix(tmp_path):
    command = [sys.executable, "-c", WRITE, str(tmp_path)]
    writers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert sorted(line["number"] for line in lines(tmp_path)) == sorted(list(range(200)) * 4)


@pytest.mark.parametrize("event", Event)
def test_the_documents_say_what_each_event_is(event):
    assert f"| `{event}` |" in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
