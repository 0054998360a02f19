"""Weekly reports: sent by a real mail server, to who asked, on Mondays of their own time, until somebody stops them."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from app import create_app
from callbacks.reports.mailing import changed
from core.accounts.attempts import LIMITS, Attempts, TooManyAttemptsError, of_account
from core.accounts.users import Role
from core.datasets.in_common import heirs
from core.errors import ReportError
from core.jobs.kinds import WORK
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.reports.mail import Letter, send
from core.reports.weekly import WeeklyReports, next_monday
from core.services import create_services
from core.store.database import opened
from tests.callbacks.dash_client import Visitor
from tests.support.post import post
from tests.support.postgresql import settled

__all__ = ["post"]

WEEK = 7 * 24 * 3600


@pytest.fixture(scope="module")
def settings(tmp_path_factory, post):
    ours = {"smtp_url": SecretStr(post[1]), "mail_domains": "example.org, Example.com"}
    return settled(tmp_path_factory.mktemp("weekly")).model_copy(update=ours)


@pytest.fixture(scope="module")
def app(settings):
    return create_app(settings)


@pytest.fixture(scope="module")
def services(app, settings):
    return create_services(settings)


@pytest.fixture(scope="module")
def worker(settings, services):
    work = {"weekly-report": WORK["weekly-report"]}
    return Worker(Queue.of(settings, opened(settings)), work, lambda: services)


@pytest.fixture(scope="module")
def ada(app):
    return Visitor.of(app.server).sign_up("ada-admin")


@pytest.fixture(scope="module")
def otto(app, ada):
    return Visitor.of(app.server).sign_up("otto-reads")


@pytest.fixture
def box(post):
    post[0].letters.clear()
    post[0].to.clear()
    return post[0]


def ask(visitor, base_url=None, **changed):
    asked = {"page": "/", "address": "Children=1", "form": "pdf", "whole": False}
    asked |= {"email": "boss@example.com", "zone": "Europe/Berlin"} | changed
    headers = {"X-CSRFToken": visitor.token}
    return visitor.client.post("/weekly-reports", json=asked, headers=headers, base_url=base_url)


def a_week_passes(worker, monkeypatch, weeks=1):
    later = time.time() + weeks * WEEK
    with monkeypatch.context() as patched:
        patched.setattr("core.jobs.run.time.time", lambda: later)
        worker.send_due()
    while worker.take():
        pass


def stopped(visitor):
    for one in visitor.client.get("/reports").json["weekly"]:
        visitor.client.delete(f"/weekly-reports/{one['id']}", headers={"X-CSRFToken": visitor.token})


def test_a_report_is_sent_says_what_changed_and_ends_by_its_link(
    app, ada, services, worker, box, monkeypatch
):
    assert ask(ada).json["weekly"][0]["words"] == "Mondays at 8:00 (Europe/Berlin) to boss@example.com."
    worker.send_due()
    assert not worker.take(), "nothing is due before Monday"
    a_week_passes(worker, monkeypatch)
    [letter] = box.letters
    assert box.to == ["boss@example.com"]
    assert letter["From"] == "parterre@example.com"
    said = letter.get_body().get_content()
    assert "match your filters" in said
    assert "This is the first one" in said
    [file] = letter.iter_attachments()
    assert file.get_content().startswith(b"%PDF")
    monkeypatch.setattr("callbacks.reports.mailing.now", lambda: "2027-01-04T08:00:00+00:00")
    a_week_passes(worker, monkeypatch, 2)
    assert (
        "The customers, the segments and this sentence are those of"
        in box.letters[1].get_body().get_content()
    )
    link = re.sub(r"^<https?://[^/]+|>$", "", letter["List-Unsubscribe"])
    nobody = app.server.test_client()
    assert "Stop this weekly report?" in nobody.get(link).text
    assert ada.client.get("/reports").json["weekly"], "looking at the link ends nothing"
    assert "has ended" in nobody.post(link, data={"List-Unsubscribe": "One-Click"}).text
    assert ada.client.get("/reports").json["weekly"] == []
    a_week_passes(worker, monkeypatch, 3)
    assert len(box.letters) == 2


def link_in(letter) -> str:
    return re.search(r"http://[^/]+(/weekly-reports/confirm/\S+)", letter.get_body().get_content())[1]


def test_figures_go_to_nobody_who_has_not_shown_that_it_is_their_address(
    app, ada, otto, services, worker, box, monkeypatch
):
    waits = ask(otto, email="stranger@example.com").json["weekly"][0]["words"]
    assert waits.endswith("to stranger@example.com, once you have opened the link that was sent there.")
    ask(ada, email="stranger@elsewhere.example.net")
    a_week_passes(worker, monkeypatch)
    assert sorted(box.to) == ["stranger@elsewhere.example.net", "stranger@example.com"]
    asked = {letter["To"]: letter for letter in box.letters}
    assert {letter["Subject"] for letter in box.letters} == {"Is this your address?"}
    assert not any([*letter.iter_attachments()] for letter in box.letters)
    link = link_in(asked["stranger@example.com"])
    assert app.server.test_client().get(link).status_code in (302, 401)
    assert ada.client.get(link).status_code == 404, "an administrator is not whoever asked"
    stop = re.sub(r"^<https?://[^/]+/unsubscribe/|>$", "", asked["stranger@example.com"]["List-Unsubscribe"])
    assert otto.client.get(f"/weekly-reports/confirm/{stop}").status_code == 404
    a_week_passes(worker, monkeypatch, 2)
    assert len(box.letters) == 2
    assert "stranger@example.com gets" in otto.client.get(link).text
    assert ask(otto, email="stranger@example.com", form="xlsx").status_code == 201, "is known by now"
    a_week_passes(worker, monkeypatch, 3)
    assert box.to[2:] == ["stranger@example.com"] * 2
    stopped(otto)
    stopped(ada)


def test_who_asks_does_not_say_where_a_link_in_a_strangers_letter_leads(app, otto, worker, box, monkeypatch):
    """It comes from the house, and would lead wherever the Host of one request said."""
    monkeypatch.setitem(app.server.config, "HOSTS", ())
    for name in ("parterre_session", "_csrf_token"):
        otto.client.set_cookie(name, otto.client.get_cookie(name).value, domain="evil.example")
    refused = ask(otto, email="lured@example.com", base_url="http://evil.example")
    assert refused.status_code == 400
    assert "PARTERRE_HOSTS" in refused.json["error"]
    assert otto.client.get("/reports").json["weekly"] == []
    monkeypatch.undo()
    assert ask(otto, email="lured@example.com", base_url="http://localhost:4444").status_code == 201
    while worker.take():
        pass
    [letter] = box.letters
    assert "http://localhost/weekly-reports/confirm/" in letter.get_content()
    assert letter["List-Unsubscribe"].startswith("<http://localhost/unsubscribe/")
    stopped(otto)


def test_an_administrator_who_is_none_any_more_sends_to_nobody_else(
    ada, otto, services, worker, box, monkeypatch
):
    services.users.change("otto-reads", role=Role.ADMINISTRATOR)
    ask(otto)
    services.users.change("otto-reads", role=Role.VIEWER)
    a_week_passes(worker, monkeypatch)
    assert box.letters == []
    stopped(otto)


def test_nobody_is_asked_for_their_address_without_end(otto, services):
    for _ in range(LIMITS["letter"].rate.amount):
        with suppress(TooManyAttemptsError):
            Attempts(services.database).take("letter", "otto-reads")
    assert ask(otto, email="victim@example.com").status_code == 429
    Attempts(services.database).forgive("letter", "otto-reads")
    stopped(otto)


def test_many_accounts_together_do_not_flood_one_mailbox(otto, services):
    attempts = Attempts(services.database)
    for _ in range(LIMITS["mailbox"].rate.amount):
        attempts.take("mailbox", of_account("Victim@example.com"))
    assert ask(otto, email="victim@example.com").status_code == 429
    assert ask(otto, email="somebody@example.com").status_code == 201
    attempts.forgive("mailbox", of_account("victim@example.com"))
    stopped(otto)


def test_a_weekly_report_of_a_segment_goes_on_with_what_the_segment_becomes(
    ada, services, worker, box, monkeypatch
):
    before = services.live.model
    ask(ada, page="/segments/1", address="", form="html")
    ask(ada, page="/customers", address="Segment=1", form="html")
    services.live.choose(replace(before.card.parameters, k=4), by="ada-admin")
    heir = heirs(before, services.live.model)[1]
    shown = [one["name"] for one in ada.client.get("/reports").json["weekly"]]
    a_week_passes(worker, monkeypatch)
    services.live.choose(before.card.parameters, by="ada-admin")
    assert heir.is_closest, "else the test is of nothing"
    assert f"{heir.after.name}, Web page" in shown
    assert any(letter["Subject"].endswith(heir.after.name) for letter in box.letters)
    assert all(f"Segment: {heir.after.name}" in one.get_body().get_content() for one in box.letters[1:])
    stopped(ada)


def test_a_link_that_was_made_up_ends_nothing(app, ada):
    ask(ada)
    [one] = ada.client.get("/reports").json["weekly"]
    nobody = app.server.test_client()
    for token in (one["id"], f'"{one["id"]}".x', "x"):
        assert "ends nothing" in nobody.post(f"/unsubscribe/{token}").text
    assert ada.client.get("/reports").json["weekly"] == [one]
    stopped(ada)


def test_nobody_stops_or_sees_that_of_another(ada, otto):
    ask(ada)
    [one] = ada.client.get("/reports").json["weekly"]
    assert otto.client.get("/reports").json["weekly"] == []
    answer = otto.client.delete(f"/weekly-reports/{one['id']}", headers={"X-CSRFToken": otto.token})
    assert answer.status_code == 404
    stopped(ada)


def test_nothing_is_sent_for_an_account_that_is_switched_off(otto, services, worker, box, monkeypatch):
    ask(otto)
    services.users.change("otto-reads", active=False)
    a_week_passes(worker, monkeypatch)
    services.users.change("otto-reads", active=True)
    assert box.letters == []
    assert WeeklyReports(services.database).of("otto-reads", "") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "boss"}, "Expected an e-mail address"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "Expected an e-mail address"),
        ({"email": "a@example.com,b@example.com"}, "Expected an e-mail address"),
        ({"zone": "Mars/Olympus"}, "Expected one such as Europe/Berlin"),
        ({"zone": "../../etc/passwd"}, "Expected one such as Europe/Berlin"),
        ({"form": "exe"}, "not a request"),
        ({"owner": "ada-admin"}, "not a request"),
    ],
)
def test_what_can_not_be_sent_is_refused_in_words(ada, given, said):
    answer = ask(ada, **given)
    assert answer.status_code == 400
    assert said in answer.json["error"]


def test_asking_twice_is_asking_once_and_ten_are_the_most(ada):
    ask(ada)
    assert len(ask(ada).json["weekly"]) == 1
    answers = [ask(ada, email=f"b{n}@example.com").status_code for n in range(10)]
    assert answers == [201] * 9 + [400]
    stopped(ada)


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-11-27 12:00", "Europe/Berlin", "2026-11-30 08:00"),
        ("2026-11-30 07:59", "Europe/Berlin", "2026-11-30 08:00"),
        ("2026-11-30 08:00", "Europe/Berlin", "2026-12-07 08:00"),
        ("2026-03-27 12:00", "Europe/Berlin", "2026-03-30 08:00"),  # an hour is left out in between
        ("2026-10-23 12:00", "America/New_York", "2026-10-26 08:00"),
    ],
)
def test_monday_morning_is_the_readers_own(now, zone, then):
    here = ZoneInfo(zone)
    found = next_monday(datetime.fromisoformat(now).replace(tzinfo=here).timestamp(), zone)
    assert datetime.fromtimestamp(found, here).strftime("%Y-%m-%d %H:%M") == then


def test_one_of_many_workers_gets_each(ada, services):
    ask(ada)
    weekly = WeeklyReports(services.database)
    later = time.time() + WEEK
    assert [len(weekly.take_due(later)) for _ in range(2)] == [1, 0]
    stopped(ada)


def test_what_changed_is_told_by_what_it_was():
    before = {"lead": "Six segments.", "at": "2026-11-23", "Counted": "9", "Dataset": "v1", "Model": "a"}
    after = before | {"lead": "Five segments.", "Dataset": "v2", "at": "2026-11-30"}
    assert changed(before, after) == "Dataset: v2; before, v1. On 2026-11-23 it opened with: “Six segments.”"


def test_a_mail_server_that_is_not_there_is_said_without_its_password():
    letter = Letter("a@example.com", "Report", ["Said."], "http://localhost/unsubscribe/x")
    with pytest.raises(ReportError, match=r"The mail server 127\.0\.0\.1 did not take") as refused:
        send("smtp://127.0.0.1:1?from=p@example.com", letter)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "email", ["a:b@x.com", "a\x00b@x.com", "\ud800@x.com", "=?u?q?a?=@x.com", "a@b..com"]
)
def test_an_address_that_a_mail_program_reads_otherwise_is_refused(ada, email):
    answer = ask(ada, email=email)
    assert (answer.status_code, answer.json["error"][:5]) == (400, "Found")
