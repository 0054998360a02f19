"""Sessions: where they begin, what ends them, and where the visitor goes."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from callbacks.web import sessions
from core.accounts.users import Role
from tests.callbacks.door import PASSWORD, Visitor, appoint, build, open_page, words

NEW = "a pond in autumn"


@pytest.fixture
def visitor(server):
    return Visitor.signed_up(server, "anna")


@pytest.fixture
def elsewhere(server, visitor):
    """The same account in another browser."""
    elsewhere = Visitor(server)
    elsewhere.sign_in("anna")
    return elsewhere


def cookie_of(visitor, name=sessions.COOKIE):
    cookie = visitor.client.get_cookie(name)
    return cookie.value if cookie else None


def put_back(visitor, cookie):
    visitor.client.set_cookie(sessions.COOKIE, cookie)


def test_the_session_changes_at_sign_in_and_keeps_nothing(server, visitor):
    fresh = Visitor(server)
    fresh.get("/login")
    with fresh.client.session_transaction() as session:
        session["planted"] = "by an attacker"
    before, token = cookie_of(fresh), fresh.token()
    fresh.sign_in("anna")
    assert cookie_of(fresh) != before
    with fresh.client.session_transaction() as session:
        assert "planted" not in session
    assert fresh.is_in()
    planted = Visitor(server)
    put_back(planted, before)
    assert not planted.is_in()
    assert fresh.ask(open_page(), headers={"X-CSRFToken": token}).status_code == 400


def test_signing_in_as_another_leaves_the_first_account(server, visitor):
    Visitor(server).sign_up("ben")
    visitor.sign_in("ben")
    assert "Username ben" in words(visitor.get("/account"))


def test_signing_out_ends_the_session_and_says_so(visitor):
    answer = visitor.post("/logout")
    assert answer.status_code == 302
    assert "You are signed out" in words(visitor.get(answer.location))
    assert not visitor.is_in()


def test_a_cookie_that_was_copied_is_worth_nothing_after_sign_out(visitor):
    copied = cookie_of(visitor)
    visitor.post("/logout")
    put_back(visitor, copied)
    assert not visitor.is_in()
    assert visitor.ask(open_page()).status_code == 401


def test_signing_out_ends_the_sessions_elsewhere(visitor, elsewhere):
    assert elsewhere.is_in()
    visitor.post("/logout")
    assert not elsewhere.is_in()


def test_signing_out_ends_nobody_elses_session(server, visitor):
    ben = Visitor.signed_up(server, "ben")
    visitor.post("/logout")
    assert ben.is_in()


def test_a_link_can_not_sign_anybody_out(visitor):
    visitor.get("/logout")
    visitor.client.post("/logout", headers={"Accept": "text/html"})
    assert visitor.is_in()


def test_a_changed_password_ends_the_sessions_elsewhere_and_keeps_this_one(visitor, elsewhere):
    copied = cookie_of(visitor)
    visitor.post("/account", {"current": PASSWORD, "password": NEW, "repeat": NEW})
    assert visitor.is_in()
    assert visitor.ask(open_page()).status_code == 200
    assert not elsewhere.is_in()
    put_back(elsewhere, copied)
    assert not elsewhere.is_in()


def test_a_disabled_account_is_out_at_the_next_request(server, users, visitor):
    ben = Visitor.signed_up(server, "ben")
    users.change("ben", active=False)
    assert ben.ask(open_page()).status_code == 401
    assert not ben.is_in()


def test_a_changed_role_counts_at_the_next_request(server, users, visitor):
    ben = Visitor.signed_up(server, "ben")
    assert ben.ask(appoint()).status_code == 403
    users.change("ben", role=Role.ADMINISTRATOR)
    assert ben.ask(appoint()).status_code == 200
    users.change("ben", role=Role.VIEWER)
    assert ben.ask(appoint()).status_code == 403
    assert ben.get("/api/v1/users").status_code == 403


def test_an_account_that_is_gone_has_no_session(visitor, tmp_path):
    text = (tmp_path / "users.csv").read_text()
    (tmp_path / "users.csv").write_text(text.replace("anna,", "zora,"))
    assert not visitor.is_in()


def test_a_cookie_that_was_tampered_with_is_worth_nothing(visitor):
    head, _, rest = cookie_of(visitor).partition(".")
    put_back(visitor, f"{head[:-2]}AA.{rest}")
    assert not visitor.is_in()


def test_a_cookie_signed_with_another_key_is_worth_nothing(visitor, tmp_path):
    other = Visitor(build(tmp_path / "other"))
    other.sign_up("anna")
    put_back(visitor, cookie_of(other))
    assert not visitor.is_in()


def test_the_session_lasts_as_long_as_the_settings_say_even_for_a_copied_cookie(tmp_path, monkeypatch):
    visitor = Visitor(build(tmp_path, session_hours=2))
    visitor.sign_up("anna")
    copied, now = cookie_of(visitor), time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 2 * 3600 - 60)
    assert visitor.is_in()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 2 * 3600 + 60)
    put_back(visitor, copied)
    assert not visitor.is_in()


def test_the_session_outlives_the_browsers_window(server):
    answer = Visitor(server).sign_up("anna")
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(sessions.COOKIE)]
    assert "Expires=" in cookie


def test_a_session_in_use_is_renewed(visitor, monkeypatch):
    """Hours without a click end a session, not hours since the sign-in."""
    before, now = cookie_of(visitor), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11 * 3600)
    assert visitor.is_in()
    assert cookie_of(visitor) != before
    monkeypatch.setattr(time, "time", lambda: now + 22 * 3600)
    assert visitor.is_in()


def test_a_session_ends_after_some_days_however_much_it_is_used(tmp_path, monkeypatch):
    """A stolen cookie that is kept in use would else live until its owner signs out."""
    visitor, began = Visitor(build(tmp_path, session_days=2)), time.time()
    visitor.sign_up("anna")
    for hours in range(6, 48, 6):
        monkeypatch.setattr(time, "time", lambda hours=hours: began + hours * 3600)
        assert visitor.is_in()
    monkeypatch.setattr(time, "time", lambda: began + 48 * 3600 + 1)
    assert visitor.get("/").location == "/login?why=expired"


def test_a_session_that_does_not_say_when_it_began_is_none(visitor):
    with visitor.client.session_transaction() as session:
        del session[sessions.BEGAN]
    assert not visitor.is_in()


def test_signing_out_leaves_nothing_in_the_browser(visitor):
    assert visitor.post("/logout").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_goes_on_when_its_key_has_become_an_old_one(tmp_path):
    old, new = "the first key is long enough to sign", "the next key is also long enough"
    visitor = Visitor(build(tmp_path, secret_key=SecretStr(old)))
    visitor.sign_up("anna")
    for keys, goes_on in (({"old_keys": SecretStr(f"{old}, other")}, True), ({}, False)):
        after = Visitor(build(tmp_path, secret_key=SecretStr(new), **keys))
        put_back(after, cookie_of(visitor))
        assert after.is_in() == goes_on


def test_sessions_and_tokens_are_signed_by_hmac_sha256(visitor):
    """32 bytes, as 43 characters; SHA-1 has 20."""
    for value in (cookie_of(visitor), visitor.token()):
        assert len(value.rpartition(".")[2]) == 43


def test_a_session_is_not_written_again_at_every_click(visitor):
    """An answer that is late could otherwise bring a session back that has ended meanwhile."""
    visitor.ask(open_page())
    assert "Set-Cookie" not in visitor.ask(open_page()).headers


def ended(visitor):
    """The cookies of a browser whose session has run out."""
    visitor.client.delete_cookie(sessions.COOKIE)
    return visitor


def test_an_expired_session_leads_to_the_door_with_a_word_why_and_back_again(visitor):
    answer = ended(visitor).get("/predict?Age=44&Income=51000")
    query = parse_qs(urlsplit(answer.location).query)
    assert urlsplit(answer.location).path == "/login"
    assert query == {"why": ["expired"], "next": ["/predict?Age=44&Income=51000"]}
    page = visitor.get(answer.location)
    assert "Your session has ended. Sign in to go on." in words(page)
    action = re.search(r'<form method="post" action="([^"]*)"', page.get_data(as_text=True))[1]
    assert (
        visitor.sign_in("anna", path=action.replace("&amp;", "&")).location == "/predict?Age=44&Income=51000"
    )


def test_an_expired_session_is_told_to_scripts(visitor):
    answer = ended(visitor).ask(open_page())
    assert answer.status_code == 401
    assert answer.json == {
        "error": "Your session has ended. Sign in to go on.",
        "sign_in": "/login?why=expired",
    }


def test_a_form_sent_after_the_end_of_the_session_leads_to_the_door(visitor):
    assert ended(visitor).post("/account", {"current": "x"}).location == "/login?why=expired&next=%2Faccount"
    assert ended(visitor).post("/logout").location == "/login?why=expired"


def test_who_was_never_here_is_not_told_of_a_session(server):
    stranger = Visitor(server)
    assert stranger.get("/").location == "/login"
    assert stranger.get("/predict").location == "/login?next=%2Fpredict"


def test_who_signed_out_is_not_told_of_an_expired_session(visitor):
    visitor.post("/logout")
    assert visitor.get("/").location == "/login"


@pytest.mark.parametrize("why", ["<b>x</b>", "Your password is 1234", "", "EXPIRED"])
def test_nobody_else_can_put_words_on_the_page(server, why):
    page = Visitor(server).get("/login", query_string={"why": why}).get_data(as_text=True)
    assert why == "" or why not in page
    assert "session has ended" not in page


ELSEWHERE = [
    "https://evil.example", "http:evil.example", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "/%09/evil.example\t", " //evil.example",
    "javascript:alert(1)", "evil.example", "", "?next=//evil.example", "@evil.example", "/\x00/evil.example",
    "/logout", "/login", "/signup?next=/login", "/_dash-layout", "/assets/x.css", "/api/v1/users",
    "/" + "x" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_after_signing_in_one_never_lands_elsewhere(server, visitor, wanted):
    for answer in (
        Visitor(server).post(
            "/login", {"username": "anna", "password": PASSWORD}, query_string={"next": wanted}
        ),
        visitor.get("/login", query_string={"next": wanted}),
    ):
        assert (answer.status_code, answer.location) == (302, "/")
    assert "evil" not in Visitor(server).get("/signup", query_string={"next": wanted}).get_data(as_text=True)


@pytest.mark.parametrize("wanted", ["/predict", "/predict?Age=44", "/choose-k#evidence", "/account"])
def test_after_signing_in_one_lands_where_one_was_going(server, visitor, wanted):
    answer = Visitor(server).post(
        "/login", {"username": "anna", "password": PASSWORD}, query_string={"next": wanted}
    )
    assert answer.location == wanted


def test_a_new_account_lands_where_it_was_going_too(server):
    stranger = Visitor(server)
    assert 'href="/signup?next=/predict"' in stranger.get("/login?next=/predict").get_data(as_text=True)
    assert stranger.sign_up("ben", path="/signup?next=/predict").location == "/predict"


@pytest.mark.parametrize(("ahead", "is_in"), [(30, True), (300, False)])
def test_a_machine_whose_clock_is_a_little_ahead_signs_in_for_all(server, monkeypatch, ahead, is_in):
    visitor, now = Visitor(server), time.time
    monkeypatch.setattr("time.time", lambda: now() + ahead)
    visitor.sign_up("anna")
    monkeypatch.undo()
    assert visitor.get("/").status_code == (200 if is_in else 302)
