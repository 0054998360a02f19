"""Headers, cookies and tokens: what a browser is told to do and not to do."""

import re

import brotli
import pytest
from pydantic import SecretStr

from app import create_app
from callbacks.web.caching import BUNDLE, KEPT, MOST_KEPT, STATIC, Compressed
from core.accounts.admission import FirstCode
from core.errors import SettingsError
from core.settings import ROOT, Settings, load
from tests.callbacks.door import PASSWORD, Visitor, build, open_page
from tests.callbacks.test_guard_walk import path_of

KEY = SecretStr("YcB2nq8eJ4kz0RrTn1vVhW6sLx3uPg9m")


@pytest.fixture
def user(server):
    return Visitor.signed_up(server, "anna")


def policy_of(answer):
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {part.split()[0]: part.split()[1:] for part in parts}


EVERYWHERE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ".*camera=\\(\\), .*microphone=\\(\\), .*usb=\\(\\).*",
    "X-Request-ID": "[0-9a-f]{16}",
}
# Asked as the administrator of all these tests, they would end what the others go on with.
ENDS_SESSIONS = {"logout"}
KEPT_AS = dict.fromkeys(STATIC - {BUNDLE}, "private, max-age=.*")  # of bundles, the walk asks for no version


def places(app):
    """Every endpoint by each of its methods, and two that are none."""
    for rule in app.server.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, path_of(rule)
    yield "", "GET", "/nowhere/at/all"
    yield "", "DELETE", "/login"


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_of_every_endpoint_carries_the_headers(app, administrator, signed_in):
    client = administrator.client if signed_in else app.server.test_client()
    missing = []
    for endpoint, method, path in places(app):
        if endpoint in ENDS_SESSIONS:
            continue
        answer = client.open(path, method=method, headers={"X-CSRFToken": administrator.token})
        private = KEPT_AS.get(endpoint, "") if answer.status_code in KEPT else ""
        expected = EVERYWHERE | {"Cache-Control": private or "no-store"}
        missing += [
            (method, path, name, answer.headers.get(name))
            for name, value in expected.items()
            if not re.fullmatch(value, answer.headers.get(name, ""))
        ]
        policy = policy_of(answer)
        assert "Server" not in answer.headers
        assert policy["frame-ancestors"] == ["'none'"]
        if answer.mimetype != "text/html":
            assert policy["default-src"] == ["'none'"]
            assert policy.keys() == {"default-src", "style-src", "frame-ancestors"}
            continue
        assert policy["script-src"] == ["'self'"]
        assert policy["object-src"] == ["'none'"]
        assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == ["'self'"]
        assert policy["base-uri"] == ["'self'"]
    assert missing == []


def test_the_dashboard_has_no_inline_script_and_none_may_run(viewer):
    answer = viewer.client.get("/")
    page = re.sub(r"<!--.*?-->", "", answer.get_data(as_text=True), flags=re.DOTALL)
    scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", page, re.DOTALL)
    inline = [script for attributes, script in scripts if "application/json" not in attributes]
    assert inline == []
    assert policy_of(answer)["script-src"] == ["'self'"]


def test_the_sign_in_pages_have_no_inline_script_and_ask_nobody_else(server):
    for path in ("/login", "/signup"):
        page = Visitor(server).get(path).get_data(as_text=True)
        assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
        assert re.findall(r"\son\w+=", page) == []
        assert re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', page) == []


@pytest.mark.parametrize("path", ["/", "/login", "/account", "/_dash-layout", "/api/v1/users"])
def test_nothing_personal_stays_in_a_cache(user, path):
    assert user.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/parterre.js?m=1",
        "/_dash-component-suites/dash/deps/react@18.v4_4_1m1.3.1.min.js",
    ],
)
def test_files_with_their_version_in_the_address_are_kept_for_good_by_their_reader_only(user, path):
    assert user.get(path).headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_files_whose_address_stays_are_asked_for_again(user):
    for path in ("/assets/theme.js", "/_dash-component-suites/dash/dcc/async-graph.js"):
        kept = user.get(path).headers["Cache-Control"]
        assert kept == "private, max-age=600, stale-while-revalidate=86400"


