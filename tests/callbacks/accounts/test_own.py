"""One's own account: where one is signed in, and how that ends."""

import re

import pytest

from tests.callbacks.door import Visitor, open_page, words


@pytest.fixture
def visitor(server):
    return Visitor.signed_up(server, "anna")


@pytest.fixture
def elsewhere(server, visitor):
    elsewhere = Visitor(server)
    elsewhere.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    elsewhere.sign_in("anna")
    return elsewhere


def ids(visitor):
    return re.findall(r'name="id" value="(\w+)"', visitor.get("/account").get_data(as_text=True))


def test_ending_a_session_signs_out_that_browser_at_its_next_request_and_no_other(visitor, elsewhere):
    assert "Firefox on Linux Last seen" in words(visitor.get("/account"))
    (id,) = ids(visitor)
    answer = visitor.post("/account/sessions", {"id": id})
    assert "That browser is signed out" in words(visitor.get(answer.location))
    assert elsewhere.ask(open_page()).status_code == 401
    assert not elsewhere.is_in()
    assert visitor.is_in()
    assert ids(visitor) == []


def test_a_cookie_of_an_ended_session_that_was_copied_is_worth_nothing(server, visitor, elsewhere):
    copied = elsewhere.client.get_cookie("parterre_session").value
    visitor.post("/account/sessions", {"id": ids(visitor)[0]})
    thief = Visitor(server)
    thief.client.set_cookie("parterre_session", copied)
    assert not thief.is_in()
    elsewhere.sign_in("anna")
    assert elsewhere.is_in()


def test_all_others_end_and_this_one_goes_on(server, visitor, elsewhere):
    third = Visitor(server)
    third.sign_in("anna")
    visitor.post("/account/sessions")
    assert [one.is_in() for one in (visitor, elsewhere, third)] == [True, False, False]


def test_nobody_ends_the_session_of_another(server, visitor, elsewhere):
    ben = Visitor.signed_up(server, "ben")
    assert ben.post("/account/sessions", {"id": ids(visitor)[0]}).status_code == 404
    assert elsewhere.is_in()
    forged = ben.client.post("/account/sessions", headers={"Accept": "text/html"})
    assert forged.status_code == 400


def test_a_session_is_written_down_once_a_minute_at_most(visitor, monkeypatch):
    written = []
    monkeypatch.setattr("core.accounts.sessions.Sessions.saw", lambda *_: written.append(1))
    for _ in range(5):
        visitor.ask(open_page())
    assert written == []
