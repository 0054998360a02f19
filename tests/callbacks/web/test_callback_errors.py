from __future__ import annotations

import pytest
from dash import Dash, Input, Output
from flask import Flask, abort

from app import VIEWS, create_services
from callbacks.accounts import doors as auth
from callbacks.frame import page as shell
from callbacks.web import index, security
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.errors import DataError
from tests.callbacks.dash_client import Visitor


@pytest.fixture(scope="module")
def failing(settings, administrator) -> Visitor:
    """Somebody in front of three buttons, each of which fails in its own way."""
    services = create_services(settings)
    server = Flask("failing", static_folder=None)
    security.secure(server, settings)
    auth.register(server, services.users, settings, services.database)
    app = Dash(server=server, **index.DASH)
    app.layout = shell.frame(services, VIEWS)
    shell.register(app, services, VIEWS)

    def fails_with(name, error):
        @app.callback(Output(f"{name}-said", "children"), Input(name, "n_clicks"))
        @requires(Action.VIEW)
        def fail(_clicks):
            raise error

    fails_with("ours", DataError.of("customers.csv", "no rows", "one at least", "Add some."))
    fails_with("theirs", ZeroDivisionError("secret 4711"))

    @app.callback(Output("refused-said", "children"), Input("refused", "n_clicks"))
    @requires(Action.VIEW)
    def refuse(_clicks):
        abort(403)

    security.finish(server, app)
    return Visitor.of(server).sign_up("finn-failing")


def press(visitor, name):
    return visitor.call(f"{name}-said.children", {f"{name}.n_clicks": 1}, f"{name}.n_clicks")


def noticed(answer):
    return answer.json["sideUpdate"]["shell-notice"]["children"]


def test_an_error_of_ours_is_said_in_its_own_words(failing):
    answer = press(failing, "ours")
    assert answer.status_code == 200
    assert "no rows" in noticed(answer)
    assert "Add some." in noticed(answer)


def test_any_other_error_is_a_reference_that_the_log_explains(failing, caplog):
    answer = press(failing, "theirs")
    said = noticed(answer)
    reference = said.rpartition(" ")[2].rstrip(".")
    assert answer.status_code == 200
    assert "our fault" in said
    assert "4711" not in answer.text
    assert "Traceback" not in answer.text
    assert reference in caplog.text
    assert "ZeroDivisionError: secret 4711" in caplog.text


def test_a_refusal_keeps_its_status(failing):
    answer = press(failing, "refused")
    assert answer.status_code == 403
    assert "error" in answer.json


def test_the_page_stays_as_it_was_when_a_callback_fails(failing):
    assert "theirs-said" not in press(failing, "theirs").json.get("response", {})
