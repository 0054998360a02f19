from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import update

from app import VIEWS, create_app
from callbacks import progress
from core.errors import StoreError
from core.jobs.queue import Queue, State
from core.jobs.run import Worker
from core.numbers import to_tell
from core.progress import with_findings
from core.settings import Settings, load
from core.store.database import opened
from core.store.tables import jobs as table
from tests.callbacks.dash_client import Visitor, drawn_with, text
from tests.core.jobs.test_jobs import services as worker_services
from tests.core.jobs.test_jobs import work_off
from tests.support.job_pages import LONG, WORK


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return load(**{**plain, "home": tmp_path_factory.mktemp("home")})


@pytest.fixture(scope="module")
def server(settings):
    """Parterre with one more page, which has long work done."""
    return create_app(settings, (*VIEWS, LONG), WORK).server


@pytest.fixture(scope="module")
def administrator(server) -> Visitor:
    return Visitor.of(server).sign_up("ada-admin")


@pytest.fixture(scope="module")
def viewer(server, administrator) -> Visitor:
    return Visitor.of(server).sign_up("vera-viewer")


@pytest.fixture(scope="module")
def other(server, administrator) -> Visitor:
    return Visitor.of(server).sign_up("otto-other")


@pytest.fixture
def worker(settings) -> Worker:
    return Worker(Queue.of(settings, opened(settings)), WORK, worker_services)


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(10)


@pytest.fixture
def number(numbers) -> str:
    """Another piece of work for each test."""
    return str(next(numbers))


def asked(visitor: Visitor, kind: str, number: str) -> dict:
    """Open the page as that person; the properties of the panel on it."""
    (panel,) = drawn_with(
        visitor.page("/long", f"?kind={kind}&to={number}"), className="p-card p-stack p-progress"
    )
    return panel


def look(visitor: Visitor, id: str):
    return visitor.client.get(f"/api/v1/jobs/{id}")


def press(visitor: Visitor, id: str, does: str):
    return visitor.client.post(f"/api/v1/jobs/{id}/{does}", headers={"X-CSRFToken": visitor.token})


def test_a_page_shows_a_waiting_job_with_a_way_to_cancel(viewer, number):
    panel = asked(viewer, "count", number)
    assert panel["data-state"] == "waiting"
    assert panel["aria-label"] == "Counting"
    assert "Waiting for its turn." in text(panel["children"])
    assert [b["hidden"] for b in drawn_with(panel["children"], type="button")] == [False, True]


def test_news_tell_words_percent_and_the_end(viewer, worker, number):
    id = asked(viewer, "count", "3")["data-job"]
    before = look(viewer, id).json
    assert (before["state"], before["percent"], before["can_cancel"]) == ("waiting", "0%", True)
    work_off(worker)
    after = look(viewer, id).json
    assert (after["state"], after["percent"], after["can_cancel"], after["can_start"]) == (
        "done",
        "100%",
        False,
        False,
    )


def test_two_who_open_the_page_share_the_job(viewer, other, number):
    assert asked(viewer, "count", number)["data-job"] == asked(other, "count", number)["data-job"]


def test_without_a_worker_the_page_says_so_after_some_seconds(viewer, number, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1)
    monkeypatch.setattr("core.jobs.queue.STALE_SECONDS", 0)
    id = asked(viewer, "count", number)["data-job"]
    assert "none is running. Ask the administrator" in look(viewer, id).json["words"]


def test_with_a_worker_that_is_busy_it_only_waits(viewer, worker, number, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1)
    worker.beat()
    assert look(viewer, asked(viewer, "count", number)["data-job"]).json["words"] == "Waiting for its turn."


def test_the_owner_cancels_and_starts_again(viewer, number):
    id = asked(viewer, "count", number)["data-job"]
    cancelled = press(viewer, id, "cancel").json
    assert (cancelled["state"], cancelled["can_start"], cancelled["start"]) == (
        "cancelled",
        True,
        "Start again",
    )
    again = press(viewer, id, "again").json
    assert again["id"] != id
    assert again["state"] == "waiting"
    assert asked(viewer, "count", number)["data-job"] == again["id"]


def test_an_error_is_told_with_a_way_to_try_again(viewer, worker, number):
    id = asked(viewer, "refuse", number)["data-job"]
    work_off(worker)
    failed = look(viewer, id).json
    assert failed["error"] == "Found two customers. Expected more. Use a larger file."
    assert (failed["can_start"], failed["start"]) == (True, "Try again")
    assert asked(viewer, "refuse", number)["data-state"] == "failed"


