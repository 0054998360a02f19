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
from core.errors import SourceError
from core.runners.source import Source
from core.services import Services, create_services
from core.settings import load
from tests.callbacks.dash_client import Visitor
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

    def run(self, *words: str):
        return self.server.test_cli_runner().invoke(args=["parterre", "source", *words])

    def rows(self, table: str) -> pd.DataFrame:
        with self.source.opened() as connection:
            known = self.source.table(connection, table)
            return pd.DataFrame(connection.execute(sa.select(known)).mappings().all())


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
    home = settled(tmp_path_factory.mktemp("home"))
    settings = home.model_copy(
        update={"source": load(source=address).source, "source_tables": f"lines,{ODD},found"}
    )
    return House(create_app(settings).server, create_services(settings), source)


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
    assert "found no table 'secrets'. Expected one of its tables: lines" in refused.output


def test_every_page_shows_what_the_warehouse_added_up(house, added):
    visitor = Visitor.of(house.server).sign_up("ada")
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


def test_no_address_can_be_given_but_by_the_environment(house):
    """No command and no route takes one, and no page tells the one that is set."""
    group = house.server.cli.commands["parterre"].commands["source"]
    options = {one.name for command in group.commands.values() for one in command.params}
    assert options == {"table", "title", "dataset", "into"}
    assert not [
        rule for rule in house.server.url_map.iter_rules() if "source" in rule.endpoint.rsplit(".", 1)[-1]
    ]
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
