"""The second step at sign-in, as its owner and as an attacker meets it."""

import re
from types import SimpleNamespace

import pyotp
import pytest

from callbacks.web import sessions
from core.accounts.attempts import LIMITS
from tests.callbacks.door import PASSWORD, Visitor, build, open_page, words

NOW = 1_800_000_000


@pytest.fixture
def clock(monkeypatch):
    """The clock that codes go by."""
    at = SimpleNamespace(now=NOW)
    monkeypatch.setattr("core.accounts.factors.time", SimpleNamespace(time=lambda: at.now))
    return at


@pytest.fixture
def server(tmp_path, clock):
    return build(tmp_path)


@pytest.fixture
def anna(server, clock):
    """Somebody whose second step is on; `anna.app` shows codes, `anna.recovery` are hers."""
    anna = Visitor.signed_up(server, "anna")
    return turn_on(anna, clock)


def turn_on(visitor, clock):
    page = visitor.post("/account/factor/begin", {"current": PASSWORD}).get_data(as_text=True)
    visitor.app = pyotp.TOTP(re.search(r'class="door-key">(\w+)<', page)[1])
    page = visitor.post("/account/factor/confirm", {"code": visitor.app.at(clock.now)}).get_data(as_text=True)
    visitor.recovery = re.findall(r"<li>([A-Z2-7-]{29})</li>", page)
    clock.now += 60
    return visitor


def halfway(server, name="anna", address="192.0.2.1"):
    """A browser in which the password was right."""
    visitor = Visitor(server, address)
    assert visitor.sign_in(name).location.startswith("/login/code")
    return visitor


def test_signing_in_takes_the_password_and_then_a_code_and_lands_where_one_was_going(server, anna, clock):
    assert anna.is_in()
    visitor = Visitor(server)
    asked = visitor.sign_in("anna", path="/login?next=/predict")
    page = visitor.get(asked.location).get_data(as_text=True)
    assert 'action="/login/code?next=/predict"' in page
    answer = visitor.post("/login/code?next=/predict", {"code": anna.app.at(clock.now)})
    assert (answer.status_code, answer.location) == (302, "/predict")
    assert visitor.is_in()


def test_the_password_alone_opens_nothing(server, anna):
    visitor = halfway(server)
    for path in ("/", "/account", "/account/factor", "/predict"):
        assert visitor.get(path).location.startswith("/login")
    assert visitor.ask(open_page()).status_code == 401
    for path in ("/account/factor/off", "/account/factor/begin", "/account", "/account/sessions", "/logout"):
        assert visitor.post(path, {"current": PASSWORD}).location.startswith("/login")


def test_the_code_alone_opens_nothing(server, anna, clock):
    stranger = Visitor(server)
    assert stranger.get("/login/code").location == "/login"
    assert stranger.post("/login/code", {"code": anna.app.at(clock.now)}).location == "/login"
    assert not stranger.is_in()


def test_a_code_that_was_seen_opens_no_second_time(server, anna, clock):
    code = anna.app.at(clock.now)
    assert halfway(server).post("/login/code", {"code": code}).status_code == 302
    thief = halfway(server)
    answer = thief.post("/login/code", {"code": code})
    assert answer.status_code == 401
    assert "has been used" in words(answer)
    assert not thief.is_in()


def test_a_code_of_another_account_opens_nothing(server, anna, clock):
    ben = Visitor.signed_up(server, "ben")
    turn_on(ben, clock)
    thief = halfway(server)
    for code in (ben.app.at(clock.now), ben.recovery[0], "000000", "", "x" * 300):
        assert thief.post("/login/code", {"code": code, "username": "ben"}).status_code in (400, 401)
    assert not thief.is_in()


def test_codes_are_not_guessed_and_the_owner_still_comes_in_from_elsewhere(server, anna, clock):
    thief = halfway(server)
    for _ in range(LIMITS["code"].rate.amount):
        assert thief.post("/login/code", {"code": "000000"}).status_code == 401
    again = halfway(server)
    answer = again.post("/login/code", {"code": anna.app.at(clock.now)})
    assert answer.status_code == 429, "a new sign-in forgives nothing"
    assert int(answer.headers["Retry-After"]) > 0
    owner = halfway(server, address="198.51.100.7")
    assert owner.post("/login/code", {"code": anna.app.at(clock.now)}).status_code == 302


