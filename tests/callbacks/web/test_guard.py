"""The guard: who gets in, and what the rest are told. Each test here is an attack."""

import pytest

from callbacks.web import guard
from callbacks.web.guard import PUBLIC, PUBLIC_ASSETS, is_own_page, is_public
from tests.callbacks.door import UPDATE, Visitor, appoint, open_page, words


@pytest.fixture
def stranger(server):
    return Visitor(server)


@pytest.fixture
def administrator(server):
    return Visitor.signed_up(server, "anna")


@pytest.fixture
def viewer(server, administrator):
    return Visitor.signed_up(server, "ben")


def test_the_public_list_is_short():
    signing_in = {"login", "login-code", "sso", "sso-back", "signup", "invite", "reset", "forgot"}
    assert signing_in | {"healthz", "readyz", "unsubscribe", "metrics"} == PUBLIC


@pytest.mark.parametrize("pathname", ["/login", "/signup", "/", "/healthz"])
def test_a_request_that_says_it_comes_from_a_public_page_gets_401(stranger, pathname):
    """dash-auth believes the pathname in the body, and would hand out the data."""
    answer = stranger.ask(open_page(pathname))
    assert answer.status_code == 401
    assert "protected" not in answer.get_data(as_text=True)


def test_an_input_relabelled_as_the_pathname_gets_nobody_in(stranger, viewer):
    forged = appoint()
    forged["inputs"] = [{"id": "_pages_location", "property": "pathname", "value": "/login"}]
    assert stranger.ask(forged).status_code == 401
    assert viewer.ask(forged).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/_favicon.ico", "/assets/plotly.js",
        "/_dash-component-suites/dash/deps/react.js", "/api/v1/users", "/api/v1/nowhere", "/_dash-nowhere",
    ],
)  # fmt: skip
def test_nobody_gets_401_from_everything_that_scripts_ask_for(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.json["sign_in"] == "/login"


@pytest.mark.parametrize("path", ["/", "/predict", "/admin", "/nowhere/at/all", "/login/", "//", "/account"])
def test_nobody_is_led_to_the_door_from_every_page(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/login")
    assert "protected" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/predict", "/nowhere", UPDATE, "/_dash-layout", "/logout"])
def test_nobody_gets_401_whatever_the_method(stranger, method, path):
    assert stranger.client.open(path, method=method).status_code == 401


def test_programs_that_want_json_are_not_sent_to_a_page(stranger):
    assert stranger.get("/predict", accept="application/json").status_code == 401


@pytest.mark.parametrize("accept", ["*/*", "text/html", ""])
def test_a_page_is_a_page_for_plain_clients_too(stranger, accept):
    assert stranger.get("/", accept=accept).status_code == (302 if accept else 401)
    assert stranger.client.get("/").status_code == 302


@pytest.mark.parametrize("name", sorted(PUBLIC_ASSETS - {"favicon.ico"}))
def test_the_sign_in_pages_have_their_looks(stranger, name):
    assert stranger.get(f"/assets/{name}").status_code == 200


def test_the_sign_in_pages_use_nothing_that_is_closed(stranger):
    import re

    page = stranger.get("/login").get_data(as_text=True)
    files = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert len(files) >= 6
    assert {stranger.get(file).status_code for file in files} == {200}
    fonts = re.findall(r"url\(\./([^)]+)\)", stranger.get("/assets/fonts/inter.css").get_data(as_text=True))
    assert {stranger.get(f"/assets/fonts/{font}").status_code for font in fonts} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/assets/parterre.js", "/assets/fonts/../parterre.js", "/assets/fonts/%2e%2e/parterre.js",
        "/assets/./parterre.css", "/assets/fonts//../parterre.js", "/assets/../app.py",
        "/assets/%2e%2e/app.py", "/assets/fonts/../../app.py", "/assets/", "/assets/DOOR.css",
    ],
)  # fmt: skip
def test_no_detour_leads_to_other_files(stranger, path):
    assert stranger.get(path).status_code in (401, 404)


