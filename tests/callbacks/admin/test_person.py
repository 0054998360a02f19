"""One account, and what administrators do with it: each thing, by whom it can be done, and what is left of it."""

import re

import pyotp
import pytest

from callbacks.web.guard import ACCESS
from core.accounts.permissions import Standing
from core.accounts.users import Role
from core.store.kept_files import KeptFiles
from tests.callbacks.door import PASSWORD, Visitor, open_page, words
from tests.support.audited import audited, latest


def do(who, deed, name="ben", current=PASSWORD):
    return who.post(f"/admin/people/{name}/do", {"do": deed, "current": current})


def test_an_administrator_is_made_and_unmade_at_the_next_request(anna, ben, users, tmp_path):
    assert ben.get("/admin").status_code == 403
    assert do(anna, "administrator").status_code == 302
    assert ben.get("/admin").status_code == 200
    assert do(anna, "viewer").status_code == 302
    assert ben.get("/admin").status_code == 403
    told = audited(tmp_path)
    assert [
        (one["who"], one["account"], one["role"], one["outcome"]) for one in told if one["event"] == "role"
    ] == [
        ("anna", "ben", "administrator", "done"),
        ("anna", "ben", "viewer", "done"),
    ]


@pytest.mark.parametrize("deed", ["viewer", "disable", "remove"])
def test_the_last_administrator_can_not_go(anna, ben, users, deed):
    answer = do(anna, deed, "anna")
    assert answer.status_code == 400
    assert "last active administrator" in words(answer)
    assert users.get("anna").rules
    assert anna.is_in()


@pytest.mark.parametrize("current", ["", "not the password"])
def test_nothing_is_done_without_the_password_of_who_does_it(anna, ben, users, current):
    for deed in ("administrator", "disable", "end-sessions", "reset-link", "reset-factor", "remove"):
        answer = do(anna, deed, current=current)
        assert answer.status_code == 400
        assert "/reset/" not in answer.get_data(as_text=True)
    assert do(anna, "be-king").status_code == 400
    assert do(anna, "disable", "zora").status_code == 404
    assert users.get("ben").active
    assert users.get("ben").role is Role.VIEWER
    assert ben.is_in()


def test_people_past_the_first_page_are_on_the_next(anna, ben, monkeypatch):
    monkeypatch.setattr("callbacks.admin.people.MOST", 1)
    first = anna.get("/admin")
    assert "1 to 1 of 2. Those after" in words(first)
    assert 'href="/admin?page=2"' in first.get_data(as_text=True)
    for page in ("2", "99"):
        assert "2 to 2 of 2. Those before" in words(anna.get(f"/admin?page={page}"))
    for page in ("0", "-3", "x"):
        assert "1 to 1 of 2. Those after" in words(anna.get(f"/admin?page={page}"))


def test_all_tokens_of_somebody_are_revoked_by_an_administrator(anna, ben, tmp_path):
    assert "Revoke all tokens" not in words(anna.get("/admin/people/ben"))
    made = ben.post(
        "/account/tokens", {"name": "Nightly", "dataset": "*", "role": "", "days": "30", "current": PASSWORD}
    )
    assert "Nightly" in words(made)
    assert "Nightly All datasets, as its owner" in words(anna.get("/admin/people/ben"))
    assert do(anna, "revoke-tokens").status_code == 302
    assert "Nightly" not in words(anna.get("/admin/people/ben"))
    assert "Nightly" not in words(ben.get("/account/tokens"))
    last = latest(tmp_path, "token")
    assert (last["account"], last["tokens"]) == ("ben", "all revoked")


def test_who_is_disabled_is_out_at_once_and_can_be_let_in_again(server, anna, ben):
    do(anna, "disable")
    assert ben.ask(open_page()).status_code == 401
    assert Visitor(server).sign_in("ben").status_code == 401
    assert "State Disabled" in words(anna.get("/admin/people/ben"))
    assert "can&#39;t sign in" in do(anna, "reset-link").get_data(as_text=True)
    do(anna, "enable")
    assert Visitor(server).sign_in("ben").status_code == 302


def test_sessions_end_and_ones_own_goes_on(server, anna, ben):
    do(anna, "end-sessions")
    assert not ben.is_in()
    elsewhere = Visitor(server)
    elsewhere.sign_in("anna")
    do(anna, "end-sessions", "anna")
    assert (anna.is_in(), elsewhere.is_in()) == (True, False)


def test_a_link_for_a_new_password_is_shown_once_and_works(server, anna, ben):
    answer = do(anna, "reset-link")
    link = re.search(r"http://localhost(/reset/[\w-]+)", answer.get_data(as_text=True))[1]
    assert link not in anna.get("/admin/people/ben").get_data(as_text=True)
    new = {"password": "a pond in autumn", "repeat": "a pond in autumn"}
    assert Visitor(server).post(link, new).status_code == 302
    assert Visitor(server).sign_in("ben", "a pond in autumn").status_code == 302


def test_who_has_lost_the_app_gets_in_by_the_password_again(server, anna, ben):
    page = ben.post("/account/factor/begin", {"current": PASSWORD}).get_data(as_text=True)
    app = pyotp.TOTP(re.search(r'class="door-key">(\w+)<', page)[1])
    ben.post("/account/factor/confirm", {"code": app.now()})
    assert Visitor(server).sign_in("ben").location.startswith("/login/code")
    assert "Reset second step" in words(anna.get("/admin/people/ben"))
    do(anna, "reset-factor")
    assert not ben.is_in()
    assert Visitor(server).sign_in("ben").location == "/"
    assert "Reset second step" not in words(anna.get("/admin/people/ben"))


def test_who_takes_the_name_of_a_removed_account_finds_nothing_of_it(server, anna, ben, tmp_path):
    access, tokens = server.extensions[ACCESS], server.extensions["tokens"]
    access.members.give("other", "ben", Standing.OWNER, by="anna")
    secret, _ = tokens.make(server.extensions["users"].get("ben"), "nightly")
    home, kept = tmp_path, []
    for folder in ("reports", "scored"):
        for owner in ("Ben", "anna"):
            kept.append(KeptFiles(home / folder, "any").keep(owner, "a.pdf", lambda _: None))
    assert do(anna, "remove").location == "/admin?why=remove"
    left = [one for folder in ("reports", "scored") for one in (home / folder).glob("*")]
    assert {one.name for one in left} == {one.id for one in kept if one.owner == "anna"}
    assert not ben.is_in()
    assert "ben" not in words(anna.get("/admin")).split("Datasets")[1]
    Visitor.signed_up(server, "Ben")
    assert access.members.given("ben") == {}
    assert tokens.find(secret) is None
    assert access.in_house(server.extensions["users"].get("ben")) is Standing.VIEWER


def test_datasets_are_given_and_taken_and_what_is_not_said_stays(server, anna, ben):
    members = server.extensions[ACCESS].members
    members.give("", "ben", Standing.VIEWER, by="anna")
    anna.post("/admin/people/ben/datasets", {"standing-other": "analyst", "standing-nowhere": "owner"})
    assert members.given("ben") == {"": Standing.VIEWER, "other": Standing.ANALYST}
    anna.post("/admin/people/ben/datasets", {"standing-": "none", "standing-other": "king"})
    assert members.given("ben") == {"other": Standing.ANALYST}
