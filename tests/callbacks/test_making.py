"""How segments are made, on the page of models: asked for, seen, made live, by administrators alone."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from app import create_app
from core.datasets.trials import Trial, forget_old, trial_work
from core.progress import silent
from core.services import Services, create_services
from tests.callbacks.dash_client import Visitor, drawn_with, text
from tests.support.postgresql import settled

CHOSEN = {"field-2": "logarithm", "weight-6": "200", "scaling": "robust", "far-out": "on"}


@pytest.fixture(scope="module")
def services(tmp_path_factory) -> Services:
    return create_services(settled(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def ada(services) -> Visitor:
    return Visitor.of(create_app(services.settings).server).sign_up("ada")


@pytest.fixture(scope="module")
def vera(ada) -> Visitor:
    return Visitor.of(ada.client.application).sign_up("vera")


def sent(visitor: Visitor, path: str, form: dict[str, str]):
    return visitor.client.post(path, data={**form, "csrf_token": visitor.token})


def page(visitor: Visitor, address: str = "/models"):
    path, _, query = address.partition("?")
    return visitor.open(path, f"?{query}" if query else "").json["response"]["shell-page"]["children"]


def tried(ada: Visitor, services: Services, form: dict[str, str]) -> str:
    """The address that a trial is seen at, once the worker has done it."""
    answer = sent(ada, "/models/making", form)
    assert answer.status_code == 302, answer.text
    job = services.jobs.find(parse_qs(urlsplit(answer.location).query)["job"][0])
    assert "What would change" in text(page(ada, answer.location)), "how far it is"
    trial_work(services, job.arguments, silent)
    services.jobs.cancel(job.id, by=services.users.get("ada"))  # no worker ends it here
    return answer.location


def test_what_would_change_is_seen_then_made_live_and_a_comparison_with_others_is_refused(ada, services):
    before = services.model.card.key
    address, other = (
        tried(ada, services, CHOSEN),
        tried(ada, services, {"scaling": "standard", "field-0": "out"}),
    )
    drawn = page(ada, address)
    assert "customers (" in text(drawn)
    assert "would be in another segment" in text(drawn)
    assert "The largest flow, " in text(drawn)
    (flows,) = (one for one in drawn_with(drawn, id="making-flows"))
    (sankey,) = flows["figure"]["data"]
    assert sum(sankey["link"]["value"]) == len(services.model.people)
    live, made = (sankey["node"]["color"][place : place + 6] for place in (0, 6))
    assert sorted(live) == sorted(made), "a segment that goes on keeps its colour"
    [chosen] = drawn_with(drawn, name="field-2")
    assert [one["props"]["value"] for one in chosen["children"] if one["props"].get("selected")] == [
        "logarithm"
    ]
    trials = [parse_qs(urlsplit(one).query)["trial"][0] for one in (address, other)]
    assert sent(ada, f"/models/making/{trials[0]}", {"live": "0" * 16}).status_code == 409
    assert services.model.card.key == before
    assert sent(ada, f"/models/making/{trials[0]}", {"live": before}).status_code == 302
    assert services.model.card.parameters.preparation.without_far_out
    assert "spending on logarithms (of one more), every figure in distances between its quartiles" in text(
        page(ada)
    )
    assert sent(ada, f"/models/making/{trials[1]}", {"live": before}).status_code == 409
    assert "Other segments are live now" in text(page(ada, other))
    services.live.restore(by="ada")
    assert services.model.card.key == before


OPENED = ("making-form.children", {"making-open.n_clicks": 1}, "making-open.n_clicks")


def test_the_choices_come_when_they_are_opened_and_are_those_of_the_live_model(ada, services):
    assert not drawn_with(page(ada), name="scaling")
    opened = ada.call(*OPENED).json["response"]["making-form"]["children"]
    [field] = drawn_with(opened, name="field-0")
    assert [one["props"]["value"] for one in field["children"] if one["props"].get("selected")] == [
        "as-it-is"
    ]
    closed = {"making-open.n_clicks": 2}
    assert ada.call(OPENED[0], closed, OPENED[2]).json["response"] == {}, "what was chosen stays"


def test_a_viewer_neither_sees_the_choices_nor_can_send_them(vera, ada):
    assert "How segments are made" in text(page(ada))
    assert vera.call(*OPENED).status_code == 403
    assert "How segments are made" not in text(page(vera))
    for path in ("/models/making", "/models/making/0123456789ab"):
        assert sent(vera, path, CHOSEN).status_code == 403


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"scaling": "upside down"},
        {"scaling": "standard", "field-0": "square"},
        {"scaling": "standard", "weight-0": "1e302"},
        {"scaling": "standard", "weight-0": "nan"},
        {"scaling": "standard", **{f"field-{place}": "out" for place in range(60)}},
    ],
    ids=["nothing", "a scale", "a curve", "a weight", "no weight", "no basis"],
)
def test_what_the_page_does_not_offer_is_refused_in_words(ada, form):
    answer = sent(ada, "/models/making", form)
    assert answer.status_code == 400
    assert "Expected" in answer.text


def test_a_model_that_was_tried_is_kept_while_it_is_new_or_was_live_and_then_no_more(ada, services):
    for form in ({"scaling": "standard", "field-1": "out"}, {"scaling": "standard", "field-2": "out"}):
        tried(ada, services, form)
    known = services.findings.each("trial-", Trial)
    live = {one.key for one in services.live.fits()}
    folder = services.dataset.home / "models"
    forget_old(services, 0.0)
    assert services.findings.each("trial-", Trial) == known
    forget_old(services, time.time() + 1)
    assert {one.model for _, _, one in services.findings.each("trial-", Trial)} <= live
    for _, _, one in known:
        assert (folder / one.model).exists() == (one.model in live)
