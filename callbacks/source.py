"""The warehouse on the command line: `parterre source tables`, `fit` and `score`."""

from __future__ import annotations

import click

from callbacks.accounts.commands import in_words
from core.accounts import audit
from core.accounts.audit import Event
from core.datasets.catalogue import slug_of
from core.datasets.sourced import Sourced
from core.numbers import plain
from core.runners.source import Source
from core.services import Services


def register(parterre: click.Group, services: Services) -> None:
    """Add `source` to Parterre's commands."""
    group = click.Group(
        "source", help="Read, cut and score tables of the warehouse that PARTERRE_SOURCE names."
    )
    parterre.add_command(group)
    _add_tables(group, services)

    @group.command("fit", help="Make a dataset of the customers or order lines in a table, with its model.")
    @click.option("--table", required=True, help="One of those that `source tables` lists.")
    @click.option("--title", default="", help="What people call the dataset; the table's name unless said.")
    def fit(table: str, title: str) -> None:
        with in_words():
            made = _sourced(services).add(table, title)
            audit.record(Event.DATASET_ADDED, by=audit.machine_user(), dataset=made.slug)
            click.echo(f"{made.path:<24} {made.title}  {made.version.rows} customers")

    @group.command("score", help="Write the segment of each customer of a table into another table.")
    @click.option("--dataset", default="", help="Whose live model says; the default dataset unless said.")
    @click.option("--table", required=True, help="Customers or order lines; one that `source tables` lists.")
    @click.option(
        "--into", required=True, help="What the table of segments is called; one of before is replaced."
    )
    def score(dataset: str, table: str, into: str) -> None:
        with in_words(), services.workspaces.at(slug_of(dataset)):
            model = services.model
            rows = _sourced(services).score(model, table, into)
            audit.record(Event.SCORED_BACK, by=audit.machine_user(), dataset=slug_of(dataset) or None, model=model.card.key, customers=rows)  # fmt: skip
            click.echo(plain(f"{into}: {rows} customers with their segment, by model {model.card.key}"))


def _add_tables(group: click.Group, services: Services) -> None:
    @group.command("tables", help="List the tables that may be read, with their columns.")
    def tables() -> None:
        with in_words():
            source = Source.of(services.settings)
            with source.opened() as connection:
                for name, table in source.tables(connection).items():
                    columns = ", ".join(f"{one.name} ({one.type.__visit_name__.replace('_', ' ')})" for one in table.c)  # fmt: skip
                    click.echo(plain(f"{name}: {columns}"))


def _sourced(services: Services) -> Sourced:
    def told(words: str, share: float) -> None:
        click.echo(f"{share:4.0%}  {words}", err=True)

    return Sourced(services.workspaces, Source.of(services.settings), told)
