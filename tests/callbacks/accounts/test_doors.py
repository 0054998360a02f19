"""Sign-up, sign-in, sign-out and change of password, as a visitor meets them."""

import re

import pytest

from callbacks.web import devices
from core.accounts import passwords
from core.accounts.attempts import LIMITS
from core.accounts.users import Role
from tests.callbacks.door import PASSWORD, Visitor, build, words

pytestmark = pytest.mark.usefixtures("few_guesses")


@pytest.fixture
def visitor(server):
    return Visitor(server)


def described(page, field):
    """The words that a screen reader reads with a field."""
    named = re.search(rf'<input[^>]*aria-describedby="([^"]*)"[^>]*id="{field}"', page)
    ids = named[1].split() if named else []
    return " ".join(re.search(rf'id="{one}">([^<]*)<', page)[1] for one in ids)


def test_signing_up_signs_in_and_opens_the_dashboard(visitor):
    answer = visitor.sign_up("anna")
    assert (answer.status_code, answer.location) == (302, "/")
    assert visitor.is_in()


def test_the_first_to_sign_up_is_the_administrator_and_is_told_so_before(server, users, visitor):
    assert "the first account will be the administrator" in words(visitor.get("/signup"))
    visitor.sign_up("anna")
    other = Visitor(server)
    assert "administrator" not in words(other.get("/signup"))
    other.sign_up("ben")
    assert [user.role for user in users.all()] == [Role.ADMINISTRATOR, Role.VIEWER]


def test_passwords_are_kept_as_hashes(visitor, tmp_path):
    visitor.sign_up("anna")
    assert PASSWORD not in (tmp_path / "users.csv").read_text()


@pytest.mark.parametrize(
    ("username", "password", "repeat", "field", "complaint"),
    [
        ("", PASSWORD, PASSWORD, "username", "Enter your username"),
        ("ab", PASSWORD, PASSWORD, "username", "3 to 64 characters"),
        ("=cmd|calc", PASSWORD, PASSWORD, "username", "start with a letter or digit"),
        ("12345", PASSWORD, PASSWORD, "username", "reads as a number"),
        ("anna", "", "", "password", "Choose a password"),
        ("anna", "short", "short", "password", "Too short"),
        ("anna", "password1234", "password1234", "password", "very common password"),
        ("anna.lopez.77", "anna.lopez.77", "anna.lopez.77", "password", "Too close to the username"),
        ("anna", PASSWORD, "a garden in autumn", "repeat", "The two passwords differ"),
        ("TAKEN", PASSWORD, PASSWORD, "username", "This username is taken"),
    ],
)
def test_a_sign_up_that_breaks_a_rule_is_told_beside_its_field(
    server, users, visitor, username, password, repeat, field, complaint
):
    Visitor(server).sign_up("taken")
    answer = visitor.post("/signup", {"username": username, "password": password, "repeat": repeat})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert complaint in described(page, field)
    assert re.search(rf'<input[^>]*aria-invalid="true"[^>]*id="{field}"', page)
    assert len(users.all()) == 1


def test_everything_that_is_wrong_is_told_at_once(visitor):
    page = visitor.post("/signup", {"username": "=x", "password": "short", "repeat": "other"}).get_data(
        as_text=True
    )
    assert "this one has 2" in described(page, "username")
    assert "Too short" in described(page, "password")
    assert "differ" in described(page, "repeat")


@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_nobody_makes_the_server_hash_a_book(visitor, path):
    book = "x" * 2000
    page = visitor.post(path, {"username": "anna", "password": book, "repeat": book}).get_data(as_text=True)
    assert "This is too long for a password" in described(page, "password")


def test_what_was_typed_stays_typed_except_the_password(visitor):
    page = visitor.post(
        "/signup", {"username": "anna", "password": "short-secret", "repeat": "other-secret"}
    ).get_data(as_text=True)
    assert 'value="anna"' in page
    assert "secret" not in page


