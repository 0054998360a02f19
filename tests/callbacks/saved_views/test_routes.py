from __future__ import annotations

import re
from secrets import token_hex

import pytest
from sqlalchemy import update

from core.errors import StoreError
from core.store.database import opened
from core.store.tables import saved_views
from tests.callbacks.dash_client import Visitor, drawn_with

JSON = {"Accept": "application/json"}


@pytest.fixture
def new_visitor(app, administrator):
    """`new_visitor()`: somebody who has just signed up, without views."""

    def sign_up(name: str = "viewer") -> Person:
        return Person(Visitor.of(app.server).sign_up(f"{name}-{token_hex(6)}"))

    return sign_up


@pytest.fixture
def anna(new_visitor):
    return new_visitor("anna")


class Person:
    """Somebody's browser, at the routes of saved views."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def ask(self, method: str, path: str, body: object = None):
        headers = JSON | {"X-CSRFToken": self.visitor.token}
        return self.visitor.client.open(path, method=method, json=body, headers=headers)

    def save(self, name: object, address: object = "/?Children=1"):
        return self.ask("POST", "/views", {"name": name, "address": address})

    def saved(self, name: str, address: str = "/?Children=1") -> dict:
        answer = self.save(name, address)
        assert answer.status_code == 201, answer.text
        return answer.json

    def views(self) -> list[dict]:
        answer = self.ask("GET", "/views")
        assert answer.status_code == 200, answer.text
        return answer.json["views"]


def test_a_saved_view_is_listed_with_its_page_and_filters_in_words(anna):
    view = anna.saved("Families", "/?Children=1~2&Segment=1")
    assert anna.views() == [view]
    assert re.fullmatch(r"/\?Children=1~2&Segment=1&model=[0-9a-f]{16}", view["address"])
    assert view["words"].startswith("Overview. Children: 1 to 2; Segment: ")
    assert view["fits"]


def test_how_a_page_is_shown_is_kept_as_well(anna):
    view = anna.saved("Pair", "/explore?y=Recency&Children=1&show=relations&method=pearson")
    assert view["address"] == "/explore?Children=1&show=relations&y=Recency"
    assert view["words"] == "Explore (relations, Y axis Recency). Children: 1"


def test_an_address_is_kept_as_the_app_writes_it(anna):
    assert anna.saved("Families", "/?Age=40~60&Children=2,1")["address"] == "/?Age=40~60&Children=1~2"
    assert anna.saved("Everyone", "/")["address"] == "/"
    assert anna.saved("Everyone too", "/?")["words"] == "Overview. All customers"


def test_a_view_opens_what_was_saved(anna):
    view = anna.saved("Families", "/?Children=1")
    path, _, query = view["address"].partition("?")
    (chosen,) = drawn_with(anna.visitor.page(path, f"?{query}"), id="filters-page")
    assert chosen["data"]["answer"]["clauses"] == {"Children": [1]}


def test_a_view_can_show_something_else_under_its_name(anna, new_visitor):
    view = anna.saved("Families")
    other = anna.ask("PUT", f"/views/{view['id']}", {"address": "/campaigns?Children=0&campaign=5"})
    assert (other.status_code, other.json["name"]) == (200, "Families")
    assert anna.views() == [other.json]
    assert other.json["words"] == "Campaigns (campaign 5). Children: 0"
    assert new_visitor().ask("PUT", f"/views/{view['id']}", {"address": "/?Children=0"}).status_code == 404
    refused = anna.ask("PUT", f"/views/{view['id']}", {"address": "/predict"})
    assert (refused.status_code, refused.json["field"]) == (400, "address")


def test_a_view_is_renamed_and_deleted(anna):
    view = anna.saved("Families")
    assert anna.ask("PATCH", f"/views/{view['id']}", {"name": "Parents"}).json["name"] == "Parents"
    assert [one["name"] for one in anna.views()] == ["Parents"]
    assert anna.ask("DELETE", f"/views/{view['id']}").status_code == 204
    assert anna.views() == []


def test_a_name_that_is_taken_is_said_beside_the_name(anna):
    anna.saved("Families")
    answer = anna.save("FAMILIES", "/")
    assert (answer.status_code, answer.json["field"]) == (400, "name")
    assert "Choose another name" in answer.json["error"]


def test_the_view_of_another_user_is_not_there(anna, new_visitor):
    view, ben = anna.saved("Families"), new_visitor("ben")
    assert ben.views() == []
    for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        answer = ben.ask(method, f"/views/{view['id']}", body)
        assert (answer.status_code, answer.json["field"]) == (404, "id")
    assert anna.views() == [view]


def test_the_administrator_sees_nobodys_views_but_their_own(anna, administrator):
    view = anna.saved("Families")
    assert view not in Person(administrator).views()
    assert Person(administrator).ask("DELETE", f"/views/{view['id']}").status_code == 404


def test_a_colleague_who_follows_the_link_sees_the_same_page(anna, new_visitor):
    path, _, query = anna.saved("Families", "/?Children=1&Segment=2")["address"].partition("?")
    pages = [visitor.visitor.page(path, f"?{query}") for visitor in (anna, new_visitor("ben"))]
    answers = [drawn_with(page, id="filters-page")[0]["data"]["answer"] for page in pages]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/?Children=1",
        "/login",
        "/logout",
        "/predict?Age=44",
        "/nowhere",
        "/_dash-layout",
        "/../",
        "/?Nothing=1",
        "/?Children=99",
        "/?Children",
        "/?page=%2f%2fevil.example",
        "/?Children=1&Children=2",
        "/?Children=1#x",
        "/?" + "Children=1&" * 400,
        "x" * 100_000,
    ],
)
def test_only_addresses_of_pages_with_filters_are_kept(anna, address):
    answer = anna.save("Families", address)
    assert (answer.status_code, answer.json["field"]) == (400, "address")
    assert len(answer.json["error"]) < 2000
    assert anna.views() == []


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "x" * 1_000_000, "a\nb", "a\u202eb"])
def test_names_that_cannot_be_read_are_refused(anna, name):
    answer = anna.save(name)
    assert (answer.status_code, answer.json["field"]) == (400, "name")
    assert len(answer.data) < 300


def test_markup_in_a_name_is_a_name_and_never_a_page(anna):
    name = "<img src=x onerror=alert(1)>"
    anna.saved(name)
    answer = anna.ask("GET", "/views")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.json["views"][0]["name"] == name


def test_the_hundred_and_first_view_is_refused(anna):
    for number in range(100):
        anna.saved(f"View {number}")
    answer = anna.save("One more")
    assert answer.status_code == 400
    assert "Delete one first" in answer.json["error"]
    assert len(anna.views()) == 100


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "name",
        {},
        {"name": "x"},
        {"name": 1, "address": "/"},
        {"name": "x", "address": None},
        {"name": ["x"], "address": "/"},
        {"name": "x", "address": "/", "id": "mine"},
    ],
)
def test_what_the_dashboard_never_sends_is_refused(anna, body):
    for method, path in (("POST", "/views"), ("PATCH", "/views/0123456789abcdef")):
        answer = anna.ask(method, path, body)
        known = body == {"name": "x"} and method == "PATCH"
        assert answer.status_code == (404 if known else 400), (method, answer.text)
    assert anna.views() == []


@pytest.mark.parametrize("id", ["x", "..%2f..%2fusers", "%00", "0" * 5000, "__proto__"])
def test_an_id_that_is_none_finds_nothing(anna, id):
    # A slash, however it is written, makes another address, which is there for pages only.
    nothing = (404, 405) if "%2f" in id else (404,)
    assert anna.ask("DELETE", f"/views/{id}").status_code in nothing
    assert anna.ask("PATCH", f"/views/{id}", {"name": "x"}).status_code in nothing


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/views"), ("POST", "/views"), ("PATCH", "/views/x"), ("DELETE", "/views/x")],
)
def test_nobody_has_views_without_a_session(app, method, path):
    nobody = Visitor.of(app.server)
    nobody.client.get("/login")
    answer = Person(nobody).ask(method, path, {"name": "x", "address": "/"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/views"), ("PATCH", "/views/x"), ("DELETE", "/views/x")]
)
def test_another_site_can_change_nothing(anna, method, path):
    """Without the token that only our own pages can read."""
    answer = anna.visitor.client.open(path, method=method, json={"name": "x", "address": "/"}, headers=JSON)
    assert answer.status_code == 400
    assert "field" not in answer.json
    assert anna.views() == []


def kept_otherwise(settings, view: dict, **values: str) -> None:
    """What an older version may have kept."""
    database = opened(settings)
    with database.changing() as connection:
        connection.execute(update(saved_views).where(saved_views.c.id == view["id"]).values(**values))
    database.close()


def test_a_view_of_another_model_stays_in_the_list_and_opens_with_words(anna, settings):
    kept_otherwise(settings, anna.saved("Families", "/?Children=1"), address="/?Age=41.5~60")
    (shown,) = anna.views()
    assert not shown["fits"]
    assert "bins were others" in shown["words"]
    (opened,) = drawn_with(anna.visitor.page("/", "?Age=41.5~60"), id="filters-page")
    assert opened["data"]["answer"]["error"].startswith("Filters: found ")
    assert opened["data"]["answer"]["clauses"] == {}


def test_a_view_of_a_page_that_is_gone_says_so(anna, settings):
    kept_otherwise(settings, anna.saved("Families"), address="/gone?Children=1")
    assert [(shown["words"], shown["fits"]) for shown in anna.views()] == [("Its page is gone.", False)]


def test_a_database_that_is_gone_is_not_available_and_says_nothing_of_the_inside(anna, monkeypatch):
    def gone(self):
        raise StoreError("what only the log is told")

    anna.saved("Families")
    monkeypatch.setattr("core.store.database._reached", gone)
    answer = anna.ask("GET", "/views")
    assert answer.status_code == 503
    assert "log" not in answer.text


@pytest.mark.parametrize("path", ["/", "/explore"])
def test_every_page_with_filters_has_the_menu(anna, path):
    assert drawn_with(anna.visitor.page(path), id="views-menu")
