"""What was answered before is kept, for whom and as long as it would be answered so again."""

from __future__ import annotations

import pytest

from callbacks.filters import callbacks
from core.evidence import evidence
from core.evidence.groups import Groups
from core.services import create_services
from tests.callbacks.filters.test_callbacks import ANSWER, ASK, answered
from tests.core.evidence.test_recommendation import evidence as made_up

PAGES = ("/", "/explore", "/segments", "/campaigns")


@pytest.fixture
def made(monkeypatch):
    """How often answers were made."""
    times, real = [], callbacks.as_json
    monkeypatch.setattr(callbacks, "as_json", lambda found: times.append(1) or real(found))
    return times


def put(visitor, page, **question):
    asked = {ASK: {"page": page, "n": 1, "clauses": {}} | question}
    return answered(visitor.call(ANSWER, asked, ASK))


@pytest.mark.parametrize("page", PAGES)
def test_who_asks_what_another_asked_is_told_the_same(page, administrator, viewer, made):
    asked = {"Kidhome": [1], "Marital_Status": [2, 3]}
    first, again = (put(one, page, clauses=asked) for one in (administrator, viewer))
    assert (again, len(made)) == (first, 1)
    other = put(viewer, page, clauses=asked, n=2, words=False)
    assert (other["n"], other["rows"], len(made)) == (2, first["rows"], 1)
    with viewer.reading("de-DE"):
        german = put(viewer, page, clauses=asked)
    assert german["count"] == first["count"].replace(",", ".")
    assert german["texts"] != first["texts"] or page == "/explore"
    assert put(viewer, page, clauses=asked | {"Kidhome": [0]})["rows"] != first["rows"]


def test_an_answer_changes_with_what_is_found_and_with_names(administrator, viewer, settings, made):
    services = create_services(settings)
    model, was = services.model, put(viewer, "/")
    try:
        evidence.keep(services.findings, model.card, made_up(groups=Groups(0.43, 2, 99, 2240, 56, -1.2)))
        assert "one crowd" in put(viewer, "/")["texts"]["overview-lead"]
        services.live.name_segment(1, "Gardeners", by="ada-admin")
        assert "Gardeners" in str(put(viewer, "/")["tables"])
    finally:
        services.findings.write(evidence.key(model.card), evidence.NAME, None)
        services.live.name_segment(1, services.live.suggested[1], by="ada-admin")
    for _ in range(2):
        assert put(viewer, "/") == was
    assert len(made) == 4
