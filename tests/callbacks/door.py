"""A small app behind the real door, and a visitor who knocks at it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from dash import Dash, Input, Output, State, dcc, html
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callbacks import audit as audited
from callbacks.accounts import commands, own_tokens
from callbacks.accounts import doors as auth
from callbacks.admin import routes as admin
from callbacks.admin import trail
from callbacks.web import bearer, security
from callbacks.web.guard import ACCESS, requires
from core.accounts import audit, stores
from core.accounts.permissions import Action
from core.accounts.tokens import Tokens
from core.numbers import Numbers
from core.settings import ROOT, Settings, load
from core.store.database import opened

PASSWORD = "a garden in spring"
UPDATE = "/_dash-update-component"


def settings_in(home: Path, **changes: object) -> Settings:
    """Settings that the machine's own environment has no say in."""
    plain = {
        "env": "development",
        "secret_key": None,
        "proxies": 0,
        "signup": "open",
        "session_hours": 12,
        "session_days": 7,
    }
    plain |= {"old_keys": None, "password_words": "", "export": "", "host": "127.0.0.1"}
    plain |= {
        "hosts": "",
        "proxy_addresses": "",
        "accounts": "csv",
        "smtp_url": None,
        "leaks_url": "",
        "oidc_issuer": "",
    }
    return load(**{"home": home, **plain, **changes})


def build(home: Path, **changes: object) -> Flask:
    """A server with a few callbacks and routes behind the door."""
    settings = settings_in(home, **changes)
    server = Flask("door", static_folder=None)
    database = opened(settings)
    audit.keep_in(database, home)
    users = stores.chosen(settings, database)
    security.secure(server, settings)
    auth.register(server, users, settings, database)
    parterre = commands.register(server, users, settings, database)
    audited.register(parterre, database, settings)
    tokens = Tokens(database)
    own_tokens.add_page(server, tokens, lambda _: [("", "Customers"), ("other", "Others")])
    admin.of_accounts(
        server, settings, server.extensions[ACCESS], database, lambda: {"": "Customers", "other": "Others"}
    )
    trail.register(server, database, home)
    server.before_request(lambda: setattr(g, "numbers", Numbers()))  # as the pin of a dataset has it
    bearer.register(server, users, tokens, most=settings.api_rate)
    app = Dash(
        name=server.name,
        server=server,
        assets_folder=str(ROOT / "assets"),
        suppress_callback_exceptions=True,
        use_async=False,
        enable_mcp=False,
        # Whatever a callback raises is swallowed, refusals too: the guard in front has to be enough.
        on_error=lambda _: None,
    )
    app.layout = html.Div([dcc.Location(id="address"), html.P("the protected layout")])
    _add_callbacks(app)
    _add_routes(server)
    server.context_processor(
        lambda: {"links": list, "datasets": list}
    )  # the frame, with no page behind this door
    security.finish(server, app)
    server.extensions["users"], server.extensions["tokens"] = users, tokens
    return server


def _add_callbacks(app: Dash) -> None:
    @app.callback(Output("page", "children"), Input("address", "pathname"), State("address", "search"))
    @requires(Action.VIEW)
    def open_page(pathname, search):
        return f"protected data of {pathname}"

    @app.callback(Output("appointed", "children"), Output("notice", "children"), Input("appoint", "n_clicks"))
    @requires(Action.MANAGE_USERS)
    def appoint(clicks):
        return "appointed", "done"

    @app.callback(Output("forgotten", "children"), Input("forgotten", "value"))
    def forgotten(value):
        return "a callback that nobody guarded"

    app.clientside_callback("x => x", Output("light", "children"), Input("light", "value"))


def _add_routes(server: Flask) -> None:
    @server.get("/api/v1/users")
    @requires(Action.MANAGE_USERS)
    def list_users():
        return {"users": []}

    @server.get("/api/v1/forgotten")
    def forgotten_route():
        return {"secret": 1}

    @server.get("/api/v1/broken")
    @requires(Action.VIEW)
    def broken():
        raise ZeroDivisionError("the inside of the server")

    @server.post("/api/v1/echo")
    @requires(Action.VIEW)
    def echo():
        from flask import request

        return {"json": request.get_json()}


