"""Programs that ask the whole app, by tokens of its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.accounts.tokens import Tokens


@dataclass(frozen=True)
class Program:
    """A client without cookies, and its token."""

    client: FlaskClient
    secret: str

    def ask(self, path: str, method: str = "GET", *, below: str = "", **options: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}"} | options.pop("headers", {})
        return self.client.open(f"{below}/api/v1{path}", method=method, headers=headers, **options)

    def found(self, path: str, **options: object) -> dict:
        answer = self.ask(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture(scope="session")
def program(app, administrator, viewer) -> Callable[..., Program]:
    """`program("vera-viewer")`: one that comes as Vera."""
    bearers = app.server.extensions["parterre_bearers"]
    tokens: Tokens = bearers.tokens

    def coming(name: str, **what: object) -> Program:
        user = bearers.users.get(name)
        return Program(app.server.test_client(), tokens.make(user, "tests", **what)[0])

    return coming


@pytest.fixture(scope="session")
def vera(program) -> Program:
    return program("vera-viewer")


@pytest.fixture(scope="session")
def ada(program) -> Program:
    return program("ada-admin")
