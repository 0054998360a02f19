"""The app below a path: what leaves it says where that is, and nothing sends anybody elsewhere."""

from __future__ import annotations

import re

import pytest

from tests.callbacks.dash_client import Visitor
from tests.callbacks.door import build

SHOP = {"environ_overrides": {"SCRIPT_NAME": "/shop"}}
ADDRESS = re.compile(r'\b(?:href|src|action)(?:="|": ?")(/[^"]*)"')


def addresses(answer):
    """Where links, forms, scripts and pictures of an answer lead."""
    return ADDRESS.findall(answer.text.replace("\\u002f", "/"))


@pytest.mark.parametrize("address", ["/", "/account", "/nowhere", "/login", "/models/files/nothing.json"])
def test_every_address_of_a_page_is_below_the_path(app, viewer, address):
    answer = (
        Visitor.of(app.server).client.get(address, **SHOP)
        if address == "/login"
        else viewer.client.get(address, **SHOP)
    )
    found = addresses(answer)
    assert found
    assert [one for one in found if not one.startswith("/shop/")] == []
    assert '<html lang="en" data-root="/shop/">' in answer.text


def test_the_renderer_asks_below_the_path(viewer):
    text = viewer.client.get("/", **SHOP).text
    assert re.search(r'"requests_pathname_prefix": ?"/shop\\u002f"', text)


def test_what_callbacks_draw_leads_below_the_path(viewer):
    values = {"shell-address.pathname": "/shop/", "shell-address.search": ""}
    body = viewer.body("shell-page.children", values, "shell-address.pathname")
    answer = viewer.post(body, **SHOP)
    found = addresses(answer)
    assert "Who are our customers?" in answer.text
    assert any(one.startswith("/shop/customers") for one in found)
    assert [one for one in found if not one.startswith("/shop/")] == []


def test_words_that_look_like_addresses_stay_as_they_are(viewer):
    said = viewer.client.get('/login?next=/"href="/x"', **SHOP).text
    assert "%22href%3D%22/x%22" in said or "&#34;href=&#34;/x" in said


def test_a_way_to_the_door_and_back_stays_below_the_path(app):
    stranger = Visitor.of(app.server)
    away = stranger.client.get("/predict?Age=40", headers={"Accept": "text/html"}, **SHOP)
    assert away.location == "/shop/login?next=%2Fpredict%3FAge%3D40"
    told = stranger.client.get("/api/v1/evidence", headers={"Accept": "application/json"}, **SHOP)
    assert told.json["sign_in"] == "/shop/login"


@pytest.mark.parametrize(
    "told",
    ["//evil.example", "/\\evil.example", 'x" onload="alert(1)', "https://evil.example", "/..", "/a//b"],
)
def test_a_prefix_that_could_lead_elsewhere_is_none(tmp_path, told):
    client = build(tmp_path, proxies=1).test_client()
    options = {"headers": {"X-Forwarded-Prefix": told, "Accept": "text/html"}}
    assert client.get("/", environ_base={"REMOTE_ADDR": "127.0.0.1"}, **options).location == "/login"


def test_the_prefix_of_a_proxy_counts_and_that_of_who_comes_past_it_does_not(tmp_path):
    client = build(tmp_path, proxies=1).test_client()
    options = {"headers": {"X-Forwarded-Prefix": "/shop", "Accept": "text/html"}}
    assert client.get("/", environ_base={"REMOTE_ADDR": "10.0.0.5"}, **options).location == "/shop/login"
    assert client.get("/", environ_base={"REMOTE_ADDR": "8.8.8.8"}, **options).location == "/login"
