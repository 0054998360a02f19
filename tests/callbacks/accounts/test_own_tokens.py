"""One's own tokens: shown once, good at once, and revoked by nobody but their owner."""

import re

import pytest

from core.accounts.tokens import PREFIX
from tests.callbacks.door import PASSWORD, Visitor, words

ASKED = {"name": "Nightly script", "dataset": "other", "role": "viewer", "days": "30", "current": PASSWORD}


def secret_in(page):
    found = re.search(rf'class="door-key">({PREFIX}\S+)<', page.get_data(as_text=True))
    return found and found[1]


def asks(server, secret):
    """What a program with the token is answered."""
    headers = {"Authorization": f"Bearer {secret}"}
    return server.test_client().post("/api/v1/echo", json={}, headers=headers).status_code


def test_a_token_is_shown_once_and_good_until_its_owner_revokes_it(server, anna):
    secret = secret_in(anna.post("/account/tokens", ASKED | {"dataset": "*"}))
    assert asks(server, secret) == 200
    page = anna.get("/account/tokens")
    assert secret not in page.get_data(as_text=True)
    assert "Nightly script All datasets, viewer, until" in words(page)
    (id,) = re.findall(r'name="id" value="(\w+)"', page.get_data(as_text=True))
    ben = Visitor.signed_up(server, "ben")
    assert ben.post("/account/tokens/revoke", {"id": id}).status_code == 400
    assert asks(server, secret) == 200
    answer = anna.post("/account/tokens/revoke", {"id": id})
    assert "opens nothing any more" in words(anna.get(answer.location))
    assert asks(server, secret) == 401
    assert "You have none" in words(anna.get("/account/tokens"))


@pytest.mark.parametrize(
    "typed",
    [
        {"current": "a wrong password"},
        {"current": ""},
        {"name": ""},
        {"dataset": "a-secret-one"},
        {"role": "administrator"},
        {"days": "0"},
        {"days": "x"},
        {"days": "99999"},
    ],
)
def test_no_token_is_made_of_what_is_wrong_or_without_the_password(server, anna, typed):
    answer = anna.post("/account/tokens", ASKED | typed)
    assert answer.status_code == 400
    assert secret_in(answer) is None
    assert server.extensions["tokens"].all() == []


def test_a_token_makes_no_token_and_changes_no_account(server, anna):
    secret = secret_in(anna.post("/account/tokens", ASKED))
    headers = {"Authorization": f"Bearer {secret}"}
    for path in ("/account", "/account/tokens", "/account/factor/off"):
        assert server.test_client().post(path, data=ASKED, headers=headers).status_code in (302, 400, 401)
    assert len(server.extensions["tokens"].all()) == 1