def test_codes_are_not_guessed_from_many_addresses_either(server, anna, clock):
    each, most = LIMITS["code"].rate.amount, LIMITS["codes"].rate.amount
    for number in range(most // each):
        thief = halfway(server, address=f"203.0.113.{number}")
        for _ in range(each):
            thief.post("/login/code", {"code": "000000"})
    last = halfway(server, address="203.0.113.99")
    assert last.post("/login/code", {"code": anna.app.at(clock.now)}).status_code == 429


def test_a_recovery_code_opens_once(server, anna):
    assert halfway(server).post("/login/code", {"code": anna.recovery[0].lower()}).status_code == 302
    assert halfway(server).post("/login/code", {"code": anna.recovery[0]}).status_code == 401
    assert "9 recovery codes left" in words(anna.get("/account/factor"))


def test_the_first_step_holds_for_minutes_and_not_beyond_a_new_password(server, anna, clock, monkeypatch):
    late, other = halfway(server), halfway(server)
    server.extensions["users"].change("anna", session_version="another")
    assert other.get("/login/code").location == "/login?why=expired"
    assert late.post("/login/code", {"code": anna.app.at(clock.now)}).location == "/login?why=expired"
    late = halfway(server)
    monkeypatch.setattr(sessions, "HALFWAY_SECONDS", -1)
    assert late.post("/login/code", {"code": anna.app.at(clock.now)}).location == "/login?why=expired"


def test_nothing_that_was_planted_before_survives_either_step(server, anna, clock):
    visitor = Visitor(server)
    visitor.get("/login")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by an attacker"
    visitor.sign_in("anna")
    before = visitor.client.get_cookie(sessions.COOKIE).value
    visitor.post("/login/code", {"code": anna.app.at(clock.now)})
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert sessions.HALFWAY not in session
    thief = Visitor(server)
    thief.client.set_cookie(sessions.COOKIE, before)
    assert not thief.is_in()


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/login/code"]
)
def test_the_second_step_leads_nowhere_else(server, anna, clock, wanted):
    visitor = Visitor(server)
    visitor.post("/login", {"username": "anna", "password": PASSWORD}, query_string={"next": wanted})
    answer = visitor.post("/login/code", {"code": anna.app.at(clock.now)}, query_string={"next": wanted})
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("path", ["begin", "codes", "off"])
def test_who_found_a_browser_open_changes_nothing_without_the_password(server, anna, clock, path):
    code = anna.app.at(clock.now)
    for typed in ({}, {"current": ""}, {"current": "a wrong password"}):
        assert anna.post(f"/account/factor/{path}", {**typed, "code": code}).status_code == 400
    assert halfway(server).post("/login/code", {"code": code}).status_code == 302


def test_the_password_without_a_code_turns_nothing_off(server, anna):
    for code in ("", "000000"):
        assert anna.post("/account/factor/off", {"current": PASSWORD, "code": code}).status_code == 400
    assert "It is on" in words(anna.get("/account/factor"))
    assert anna.post("/account/factor/begin", {"current": PASSWORD}).status_code == 400


def test_turned_off_the_password_is_enough_and_every_other_session_has_ended(server, anna, clock):
    elsewhere = halfway(server)
    elsewhere.post("/login/code", {"code": anna.recovery[0]})
    assert elsewhere.is_in()
    answer = anna.post("/account/factor/off", {"current": PASSWORD, "code": anna.app.at(clock.now)})
    assert "The second step is off" in words(anna.get(answer.location))
    assert not elsewhere.is_in()
    assert Visitor(server).sign_in("anna").location == "/"


def test_turning_it_on_ends_the_sessions_of_whoever_knew_the_password(server, clock):
    anna, thief = Visitor(server), Visitor(server)
    anna.sign_up("anna")
    thief.sign_in("anna")
    turn_on(anna, clock)
    assert anna.is_in()
    assert not thief.is_in()


def test_the_secret_is_shown_to_who_typed_the_password_and_never_again(server, clock):
    anna = Visitor.signed_up(server, "anna")
    secret = re.search(
        r'class="door-key">(\w+)<',
        anna.post("/account/factor/begin", {"current": PASSWORD}).get_data(as_text=True),
    )[1]
    wrong = anna.post("/account/factor/confirm", {"code": "000000"})
    assert "not the code" in words(wrong)
    for page in (wrong, anna.get("/account/factor"), anna.get("/account")):
        assert secret not in page.get_data(as_text=True)
        assert page.headers["Cache-Control"] == "no-store"