def test_what_was_typed_is_shown_as_text_and_never_as_markup(visitor):
    page = visitor.sign_in('"><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_spaces_around_a_username_do_not_matter(server, visitor):
    visitor.sign_up(" anna ")
    assert Visitor(server).sign_in("anna  ").status_code == 302


def test_sign_up_can_be_closed_once_there_is_an_administrator(tmp_path):
    server = build(tmp_path, signup="closed")
    first, second = Visitor(server), Visitor(server)
    assert first.sign_up("anna").status_code == 302
    for answer in (second.get("/signup"), second.sign_up("ben")):
        assert answer.status_code == 403
        assert "Sign-up is closed. Ask the administrator" in words(answer)
    assert "Sign up" not in words(second.get("/login"))
    assert [user.username for user in server.extensions["users"].all()] == ["anna"]


def test_two_who_are_first_at_once_are_not_both_let_in_when_sign_up_is_closed(tmp_path, monkeypatch):
    server = build(tmp_path, signup="closed")
    users, late = server.extensions["users"], Visitor(server)
    hash_password = passwords.hash_password

    def hash_while_another_signs_up(password):
        users.add("anna", hash_password(PASSWORD))
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash_password", hash_while_another_signs_up)
    assert "Sign-up is closed" in words(late.sign_up("ben"))
    assert [user.username for user in users.all()] == ["anna"]


def test_signing_in_opens_the_dashboard(server, visitor):
    Visitor(server).sign_up("Anna")
    answer = visitor.sign_in("aNNa")
    assert (answer.status_code, answer.location) == (302, "/")
    assert visitor.is_in()


def test_sign_in_answers_alike_for_a_wrong_password_no_account_and_one_switched_off(server, users, visitor):
    for name in ("anna", "ben"):
        Visitor(server).sign_up(name)
    users.change("ben", active=False)
    answers = [
        visitor.sign_in("anna", "a wrong password"),
        visitor.sign_in("zora", PASSWORD),
        visitor.sign_in("ben", PASSWORD),
    ]
    pages = [answer.get_data(as_text=True) for answer in answers]
    assert {answer.status_code for answer in answers} == {401}
    assert all("The username or the password is not right." in page for page in pages)
    names = ("anna", "zora", "ben")
    token = r'name="csrf_token" type="hidden" value="[^"]*"'
    blanked = [re.sub(token, "", page.replace(name, "*")) for page, name in zip(pages, names, strict=True)]
    assert len(set(blanked)) == 1


def test_empty_fields_are_told_and_cost_no_attempt(server, visitor):
    Visitor(server).sign_up("anna")
    for _ in range(LIMITS["account"].rate.amount + 1):
        answer = visitor.post("/login", {"username": "anna", "password": ""})
        assert described(answer.get_data(as_text=True), "password") == "Enter your password."
    assert visitor.sign_in("anna").status_code == 302


@pytest.mark.parametrize("username", ["anna", "nobody"])
def test_too_many_wrong_passwords_shut_the_name_and_say_for_how_long(server, visitor, username):
    Visitor(server).sign_up("anna")
    for _ in range(LIMITS["account"].rate.amount):
        assert visitor.sign_in(username, "a wrong password").status_code == 401
    answer = Visitor(server).sign_in(username)
    assert answer.status_code == 429
    assert re.search(r"Too many attempts\. Try again in 1[45] minutes\.", words(answer))
    assert 800 < int(answer.headers["Retry-After"]) <= 900
    assert f'value="{username}"' in answer.get_data(as_text=True)


def test_ten_requests_keep_nobody_out_who_has_been_here_before(server, visitor):
    """From her own address even, as behind one router with the guesser."""
    anna = Visitor.signed_up(server, "anna")
    anna.post("/logout")
    anna.get("/login")
    for _ in range(LIMITS["account"].rate.amount):
        visitor.sign_in("anna", "a wrong password")
    assert visitor.sign_in("anna").status_code == 429
    assert Visitor(server, "198.51.100.7").sign_in("anna").status_code == 302
    assert anna.sign_in("anna").status_code == 302


def test_a_browser_that_knows_another_account_is_a_stranger_here(server, visitor):
    for name in ("anna", "mallory"):
        Visitor(server).sign_up(name)
    visitor.sign_in("mallory")
    visitor.post("/logout")
    visitor.get("/login")
    for _ in range(LIMITS["account"].rate.amount):
        visitor.sign_in("anna", "a wrong password")
    assert visitor.sign_in("anna").status_code == 429


@pytest.mark.parametrize("forged", ["x", "WyJ4IiwieSJd", "WyJ4IiwieSJd.x", "..", "[]"])
def test_a_forged_cookie_makes_no_known_browser(server, visitor, forged):
    Visitor(server).sign_up("anna")
    visitor.client.set_cookie(devices.COOKIE, forged)
    for _ in range(LIMITS["account"].rate.amount):
        visitor.sign_in("anna", "a wrong password")
    visitor.client.set_cookie(devices.COOKIE, f"{forged}x")
    assert visitor.sign_in("anna").status_code == 429


def test_too_many_wrong_passwords_shut_the_address_for_every_name(server, visitor):
    Visitor(server).sign_up("anna")
    for number in range(LIMITS["address"].rate.amount):
        visitor.sign_in(f"guess{number}", "a wrong password")
    assert visitor.sign_in("anna").status_code == 429
    assert Visitor(server, "198.51.100.7").sign_in("anna").status_code == 302


def test_the_address_is_the_visitors_and_not_what_he_writes_in_a_header(server, visitor):
    for number in range(LIMITS["address"].rate.amount):
        visitor.sign_in(f"guess{number}", "a wrong password")
    forged = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    answer = visitor.post("/login", {"username": "anna", "password": "x"}, headers=forged)
    assert answer.status_code == 429


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(tmp_path):
    visitor = Visitor(build(tmp_path, proxies=1))
    for number in range(LIMITS["address"].rate.amount + 1):
        forged = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}
        answer = visitor.post("/login", {"username": f"guess{number}", "password": "x"}, headers=forged)
    assert answer.status_code == 429
    other = {"X-Forwarded-For": "198.51.100.8"}
    assert visitor.post("/login", {"username": "anna", "password": "x"}, headers=other).status_code == 401