def test_a_file_is_the_same_whatever_the_cookie_says(user):
    answer = user.get("/assets/parterre.js?m=1")
    assert answer.status_code == 200
    assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    "path", ["/assets/parterre.js?m=1", "/_dash-component-suites/dash/dcc/async-graph.js"]
)
def test_a_file_is_kept_from_who_is_nobody_and_the_refusal_is_not_kept(server, path, accept):
    answer = server.test_client().get(path, headers={"Accept": accept})
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"


def cookies_of(answer):
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_scripts_can_not_read_the_session_and_other_sites_can_not_send_it(server):
    visitor = Visitor(server)
    cookies = cookies_of(visitor.get("/login")) | cookies_of(visitor.sign_up("anna"))
    assert {"parterre_session", "parterre_was_here", "_csrf_token"} <= cookies.keys()
    assert all("SameSite=Lax" in cookie for cookie in cookies.values())
    assert "HttpOnly" in cookies["parterre_session"]
    assert "HttpOnly" in cookies["parterre_was_here"]
    assert "HttpOnly" in cookies["parterre_device"]
    assert "Domain" not in "".join(cookies.values())


def test_in_development_cookies_come_over_plain_http(server):
    assert all("Secure" not in cookie for cookie in cookies_of(Visitor(server).sign_up("anna")).values())


def test_in_production_cookies_come_over_https_only(tmp_path):
    visitor = Visitor(
        build(tmp_path, env="production", secret_key=KEY, hosts="parterre.example", signup="open")
    )
    page = visitor.get("/login", base_url="https://parterre.example")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]*)"', page.get_data(as_text=True))[1]
    form = {"username": "anna", "password": PASSWORD, "repeat": PASSWORD, "csrf_token": token}
    form["code"] = FirstCode(tmp_path / "first_code").make()
    answer = visitor.client.post(
        "/signup", data=form, base_url="https://parterre.example",
        headers={"Accept": "text/html", "Referer": "https://parterre.example/signup"},
    )  # fmt: skip
    cookies = cookies_of(page) | cookies_of(answer)
    names = {"parterre_session", "parterre_was_here", "parterre_device", "_csrf_token"}
    assert cookies.keys() == {f"__Host-{name}" for name in names}
    assert all("Path=/" in cookie and "Domain" not in cookie for cookie in cookies.values())
    assert all("Secure" in cookie for cookie in cookies.values())
    assert page.headers["Strict-Transport-Security"].startswith("max-age=3")


def test_in_production_a_form_from_another_site_is_refused(tmp_path):
    visitor = Visitor(
        build(tmp_path, env="production", secret_key=KEY, hosts="parterre.example", signup="open")
    )
    page = visitor.get("/login", base_url="https://parterre.example")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]*)"', page.get_data(as_text=True))[1]
    form = {"username": "anna", "password": PASSWORD, "csrf_token": token}
    for referrer in ({}, {"Referer": "https://evil.example/"}):
        answer = visitor.client.post(
            "/login",
            data=form,
            base_url="https://parterre.example",
            headers={"Accept": "text/html"} | referrer,
        )
        assert answer.status_code == 400


def test_production_does_not_start_without_a_secret_key(tmp_path):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        build(tmp_path, env="production")


def test_workers_of_one_home_read_each_others_sessions(tmp_path):
    visitor = Visitor(build(tmp_path))
    visitor.sign_up("anna")
    other = Visitor(build(tmp_path))
    other.client.set_cookie("parterre_session", visitor.client.get_cookie("parterre_session").value)
    assert other.is_in()