class Visitor:
    """A browser without a screen: cookies, forms and callbacks."""

    def __init__(self, server: Flask, address: str = "192.0.2.1") -> None:
        self.client: FlaskClient = server.test_client()
        self.address = address

    @classmethod
    def signed_up(cls, server: Flask, username: str) -> Visitor:
        """One who has an account."""
        visitor = cls(server)
        visitor.sign_up(username)
        return visitor

    def get(self, path: str, *, accept: str = "text/html,*/*;q=0.8", **options: object) -> TestResponse:
        headers = {"Accept": accept, **options.pop("headers", {})}
        return self.client.get(path, headers=headers, environ_base=self._from, buffered=True, **options)

    def post(self, path: str, data: dict[str, str] | None = None, **options: object) -> TestResponse:
        """Fill in a form and send it, as a browser does."""
        form = {"csrf_token": self.token(), **(data or {})}
        headers = {"Accept": "text/html", **options.pop("headers", {})}
        return self.client.post(path, data=form, headers=headers, environ_base=self._from, **options)

    def ask(self, body: object, **options: object) -> TestResponse:
        """Send the body of a callback, as Dash's renderer does."""
        headers = {"X-CSRFToken": self.token(), **options.pop("headers", {})}
        return self.client.post(UPDATE, json=body, headers=headers, environ_base=self._from, **options)

    def send(self, content: bytes, *, content_type: str = "application/json") -> TestResponse:
        """Send any bytes at all as the body of a callback."""
        headers = {"X-CSRFToken": self.token()}
        return self.client.post(
            UPDATE, data=content, content_type=content_type, headers=headers, environ_base=self._from
        )

    def sign_up(self, username: str, password: str = PASSWORD, *, path: str = "/signup") -> TestResponse:
        return self.post(path, {"username": username, "password": password, "repeat": password})

    def sign_in(self, username: str, password: str = PASSWORD, *, path: str = "/login") -> TestResponse:
        return self.post(path, {"username": username, "password": password})

    def token(self) -> str:
        """The token that the last page handed out."""
        if self.client.get_cookie(security.CSRF_COOKIE) is None:
            self.get("/login")
        cookie = self.client.get_cookie(security.CSRF_COOKIE)
        return cookie.decoded_value if cookie else ""

    def is_in(self) -> bool:
        """Whether the dashboard opens."""
        return self.get("/").status_code == 200

    @property
    def _from(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}


def open_page(pathname: str = "/", **changes: object) -> dict[str, object]:
    """What Dash's renderer sends when the address changes."""
    return {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [{"id": "address", "property": "pathname", "value": pathname}],
        "state": [{"id": "address", "property": "search", "value": ""}],
        "changedPropIds": ["address.pathname"],
        "parsedChangedPropsIds": ["address"],
    } | changes


def appoint() -> dict[str, object]:
    """What Dash's renderer sends when the administrator's button is pressed."""
    return {
        "output": "..appointed.children...notice.children..",
        "outputs": [
            {"id": "appointed", "property": "children"},
            {"id": "notice", "property": "children"},
        ],
        "inputs": [{"id": "appoint", "property": "n_clicks", "value": 1}],
        "changedPropIds": ["appoint.n_clicks"],
    }


def words(response: TestResponse) -> str:
    """What a page says, without its tags."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def body_for(callback: dict[str, object], output: str) -> dict[str, object]:
    """A body that fits a callback of a Dash app, whichever it is, with no values in it."""
    outputs = callback["output"]
    many = isinstance(outputs, list | tuple)
    return {
        "output": output,
        "outputs": [_named(one) for one in outputs] if many else _named(outputs),
        "inputs": [_empty(one) for one in callback["inputs"]],
        "state": [_empty(one) for one in callback["state"]],
        "changedPropIds": [],
    }


def _named(output: Output) -> dict[str, object]:
    return {"id": output.component_id, "property": output.component_property}


def _empty(dependency: dict[str, str]) -> dict[str, object]:
    return {"id": dependency["id"], "property": dependency["property"], "value": None}
