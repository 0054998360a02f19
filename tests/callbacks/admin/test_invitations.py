"""Invitations and the policy of sign-up, as administrators make them and as attackers try them."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from callbacks.web.guard import ACCESS
from core.accounts.permissions import Action, Standing
from core.accounts.users import Role
from tests.callbacks.door import PASSWORD, Visitor, build, words
from tests.support.audited import as_text, audited
from tests.support.post import post

__all__ = ["post"]
TYPED = {"password": PASSWORD, "repeat": PASSWORD}
KEY = SecretStr("YcB2nq8eJ4kz0RrTn1vVhW6sLx3uPg9m")


@pytest.fixture
def server(tmp_path):
    return build(tmp_path, signup="")


def invite(anna, **given):
    form = {"whom": "ben", "role": "viewer", "days": "7", "current": PASSWORD} | given
    answer = anna.post("/admin/invitations/make", form)
    assert answer.status_code == 200, words(answer)
    return re.search(r"/invite/[\w-]+", answer.get_data(as_text=True))[0]


def choose(anna, way, **given):
    return anna.post("/admin/sign-up/choose", {"way": way, "current": PASSWORD} | given)


def test_who_has_the_link_makes_an_account_in_the_datasets_that_were_said_and_is_in(server, anna, tmp_path):
    link, ben = invite(anna, **{"standing-other": "analyst"}), Visitor(server)
    assert "You are invited" in words(ben.get(link))
    assert ben.post(link, {"username": "ben", **TYPED}).location == "/"
    assert ben.get("/account").status_code == 200
    assert server.extensions[ACCESS].members.given("ben") == {"other": Standing.ANALYST}
    for again in (Visitor(server).get(link), Visitor(server).post(link, {"username": "mallory", **TYPED})):
        assert again.status_code == 404
        assert "opens nothing" in words(again)
    told = [one for one in audited(tmp_path) if one.get("invitation")]
    assert [(one["event"], one["outcome"], one["who"]) for one in told] == [
        ("invitation", "made", "anna"),
        ("sign-up", "done", "ben"),
    ]
    assert link.rpartition("/")[2] not in as_text(tmp_path)


def test_the_link_is_shown_once_and_can_be_taken_back(server, anna):
    link = invite(anna, whom="Ben of the shop")
    page = anna.get("/admin/invitations").get_data(as_text=True)
    assert link not in page
    id = re.search(r'name="id" value="(\w+)"', page)[1]
    assert anna.post("/admin/invitations/revoke", {"id": id}).status_code == 302
    assert Visitor(server).get(link).status_code == 404
    assert anna.post("/admin/invitations/revoke", {"id": id}).status_code == 400


@pytest.mark.parametrize("current", ["", "not the password"])
def test_without_the_password_of_who_asks_nothing_is_made_or_chosen(server, anna, current):
    form = {"whom": "ben", "role": "administrator", "days": "7", "current": current}
    answer = anna.post("/admin/invitations/make", form)
    assert answer.status_code == 400
    assert "/invite/" not in answer.get_data(as_text=True)
    assert choose(anna, "closed", current=current).status_code == 400
    assert Visitor(server).get("/signup").status_code == 200


def test_two_with_one_link_at_once_are_not_both_let_in(server, anna):
    link, names = invite(anna), ["guest1", "guest2", "guest3"]
    guests = [Visitor(server) for _ in names]
    for one in guests:
        one.get(link)
    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(
            pool.map(
                lambda pair: pair[0].post(link, {"username": pair[1], **TYPED}),
                zip(guests, names, strict=True),
            )
        )
    assert sorted(one.status_code for one in answers).count(302) == 1
    assert len(server.extensions["users"].all()) == 2


def test_a_link_of_another_house_or_of_who_rules_no_more_opens_nothing(server, anna, tmp_path):
    elsewhere = build(tmp_path / "elsewhere")
    stranger = Visitor(elsewhere)
    stranger.sign_up("mallory")
    assert Visitor(server).get(invite(stranger)).status_code == 404
    users = server.extensions["users"]
    Visitor(server).post(invite(anna, role="administrator"), {"username": "cleo", **TYPED})
    assert users.get("cleo").role is Role.ADMINISTRATOR
    cleo = Visitor(server)
    cleo.sign_in("cleo")
    link = invite(cleo, role="administrator")
    users.change("cleo", role="viewer")
    assert Visitor(server).get(link).status_code == 404


def test_a_form_of_another_site_and_a_name_of_those_who_run_this_are_refused(server, anna):
    link, ben = invite(anna), Visitor(server)
    forged = ben.client.post(link, data={"username": "ben", **TYPED}, headers={"Accept": "text/html"})
    assert forged.status_code == 400
    assert ben.post(link, {"username": "root", **TYPED}).status_code == 400
    assert ben.post(link, {"username": "ben", "password": "short", "repeat": "short"}).status_code == 400
    assert len(server.extensions["users"].all()) == 1
    assert anna.get(link).status_code == 409
    assert ben.post(link, {"username": "ben", **TYPED}).status_code == 302


@pytest.mark.parametrize(("way", "said"), [("invited", "by invitation"), ("closed", "Sign-up is closed")])
def test_where_sign_up_is_not_open_a_direct_post_makes_no_account(server, anna, tmp_path, way, said):
    link = invite(anna)
    assert choose(anna, way).status_code == 302
    stranger = Visitor(server)
    for answer in (stranger.get("/signup"), stranger.sign_up("mallory")):
        assert answer.status_code == 403
        assert said in words(answer)
    assert [user.username for user in server.extensions["users"].all()] == ["anna"]
    assert stranger.get(link).status_code == (200 if way == "invited" else 404)
    assert "sign-up-policy" in [one["event"] for one in audited(tmp_path)]
    if way == "closed":
        form = {"whom": "ben", "role": "viewer", "days": "7", "current": PASSWORD}
        assert "would open nothing" in words(anna.post("/admin/invitations/make", form))


def test_what_the_operator_has_said_is_shown_and_not_to_be_chosen_here(tmp_path):
    server = build(tmp_path, signup="open")
    anna = Visitor.signed_up(server, "anna")
    page = anna.get("/admin/sign-up")
    assert "PARTERRE_SIGNUP says open" in words(page)
    assert 'value="invited"' not in page.get_data(as_text=True)
    assert choose(anna, "closed").status_code == 400
    assert Visitor(server).sign_up("ben").status_code == 302


def test_in_production_invited_is_the_way_and_opening_it_keeps_exports_from_newcomers(tmp_path):
    server = build(tmp_path, env="production", secret_key=KEY, hosts="localhost", signup="")
    users, admission = server.extensions["users"], server.extensions["entry"].admission
    users.add("anna", "a hash")
    ben, access = users.add("ben", "a hash"), server.extensions[ACCESS]
    access.members.give("", "ben", Standing.VIEWER, by="anna")
    assert admission.way == "invited"
    assert access.may(ben.username, Action.EXPORT, "")
    admission.choice.choose("open", by="anna")
    assert not access.may(ben.username, Action.EXPORT, "")


def test_an_invitation_for_an_e_mail_address_is_sent_there(tmp_path, post):
    box, url = post
    server = build(tmp_path, smtp_url=SecretStr(url), hosts="parterre.example.com")
    anna = Visitor.signed_up(server, "anna")
    while not box.came.empty():
        box.came.get()
    link = invite(anna, whom="ben@example.org")
    letter = box.came.get(timeout=20)
    assert letter["To"] == "ben@example.org"
    assert link in letter.get_content()
    assert "was sent to ben@example.org" in words(
        anna.post(
            "/admin/invitations/make",
            {"whom": "ben@example.org", "role": "viewer", "days": "7", "current": PASSWORD},
        )
    )