@pytest.mark.parametrize("token", ["", "forged", None])
def test_a_callback_without_the_token_of_its_session_is_refused(user, token):
    headers = {} if token is None else {"X-CSRFToken": token}
    answer = user.client.post("/_dash-update-component", json=open_page(), headers=headers)
    assert answer.status_code == 400
    assert "CSRF" in answer.json["error"]


def test_after_a_stale_token_the_next_try_has_a_fresh_one(user):
    """As left behind by a second tab: the user would otherwise have to reload the page."""
    user.client.set_cookie("_csrf_token", "stale")
    assert user.ask(open_page()).status_code == 400
    assert user.ask(open_page()).status_code == 200


def test_the_token_of_another_session_is_worth_nothing(server, user):
    other = Visitor(server)
    assert user.ask(open_page(), headers={"X-CSRFToken": other.token()}).status_code == 400
    assert user.ask(open_page()).status_code == 200


@pytest.mark.parametrize("path", ["/logout", "/account", "/api/v1/echo"])
def test_nothing_changes_without_a_token(user, path):
    form = {"current": PASSWORD, "password": "a pond in autumn", "repeat": "a pond in autumn"}
    assert user.client.post(path, data=form).status_code == 400
    assert user.is_in()


def test_dash_finds_its_token_where_it_looks_for_it(user):
    """Dash's renderer reads the cookie `_csrf_token`; HttpOnly would hide it."""
    cookie = cookies_of(user.get("/"))["_csrf_token"]
    assert "HttpOnly" not in cookie


@pytest.mark.parametrize(
    ("env", "name"), [("development", "_csrf_token"), ("production", "__Host-_csrf_token")]
)
def test_dash_is_told_what_the_cookie_with_its_token_is_called(tmp_path, env, name):
    plain = {field: known.default for field, known in Settings.model_fields.items()}
    chosen = {**plain, "home": tmp_path, "env": env, "secret_key": KEY, "hosts": "localhost"}
    app = create_app(load(**chosen))
    assert app._config()["csrf_token_name"] == name


def test_no_answer_names_the_tools_it_was_made_with(user):
    assert "Werkzeug" not in str(user.get("/").headers)
    assert "X-Powered-By" not in user.get("/").headers


def test_an_error_inside_is_not_told_outside(user, caplog):
    answer = user.get("/api/v1/broken")
    assert answer.status_code == 500
    assert "inside" not in answer.get_data(as_text=True)
    assert "ZeroDivisionError" in caplog.text


def test_scripts_and_answers_travel_compressed_and_pages_with_a_token_do_not(viewer):
    accepts = {"Accept-Encoding": "br, gzip"}
    assert viewer.client.get("/_dash-layout", headers=accepts).headers["Content-Encoding"] == "br"
    for _again in range(2):
        script = viewer.client.get("/assets/crossfilter.js", headers=accepts)
        assert script.headers["Content-Encoding"] == "br"
        assert brotli.decompress(script.data) == (ROOT / "assets" / "crossfilter.js").read_bytes()
    assert "Content-Encoding" not in viewer.client.get("/", headers=accepts).headers
    assert viewer.client.get("/assets/crossfilter.js").data == brotli.decompress(script.data)


def test_a_browser_that_has_a_script_is_not_sent_it_again(viewer):
    accepts = {"Accept-Encoding": "br"}
    first = viewer.client.get("/assets/crossfilter.js", headers=accepts)
    again = viewer.client.get(
        "/assets/crossfilter.js", headers=accepts | {"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_files_under_many_names_do_not_fill_the_memory():
    kept = Compressed()
    for number in range(1000):
        kept.set(f"br;/_dash-component-suites/dash/{number}.js", b"x")
    kept.set("br;", b"an answer that is computed")
    assert kept.get("br;") is None
    assert (
        sum(kept.get(f"br;/_dash-component-suites/dash/{number}.js") is not None for number in range(1000))
        == MOST_KEPT
    )
