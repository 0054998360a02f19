"""Single sign-on: who comes in by a real provider, and who does not by one that lies or by a browser that does."""

import time

import pytest
from pydantic import SecretStr

from callbacks.web import sessions
from callbacks.web.guard import ACCESS
from core.accounts.permissions import Standing
from core.accounts.users import Role
from core.errors import SettingsError
from tests.callbacks.door import PASSWORD, Visitor, build, words
from tests.support.provider import ADA, CLIENT, SECRET, running


@pytest.fixture(scope="module")
def started():
    with running() as provider:
        yield provider


@pytest.fixture
def provider(started):
    started.reset()
    return started


@pytest.fixture
def server_with(tmp_path, provider):
    def server(**changes):
        ours = {"oidc_issuer": provider.issuer, "oidc_client": CLIENT, "oidc_secret": SecretStr(SECRET)}
        return build(tmp_path, **{**ours, "signup": "closed", **changes})

    return server


@pytest.fixture
def server(server_with):
    server = server_with()
    Visitor(server).sign_up("olga-operates")
    return server


def comes_by(server, provider, visitor=None, path="/login/sso", **changed):
    """Where a browser ends that goes to the provider and back, and the browser."""
    visitor = visitor or Visitor(server)
    return visitor.get(provider.agrees(visitor.get(path).location, **changed)), visitor


def name_of(visitor):
    return words(visitor.get("/account")).partition("Username ")[2].split()[0]


def test_somebody_of_the_organisation_comes_in_and_on_to_the_page_without_a_password_here(server, provider):
    stranger = Visitor(server)
    assert "Sign in by your organisation" in words(stranger.get("/login"))
    answer, ada = comes_by(server, provider, path="/login/sso?next=/predict?Age=44")
    assert (answer.status_code, answer.location) == (302, "/predict?Age=44")
    assert name_of(ada) == "ada"
    assert server.extensions["users"].get("ada").role is Role.VIEWER
    for password in ("", "x", PASSWORD, provider.person["sub"]):
        assert Visitor(server).sign_in("ada", password).status_code in (400, 401)


def test_whoever_came_from_a_dataset_comes_back_to_it_by_the_one_address_that_the_provider_knows(
    server, provider
):
    answer, ada = comes_by(server, provider, path="/d/other/login/sso?next=/predict")
    assert answer.location == "/d/other/predict"
    assert ada.is_in()


def test_a_person_is_known_by_what_never_changes_there(server, provider):
    comes_by(server, provider)
    provider.person |= {"preferred_username": "ada.lovelace", "email": "other@example.com"}
    assert name_of(comes_by(server, provider)[1]) == "ada"
    assert len(server.extensions["users"].all()) == 2


@pytest.mark.parametrize("name", ["olga-operates", "OLGA-operates", "admin"])
def test_nobody_gets_an_account_that_is_there_by_being_called_so(server, provider, name):
    provider.person |= {"preferred_username": name, "email": f"{name}@example.com", "email_verified": True}
    answer, thief = comes_by(server, provider)
    assert answer.status_code == 401
    assert "somebody else's" in words(answer)
    assert not thief.is_in()


def test_an_operator_joins_an_account_that_was_there_and_a_person(server, provider):
    link = ["parterre", "accounts", "link", "olga-operates", ADA["sub"]]
    assert server.test_cli_runner().invoke(args=link).exit_code == 0
    assert name_of(comes_by(server, provider)[1]) == "olga-operates"


LIES = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for another client": {"aud": "somebody-else"},
    "for another client, authorised for us": {"aud": "somebody-else", "azp": CLIENT},
    "for several, authorised for another": {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
    "for several, authorised for nobody": {"aud": [CLIENT, "somebody-else"]},
    "for nobody": {"aud": None},
    "in answer to another question": {"nonce": "of another browser"},
    "in answer to no question": {"nonce": None},
    "too old": {"exp": int(time.time()) - 3600},
    "for good": {"exp": None},
    "for good, as a text": {"exp": "never"},
    "of tomorrow": {"iat": int(time.time()) + 86400},
    "not yet": {"nbf": int(time.time()) + 86400},
    "of nobody": {"sub": None},
    "of nobody, as a text": {"sub": ""},
    "of a list": {"sub": ["248289761001"]},
}


@pytest.mark.parametrize("claims", LIES.values(), ids=LIES.keys())
def test_what_is_not_said_to_us_now_in_answer_to_this_opens_nothing(server, provider, claims):
    provider.claims = claims
    answer, visitor = comes_by(server, provider)
    assert answer.status_code == 401
    assert not visitor.is_in()
    assert len(server.extensions["users"].all()) == 1


@pytest.mark.parametrize("forge", ["none", "public key as secret", "another key", "changed afterwards"])
def test_what_the_provider_has_not_signed_opens_nothing(server, provider, forge):
    provider.forge = forge
    # A provider that is talked into naming them must not talk us into taking them.
    provider.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "ES256"]}
    answer, visitor = comes_by(server, provider)
    assert answer.status_code == 401
    assert not visitor.is_in()


def test_a_key_that_was_renewed_is_fetched(server, provider):
    comes_by(server, provider)
    person = dict(provider.person)
    provider.reset()
    provider.person = person
    assert comes_by(server, provider)[1].is_in()


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"authorization_endpoint": "javascript:alert(1)"}, {"issuer": None}],
)
def test_a_provider_that_is_another_than_was_named_is_gone_to_by_nobody(server, provider, metadata):
    provider.metadata = metadata
    answer = Visitor(server).get("/login/sso")
    assert answer.status_code == 401
    assert "did not work" in words(answer)


