"""Every endpoint and every callback of Parterre, asked by nobody, a viewer and the administrator."""

import pytest
from werkzeug.exceptions import HTTPException

from callbacks.web.guard import DASH, PUBLIC, UPDATE, asked, asked_of, is_public
from core.accounts.permissions import Standing, may
from tests.callbacks.door import body_for

# What an empty request may be told by those who let it in: anything but "sign in" or "not you".
LET_IN = {200, 204, 302, 304, 400, 404, 405, 409}


@pytest.fixture(scope="module")
def rules(app):
    return [rule for rule in app.server.url_map.iter_rules() if rule.endpoint not in PUBLIC]


def served(app):
    """The callbacks that run on the server; the others are scripts."""
    return {output: one for output, one in app.callback_map.items() if "callback" in one}


def path_of(rule):
    values = dict.fromkeys(rule.arguments, "x") | {
        "package_name": "dash",
        "fingerprinted_path": "deps/x.js",
        "number": 1,
    }
    _, path = rule.build({name: values[name] for name in rule.arguments})
    return path


def methods_of(rule):
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def test_every_endpoint_is_public_or_asks_an_action(app, rules):
    assert [rule.endpoint for rule in rules if asked_of(app.server, rule.endpoint) is None] == []


def test_every_callback_asks_an_action(app):
    assert served(app)
    assert [output for output, one in served(app).items() if asked(one["callback"]) is None] == []


def test_the_tables_of_the_guard_name_endpoints_that_exist(app):
    existing = {rule.endpoint for rule in app.server.url_map.iter_rules()}
    assert existing >= PUBLIC
    assert set(DASH) <= existing


def test_nobody_gets_anything_from_any_endpoint(app, rules):
    nobody = app.server.test_client()
    for rule in rules:
        for method in methods_of(rule):
            answer = nobody.open(path_of(rule), method=method)
            led_to_the_door = answer.status_code == 302 and answer.location.startswith("/login")
            assert led_to_the_door or answer.status_code == 401, (method, rule.rule, answer.status)
            assert b"shell-" not in answer.data


def test_nobody_gets_anything_from_any_callback(app):
    nobody = app.server.test_client()
    nobody.get("/login")
    token = nobody.get_cookie("_csrf_token").decoded_value
    for output, callback in served(app).items():
        answer = nobody.post(UPDATE, json=body_for(callback, output), headers={"X-CSRFToken": token})
        assert answer.status_code == 401, (output, answer.status)


@pytest.mark.parametrize("standing", list(Standing)[1:])
def test_each_role_gets_from_endpoints_what_the_table_says(app, rules, of_standing, standing):
    visitor = of_standing(standing)
    for rule in rules:
        # Signing out would end the session that all other tests use.
        if rule.endpoint in ("logout", UPDATE):
            continue
        for method in methods_of(rule):
            answer = visitor.client.open(path_of(rule), method=method, headers={"X-CSRFToken": visitor.token})
            allowed = may(standing, asked_of(app.server, rule.endpoint))
            assert answer.status_code in (LET_IN if allowed else {403}), (method, rule.rule, answer.status)


@pytest.mark.parametrize("standing", list(Standing)[1:])
def test_each_role_gets_from_callbacks_what_the_table_says(app, of_standing, standing):
    visitor = of_standing(standing)
    for output, callback in served(app).items():
        answer = visitor.post(body_for(callback, output))
        allowed = may(standing, asked(callback["callback"]))
        assert answer.status_code in (LET_IN if allowed else {403}), (output, answer.status, answer.text)


def test_a_callback_asks_the_role_itself_too(app):
    """The guard in front is one lock; the callback behind it has its own."""
    for output, callback in served(app).items():
        with app.server.test_request_context("/"), pytest.raises(HTTPException) as refused:
            callback["callback"].__wrapped__(*[None] * len(callback["inputs"] + callback["state"]))
        assert refused.value.code == 401, output


def test_only_the_looks_of_the_door_are_public_among_the_assets(app):
    from pathlib import Path

    folder = Path(app.config.assets_folder)
    names = [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]
    public = {name for name in names if is_public("_dash_assets.static", {"filename": name})}
    assert {"bootstrap.min.css", "parterre.css", "door.css", "theme.js", "door.js"} <= public
    assert {name for name in public if name.endswith(".js")} == {"theme.js", "door.js"}
    assert not any(name.startswith("plotly") for name in public)


def test_nothing_that_changes_is_heard_without_the_token_of_its_session(app, administrator):
    """Cookies come along from anywhere; `unsubscribe` is its token itself, and mail programs have no other."""
    other = app.server.test_client()
    other.get("/login")
    foreign = other.get_cookie("_csrf_token").decoded_value
    for rule in app.server.url_map.iter_rules():
        for method in {*methods_of(rule)} - {"GET"}:
            if rule.endpoint == "unsubscribe":
                continue
            for headers in (
                {},
                {"X-CSRFToken": foreign},
                {"X-CSRFToken": "x"},
                {"Authorization": "Bearer x"},
            ):
                answer = administrator.client.open(path_of(rule), method=method, headers=headers)
                is_program = rule.rule.startswith("/api/") and "Authorization" in headers
                assert answer.status_code == (401 if is_program else 400), (method, rule.rule, headers)
