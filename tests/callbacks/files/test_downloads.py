"""Files that take long, and files that others ask for in a visitor's name."""

from __future__ import annotations

import io
import time

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import delete

from callbacks.files.downloads import PREFIXES
from core.jobs.kinds import WORK
from core.jobs.queue import Queue, State
from core.jobs.run import Worker
from core.services import create_services
from core.store.database import opened
from core.store.kept_files import KEEP_SECONDS, sweep
from core.store.tables import jobs
from tests.callbacks.dash_client import Visitor, drawn_with, text
from tests.core.jobs.test_jobs import work_off

ROUTES = [
    "/export/customers.csv",
    "/export/customers.xlsx?columns=Income",
    "/export/table.csv",
    "/export/table.parquet",
    "/export/workbooks/x.xlsx",
    "/customers/files/held.json?customer=5524",
    "/models/files/card.json",
    "/models/files/pipeline.skops",
    "/models/files/profile.xlsx",
    f"/predict/scored/{'x' * 32}.csv",
]


@pytest.mark.parametrize("elsewhere", ["cross-site", "same-site"])
@pytest.mark.parametrize("route", ROUTES)
def test_another_site_can_not_have_a_file_made(viewer, route, elsewhere):
    refused = viewer.client.get(route, headers={"Sec-Fetch-Site": elsewhere})
    assert refused.status_code == 403
    assert "Another site asked for this file" in refused.text
    for here in ("same-origin", "none"):
        with viewer.client.get(route, headers={"Sec-Fetch-Site": here}) as answer:
            assert answer.status_code in (200, 404)


def test_every_route_that_hands_out_files_is_one_of_them(app):
    """Endpoints that make or send files; a new one has to stand below the same addresses."""
    rules = [rule for rule in app.server.url_map.iter_rules() if rule.methods and "GET" in rule.methods]
    files = [
        rule.rule for rule in rules if any(word in rule.rule for word in ("export", "files", ".<ending>"))
    ]
    assert len(files) == 9
    assert all(rule.startswith(PREFIXES) for rule in files)


@pytest.fixture
def few(monkeypatch):
    """Even the sample is more than a page makes a workbook of, or than one has two files of at once."""
    monkeypatch.setattr("core.exports.prepared.QUICK_ROWS", 100)
    monkeypatch.setattr("callbacks.files.downloads.LONG_ROWS", 100)


@pytest.fixture(scope="module")
def worker(settings) -> Worker:
    """It finds nothing of what other tests left waiting, which may take minutes."""
    with opened(settings).changing() as connection:
        connection.execute(delete(jobs).where(jobs.c.state == State.WAITING))
    return Worker(Queue.of(settings, opened(settings)), WORK, lambda: create_services(settings))


@pytest.fixture
def otto(app, administrator) -> Visitor:
    return Visitor.of(app.server).sign_up(f"otto-{time.monotonic_ns()}")


def asked(visitor: Visitor, address: str = "/export/customers.xlsx") -> str:
    """Ask for a workbook as a browser does; the query of the page that it is sent to."""
    answer = visitor.client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 303, answer.text
    path, _, query = answer.location.partition("?")
    assert path == "/customers"
    return f"?{query}"


@pytest.mark.usefixtures("few")
def test_a_large_workbook_is_written_by_the_worker_shown_and_downloaded(otto, worker, table, settings):
    query = asked(otto, "/export/customers.xlsx?Children=0&sort=-Income&columns=Income,Education")
    [panel] = drawn_with(otto.page("/customers", query), className="p-card p-stack p-progress")
    assert (panel["data-state"], panel["aria-label"]) == ("waiting", "Your workbook")
    work_off(worker)
    drawn = otto.page("/customers", query)
    chosen = table[table["Children"] == 0].sort_values(
        "Income", ascending=False, kind="stable", na_position="last"
    )
    assert f"{len(chosen):,} customers" in text(drawn)
    [link] = [one for one in drawn_with(drawn, download="") if "/export/workbooks/" in one.get("href", "")]
    answer = otto.client.get(link["href"])
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    lines = list(book["Customers"].iter_rows(min_row=2, values_only=True))
    assert [int(line[0]) for line in lines] == chosen["ID"].tolist()
    assert [line[2] for line in lines] == [None if pd.isna(one) else one for one in chosen["Income"]]
    about = {line[0]: line[1] for line in book["About"].iter_rows(values_only=True)}
    assert about["Filter: Children"] == "0"
    assert about["Written"]
    assert list((settings.home / "tmp").glob("export-*")) == []


