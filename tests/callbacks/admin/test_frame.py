"""The frame of /admin: who gets in, what leads there, and what it tells of people."""

import re

import pytest

from callbacks.web.guard import ACCESS
from core.accounts.permissions import Standing
from tests.callbacks.door import Visitor, words

OTHERS = {"ben": Standing.VIEWER, "ann-lyst": Standing.ANALYST, "owen": Standing.OWNER}


def paths(server):
    """Every address below /admin, with names in it that fit, and how it is asked."""
    for rule in server.url_map.iter_rules():
        if re.match(r"/admin(/|$)", rule.rule):
            yield re.sub(r"<.*?>", "anna", rule.rule), "POST" if "POST" in rule.methods else "GET"


@pytest.mark.parametrize("name", OTHERS)
def test_only_administrators_get_in_and_only_they_are_shown_the_way(server, anna, name):
    other, standing = Visitor(server), OTHERS[name]
    other.sign_up(name)
    server.extensions[ACCESS].members.give("", name, standing, by="anna")
    for path, method in paths(server):
        answer = other.get(path) if method == "GET" else other.post(path, {"user": "anna", "role": "viewer"})
        assert answer.status_code == 403, path
        assert Visitor(server).client.open(path, method=method).status_code in (302, 400, 401)
    assert "Administration" not in words(other.get("/account"))
    assert "Administration" in words(anna.get("/account"))


def test_nothing_is_changed_by_a_form_of_another_site(server, anna):
    for path, method in paths(server):
        if method == "POST":
            assert anna.client.post(path, headers={"Accept": "text/html"}).status_code == 400, path


def test_every_section_is_a_tab_and_the_one_that_is_open_is_marked(anna):
    tabs = re.findall(r'class="p-section[^"]*" href="([^"]+)"', anna.get("/admin").get_data(as_text=True))
    assert tabs[0] == "/admin"
    for path in tabs:
        page = anna.get(path).get_data(as_text=True)
        assert re.findall(r'class="p-section is-current" href="([^"]+)"', page) == [path]


def test_who_is_alone_is_said_to_be_so(anna):
    assert "One person has an account, and is an administrator." in words(anna.get("/admin"))


def test_people_are_listed_with_what_they_are_and_see(server, anna):
    Visitor.signed_up(server, "ben")
    server.extensions[ACCESS].members.give("other", "ben", Standing.ANALYST, by="anna")
    page = anna.get("/admin")
    row = next(one for one in page.get_data(as_text=True).split("<tr>") if ">ben" in one)
    for said in ("Ordinary", "password", "off", "Others (analyst)"):
        assert said in row
    assert "Two people have an account; one is an administrator." in words(page)
    assert "argon2" not in page.get_data(as_text=True)
    assert "anna" not in words(anna.get("/admin?q=be")).split("Datasets")[1]
    assert "Nobody’s name holds" in words(anna.get("/admin?q=zora"))


def test_the_menu_of_the_dashboard_leads_administrators_there(administrator, viewer):
    ways = [who.client.get("/_dash-layout").text for who in (administrator, viewer)]
    assert ["Administration" in way for way in ways] == [True, False]
    assert administrator.client.get("/admin").status_code == 200
