from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_login import LoginManager
from openpyxl import load_workbook
from sqlalchemy import update

from app import create_app
from callbacks.web import pinning
from core.datasets.live import Live
from core.services import Services, create_services
from core.settings import Settings, load
from core.store.tables import saved_views
from tests.callbacks.dash_client import Visitor, drawn_with, text
from tests.support.personality import Parameters
from tests.support.postgresql import settled


@pytest.fixture
def services(tmp_path) -> Services:
    return create_services(settled(tmp_path))


@pytest.fixture
def live(services) -> Live:
    return services.live


@pytest.fixture
def server(services, live) -> Flask:
    """A server whose only page switches the model in another worker, between two looks at it."""
    server = Flask("one-model", static_folder=None)
    LoginManager(server).user_loader(lambda _id: None)  # nobody is signed in
    server.secret_key = "of this test"
    server.config["COOKIE_PREFIX"] = ""
    pinning.register(server, services)
    elsewhere = Live(live._registry, live._recipe, live._database)

    @server.get("/")
    def page():
        before = live.model
        elsewhere.choose(Parameters(k=11 - before.card.parameters.k), by="ada")
        assert live.model is before
        return str(before.card.parameters.k)

    @server.get("/broken")
    def broken():
        raise ZeroDivisionError(live.model.card.key)

    return server


def test_a_request_sees_one_model_and_the_next_one_the_other(server):
    browser = server.test_client()
    assert [browser.get("/").text for _ in range(3)] == ["6", "5", "6"]


def test_a_request_that_fails_lets_go_of_its_model_as_well(server, live):
    browser = server.test_client()
    assert browser.get("/broken").status_code == 500
    Live(live._registry, live._recipe, live._database).choose(Parameters(k=5), by="ada")
    assert live.model.card.parameters.k == 5


