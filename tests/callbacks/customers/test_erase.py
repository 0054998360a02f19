"""Erasing a customer, on the command line and from their page: what would be done is said first, and only some may."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import create_app
from core.accounts.users import Role
from core.jobs.kinds import WORK
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.services import Services, create_services
from core.settings import ROOT
from core.store.database import opened
from core.store.erasures import Erasures
from core.store.tables import jobs
from tests.callbacks.dash_client import Visitor, drawn_with, text
from tests.core.customers.test_erase import CARDS, OTHER, WHO
from tests.core.datasets.test_update import written
from tests.core.jobs.test_jobs import work_off
from tests.support.audited import as_text
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
    assert WHO not in as_text(house.services.settings.home)


def test_an_administrator_is_told_what_would_be_done_types_the_id_and_the_worker_does_it(house):
    who = house.people("")[0]
    page = house.ada.page("/customers", f"?customer={who}")
    (link,) = drawn_with(page, children="Erase this customer")
    asked = house.ada.page("/customers", link["href"].removeprefix("/customers"))
    for words in (
        f"Erase customer {who}?",
        "Taken out of the file: the rows of version 1.",
        "is yours, and is left as it is",
    ):
        assert words in text(asked)
    (form,) = drawn_with(asked, action="/customers/erase")
    (model,) = [one["value"] for one in drawn_with(form["children"], name="model")]
    send = {"csrf_token": house.ada.token, "customer": who, "typed": who, "model": model}
    for changed, code in (
        ({"typed": "1"}, 400),
        ({"model": "0" * 16}, 409),
        ({"customer": "0", "typed": "0"}, 404),
        ({"csrf_token": ""}, 400),
    ):
        assert house.ada.client.post("/customers/erase", data=send | changed).status_code == code
    vera = house.vera.client.post("/customers/erase", data=send | {"csrf_token": house.vera.token})
    assert vera.status_code == 403
    assert drawn_with(house.vera.page("/customers", f"?customer={who}"), children="Erase this customer") == []
    assert house.vera.open("/customers", f"?customer={who}&erase=ask").status_code == 403
    assert who in house.people("")
    answer = house.ada.client.post("/customers/erase", data=send)
    query = answer.location.partition("?")[2]
    assert answer.status_code == 302
    assert "Erasing a customer" in text(house.ada.page("/customers", f"?{query}"))
    settings = house.services.settings
    worker = Worker(Queue.of(settings, opened(settings)), WORK, lambda: create_services(settings))
    assert work_off(worker) == 1
    done = text(house.ada.page("/customers", f"?{query}"))
    assert "is done The customer is no longer here." in done
    assert "One model was made anew without the customer." in done
    assert who not in house.people("")
    assert f"No customer has the ID “{who}”." in text(house.ada.page("/customers", f"?customer={who}"))
    with opened(settings).reading() as connection:
        rows = connection.execute(select(jobs.c.arguments, jobs.c.result)).all()
    assert not any(who in json.dumps(list(row)) for row in rows)


def test_what_was_cancelled_or_may_not_be_done_any_more_is_done_at_no_later_start(house):
    settings, (who, other) = house.services.settings, house.people("")[:2]
    database, eve = opened(settings), Visitor.of(house.server).sign_up("ada-too")

    def ask(visitor: Visitor, id: str) -> str:
        model = house.services.model.card.key
        sent = {"csrf_token": visitor.token, "customer": id, "typed": id, "model": model}
        answer = visitor.client.post("/customers/erase", data=sent)
        assert answer.status_code == 302, answer.text
        return answer.location.partition("job=")[2]

    cancelled = ask(house.ada, who)
    house.services.jobs.cancel(cancelled, by=house.services.users.get("ada"))
    assert Erasures(database).under_way() == []
    house.services.users.change("ada-too", role=Role.ADMINISTRATOR)
    ask(eve, other)
    house.services.users.change("ada-too", role=Role.VIEWER)
    worker = Worker(Queue.of(settings, database), WORK, lambda: create_services(settings))
    assert work_off(worker) == 1
    assert Erasures(database).under_way() == []
    ask(house.ada, who)
    create_services(settings)
    assert [one.stage for one in Erasures(database).under_way()] == ["begun"], "it waits for the worker"
    with database.changing() as connection:  # as a worker that is stopped leaves it
        this = update(jobs).where(jobs.c.kind == "erase", jobs.c.ended == 0)
        connection.execute(this.values(state="cancelled", ended=1))
    create_services(settings)
    assert Erasures(database).under_way() == []
    assert {who, other} <= {*house.people("")}
    for number in ("9" * 30, "٣", "-1", "0"):
        drawn = house.ada.page("/customers", f"?erasure={number}")
        assert "This erasure is not known here." in text(drawn), number[:40]
