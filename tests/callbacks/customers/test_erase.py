"""Erasing a customer, on the command line and from their page: what would be done is said first, and only some may."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from flask import Flask

from app import create_app
from core.services import Services, create_services
from core.settings import ROOT
from tests.callbacks.dash_client import Visitor
from tests.core.customers.test_erase import CARDS, OTHER, WHO
from tests.core.datasets.test_update import written
from tests.support.postgresql import settled


@dataclass(frozen=True)
class House:
    server: Flask
    services: Services  # another process's, of the same home
    ada: Visitor
    vera: Visitor

    def run(self, *words: str, typed: str = "") -> tuple[int, str]:
        done = self.server.test_cli_runner().invoke(args=["parterre", "customers", *words], input=typed)
        return done.exit_code, done.output

    def people(self, slug: str) -> list[str]:
        with self.services.workspaces.at(slug):
            return self.services.model.people.column("ID").astype(str).tolist()


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    folder = tmp_path_factory.mktemp("house")
    sample = pd.read_csv(ROOT / "data" / "customers.csv", dtype=str).iloc[:300]
    sample.to_csv(folder / "ours.csv", index=False)
    settings = settled(folder / "home").model_copy(update={"data": folder / "ours.csv"})
    server, services = create_app(settings).server, create_services(settings)
    services.workspaces.add(written(folder, CARDS.frame, "january"), "Cards", CARDS.schema, by="ada")
    ada, vera = (Visitor.of(server).sign_up(name) for name in ("ada", "vera"))
    return House(server, services, ada, vera)


def test_the_command_line_says_what_it_would_do_asks_and_does_it(house):
    code, said = house.run("erase", WHO, "--dry-run")
    assert code == 0
    for words in (
        "cards: Cards",
        "Taken out of the file: one row of version 1.",
        "One model is made anew without the customer",
        "Kept as well: the audit log",
        "Nothing was changed.",
    ):
        assert words in said
    assert house.run("erase", WHO, typed="n\n")[0] == 1
    assert WHO in house.people("cards")
    code, said = house.run("erase", WHO, "--yes")
    assert code == 0
    assert "Erased from cards (erasure 1)." in said
    assert "One model was made anew without the customer." in said
    assert WHO not in house.people("cards")
    code, said = house.run("erase", WHO, "--dataset", "cards", "--yes")
    assert (code, "Nothing is held of 'C10042'" in said) == (1, True)
    assert "No such" not in house.run("allow", WHO, "--dataset", "cards")[1]
    assert house.run("allow", OTHER, "--dataset", "cards")[0] == 1
    assert WHO not in (house.services.settings.home / "audit.log").read_text()
