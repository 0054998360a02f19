"""A program at the door: what a token opens, and what it does not."""

import time

import pytest
from sqlalchemy import update

from core.accounts.tokens import MOST_EACH, Tokens
from core.accounts.users import Role
from core.errors import AccountError
from core.store.tables import tokens as table
from tests.callbacks.door import build
from tests.support.audited import as_text, latest

ECHO, USERS = "/api/v1/echo", "/api/v1/users"


@pytest.fixture
def server(tmp_path):
    return build(tmp_path, api_rate=5)


@pytest.fixture
def tokens(server) -> Tokens:
    return server.extensions["tokens"]


@pytest.fixture
def made(server, tokens, anna):
    """`made(role="viewer")`: a token of Anna's, and its row."""
    return lambda **what: tokens.make(server.extensions["users"].get("anna"), "nightly", **what)


@pytest.fixture
def ask(server):
    def asking(secret, path=ECHO, method="POST", **options):
        headers = {"Authorization": f"Bearer {secret}"} | options.pop("headers", {})
        options |= {"json": {"a": 1}} if method == "POST" and "data" not in options else {}
        return server.test_client().open(path, method=method, headers=headers, **options)

    return asking


def test_a_program_needs_neither_cookie_nor_form_token_and_is_given_none(made, ask):
    answer = ask(made()[0])
    assert (answer.status_code, answer.json) == (200, {"json": {"a": 1}})
    assert "Set-Cookie" not in answer.headers


def test_nothing_that_is_kept_opens_the_door(made, ask, tmp_path):
    secret, token = made()
    kept = b"".join(one.read_bytes() for one in tmp_path.glob("parterre.sqlite*"))
    assert secret.encode() not in kept
    assert secret[9:].encode() not in kept
    assert ask(token.id).status_code == 401


@pytest.mark.parametrize(
    "path", ["/", "/logout", "/_dash-layout", "/api/v1", "/API/v1/echo", "/assets/http.js"]
)
def test_a_token_opens_the_api_and_nothing_else(made, ask, path):
    answer = ask(made()[0], path, "GET")
    assert answer.status_code in (302, 401)
    assert "/login" in answer.headers.get("Location", "/login")


def test_a_token_in_the_address_opens_nothing_and_says_where_it_belongs(made, server):
    answer = server.test_client().get(f"{USERS}?access_token={made()[0]}")
    assert answer.status_code == 401
    assert "Authorization" in answer.text


def test_revoked_and_expired_and_invented_tokens_are_refused_alike(made, ask, tokens):
    revoked, expired = made(), made(days=1)
    tokens.revoke(revoked[1].id)
    tokens.database.change(update(table).where(table.c.id == expired[1].id).values(expires=time.time() - 1))
    invented = "parterre_" + "x" * 43
    answers = [ask(one) for one in (revoked[0], expired[0], invented, "", "x" * 100_000, "parterre_é")]
    assert {one.status_code for one in answers} == {401}
    assert len({one.text for one in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer error=invalid_token"


def test_who_sends_a_token_that_is_no_good_is_not_let_in_by_a_cookie(anna, made):
    assert anna.get(USERS).status_code == 200
    assert anna.get(USERS, headers={"Authorization": "Bearer no"}).status_code == 401


def test_a_token_is_as_much_as_its_user_is_at_that_moment(made, ask, server):
    users, (secret, _) = server.extensions["users"], made()
    users.add("ben", "x", role=Role.ADMINISTRATOR)
    assert ask(secret, USERS, "GET").status_code == 200
    users.change("anna", role=Role.VIEWER)
    assert ask(secret, USERS, "GET").status_code == 403
    assert ask(secret).status_code == 200
    users.change("anna", active=False)
    assert ask(secret).status_code == 401


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_a_token_with_a_ceiling_is_no_administrator(made, ask, role):
    secret, _ = made(role=role)
    assert ask(secret).status_code == 200
    assert ask(secret, USERS, "GET").status_code == 403


def test_a_cookie_on_the_api_still_needs_its_form_token(anna):
    assert anna.client.post(ECHO, json={"a": 1}).status_code == 400
    assert anna.client.post(ECHO, data={"a": "1"}, headers={"Authorization": "Basic x"}).status_code == 400
    assert anna.client.post(ECHO, json={}, headers={"X-CSRFToken": anna.token()}).status_code == 200


def test_a_token_has_so_many_requests_a_minute_and_is_told_how_many_are_left(made, ask, monkeypatch):
    monkeypatch.setattr("core.accounts.tokens.time.time", lambda: 6_000_000_010.0)
    secret, other = made(days=3650)[0], made(days=3650)[0]
    monkeypatch.setattr("core.accounts.tokens.Token.state", "good")
    answers = [ask(secret) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit"] == '"minute";r=4;t=50'
    assert answers[0].headers["RateLimit-Policy"] == '"minute";q=5;w=60'
    assert answers[5].headers["Retry-After"] == "50"
    assert ask(other).status_code == 200
    monkeypatch.setattr("core.accounts.tokens.time.time", lambda: 6_000_000_060.0)
    assert ask(secret).status_code == 200


def test_last_use_is_written_with_the_first_request_of_a_minute(made, ask, tokens, monkeypatch):
    monkeypatch.setattr("core.accounts.tokens.Token.state", "good")
    secret = made()[0]
    used = []
    for moment in (6_000_000_000.0, 6_000_000_059.0, 6_000_000_060.0):
        monkeypatch.setattr("core.accounts.tokens.time.time", lambda moment=moment: moment)
        ask(secret)
        used.append(tokens.all()[0].used)
    assert used == [6_000_000_000.0, 6_000_000_000.0, 6_000_000_060.0]


def test_a_disk_that_takes_no_more_keeps_no_program_out(made, ask, monkeypatch):
    secret = made()[0]
    monkeypatch.setattr(Tokens, "count", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    assert ask(secret).status_code == 200


def test_the_audit_log_says_by_which_token_and_never_the_token(made, ask, tmp_path):
    secret, token = made(role="viewer")
    ask(secret, USERS, "GET")
    line = latest(tmp_path, "refused")
    assert (line["who"], line["token"]) == ("anna", token.id)
    assert secret not in as_text(tmp_path)


def test_tokens_are_their_owners_alone(made, server, tokens):
    ben = server.extensions["users"].add("ben", "x")
    _, token = made()
    assert tokens.all(ben) == []
    with pytest.raises(AccountError, match="Found no token"):
        tokens.revoke(token.id, ben)
    assert tokens.all()[0].state == "good"


def test_there_are_only_so_many_of_one_user(made):
    for _ in range(MOST_EACH):
        made()
    with pytest.raises(AccountError, match="Revoke one first"):
        made()


@pytest.mark.parametrize(
    "what", [{"days": 0}, {"days": 10**9}, {"role": "administrator"}], ids=lambda one: str(one)
)
def test_what_a_token_can_not_be_is_said(made, what):
    with pytest.raises(AccountError, match="Expected"):
        made(**what)