def test_two_servers_over_one_home_count_together(tmp_path):
    one, other = Visitor(build(tmp_path)), Visitor(build(tmp_path))
    for visitor in (one, other) * (LIMITS["account"].rate.amount // 2):
        assert visitor.sign_in("anna", "a wrong password").status_code == 401
    assert one.sign_in("anna").status_code == 429
    assert other.sign_in("anna").status_code == 429


def test_twenty_people_behind_one_address_can_sign_up_in_an_hour(server, users):
    for number in range(20):
        assert Visitor(server).sign_up(f"user{number}").status_code == 302
    assert len(users.all()) == 20


def test_the_account_page_says_who_one_is(server, visitor):
    visitor.sign_up("anna")
    said = words(visitor.get("/account"))
    assert "Username anna" in said
    assert "Role Administrator" in said
    assert "Last sign-in" in said


def test_a_changed_password_is_the_only_one_that_opens(server, visitor):
    visitor.sign_up("anna")
    answer = visitor.post(
        "/account", {"current": PASSWORD, "password": "a pond in autumn", "repeat": "a pond in autumn"}
    )
    assert "Your password is changed" in words(visitor.get(answer.location))
    assert Visitor(server).sign_in("anna", PASSWORD).status_code == 401
    assert Visitor(server).sign_in("anna", "a pond in autumn").status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "repeat", "field", "complaint"),
    [
        ("a wrong password", "a pond in autumn", "a pond in autumn", "current", "not your current password"),
        (PASSWORD, "short", "short", "password", "Too short"),
        (PASSWORD, "a pond in autumn", "a pond in winter", "repeat", "differ"),
        ("", "a pond in autumn", "a pond in autumn", "current", "Enter your current password"),
    ],
)
def test_a_change_that_breaks_a_rule_is_told_beside_its_field(
    server, visitor, current, new, repeat, field, complaint
):
    visitor.sign_up("anna")
    answer = visitor.post("/account", {"current": current, "password": new, "repeat": repeat})
    assert answer.status_code == 400
    assert complaint in described(answer.get_data(as_text=True), field)
    assert Visitor(server).sign_in("anna", PASSWORD).status_code == 302


def test_a_password_on_a_word_of_the_organisation_is_refused_at_every_door(tmp_path):
    server = build(tmp_path, password_words="Companyname, Springfield")
    visitor = Visitor(server)
    page = visitor.sign_up("anna", "companyname123").get_data(as_text=True)
    assert "Built on “companyname”" in described(page, "password")
    visitor.sign_up("anna")
    new = {"current": PASSWORD, "password": "springfield 2026", "repeat": "springfield 2026"}
    page = visitor.post("/account", new).get_data(as_text=True)
    assert "Built on “springfield”" in described(page, "password")


@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_programs_that_only_look_at_the_door_find_it(visitor, path):
    assert visitor.client.head(path).status_code == 200
    visitor.sign_up("anna")
    assert visitor.client.head(path).location == "/"


def test_who_is_signed_in_is_sent_on_from_the_door(visitor):
    visitor.sign_up("anna")
    assert visitor.get("/login?next=/predict").location == "/predict"
    assert visitor.get("/signup").location == "/"


@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_a_form_without_its_token_is_shown_again_with_what_was_typed(visitor, users, path):
    form = {"username": "anna", "password": PASSWORD, "repeat": PASSWORD, "csrf_token": "stale"}
    answer = visitor.client.post(path, data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "open for too long" in words(answer)
    assert 'value="anna"' in answer.get_data(as_text=True)
    assert users.all() == []
    assert visitor.post(path, form | {"csrf_token": visitor.token()}).status_code in (302, 401)


def test_every_field_has_a_label_and_says_what_to_remember(visitor):
    visitor.sign_up("anna")
    pages = [Visitor(visitor.client.application).get(path) for path in ("/login", "/signup")]
    text = "".join(page.get_data(as_text=True) for page in [*pages, visitor.get("/account")])
    inputs = [tag for tag in re.findall(r"<input[^>]*>", text) if "hidden" not in tag]
    assert len(inputs) == 2 + 3 + 3
    for tag in inputs:
        assert f'for="{re.search(chr(32) + "id=.([a-z]+).", tag)[1]}"' in text
        assert "autocomplete=" in tag


def test_a_damaged_accounts_file_is_no_stack_trace_and_no_new_administrator(
    server, visitor, tmp_path, caplog
):
    visitor.sign_up("anna")
    (tmp_path / "users.csv").write_text("damaged")
    stranger = Visitor(server)
    for answer in (visitor.get("/"), stranger.get("/signup"), stranger.sign_up("mallory")):
        assert answer.status_code == 503
        assert "Not available at the moment" in words(answer)
        assert "users.csv" not in answer.get_data(as_text=True)
    assert (tmp_path / "users.csv").read_text() == "damaged"
    assert "users.csv: found" in caplog.text
