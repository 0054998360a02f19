from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from argon2 import PasswordHasher
from dash import Dash
from flask import Flask

from app import create_app
from callbacks.web import guard
from core.accounts import passwords, permissions
from core.accounts.access import Access
from core.accounts.permissions import Action, Standing
from core.settings import Settings, load
from tests.callbacks import door
from tests.callbacks.dash_client import Visitor
from tests.support.personality import people_of


@pytest.fixture(scope="package", autouse=True)
def passwords_hashed_fast():
    """How passwords are kept is tested by itself: here many people sign in, with few passwords, each judged once."""
    judged = cache(lambda text, house, judge=passwords._judge: judge(text, [*house]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_judge", lambda text, house: judged(text, (*house,)))
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def settings(home) -> Settings:
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    chosen = load(**{**plain, "home": home})
    assert chosen.home == home, "these tests would write into somebody's own home"
    return chosen


@pytest.fixture(scope="session")
def app(settings) -> Dash:
    """Parterre on the sample, with a home of its own and nothing from the machine's environment."""
    return create_app(settings)


@pytest.fixture(scope="session")
def administrator(app) -> Visitor:
    return Visitor.of(app.server).sign_up("ada-admin")


@pytest.fixture(scope="session")
def viewer(app, administrator) -> Visitor:
    return Visitor.of(app.server).sign_up("vera-viewer")


@pytest.fixture(scope="session")
def of_standing(app, administrator, viewer) -> Callable[[Standing], Visitor]:
    """Somebody who is that in the default dataset; whoever is nothing may see another one only."""
    known = {Standing.ADMINISTRATOR: administrator, Standing.VIEWER: viewer}
    access: Access = app.server.extensions[guard.ACCESS]

    def find(standing: Standing) -> Visitor:
        if standing not in known:
            name = f"the-{standing.word}"
            known[standing] = Visitor.of(app.server).sign_up(name)
            access.members.give("", name, standing, by="ada-admin")
        return known[standing]

    return find


@pytest.fixture(scope="session")
def table(app, home) -> pd.DataFrame:
    """The customers behind the pages, with their segments, as kept on disk."""
    return people_of(home)


@pytest.fixture
def predicting_is_for_administrators(monkeypatch):
    """The table of permissions with one line changed."""
    only = replace(permissions.PERMISSIONS[Action.PREDICT], least=Standing.ADMINISTRATOR)
    table = {**permissions.PERMISSIONS, Action.PREDICT: only}
    monkeypatch.setattr("core.accounts.permissions.PERMISSIONS", table)


@pytest.fixture
def server(tmp_path) -> Flask:
    """A small app of its own behind the real door."""
    return door.build(tmp_path)


@pytest.fixture
def users(server):
    return server.extensions["users"]


@pytest.fixture
def anna(server) -> door.Visitor:
    """Who came to `server` first, and so is its administrator."""
    return door.Visitor.signed_up(server, "anna")


@pytest.fixture
def ben(server, anna) -> door.Visitor:
    return door.Visitor.signed_up(server, "ben")