def test_a_file_name_is_public_only_as_it_stands_on_the_list():
    endpoint = "_dash_assets.static"
    assert is_public(endpoint, {"filename": "fonts/inter.css"})
    for name in ("fonts/../parterre.js", "./door.css", "fonts/./x", "x/door.css", "fonts", "", "door.css/"):
        assert not is_public(endpoint, {"filename": name})
    assert not is_public(None, {})
    assert not is_public("static", {"filename": "door.css"})


def test_what_is_signed_in_is_not_yet_allowed(viewer, administrator):
    assert administrator.ask(appoint()).status_code == 200
    answer = viewer.ask(appoint())
    assert answer.status_code == 403
    assert "Not for your role" in answer.json["error"]
    assert viewer.get("/api/v1/users").status_code == 403


def test_a_callback_that_asks_no_action_is_closed_to_everybody(administrator, caplog):
    body = {
        "output": "forgotten.children",
        "outputs": {"id": "forgotten", "property": "children"},
        "inputs": [{"id": "forgotten", "property": "value", "value": 1}],
    }
    assert administrator.ask(body).status_code == 403
    assert "forgotten.children asks no action" in caplog.text


def test_a_route_that_asks_no_action_is_closed_to_everybody(administrator, caplog):
    assert administrator.get("/api/v1/forgotten").status_code == 403
    assert "forgotten_route asks no action" in caplog.text


def test_groups_that_a_visitor_gives_himself_are_taken_away(server, viewer):
    """Only with the secret key could one write them; and even then the accounts have the last word."""
    with viewer.client.session_transaction() as session:
        session["user"] = {"email": "ben", "groups": ["administrator"]}
    assert viewer.ask(appoint()).status_code == 403


def test_what_is_for_administrators_alone_is_asked_of_the_session_as_well(administrator, monkeypatch):
    monkeypatch.setattr(guard, "check_groups", lambda groups: groups != ["administrator"])
    assert administrator.ask(appoint()).status_code == 403


def test_a_session_of_nobody_with_groups_is_nobody(stranger):
    stranger.get("/login")
    with stranger.client.session_transaction() as session:
        session["user"] = {"email": "anna", "groups": ["administrator"]}
    assert stranger.ask(appoint()).status_code == 401


def test_an_unknown_page_is_no_way_in_for_other_methods(viewer):
    assert viewer.post("/nowhere").status_code == 405
    assert viewer.get("/_dash-component-suites/no_such_package/x.js").status_code == 404
    assert viewer.get("/_dash-component-suites/dash/../../app.py").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/v1/users", 403, "Not for your role"),
        ("/api/v1/broken", 500, "Something went wrong here"),
        ("/assets/no-such-file.css", 404, "There is no such page"),
    ],
)
def test_programs_are_told_in_json_and_never_see_the_inside(viewer, path, status, said):
    answer = viewer.get(path)
    assert answer.status_code == status
    assert said in answer.json["words" if path.startswith("/api/") else "error"]
    assert "Traceback" not in answer.get_data(as_text=True)
    assert "the inside of the server" not in answer.get_data(as_text=True)


def test_people_are_told_on_a_page_in_the_products_look(viewer):
    answer = viewer.post("/nowhere")
    assert answer.mimetype == "text/html"
    assert "That can't be asked this way" in words(answer)
    assert "/assets/door.css" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/login", UPDATE, "/api/v1/echo", "/account"])
def test_a_request_that_is_too_large_is_refused(viewer, path):
    answer = viewer.client.post(
        path,
        data=b"x" * (4 * 1024 * 1024 + 1),
        content_type="application/json" if path.startswith(("/_", "/api")) else "text/plain",
        headers={"X-CSRFToken": viewer.token()},
    )
    assert answer.status_code in (400, 413)


def test_own_pages_are_told_from_others():
    assert is_own_page("/predict?Age=44")
    assert not is_own_page("//evil.example")