def test_an_operator_resets_the_second_step_of_who_lost_everything(server, anna):
    done = server.test_cli_runner().invoke(args=["parterre", "accounts", "reset-factor", "anna"])
    assert done.exit_code == 0
    assert not anna.is_in()
    assert Visitor(server).sign_in("anna").location == "/"
    nobody = server.test_cli_runner().invoke(args=["parterre", "accounts", "reset-factor", "ben"])
    assert "no account named ben" in nobody.output


def test_below_a_path_every_form_leads_there(anna):
    page = anna.client.get("/account/factor", environ_overrides={"SCRIPT_NAME": "/shop"}).get_data(
        as_text=True
    )
    assert re.findall(r'action="(/account[^"]*)"', page) == []
    assert 'formaction="/shop/account/factor/off"' in page


def demanded(server, way="everybody"):
    """What `parterre users second-step` does."""
    run = server.test_cli_runner().invoke(args=["parterre", "users", "second-step", way])
    assert run.exit_code == 0, run.output


def test_where_everybody_needs_a_second_step_who_has_none_sets_it_up_before_anything_opens(
    server, anna, clock
):
    ben = Visitor.signed_up(server, "ben")
    demanded(server)
    assert anna.is_in(), "her session began with a code"
    assert not ben.is_in(), "his did not"
    back = Visitor(server)
    asked = back.sign_in("ben", path="/login?next=/predict")
    assert asked.location == "/login/code?next=%2Fpredict"
    page = back.get(asked.location).get_data(as_text=True)
    app = pyotp.TOTP(re.search(r'class="door-key">(\w+)<', page)[1])
    for path in ("/", "/account", "/account/factor", "/predict"):
        assert back.get(path).location.startswith("/login"), "the password alone opens nothing"
    refused = back.post(asked.location, {"code": "000000"})
    assert refused.status_code == 401
    assert "Scan again" in words(refused)
    answer = back.post(asked.location, {"code": app.at(clock.now)})
    assert answer.status_code == 200
    assert len(re.findall(r"<li>([A-Z2-7-]{29})</li>", answer.get_data(as_text=True))) == 10
    assert 'href="/predict">I have kept them' in answer.get_data(as_text=True)
    assert back.is_in()
    assert "or a recovery code" in words(halfway(server, "ben").get("/login/code"))


def test_where_everybody_needs_a_second_step_newcomers_set_it_up_and_nobody_turns_it_off(server, anna, clock):
    demanded(server)
    carl = Visitor(server)
    assert carl.sign_up("carl").location.startswith("/login/code")
    assert not carl.is_in()
    clock.now += 60
    form = {"current": PASSWORD, "code": anna.app.at(clock.now)}
    answer = anna.post("/account/factor/off", form)
    assert answer.location == "/login/code", "another app is set up first"
    assert not anna.is_in()
    demanded(server, "own")
    assert carl.get("/login/code").status_code == 302
    assert carl.is_in(), "nothing more is asked any more"


def test_an_administrator_demands_it_of_everybody_with_the_password_and_a_second_step_of_their_own(
    server, clock
):
    anna = Visitor.signed_up(server, "anna")
    ben = Visitor.signed_up(server, "ben")
    form = {"way": "everybody", "current": PASSWORD}
    assert "Your own second step is off" in words(anna.post("/admin/sign-up/second-step", form))
    turn_on(anna, clock)
    assert ben.post("/admin/sign-up/second-step", form).status_code == 403
    assert anna.post("/admin/sign-up/second-step", form | {"current": "no"}).status_code == 400
    assert ben.is_in()
    assert anna.post("/admin/sign-up/second-step", form).location == "/admin/sign-up?why=policy"
    assert not ben.is_in()
    assert anna.is_in()


def test_the_operator_demands_it_by_a_setting_from_the_first_account_on(tmp_path, clock):
    server = build(tmp_path, second_step="everybody")
    anna = Visitor(server)
    assert anna.sign_up("anna").location.startswith("/login/code")
    assert not anna.is_in()