def test_what_is_found_so_far_stands_above_what_is_being_done(viewer, settings, number):
    id = asked(viewer, "count", number)["data-job"]
    said = with_findings(f"There are {to_tell(1200)} groups.", "Counting, 3 of 9")
    with opened(settings).changing() as connection:
        runs = {"state": State.RUNNING, "words": said, "beat": time.time()}
        connection.execute(update(table).where(table.c.id == id).values(runs))
    told = look(viewer, id).json
    assert (told["found"], told["words"]) == ("There are 1,200 groups.", "Counting, 3 of 9")
    assert "There are 1,200 groups." in text(viewer.page("/long", f"?kind=count&to={number}"))
    press(viewer, id, "cancel")


def test_a_finished_calculation_is_not_started_again(viewer, administrator, worker, number):
    id = asked(viewer, "count", "4")["data-job"]
    work_off(worker)
    assert press(viewer, id, "again").status_code == 409
    assert press(administrator, id, "again").status_code == 409


def test_nobody_starts_again_what_somebody_else_started(viewer, other, worker, number):
    id = asked(viewer, "refuse", number)["data-job"]
    work_off(worker)
    assert look(other, id).json["can_start"] is False
    refused = press(other, id, "again")
    assert refused.status_code == 403
    assert "Only vera-viewer or an administrator" in refused.json["words"]


def test_who_starts_again_too_often_waits(viewer, number, monkeypatch):
    id = asked(viewer, "count", number)["data-job"]
    press(viewer, id, "cancel")
    id = press(viewer, id, "again").json["id"]
    press(viewer, id, "cancel")
    monkeypatch.setattr("core.jobs.jobs.MOST_STARTS", 1)
    refused = press(viewer, id, "again")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_an_administrator_cancels_what_a_viewer_started(viewer, administrator, number):
    id = asked(viewer, "count", number)["data-job"]
    assert press(administrator, id, "cancel").json["state"] == "cancelled"


def test_nobody_cancels_what_somebody_else_started(viewer, other, number):
    id = asked(viewer, "count", number)["data-job"]
    assert look(other, id).json["can_cancel"] is False
    refused = press(other, id, "cancel")
    assert refused.status_code == 403
    assert "Only vera-viewer or an administrator" in refused.json["words"]
    assert look(viewer, id).json["state"] == "waiting"


def test_private_work_of_somebody_else_is_not_there(viewer, other, administrator, number):
    id = asked(viewer, "scoring", number)["data-job"]
    assert look(other, id).status_code == 404
    assert press(other, id, "cancel").status_code == 404
    assert press(other, id, "again").status_code == 404
    assert look(administrator, id).status_code == 200
    assert asked(other, "scoring", number)["data-job"] != id


@pytest.mark.parametrize("id", ["x", "%00", "..users.csv", "job:x", "a" * 3000, "%25", "🌱", "1 OR 1=1"])
def test_a_forged_id_finds_nothing(viewer, id):
    assert look(viewer, id).status_code == 404
    assert press(viewer, id, "cancel").status_code == 404
    assert press(viewer, id, "again").status_code == 404


def test_nobody_in_particular_sees_cancels_or_starts_anything(server, viewer, number):
    id = asked(viewer, "count", number)["data-job"]
    stranger = Visitor.of(server)
    stranger.client.get("/login")
    assert look(stranger, id).status_code == 401
    assert press(stranger, id, "cancel").status_code == 401
    assert press(stranger, id, "again").status_code == 401
    assert look(viewer, id).json["state"] == "waiting"


def test_another_site_can_not_cancel_in_somebodys_name(viewer, number):
    id = asked(viewer, "count", number)["data-job"]
    assert viewer.client.post(f"/api/v1/jobs/{id}/cancel").status_code == 400
    viewer.client.get(f"/api/v1/jobs/{id}/cancel")
    assert look(viewer, id).json["state"] == "waiting"


@pytest.mark.parametrize("body", [b"[1, 2", b"\xff" * 100, b'{"anew": {"$ne": 1}}'])
def test_what_is_sent_along_with_a_cancel_is_not_even_read(viewer, number, body):
    id = asked(viewer, "count", number)["data-job"]
    headers = {"X-CSRFToken": viewer.token, "Content-Type": "application/json"}
    assert viewer.client.post(f"/api/v1/jobs/{id}/cancel", data=body, headers=headers).status_code == 200


def test_a_store_that_can_not_be_reached_is_told_in_words(viewer, number, monkeypatch):
    id = asked(viewer, "count", number)["data-job"]

    def gone(_: object) -> None:
        raise StoreError("what only the log is told")

    monkeypatch.setattr("core.store.database._reached", gone)
    answer = look(viewer, id)
    assert answer.status_code == 503
    assert answer.json["words"].startswith("Not available at the moment")
