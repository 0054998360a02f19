"""A forgotten password: links of an operator, links by e-mail, and what a stranger learns of either."""

import re
import secrets
import time

import pyotp
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from core.accounts import passwords
from core.accounts.attempts import LIMITS
from core.store.tables import reset_links
from tests.callbacks.door import PASSWORD, Visitor, build, words
from tests.support.post import post

__all__ = ["post"]
NEW = "a pond in autumn"
TYPED = {"password": NEW, "repeat": NEW}
SECONDS = 20  # that a letter may take


@pytest.fixture
def box(post):
    while not post[0].came.empty():
        post[0].came.get()
    return post[0]


@pytest.fixture
def server(tmp_path, post):
    return build(tmp_path, smtp_url=SecretStr(post[1]), hosts="parterre.example.com")


def run(server, *given):
    return server.test_cli_runner().invoke(args=["parterre", "accounts", *given])


def link_of(server, name="anna", *given):
    done = run(server, "reset-link", name, *given)
    assert done.exit_code == 0, done.output
    return re.fullmatch(r"http://parterre\.example\.com:\d+(/reset/\S+)\n", done.output)[1]


def test_a_link_gives_a_new_password_once_and_ends_every_session(server, anna):
    link, stranger = link_of(server), Visitor(server)
    assert "New password" in words(stranger.get(link))
    answer = stranger.post(link, TYPED)
    assert "Your password is changed. Sign in with it." in words(stranger.get(answer.location))
    assert not stranger.is_in(), "who has the link alone has the account"
    assert not anna.is_in()
    assert stranger.sign_in("anna", NEW).status_code == 302
    for again in (stranger.get(link), stranger.post(link, TYPED)):
        assert again.status_code == 404
        assert "opens nothing" in words(again)


def test_a_password_that_is_refused_does_not_use_up_the_link(server, anna):
    link, stranger = link_of(server), Visitor(server)
    refused = stranger.post(link, {"password": "anna anna anna", "repeat": "anna anna anna"})
    assert refused.status_code == 400
    assert stranger.post(link, {"password": NEW, "repeat": "another"}).status_code == 400
    assert stranger.post(link, TYPED).status_code == 302


def test_a_link_is_worth_nothing_once_it_is_old_or_the_password_has_changed_or_the_account_is_off(
    server, anna, monkeypatch
):
    users, stranger = server.extensions["users"], Visitor(server)
    old, spent, off = link_of(server, "anna", "--hours", "1"), link_of(server), link_of(server)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert stranger.get(old).status_code == 404
    monkeypatch.undo()
    assert stranger.get(spent).status_code == 200
    Visitor(server).sign_up("ben")
    users.change("ben", role="administrator")
    users.change("anna", active=False)
    assert stranger.post(off, TYPED).status_code == 404
    users.change("anna", active=True, password_hash=passwords.hash_password("another one entirely"))
    assert stranger.post(spent, TYPED).status_code == 404


def test_the_database_holds_no_link_that_opens(server, anna):
    secret = link_of(server).rpartition("/")[2]
    entry = server.extensions["sessions"].database
    assert secret not in str(entry.rows(select(reset_links)))


