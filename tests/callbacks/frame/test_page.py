from __future__ import annotations

import json

import pytest
from dash import dcc, html
from plotly.io.json import to_json_plotly

from app import VIEWS
from layouts.frame import sent
from tests.callbacks.dash_client import components, drawn_with, technical_words, text


@pytest.mark.parametrize(
    ("pathname", "question"),
    [
        ("/", "Who are our customers?"),
        ("/predict", "Where does this customer belong?"),
        ("/predict/", "Where does this customer belong?"),
    ],
)
def test_an_address_opens_its_page(viewer, pathname, question):
    assert question in text(viewer.page(pathname))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_called_what_the_menu_says_and_asks_its_question_below(administrator, view):
    drawn = list(components(administrator.page(view.path)))
    assert [text(one) for one in drawn if one["type"] == "H1"] == [view.title]
    [question] = [text(one) for one in drawn if one["props"].get("className") == "p-question"]
    assert question.endswith("?")


@pytest.mark.parametrize(
    ("path", "search"),
    [
        ("/", ""),
        ("/explore", "?show=relations"),
        ("/explore", "?show=quality"),
        ("/segments", "?show=sure"),
        ("/segments/1", ""),
        ("/campaigns", ""),
        ("/predict", ""),
        ("/customers", "?customer=1"),
        ("/models", ""),
    ],
)
def test_every_technical_word_of_a_page_is_explained_there(administrator, path, search):
    explained, left = technical_words(administrator.page(path, search))
    assert explained
    assert left == set()


def test_the_current_page_is_marked_and_no_other(viewer):
    links = viewer.open("/predict").json["response"]["shell-navigation"]["children"]
    anchors = [link["props"]["children"] for link in links]
    marked = [text(anchor) for anchor in anchors if anchor["props"].get("aria-current") == "page"]
    assert marked == ["Predict"]


@pytest.mark.parametrize(
    "pathname",
    [
        "/nowhere",
        "/predict/../../etc/passwd",
        "//evil.example/predict",
        "javascript:alert(1)",
        "/<script>alert(1)</script>",
        "/_dash-layout",
        "predict",
        "/PREDICT",
        "/predict\x00",
        "/" + "a" * 100_000,
        "/ünïcödé/\ud83d\ude00",
    ],
)
def test_any_other_address_says_that_there_is_no_such_page(viewer, pathname):
    said = text(viewer.page(pathname))
    assert "There is no such page" in said
    assert len(said) < 300


@pytest.mark.parametrize("pathname", [None, ""])
def test_no_address_is_the_overview(viewer, pathname):
    assert "Who are our customers?" in text(viewer.page(pathname))


@pytest.mark.parametrize("pathname", [["/"], {"a": 1}, 7, True])
def test_an_address_that_is_no_text_is_a_bad_request(viewer, pathname):
    answer = viewer.open(pathname)
    assert answer.status_code == 400
    assert "error" in answer.json


@pytest.mark.parametrize(
    "search",
    [
        "?Age=" + "9" * 100_000,
        "?" + "&".join(f"a{n}=1" for n in range(60)),
        "?Age[]=1&Age=2&Age=3",
        "?%00=%00&Age=%00",
        "?Age=%FF%FE",
        "?=&&&==",
        "Age=44",
        "?Age=NaN",
        "?Age=Infinity",
        "?Age=1e400",
        "?Age=-1e400&Income=1e13",
        "?Age=%F0%9F%98%80",
        "?Age=<script>alert(1)</script>",
        "?customer=" + "x" * 3000,
    ],
)
def test_a_strange_query_still_opens_the_page(viewer, search):
    assert "Where does this customer belong?" in text(viewer.page("/predict", search))


def test_a_query_that_is_too_long_to_be_ours_is_not_read(viewer):
    [told] = drawn_with(viewer.page("/predict", "?Age=33&x=" + "x" * 5000), id="predict-told")
    assert told["data"]["values"]["Age"] == "44"


def test_a_query_that_is_no_text_is_a_bad_request(viewer):
    assert viewer.open("/predict", ["?Age=44"]).status_code == 400


def test_the_frame_names_the_visitor_and_their_role(viewer, administrator):
    seen = [text(one.client.get("/_dash-layout").json) for one in (viewer, administrator)]
    assert "vera-viewer" in seen[0]
    assert "viewer" in seen[0]
    assert "ada-admin" not in seen[0]
    assert "administrator" in seen[1]


def test_signing_out_is_a_form_that_posts(viewer):
    [form] = drawn_with(viewer.client.get("/_dash-layout").json, action="/logout")
    assert form["method"] == "POST"


def test_every_skeleton_is_announced_as_loading(viewer):
    [skeleton] = drawn_with(viewer.client.get("/_dash-layout").json, **{"aria-busy": "true"})
    assert skeleton["aria-label"] == "Loading"


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_page_that_is_not_for_a_role_says_so_and_shows_nothing_else(viewer, administrator):
    assert text(viewer.page("/predict")).startswith("This page is not for your role")
    assert "Where does this customer belong?" in text(administrator.page("/predict"))


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_the_navigation_offers_only_what_a_role_may_see(viewer, administrator):
    offered = {
        visitor: [text(link) for link in visitor.open("/").json["response"]["shell-navigation"]["children"]]
        for visitor in (viewer, administrator)
    }
    assert not {"Predict", "Data"} & set(offered[viewer])
    assert sorted([*offered[viewer], "Predict", "Data"]) == sorted(offered[administrator])


@pytest.mark.parametrize("path", ["/nowhere", "/segments/13", "/Segments"])
def test_an_unknown_page_has_the_status_of_one_and_a_known_one_has_not(viewer, path):
    answer = viewer.client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert [viewer.client.get(known).status_code for known in ("/", "/segments", "/segments/")] == [200] * 3


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/healthz/x"])
def test_what_programs_ask_for_and_is_not_there_is_told_as_json(viewer, path):
    answer = viewer.client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert "no such page" in answer.json["words" if path.startswith("/api/") else "error"]


def test_an_unknown_page_leads_home(viewer):
    [home] = drawn_with(viewer.page("/nowhere"), href="/")
    assert text(home["children"]) == "Go to the overview"


def test_the_account_is_inside_the_app_with_its_navigation(viewer):
    page = viewer.client.get("/account").text
    for link in viewer.open("/").json["response"]["shell-navigation"]["children"]:
        assert f'href="{link["props"]["children"]["props"]["href"]}"' in page
    assert "door-garden" not in page


def test_a_page_travels_as_dash_would_write_it():
    aloud = {"aria-label": "aloud", "data-n": "1"}
    parts = [
        html.P("a", **aloud),
        None,
        ["b", dcc.Store(id="kept", data={"of": [1]})],
        (html.A("c", href=None),),
    ]
    page = html.Div(parts, id="page", hidden=False, style={"--segment": 1})
    assert json.loads(to_json_plotly(sent(page))) == json.loads(to_json_plotly(page))
