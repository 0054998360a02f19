"""Notes on what a page shows: for whoever opens it so filtered, with their author, and in its reports."""

from __future__ import annotations

import pytest

from callbacks.reports.story import story
from core.accounts import page_notes
from core.services import create_services

HERE = {"page": "/explore", "address": "Children=1&Segment=2"}
EVIL = '<img src=x onerror=alert(1)> =cmd "quoted"'


def notes(visitor, **changed):
    return visitor.client.get("/notes", query_string=HERE | changed).json["notes"]


def send(visitor, path="/notes", **changed):
    body = HERE | ({"text": EVIL, "answers": None, "about": ""} if path == "/notes" else {}) | changed
    return visitor.client.post(path, json=body, headers={"X-CSRFToken": visitor.token})


@pytest.fixture(scope="module")
def note(administrator, viewer) -> dict:
    """One of the administrator's, with an answer."""
    [made] = send(administrator).json["notes"]
    send(viewer, text="So it is.", answers=made["id"])
    return made


def test_whoever_opens_the_page_so_filtered_reads_it_with_author_and_answer(viewer, note):
    found = notes(viewer, address="Segment=2&Children=1")
    assert [(one["text"], one["who"], one["answers"]) for one in found] == [
        (EVIL, "ada-admin", None),
        ("So it is.", "vera-viewer", note["id"]),
    ]
    assert notes(viewer, address="Children=1") == []
    assert notes(viewer, page="/segments") == []


def test_it_is_resolved_and_opened_again(administrator, viewer, note):
    path = f"/notes/{note['id']}"
    assert send(viewer, path, done=True).json["notes"][0]["resolved_by"] == "vera-viewer"
    assert send(administrator, path, done=False).json["notes"][0]["resolved_by"] == ""


def test_on_a_bar_it_is_read_whether_or_not_that_bar_is_chosen_and_nowhere_else(viewer, settings):
    send(viewer, address="Age=..40&Children=2", about="Children=2", text="Ask the shop.")
    for state in ("Age=..40", "Age=..40&Children=2", "Age=..40&Children=over:1"):
        [found] = notes(viewer, address=state)
        assert found["bar"] == {"field": "Children", "codes": [2], "words": "Children: 2"}, state
    send(viewer, address="Age=..40", answers=found["id"], text="It did.")
    assert [one["text"] for one in notes(viewer, address="Age=..40&Children=2")] == [
        "Ask the shop.",
        "It did.",
    ]
    for state in ("Children=2", "Age=..41", "Age=..40&Income=..40000", "Age=..40&any:Children=2"):
        assert notes(viewer, address=state) == [], state
    told = story(create_services(settings), HERE["page"], "Age=..40", "http://localhost", whole=False)
    [part] = [part for part in told.parts if part.title == "Notes"]
    assert part.blocks[0].rows[0][0] == "On Children: 2. Ask the shop."


def test_on_a_bar_of_segments_it_stays_with_the_model_that_numbered_them(viewer):
    send(viewer, address="Age=..41", about="Segment=2", text="These.")
    [found] = notes(viewer, address="Age=..41")
    assert found["about"].startswith("Segment=2&model=")
    assert found["bar"]["words"].startswith("Segment: ")


def test_it_is_in_the_report_of_the_page(settings, note):
    services = create_services(settings)
    told = story(services, HERE["page"], HERE["address"], "http://localhost", whole=False)
    [part] = [part for part in told.parts if part.title == "Notes"]
    assert [row[:2] for row in part.blocks[0].rows] == [
        (EVIL, "ada-admin"),
        ("Answer: So it is.", "vera-viewer"),
    ]
    other = story(services, HERE["page"], "Children=1", "http://localhost", whole=False)
    assert "Notes" not in [part.title for part in other.parts]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": " "},
        {"text": "x" * 1001},
        {"text": "a\x00b"},
        {"text": 7},
        {"page": "/admin"},
        {"address": "Nobody=1"},
        {"answers": 10**6},
        {"answers": 10**30},
        {"about": "Nobody=1"},
        {"about": "Income=over:5"},
        {"about": "any:Children=1"},
        {"about": "Children=1&Kidhome=0"},
        {"about": None},
        {"answers": True, "page": "/nowhere"},
        {"who": "ada-admin"},
    ],
)
def test_what_is_no_note_is_refused(viewer, changed):
    answer = send(viewer, **changed)
    assert answer.status_code == 400
    assert answer.json["error"]


@pytest.mark.parametrize("id", ["999999", "99999999999", "x", "-1"])
def test_what_is_not_there_is_not_resolved(viewer, id):
    assert send(viewer, f"/notes/{id}", done=True).status_code == 404


def test_no_more_fit_than_fit(viewer, monkeypatch):
    monkeypatch.setattr(page_notes, "MOST", 1)
    assert send(viewer, address="Children=0").status_code == 200
    assert "as many as fit" in send(viewer, address="Children=0").json["error"]


def test_without_a_token_nothing_is_left(viewer):
    assert viewer.client.post("/notes", json=HERE | {"text": "x", "answers": None}).status_code in (400, 403)
