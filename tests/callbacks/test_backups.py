"""`parterre backup` and `restore`, as an operator has them: what people had before, they have on another machine."""

from __future__ import annotations

import pandas as pd
import pytest

import app as parterre
from core import worker
from core.settings import Settings
from core.store import restore
from tests.callbacks.dash_client import PASSWORD, Visitor, strings
from tests.support.audited import audited
from tests.support.personality import people_of


def command(settings: Settings, *words: object):
    """What a shell runs, where PARTERRE_HOME says which home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["flask", "--app", "app:create_server", "parterre", *map(str, words)])
        patch.setattr(parterre, "load", lambda: settings)
        return parterre.create_server().test_cli_runner().invoke(args=["parterre", *map(str, words)])


def test_who_had_an_account_signs_in_on_another_machine_and_finds_the_same_segments(
    settings, administrator, table, tmp_path
):
    there = settings.model_copy(update={"home": tmp_path / "there"})
    saved = command(settings, "backup", tmp_path / "saved.zip")
    assert "and the key that signs sessions" in saved.output, saved.output
    assert saved.exit_code == 0
    assert command(settings, "backup", tmp_path / "saved.zip").exit_code == 1
    assert command(there, "restore", tmp_path / "saved.zip").exit_code == 0
    again = command(there, "restore", tmp_path / "saved.zip")
    assert (again.exit_code, "Say --replace" in again.output) == (1, True)

    visitor = Visitor.of(parterre.create_app(there).server)
    visitor.client.get("/login")
    typed = {"username": "ada-admin", "password": PASSWORD, "csrf_token": visitor.token}
    assert visitor.client.post("/login", data=typed).location == "/"
    told = [list(strings(one.page("/segments"))) for one in (visitor, administrator)]
    assert told[0] == told[1]
    kept = people_of(there.home)
    pd.testing.assert_frame_equal(kept, table)
    events = [one["event"] for one in audited(there.home)]
    assert events.count("restored") == 1
    assert "backup" in [one["event"] for one in audited(settings.home)]
    verified = command(there, "audit", "verify")
    assert "The audit log is whole" in verified.output, verified.output


def test_a_full_disk_is_told_in_a_sentence(settings, app):
    full = command(settings, "backup", "/dev/full/saved.zip")
    assert full.exit_code == 1
    assert "Traceback" not in full.output


def test_both_kinds_of_process_finish_first_what_a_killed_restore_began(settings, monkeypatch):
    def begin(_settings: Settings) -> None:
        raise InterruptedError

    monkeypatch.setattr(restore, "finish", begin)
    monkeypatch.setattr("core.store.database.opened", None)
    monkeypatch.setattr(parterre.security, "secure", None)
    for start in (parterre.create_app, worker.serve):
        with pytest.raises(InterruptedError):
            start(settings)