# What a page asks, by the output that is asked for: clicks, lists, predictions, what-if, comparison, names, jobs.
QUESTIONS = {
    "filters-answer.data": "filters-ask.data",
    "customers-grid.getRowsResponse": "customers-grid.getRowsRequest",
    "predict-answer.children": "predict-asked.data",
    "compare-told.data": "compare-asked.data",
    "segments-saved.data": "segments-form.n_submit",
    "campaigns-amounts.data": "campaigns-cost.value",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Parterre with a home of its own, where four segments were live before six."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    settings = load(**{**plain, "home": tmp_path_factory.mktemp("house")})
    services = create_services(settings)
    services.live.choose(Parameters(k=4), by="ada-admin")
    four = services.model.card.key
    services.live.restore(by="ada-admin")
    visitor = Visitor.of(create_app(settings).server).sign_up("ada-admin")
    return SimpleNamespace(visitor=visitor, services=services, four=four, six=services.model.card.key)


def asked(house, output, triggered):
    """Some question of that kind, as the page with no filters has it."""
    values = {"filters-ask.data": {"page": "/", "n": 1, "clauses": {"Segment": [3]}, "options": {}}}
    return house.visitor.body(output, values, triggered)


def said(answer) -> dict:
    assert answer.status_code == 200, answer.text
    assert answer.json["response"] == {}
    return answer.json["sideUpdate"]["shell-changed"]["data"]


@pytest.mark.parametrize(("output", "triggered"), QUESTIONS.items())
def test_a_page_of_an_earlier_model_is_told_who_changed_it_instead_of_an_answer(house, output, triggered):
    found = said(house.visitor.post(asked(house, output, triggered), model=house.four))
    assert found["who"] == "The segments were changed by ada-admin"
    assert found["how"] == "from four to six"
    assert found["when"].startswith("20")


@pytest.mark.parametrize("key", ["0" * 16, "../../../etc/passwd", "x" * 4000, "0" * 16 + " older", "é"])
@pytest.mark.parametrize(("output", "triggered"), QUESTIONS.items())
def test_a_forged_key_is_answered_in_words(house, output, triggered, key):
    found = said(house.visitor.post(asked(house, output, triggered), model=key))
    assert found["how"] == "there are six now"


def test_a_question_without_a_key_is_about_the_live_model_and_the_answer_says_so(house):
    answer = house.visitor.post(asked(house, "filters-answer.data", "filters-ask.data"))
    assert answer.json["response"]["filters-answer"]["data"]["model"] == house.six


def test_a_page_that_shows_an_earlier_model_on_purpose_is_answered_with_that_one(house):
    question = asked(house, "filters-answer.data", "filters-ask.data")
    answer = house.visitor.post(question, model=f"{house.four} older").json["response"]["filters-answer"][
        "data"
    ]
    assert answer["model"] == house.four
    assert answer["address"] == f"Segment=4&model={house.four}&older=yes"


def test_an_address_of_an_earlier_model_says_what_its_segments_have_become(house):
    page = house.visitor.page("/", f"?Children=0&Segment=2&model={house.four}")
    shown = text(page)
    with house.services.live.pinned(house.four):
        before = house.services.model.card.profile.segment(2)
        old = house.services.model.people.column("Segment")
    new = house.services.model.people.column("Segment")[old == 2].value_counts(normalize=True)
    after = house.services.model.card.profile.segment(int(new.index[0]))
    assert "changed by ada-admin" in shown
    assert (
        f"{before.name} : {before.size} customers. {new.iloc[0]:.0%} of them are in {after.name} now" in shown
    )
    links = [one["href"] for one in drawn_with(page) if "data-page" in one]
    assert f"/?Children=0&Segment={after.number}&model={house.six}" in links
    assert f"/?Children=0&Segment=2&model={house.four}&older=yes" in links
    assert "/?Children=0" in links
    assert not drawn_with(page, id="filters-page"), "no figure of another model beside it"


def test_the_page_of_a_segment_of_an_earlier_model_leads_to_what_has_become_of_it(house):
    page = house.visitor.page("/segments/2", f"?Children=0&model={house.four}")
    links = [one["href"] for one in drawn_with(page) if "data-page" in one]
    with house.services.live.pinned(house.four):
        old = house.services.model.people.column("Segment")
    new = house.services.model.people.column("Segment")[old == 2].value_counts()
    assert f"/segments/{new.index[0]}?Children=0&model={house.six}" in links
    assert f"/segments/2?Children=0&model={house.four}&older=yes" in links
    assert "/segments?Children=0" in links


def test_an_address_of_an_earlier_model_can_be_opened_with_it_and_the_page_says_so(house):
    answer = house.visitor.open("/", f"?Segment=4&model={house.four}&older=yes").json["response"][
        "shell-page"
    ]
    assert answer["data-model"] == f"{house.four} older"
    assert "an older model, with four segments" in text(answer["children"])
    (opened,) = drawn_with(answer["children"], id="filters-page")
    assert opened["data"]["answer"]["clauses"] == {"Segment": [3]}


@pytest.mark.parametrize("key", ["0" * 16, "../..", "x" * 900])
def test_an_address_of_a_model_that_nobody_knows_is_told_so(house, key):
    shown = text(house.visitor.page("/campaigns", f"?Segment=1&model={key}"))
    assert "not kept here" in shown


def test_an_address_without_a_key_and_one_without_segments_are_about_the_live_model(house):
    for search in ("?Segment=5", f"?Children=0&model={house.four}", "?Children=0&model=nonsense"):
        answer = house.visitor.open("/", search).json["response"]["shell-page"]
        assert answer["data-model"] == house.six
        assert drawn_with(answer["children"], id="filters-page")


def test_a_file_is_of_the_model_that_the_page_showed_and_says_so(house):
    with house.services.live.pinned(house.four):
        number = int((house.services.model.people.column("Segment") == 3).sum())
    answer = house.visitor.client.get(f"/export/customers.csv?Segment=3&model={house.four}")
    assert answer.headers["X-Parterre-Model"] == house.four
    assert len(answer.get_data(as_text=True).splitlines()) == number + 1
    workbook = load_workbook(
        io.BytesIO(house.visitor.client.get(f"/export/customers.xlsx?model={house.four}").data)
    )
    about = dict(workbook["About"].iter_rows(values_only=True, max_col=2))
    assert about["Segments"].startswith("4, no longer live: changed by ada-admin on 20")
    assert (
        "6"
        in dict(
            load_workbook(io.BytesIO(house.visitor.client.get("/export/customers.xlsx").data))[
                "About"
            ].iter_rows(values_only=True, max_col=2)
        )["Segments"]
    )


@pytest.mark.parametrize(
    "path",
    [
        "/export/customers.csv",
        "/export/customers.xlsx",
        "/export/table.csv",
        "/export/table.parquet",
        "/models/files/profile.csv",
    ],
)
@pytest.mark.parametrize("key", ["0" * 16, "../../..", "%00"])
def test_a_file_of_a_model_that_is_not_kept_is_refused_in_words(house, path, key):
    answer = house.visitor.client.get(f"{path}?model={key}")
    assert answer.status_code == 404
    assert "not kept here" in answer.get_data(as_text=True)


def views_of(house, method="GET", path="/views", body=None):
    headers = {"Accept": "application/json", "X-CSRFToken": house.visitor.token}
    return house.visitor.client.open(path, method=method, json=body, headers=headers)


def test_a_view_of_other_segments_keeps_their_names_and_says_so(house):
    with house.services.live.pinned(house.four):
        name = house.services.model.card.profile.segment(4).name
    saved = views_of(
        house, "POST", body={"name": "Old four", "address": f"/?Segment=4&model={house.four}"}
    ).json
    assert saved["address"] == f"/?Segment=4&model={house.four}"
    assert f"Segment: {name}" in saved["words"]
    assert "four other segments" in saved["words"]
    assert not saved["fits"]
    forged = views_of(house, "POST", body={"name": "Forged", "address": f"/?Segment=4&model={'0' * 16}"})
    assert (forged.status_code, forged.json["field"]) == (400, "address")


def test_a_view_that_was_saved_without_a_key_is_of_the_model_that_was_live_then(house):
    views_of(house, "POST", body={"name": "Unsigned", "address": "/?Segment=2"})
    _first, then, *_ = house.services.live.history()
    assert then.key == house.four
    unsigned = update(saved_views).where(saved_views.c.name == "Unsigned")
    with house.services.database.changing() as connection:
        connection.execute(unsigned.values(address="/?Segment=2", saved=then.when))
    # Chosen and restored within one second, the later one counts.
    expected = house.services.live.key_at(then.when)
    [view] = [one for one in views_of(house).json["views"] if one["name"] == "Unsigned"]
    assert view["address"] == f"/?Segment=2&model={expected}"
    assert house.services.live.key_at("2001-01-01T00:00:00+00:00") == ""