def test_an_answer_that_another_browser_asked_for_opens_nothing(server, provider):
    """Else an attacker has somebody work in an account of his, or takes what was meant for another."""
    victim, thief = Visitor(server), Visitor(server)
    back = provider.agrees(thief.get("/login/sso").location)
    for browser in (victim, Visitor(server)):
        browser.get("/login")
        assert browser.get(back).status_code == 401
        assert not browser.is_in()
    victim.get("/login/sso")
    assert victim.get(back).status_code == 401
    assert provider.given == [], "the code was spent for him"


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "x"},
        {"state": ""},
        {"iss": "https://evil.example"},
        {"code": "guessed"},
        {"error": "access_denied"},
    ],
)
def test_an_answer_that_was_changed_opens_nothing(server, provider, changed):
    answer, visitor = comes_by(server, provider, **changed)
    assert answer.status_code == 401
    assert not visitor.is_in()


def test_an_answer_counts_once_and_not_after_a_second_question(server, provider):
    visitor = Visitor(server)
    back = provider.agrees(visitor.get("/login/sso").location)
    kept = visitor.client.get_cookie(sessions.COOKIE).value
    assert visitor.get(back).status_code == 302
    assert visitor.get(back).status_code == 401
    again = Visitor(server)
    again.client.set_cookie(sessions.COOKIE, kept)
    assert again.get(back).status_code == 401, "the provider took the code twice"
    old = provider.agrees(again.get("/login/sso").location)
    again.get("/login/sso")
    assert again.get(old).status_code == 401


def test_a_code_is_worth_nothing_without_the_verifier_that_only_this_browser_has(server, provider):
    """Whoever sees the address that leads back has the code and the state, but not this."""
    thief = Visitor(server)
    theirs = provider.agrees(Visitor(server).get("/login/sso").location)
    mine = provider.agrees(thief.get("/login/sso").location)
    code = theirs.partition("code=")[2].partition("&")[0]
    own = mine.partition("code=")[2].partition("&")[0]
    assert thief.get(mine.replace(own, code)).status_code == 401
    assert "code_verifier=" in provider.given[0]


def test_nothing_that_was_planted_before_survives(server, provider):
    visitor = Visitor(server)
    visitor.get("/login")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by an attacker"
    comes_by(server, provider, visitor)
    with visitor.client.session_transaction() as session:
        assert "planted" not in session


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/login/sso"]
)
def test_one_never_lands_elsewhere(server, provider, wanted):
    answer, _ = comes_by(server, provider, path=f"/login/sso?next={wanted}")
    assert answer.location == "/"


def test_groups_decide_who_comes_in_and_who_is_administrator_at_every_sign_in(server_with, provider):
    server = server_with(oidc_admitted="shop", oidc_administrators="leads, owners")
    Visitor(server).sign_up("olga-operates")
    users = server.extensions["users"]
    for groups, role in (
        (["staff"], None),
        ([], None),
        ("shop", Role.VIEWER),
        (["owners"], Role.ADMINISTRATOR),
        (["shop", "Leads"], Role.VIEWER),
    ):
        provider.person["groups"] = groups
        answer, _ = comes_by(server, provider)
        assert answer.status_code == (401 if role is None else 302)
        assert (users.get("ada") and users.get("ada").role) == role


def test_groups_decide_what_somebody_is_in_datasets_and_what_was_given_by_hand_stays(server_with, provider):
    server = server_with(oidc_datasets="a=b=default:analyst, leads=default:owner, leads=gone:owner")
    Visitor(server).sign_up("olga-operates")
    members = server.extensions[ACCESS].members
    for groups, given in (
        ([], {}),
        (["a=b"], {"": Standing.ANALYST}),
        (["a=b", "leads"], {"": Standing.OWNER}),
        (["Leads"], {}),
    ):
        provider.person["groups"] = groups
        comes_by(server, provider)
        assert members.given("ada") == given
    members.give("", "ada", Standing.VIEWER, by="olga-operates")
    for groups in (["leads"], []):
        provider.person["groups"] = groups
        comes_by(server, provider)
        assert members.given("ada") == {"": Standing.VIEWER}


@pytest.mark.parametrize(
    "wrong", ["leads", "leads=default", "leads=default:king", "=default:owner", "leads=:owner"]
)
def test_groups_that_are_written_wrongly_stop_the_start(server_with, wrong):
    with pytest.raises(SettingsError, match="PARTERRE_OIDC_DATASETS: found"):
        server_with(oidc_datasets=wrong)


def test_who_came_by_the_provider_just_now_does_without_a_password_here_and_later_not(
    server_with, provider, monkeypatch
):
    server = server_with(oidc_administrators="leads", signup="invited")
    Visitor(server).sign_up("olga-operates")
    provider.person["groups"] = ["leads"]
    _, ada = comes_by(server, provider)
    olga, form = "/admin/people/olga-operates", {"do": "reset-link"}
    assert "Your password" not in words(ada.get(olga))
    assert ada.post(f"{olga}/do", form).status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert "Your password" in words(ada.get(olga))
    for current in ({}, {"current": "x"}, {"current": PASSWORD}):
        assert "/reset/" not in ada.post(f"{olga}/do", form | current).get_data(as_text=True)


def test_who_was_switched_off_here_stays_out(server, provider):
    _, ada = comes_by(server, provider)
    server.extensions["users"].change("ada", active=False)
    assert not ada.is_in()
    answer, again = comes_by(server, provider)
    assert "switched off" in words(answer)
    assert not again.is_in()


def test_without_a_provider_there_is_no_such_door(tmp_path):
    server = build(tmp_path)
    assert [Visitor(server).get(f"/login/sso{more}").status_code for more in ("", "/back")] == [404, 404]
    assert "Sign in by" not in words(Visitor(server).get("/login"))
