from __future__ import annotations

import pytest
from flask import Flask

from callbacks import one_model
from core.segments.fit import Parameters
from core.segments.live import Live
from core.segments.registry import Recipe, Registry
from core.settings import ROOT


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe(ROOT / "data" / "customers.csv", (), Parameters())


@pytest.fixture
def live(tmp_path, recipe) -> Live:
    return Live(Registry(tmp_path / "models"), recipe)


@pytest.fixture
def server(live) -> Flask:
    """A server whose only page switches the model in another worker, between two looks at it."""
    server = Flask("one-model", static_folder=None)
    one_model.register(server, live)
    elsewhere = Live(live._registry, live._recipe)

    @server.get("/")
    def page():
        before = live.model
        elsewhere.choose(Parameters(k=11 - before.card.parameters.k), by="ada")
        assert live.model is before
        return str(before.card.parameters.k)

    @server.get("/broken")
    def broken():
        raise ZeroDivisionError(live.model.card.key)

    return server


def test_a_request_sees_one_model_and_the_next_one_the_other(server):
    browser = server.test_client()
    assert [browser.get("/").text for _ in range(3)] == ["6", "5", "6"]


def test_a_request_that_fails_lets_go_of_its_model_as_well(server, live):
    browser = server.test_client()
    assert browser.get("/broken").status_code == 500
    Live(live._registry, live._recipe).choose(Parameters(k=5), by="ada")
    assert live.model.card.parameters.k == 5
