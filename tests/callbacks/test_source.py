"""`parterre source`: a table of the warehouse becomes a dataset that the server serves, and gets its segments back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from core.data.raw import read_raw
from core.datasets.sourced import source_work
from core.errors import SourceError
from core.jobs.kinds import WORK
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.runners.source import Source
from core.services import Services, create_services
from core.settings import ROOT, load
from core.store.database import opened
from tests.callbacks.dash_client import Visitor, text
from tests.core.runners.test_contract import orders
from tests.support import warehouses
from tests.support.postgresql import settled

ODD = 'peo"ple; DROP TABLE "lines" --'
NAMES = {
    "who": "customer_id", "when": "order_date", "paid": "amount", "pieces": "quantity", "what": "product",
    "kind": "category", "state": "status", "land": "country",
}  # fmt: skip
PAGES = (
    "/",
    "/explore",
    "/segments",
    "/choose-k",
    "/campaigns",
    "/predict",
    "/customers",
    "/data",
    "/models",
)


@dataclass(frozen=True)
class House:
    server: Flask
    services: Services
    source: Source
    ada: Visitor  # an administrator

    def run(self, *words: str):
        return self.server.test_cli_runner().invoke(args=["parterre", "source", *words])

    def rows(self, table: str) -> pd.DataFrame:
        with self.source.opened() as connection:
            known = self.source.table(connection, table)
            return pd.DataFrame(connection.execute(sa.select(known)).mappings().all())


def sample() -> pd.DataFrame:
    """The customers of the default dataset as a warehouse has them."""
    table = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python")
    return table.assign(Dt_Customer=pd.to_datetime(table["Dt_Customer"], dayfirst=True))


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    """A server beside a warehouse with order lines, and with customers under names that want to break out."""
    address = f"duckdb:///{tmp_path_factory.mktemp('warehouse')}/shop.duckdb"
    rng = np.random.default_rng(4)
    people = pd.DataFrame({"Client no": [f"k{place}" for place in range(400)]})
    for name, middle in ((f"visits'; {ODD}", 10.0), ("Spent %(x)s :y", 200.0)):
        people[name] = np.round(rng.normal(middle * rng.integers(1, 4, 400), middle / 9), 2)
    source = warehouses.source(address)
    with source.opened() as connection:
        lines = warehouses.typed(read_raw(orders(), name="orders.csv", max_mb=5).columns)
        warehouses.put(connection, "lines", lines.rename(columns=NAMES))
        warehouses.put(connection, ODD, people)
        warehouses.put(connection, "secrets", people)
        warehouses.put(connection, "sample", sample())
        warehouses.put(connection, "without_births", sample().drop(columns="Year_Birth"))
    home = settled(tmp_path_factory.mktemp("home"))
    settings = home.model_copy(
        update={
            "source": load(source=address).source,
            "source_tables": f"lines,{ODD},found,sample,without_births",
        }
    )
    server = create_app(settings).server
    return House(server, create_services(settings), source, Visitor.of(server).sign_up("ada-admin"))


@pytest.fixture(scope="module")
def added(house) -> Mapping[str, str]:
    """The slug of each table that was fitted, by the table."""
    said = {
        name: house.run("fit", "--table", name, "--title", title)
        for name, title in (("lines", "Orders"), (ODD, "Odd"))
    }
    assert [one.exit_code for one in said.values()] == [0, 0], [one.output for one in said.values()]
    return {"lines": "orders", ODD: "odd"}


def test_tables_are_listed_that_may_be_read_and_no_others(house):
    said = house.run("tables")
    assert "lines: customer_id (string), order_date (datetime), amount (double)" in said.output
    assert ODD in said.output
    assert "secrets" not in said.output
    refused = house.run("fit", "--table", "secrets")
    assert refused.exit_code == 1
    assert "found no table 'secrets'. Expected one of its tables: lines, " in refused.output


def test_every_page_shows_what_the_warehouse_added_up(house, added):
    visitor = house.ada
    for page in PAGES:
        body = visitor.body(
            "shell-page.children",
            {"shell-address.pathname": f"/d/orders{page}", "shell-address.search": ""},
            "shell-address.pathname",
        )
        answer = visitor.client.post(
            "/d/orders/_dash-update-component", json=body, headers={"X-CSRFToken": visitor.token}
        )
        assert answer.status_code == 200, page
        assert "shell-page" in json.dumps(answer.json)
        assert "went wrong" not in answer.text


@pytest.mark.parametrize("table", ["lines", ODD])
def test_segments_are_written_back_as_the_served_model_has_them(house, added, table):
    assert house.run("score", "--dataset", added[table], "--table", table, "--into", "found").exit_code == 0
    again = house.run("score", "--dataset", added[table], "--table", table, "--into", "found")
    assert "found: " in again.output
    found = house.rows("found").set_index("ID")
    with house.services.workspaces.at(added[table]):
        model = house.services.model
        expected = model.table.set_index("ID")["Segment"]
    assert (found["Segment"].reindex(expected.index) == expected).mean() >= 0.999
    assert len(found) == len(expected)
    assert {*found["Model"]} == {model.card.key}
    assert found["Scored_At"].str.startswith("20").all()
    assert "lines" in house.run("tables").output


def test_what_is_no_table_of_segments_is_not_replaced(house, added):
    before = house.rows("lines")
    for into, words in (
        ("lines", "a table lines of something else"),
        ("x; --", "the name"),
        ("secrets", "of something else"),
    ):
        said = house.run("score", "--dataset", "orders", "--table", "lines", "--into", into)
        assert said.exit_code == 1
        assert words in said.output
    assert len(house.rows("lines")) == len(before)


def test_segments_go_to_no_table_that_lacks_what_they_are_built_on(house, added):
    said = house.run("score", "--dataset", "orders", "--table", ODD, "--into", "found")
    assert said.exit_code == 1
    assert "Expected what segments are built on. Make a view that has it" in said.output


def test_what_a_model_derives_is_derived_in_the_warehouse(house):
    said = house.run("score", "--table", "sample", "--into", "segments_of_sample")
    assert said.exit_code == 0, said.output
    with house.source.opened() as connection:
        found = pd.read_sql(sa.text("SELECT * FROM segments_of_sample"), connection).astype({"ID": "str"})
    expected = house.services.model.table.astype({"ID": "str"}).set_index("ID")["Segment"]
    assert len(found) == len(sample())
    assert (found.set_index("ID")["Segment"].reindex(expected.index) == expected).all()


def test_what_can_not_be_derived_is_named(house):
    said = house.run("score", "--table", "without_births", "--into", "segments_of_sample")
    assert said.exit_code == 1
    assert "no column Age in without_births, nor Year_Birth, which it is made of" in said.output


def posted(visitor: Visitor, form: Mapping[str, str]) -> int:
    headers = {"X-CSRFToken": visitor.token}
    return visitor.client.post("/d/default/data/source", data=form, headers=headers).status_code


def done(house: House, **form: str) -> Mapping[str, object]:
    """What the worker made of what the administrator asked of order lines on the page."""
    assert posted(house.ada, {"place": "0", **form}) == 302
    settings = house.services.settings
    worker = Worker(Queue.of(settings, opened(settings)), WORK, lambda: house.services)
    while worker.take():
        pass
    job = next(one for one in house.services.jobs.listed(house.services.users.get("ada-admin"), 9, 0)[1] if one.kind == "source")  # fmt: skip
    assert job.state == "done", job.error
    assert source_work(house.services, job.arguments) == house.services.jobs.result(job.id), (
        "done twice, it is done once"
    )
    return house.services.jobs.result(job.id)


def test_a_table_is_taken_brought_up_to_date_and_given_its_segments_on_the_page(house):
    """As files are: by who may add datasets, and then by the owner of the one that it became."""
    assert done(house, what="add") == {"slug": "lines"}
    datasets = house.services.workspaces.catalogue
    before = datasets.find("lines").version.rows
    with house.source.opened() as connection:
        connection.execute(
            sa.text("INSERT INTO lines SELECT * REPLACE ('new ' || customer_id AS customer_id) FROM lines")
        )
    assert done(house, what="update:lines") == {"slug": "lines", "version": 2}
    assert datasets.find("lines").version.rows == pytest.approx(2 * before, abs=2)
    assert [one.title for one in datasets.all()].count("lines") == 1
    written = done(house, what="score:lines")
    with house.source.opened() as connection:
        assert connection.scalar(sa.text("SELECT COUNT(*) FROM segments_of_lines")) == written["rows"]
    assert "with their segment are in segments_of_lines" in text(house.ada.open("/data").json["response"]["shell-page"]["children"])  # fmt: skip
    vera = Visitor.of(house.server).sign_up("vera")
    assert posted(vera, {"place": "0", "what": "add"}) == 403
    assert posted(vera, {"place": "0", "what": "score:lines"}) in (403, 404)


def test_no_address_can_be_given_but_by_the_environment(house):
    """No command and no route takes one, and no page tells the one that is set."""
    group = house.server.cli.commands["parterre"].commands["source"]
    options = {one.name for command in group.commands.values() for one in command.params}
    assert options == {"table", "title", "dataset", "into"}
    for sent in ({"place": "9"}, {"place": "-1"}, {"table": "secrets"}, {"place": "0", "what": "drop"}):
        assert posted(house.ada, {"what": "add"} | sent) == 404, sent
    visitor = Visitor.of(house.server).sign_up("bea")
    for page in ("/data", "/healthz", "/readyz", "/admin"):
        assert "shop.duckdb" not in visitor.client.get(page).text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (None, "PARTERRE_SOURCE: found nothing"),
        ("no address: s3cret", "found no address"),
        ("cobol://ada:s3cret@host/shop", "found an address of cobol"),
        ("mysql+pymysql://ada:s3cret@host/shop", "whose driver pymysql is not installed"),
        ("postgresql://ada:s3cret@127.0.0.1:1/shop?password=s3cret", "no connection"),
        ("duckdb:////nowhere/s3cret/shop.duckdb?token=s3cret", "duckdb:///shop.duckdb: found"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_what_it_keeps_secret(address, words, tmp_path: Path):
    settings = settled(tmp_path).model_copy(update={"source": load(source=address).source})
    with pytest.raises(SourceError) as told, Source.of(settings).opened() as connection:
        connection.execute(sa.text("SELECT 1"))
    assert words in str(told.value)
    assert "s3cret" not in str(told.value) or address.startswith("duckdb")


def test_who_may_only_read_is_told_so_and_nothing_is_written(postgresql):
    address = postgresql.bare()
    with warehouses.source(address).opened() as connection:
        warehouses.put(connection, "people", pd.DataFrame({"ID": ["a", "b"], "Spent": [1.0, 2.0]}))
        connection.execute(sa.text("CREATE ROLE reader LOGIN"))
        connection.execute(sa.text("GRANT SELECT ON people TO reader"))
        connection.execute(sa.text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    reader = warehouses.source(address.replace("postgres@", "reader@"))
    told = pytest.raises(SourceError, match=r"permission denied.*Expected the right to do this\. Grant it")
    with told, reader.opened() as connection:
        assert [*reader.tables(connection)] == ["people"]
        warehouses.put(connection, "found", pd.DataFrame({"ID": ["a"]}))