def test_a_form_on_another_site_can_not_use_a_link(server, anna):
    answer = Visitor(server).client.post(link_of(server), data=TYPED, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert Visitor(server).sign_in("anna").status_code == 302


def test_a_new_password_does_not_pass_the_second_step(server, anna):
    page = anna.post("/account/factor/begin", {"current": PASSWORD}).get_data(as_text=True)
    app = pyotp.TOTP(re.search(r'class="door-key">(\w+)<', page)[1])
    anna.post("/account/factor/confirm", {"code": app.now()})
    stranger = Visitor(server)
    stranger.post(link_of(server), TYPED)
    assert stranger.sign_in("anna", NEW).location.startswith("/login/code")
    assert not stranger.is_in()


def test_a_link_comes_by_e_mail_to_where_its_owner_said_and_works(server, anna, box):
    anna.post("/account/email", {"email": "ada@example.org", "current": PASSWORD})
    stranger = Visitor(server)
    stranger.post("/forgot", {"username": " Anna "})
    letter = box.came.get(timeout=SECONDS)
    assert letter["To"] == "ada@example.org"
    assert "List-Unsubscribe" not in letter
    link = re.search(r"http://localhost(/reset/\S+)", letter.get_content())[1]
    assert stranger.post(link, TYPED).status_code == 302
    assert stranger.sign_in("anna", NEW).status_code == 302


def test_a_username_that_is_an_address_is_where_it_goes_unless_said_otherwise(server, box):
    Visitor(server).sign_up("ben@example.net")
    Visitor(server).post("/forgot", {"username": "ben@example.net"})
    assert box.came.get(timeout=SECONDS)["To"] == "ben@example.net"


def test_whether_there_is_an_account_is_not_told_by_words_status_headers_or_work(
    server, anna, box, monkeypatch
):
    """The letter is written elsewhere: nobody waits longer for it where there is an account."""
    started = []
    monkeypatch.setattr("callbacks.accounts.resets.Thread", lambda **how: started.append(how) or Later())
    anna.post("/account/email", {"email": "ada@example.org", "current": PASSWORD})
    told = []
    for name in ("anna", "nobody-here", "x' OR 1=1", "ANNA"):
        answer = Visitor(server).post("/forgot", {"username": name})
        told.append((answer.status_code, words(answer), sorted(answer.headers.keys())))
    assert len({str(one) for one in told}) == 1
    assert len(started) == 4


class Later:
    def start(self):
        pass


def test_nobody_is_flooded_with_links_and_no_address_asks_without_end(server, anna, box):
    anna.post("/account/email", {"email": "ada@example.org", "current": PASSWORD})
    for number in range(LIMITS["links"].rate.amount + 2):
        assert (
            Visitor(server, f"198.51.100.{number}").post("/forgot", {"username": "anna"}).status_code == 200
        )
    for _ in range(LIMITS["links"].rate.amount):
        box.came.get(timeout=SECONDS)
    stranger = Visitor(server, "203.0.113.1")
    said = [stranger.post("/forgot", {"username": f"guess{n}"}).status_code for n in range(11)]
    assert said == [200] * LIMITS["forgotten"].rate.amount + [429]
    assert box.came.empty()


def test_the_link_leads_to_no_host_that_a_stranger_made_up(server, anna, tmp_path, post):
    forged = Visitor(server).client.post(
        "/forgot", data={"username": "anna"}, headers={"Host": "evil.example"}
    )
    assert forged.status_code == 400
    anywhere = build(tmp_path / "any", smtp_url=SecretStr(post[1]), host="0.0.0.0", hosts="")
    stranger = Visitor(anywhere)
    assert "administrator can make you a link" in words(stranger.get("/forgot"))
    assert "Forgot" not in words(stranger.get("/login"))
    assert "Forgot your password?" in words(Visitor(server).get("/login"))


@pytest.mark.parametrize(
    ("asked", "leads", "changes"),
    [
        ("parterre.example.com:4444", "http://parterre.example.com", {}),
        ("localhost:4444", "http://localhost", {}),
        ("parterre.example.com:8443", "http://parterre.example.com:8443", {}),
        ("parterre.example.com:8050", "http://parterre.example.com:8050", {}),
        ("parterre.example.com:8050", "https://parterre.example.com", {"env": "production"}),
        ("localhost:4444", "https://parterre.example.com", {"env": "production"}),
    ],
)
def test_the_link_leads_to_no_port_that_a_stranger_made_up(tmp_path, post, box, asked, leads, changes):
    """Whoever listens at another port of the same name would be given the secret."""
    names = "parterre.example.com,parterre.example.com:8443"
    key = SecretStr(secrets.token_urlsafe(48))
    server = build(tmp_path, smtp_url=SecretStr(post[1]), hosts=names, secret_key=key, **changes)
    server.extensions["users"].add("ben@example.net", passwords.hash_password(PASSWORD))
    stranger, where = server.test_client(), f"{leads.partition(':')[0]}://{asked}"
    page = stranger.get("/forgot", base_url=where).get_data(as_text=True)
    form = {
        "username": "ben@example.net",
        "csrf_token": re.search(r'csrf_token"[^>]*value="([^"]+)', page)[1],
    }
    assert stranger.post("/forgot", base_url=where, data=form, headers={"Referer": where}).status_code == 200
    link = re.search(r"(\S+)/reset/\S+", box.came.get(timeout=SECONDS).get_content())
    assert link[1] == leads


def test_where_links_go_is_changed_with_the_password_only_and_is_an_address(server, anna):
    for typed in ({}, {"current": "a wrong password"}):
        assert anna.post("/account/email", {"email": "thief@example.com", **typed}).status_code == 400
    for email in ("x", "a@b", "a@example.com\nBcc: b@example.com", "a@example.com,b@example.com"):
        assert anna.post("/account/email", {"email": email, "current": PASSWORD}).status_code == 400
    assert "thief" not in anna.get("/account/email").get_data(as_text=True)
