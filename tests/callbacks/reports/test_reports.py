"""Reports of pages: what they say is what the page says, and they are for the one who asked."""

from __future__ import annotations

import io
import json
import re
import time

import pytest
from dash import Dash
from pptx import Presentation
from pypdf import PdfReader

from app import create_app
from callbacks.reports.story import TOLD, asked_of, story
from core.jobs.kinds import WORK
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.reports import kept
from core.reports.kept import FORMS
from core.reports.story import Chart, Grid, Portrait
from core.services import Services, create_services
from core.settings import Settings
from core.store.database import opened
from core.store.erasures import Erasures
from core.store.kept_files import WEEK_SECONDS
from tests.callbacks.dash_client import Visitor, components, strings
from tests.support.postgresql import settled

AT = "http://localhost"
SHOWN = [path for path, one in TOLD.items() if one.segment < 3]
FILTERS = "Segment=1,2&Children=1"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return settled(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def app(settings) -> Dash:
    """One of its own, whose worker makes reports and nothing else that pages ask for."""
    return create_app(settings)


@pytest.fixture(scope="module")
def services(app, settings) -> Services:
    return create_services(settings)


@pytest.fixture(scope="module")
def worker(settings, services) -> Worker:
    return Worker(Queue.of(settings, opened(settings)), {"report": WORK["report"]}, lambda: services)


@pytest.fixture(scope="module")
def viewer(app) -> Visitor:
    Visitor.of(app.server).sign_up("ada-admin")
    return Visitor.of(app.server).sign_up("vera-viewer")


@pytest.fixture(scope="module")
def otto(app, viewer) -> Visitor:
    """Another viewer."""
    return Visitor.of(app.server).sign_up("otto-reads")


def ask(visitor, **changed):
    asked = {"page": "/", "address": FILTERS, "form": "html", "whole": False} | changed
    return visitor.client.post("/reports", json=asked, headers={"X-CSRFToken": visitor.token})


def made(visitor, worker, **changed) -> str:
    """Where the report is that was asked for."""
    answer = ask(visitor, **changed)
    assert answer.status_code == 202, answer.text
    while worker.take():
        pass
    return visitor.client.get("/reports").json["reports"][0]["href"]


def amount(words: str) -> float:
    """The number that words end with."""
    return float(re.search(r"([\d,.]+)%?$", words)[1].replace(",", ""))


def flat(words: str) -> str:
    return re.sub(r"\s+", "", words)


@pytest.mark.parametrize("path", SHOWN)
def test_a_report_opens_with_the_sentence_of_its_page_under_the_same_filters(services, viewer, path):
    drawn = viewer.page(path, f"?{FILTERS}")
    told = story(services, path, FILTERS, AT, whole=False)
    lead = next(
        one["props"] for one in components(drawn) if str(one["props"].get("id", "")).endswith("-lead")
    )
    assert told.lead == lead["children"]


@pytest.mark.parametrize("path", ["/", "/explore", "/segments", "/segments/2", "/campaigns"])
def test_a_report_says_in_a_pdf_what_the_page_says(services, viewer, path):
    shown = {flat(one) for one in strings(viewer.page(path, f"?{FILTERS}"))}
    told = story(services, path, FILTERS, AT, whole=False)
    reader = PdfReader(io.BytesIO(FORMS["pdf"].write(told)))
    said = flat("".join(page.extract_text() for page in reader.pages))
    findings = [block.finding for block in told.charted if block.finding]
    assert findings or path == "/campaigns"
    assert [one for one in findings if flat(one) not in shown] == []
    figures = [cell for one in told.charted if isinstance(one, Grid) for row in one.rows for cell in row]
    assert [one for one in figures if flat(one) not in said] == []
    # What is one chart of two bars a segment on the overview is two charts in a report.
    shown |= {flat(f"{what} by segment") for what in ("Customers", "Spending")}
    titles = [block.title for block in told.charted if isinstance(block, Chart)]
    assert [one for one in titles if flat(one) not in shown] == []


def test_the_charts_of_slides_hold_the_figures_of_the_page(services):
    address = f"{FILTERS}&show=charts"
    found = asked_of(services, "/", address)
    counted = [
        [float(value) for value in found.answer[chart.id].counts] for chart in found.charts if not chart.value
    ]
    deck = Presentation(io.BytesIO(FORMS["pptx"].write(story(services, "/", address, AT, whole=False))))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    values = [list(chart.plots[0].series[0].values) for chart in charts]
    assert counted
    assert [one for one in counted if one not in values] == []


def test_a_report_of_everything_has_the_segments_how_sure_campaigns_and_method(services):
    told = story(services, "/", FILTERS, AT, whole=True)
    named = [part.title for part in told.parts]
    assert named == [
        "The customers",
        "The segments",
        "How segments differ",
        "How sure this is",
        "Campaigns",
        "Method",
    ]
    [means, gaps] = [block for block in told.parts[2].blocks if isinstance(block, Grid)]
    averages = {row[0]: row[1:-1] for row in means.rows}
    for field, high, low, *_ in gaps.rows:
        shown = sorted((amount(one) for one in averages[field]), reverse=True)
        assert (amount(high), amount(low)) == (shown[0], shown[-1]), f"{field}: of all segments, not of two"
    portraits = [block.name for block in told.parts[1].blocks if isinstance(block, Portrait)]
    assert portraits == [one.name for one in services.model.card.profile.segments]
    assert dict(told.stamps)["Filters"] == "all customers"


def test_ten_pages_are_set_within_two_seconds(services):
    told = story(services, "/", "", AT, whole=True)
    FORMS["pdf"].write(told)  # fonts are read once in a worker
    began = time.process_time()
    content = FORMS["pdf"].write(told)
    assert time.process_time() - began < 2
    assert len(PdfReader(io.BytesIO(content)).pages) >= 8


def test_the_link_shows_the_same_figures_again(services, viewer):
    told = story(services, "/", FILTERS, AT, whole=False)
    path, _, query = told.link.removeprefix(AT).partition("?")
    assert f"model={services.model.card.key}" in query
    assert told.lead in list(strings(viewer.page(path, f"?{query}")))


def test_a_report_names_no_customer(services):
    told = repr([story(services, path, "Segment=2", AT, whole=False) for path in SHOWN])
    assert "customers" in told
    assert [
        one
        for one in services.model.table["ID"].astype(str)
        if len(one) > 4 and re.search(rf"\b{one}\b", told)
    ] == []


def test_numbers_are_written_as_the_reader_writes_them(services):
    with services.read_in("de_DE"):
        told = story(services, "/", "", AT, whole=False)
    assert "2.240" in dict(told.stamps)["Counted"]


def test_a_report_is_made_by_the_worker_listed_and_taken(viewer, worker):
    href = made(viewer, worker, form="pdf")
    answer = viewer.client.get(href)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=customers-Overview-")
    assert len(PdfReader(io.BytesIO(answer.data)).pages) >= 3


def test_a_web_page_is_no_page_of_ours(viewer, worker):
    answer = viewer.client.get(made(viewer, worker, form="html"))
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_report_is_not_kept_that_was_under_way_while_a_customer_was_erased(
    viewer, worker, services, monkeypatch
):
    erasures = Erasures(services.database)

    def meanwhile(*given: object, **more: object):
        told = story(*given, **more)
        erasures.done(erasures.begin("", "C1", "ada-admin").number)
        return told

    before = viewer.client.get("/reports").json["reports"]
    monkeypatch.setattr("callbacks.reports.mailing.story", meanwhile)
    job = ask(viewer).json
    while worker.take():
        pass
    assert viewer.client.get("/reports").json["reports"] == before
    assert "A customer was erased while" in services.jobs.find(job["id"]).error
    monkeypatch.undo()
    assert made(viewer, worker)


def test_nobody_else_gets_a_report_or_hears_of_it(app, viewer, otto, worker):
    href = made(viewer, worker)
    assert otto.client.get(href).status_code == 404
    assert otto.client.get("/reports").json == {"reports": [], "job": None, "weekly": None}
    nobody = app.server.test_client()
    assert nobody.get(href, headers={"Accept": "application/json"}).status_code in (302, 401)
    assert b"Overview" not in nobody.get(href).data
    foreign = viewer.client.get(href, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_the_job_of_another_is_not_there(viewer, otto, worker):
    id = ask(viewer).json["id"]
    assert otto.client.get(f"/api/v1/jobs/{id}").status_code == 404
    assert viewer.client.get("/reports").json["job"]["id"] == id
    answer = viewer.client.post(f"/api/v1/jobs/{id}/cancel", headers={"X-CSRFToken": viewer.token})
    assert answer.json["state"] == "cancelled"
    assert not worker.take()


@pytest.mark.parametrize(
    "changed",
    [
        {"page": "/admin"},
        {"page": ["/"]},
        {"form": "exe"},
        {"form": "../pdf"},
        {"whole": "yes"},
        {"address": 7},
        {"address": "x" * 5000},
        {"address": "Nobody=1"},
        {"address": "Segment=99"},
        {"by": "ada-admin"},
        {"site": "http://evil.example"},
        {"locale": "de_DE"},
        {"address": "model=../../etc/passwd"},
    ],
)
def test_forged_questions_are_refused(viewer, changed):
    answer = ask(viewer, **changed)
    assert answer.status_code in (400, 404), answer.text
    assert answer.json["error"]


def test_without_the_token_nothing_is_started(viewer):
    answer = viewer.client.post("/reports", json={"page": "/", "address": "", "form": "pdf", "whole": False})
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize(
    "path", ["x.pdf", "..%2f..%2fusers.csv", "%2e%2e/about.json", "{id}.xlsx", "{id}.json"]
)
def test_no_path_leads_elsewhere(viewer, worker, path):
    href = made(viewer, worker, form="html")
    id = href.rpartition("/")[2].removesuffix(".html")
    answer = viewer.client.get(f"/reports/{path.format(id=id)}")
    assert answer.status_code == 404
    assert b"argon2" not in answer.data


def test_a_report_is_gone_after_a_week(viewer, worker, settings, monkeypatch):
    href = made(viewer, worker)
    folder = settings.home / "reports" / href.rpartition("/")[2].removesuffix(".html")
    about = json.loads((folder / "about.json").read_text())
    (folder / "about.json").write_text(json.dumps(about | {"made": time.time() - WEEK_SECONDS - 60}))
    assert viewer.client.get(href).status_code == 404
    later = time.time() + WEEK_SECONDS + 60
    monkeypatch.setattr("core.store.kept_files.time.time", lambda: later)
    worker.tidy()
    assert not folder.exists()


def test_the_oldest_of_too_many_go(viewer, worker, services, monkeypatch):
    monkeypatch.setattr(kept, "MOST_EACH", 2)
    hrefs = [made(viewer, worker) for _ in range(3)]
    assert [viewer.client.get(one).status_code for one in hrefs] == [404, 200, 200]


def test_charts_that_set_their_own_filter_aside_say_so(services):
    told = story(services, "/campaigns", "Children=0", AT, whole=False)
    findings = {one.title: one.finding for one in told.charted}
    customers = services.numbers.whole(services.model.card.profile.customers)
    own = f"Without its own filter, so of {customers} customers. "
    assert findings["Children at home"].startswith(own)
    assert [title for title, said in findings.items() if own in said] == ["Children at home"]


def test_parts_of_the_selected_are_not_said_to_be_of_everyone(services):
    told = story(services, "/", "Children=0", AT, whole=False)
    found = next(one.finding for one in told.charted if one.title == "Customers by segment")
    selected = asked_of(services, "/", "Children=0").answer.selected.rows
    assert found.startswith(f"Of the {services.numbers.whole(selected)} selected: ")