@pytest.mark.usefixtures("few")
def test_the_same_again_is_there_at_once_until_it_is_an_hour_old(otto, worker, settings, monkeypatch):
    first = asked(otto)
    work_off(worker)
    assert asked(otto) == first
    later = time.time() + KEEP_SECONDS + 1
    monkeypatch.setattr("core.store.kept_files.time.time", lambda: later)
    assert "no longer kept" in text(otto.page("/customers", first))
    again = asked(otto)
    assert again != first
    sweep(settings.home / "exports")
    assert list((settings.home / "exports").iterdir()) == []
    cancel(otto, again)


def cancel(visitor: Visitor, query: str):
    id = query.partition("=")[2]
    return visitor.client.post(f"/api/v1/jobs/{id}/cancel", headers={"X-CSRFToken": visitor.token})


@pytest.mark.usefixtures("few")
def test_each_person_has_one_large_workbook_under_way(otto, viewer):
    first = asked(otto)
    refused = otto.client.get("/export/customers.xlsx?Children=0", headers={"Accept": "text/html"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "one of yours is under way already" in refused.text
    cancel(viewer, asked(viewer))
    assert cancel(otto, first).json["state"] == "cancelled"
    second = asked(otto, "/export/customers.xlsx?Children=0")
    cancel(otto, second)


@pytest.mark.usefixtures("few")
def test_what_was_cancelled_is_started_again_and_found_at_the_same_address(otto, worker):
    query = asked(otto)
    id = query.partition("=")[2]
    cancel(otto, query)
    again = otto.client.post(f"/api/v1/jobs/{id}/again", headers={"X-CSRFToken": otto.token})
    assert again.status_code == 200
    work_off(worker)
    assert "Download the workbook" in text(otto.page("/customers", query))


@pytest.mark.usefixtures("few")
def test_a_workbook_is_for_the_one_who_asked(otto, viewer, administrator, app, worker):
    query = asked(otto)
    work_off(worker)
    address = f"/export/workbooks/{query.partition('=')[2]}.xlsx"
    assert otto.client.get(address).status_code == 200
    for other in (viewer, administrator):
        assert other.client.get(address).status_code == 404
        assert "no longer kept" in text(other.page("/customers", query))
    assert app.server.test_client().get(address).status_code == 302


@pytest.mark.usefixtures("few")
def test_a_program_is_told_where_to_look(otto, worker):
    answer = otto.client.get("/export/customers.xlsx", headers={"Accept": "application/json"})
    assert answer.status_code == 202
    assert otto.client.get(answer.location).json["state"] == "waiting"
    work_off(worker)
    assert otto.client.get(answer.json["file"]).status_code == 200


@pytest.mark.parametrize("id", ["x", "", "../users", "%00", "a" * 3000])
def test_a_forged_address_of_a_workbook_finds_nothing(viewer, id):
    assert "no longer kept" in text(viewer.page("/customers", f"?export={id}&x=1")) or not id
    assert "spreadsheet" not in viewer.client.get(f"/export/workbooks/{id}.xlsx").content_type


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("route", ["/export/customers.csv", "/export/table.csv", "/export/table.parquet"])
def test_a_second_large_file_of_one_person_is_refused_while_the_first_is_sent(otto, viewer, route):
    with otto.client.get(route) as first:
        refused = otto.client.get("/export/table.csv")
        assert refused.status_code == 429
        assert "A large file of yours is being downloaded already" in refused.text
        # The threads for large files, of which four have one, are taken as well.
        other = viewer.client.get(route)
        assert other.status_code == 429
        assert other.headers["Retry-After"] == "10"
        assert first.status_code == 200
    for visitor in (otto, viewer):
        with visitor.client.get(route) as answer:
            assert answer.status_code == 200


def test_files_take_half_of_the_threads_at_most(viewer):
    first, second = (viewer.client.get("/export/customers.csv?Segment=2") for _ in range(2))
    refused = viewer.client.get("/export/customers.xlsx?Segment=2")
    assert refused.status_code == 429
    for one in (first, second):
        one.close()
    with viewer.client.get("/export/customers.xlsx?Segment=2") as answer:
        assert answer.status_code == 200
