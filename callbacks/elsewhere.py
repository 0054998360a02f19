"""Customers that are elsewhere, on the command line: the warehouse (`parterre source`) and a cluster (`parterre fit`)."""

from __future__ import annotations

from pathlib import Path

import click

from core.accounts import audit
from core.accounts.audit import Event
from core.datasets.catalogue import Dataset, schema_of, slug_of
from core.datasets.offered import title_of
from core.datasets.sourced import Sourced, score_back
from core.errors import SettingsError
from core.numbers import plain
from core.runners.source import Source
from core.services import Services


def register(parterre: click.Group, services: Services) -> None:
    """Add `source`, `fit` and `score` to Parterre's commands."""
    group = click.Group(
        "source", help="Read, cut and score tables of the warehouse that PARTERRE_SOURCE names."
    )
    parterre.add_command(group)
    _add_warehouse(group, services)
    _add_fit(parterre, services)
    _add_score(parterre, services)


def _add_warehouse(group: click.Group, services: Services) -> None:
    @group.command("tables", help="List the tables that may be read, with their columns.")
    def tables() -> None:
        source = Source.of(services.settings)
        with source.opened() as connection:
            for name, table in source.tables(connection).items():
                columns = ", ".join(f"{one.name} ({one.type.__visit_name__.replace('_', ' ')})" for one in table.c)  # fmt: skip
                click.echo(plain(f"{name}: {columns}"))

    @group.command("fit", help="Make a dataset of the customers or order lines in a table, with its model.")
    @click.option("--table", required=True, help="One of those that `source tables` lists.")
    @click.option("--title", default="", help="What people call the dataset; the table's name unless said.")
    def fit(table: str, title: str) -> None:
        _say(_sourced(services).add(table, title))

    @group.command("score", help="Write the segment of each customer of a table into another table.")
    @click.option("--dataset", default="", help="Whose live model says; the default dataset unless said.")
    @click.option("--table", required=True, help="Customers or order lines; one that `source tables` lists.")
    @click.option(
        "--into", required=True, help="What the table of segments is called; one of before is replaced."
    )
    def score(dataset: str, table: str, into: str) -> None:
        slug = slug_of(dataset)
        rows = score_back(services, _sourced(services), slug, table, into, by=audit.machine_user())
        click.echo(plain(f"{into}: {rows} customers with their segment"))

    @group.command("update", help="Make the customers of a table, as they are now, a dataset's next version.")
    @click.option("--dataset", required=True, help="Which dataset; `parterre datasets list` names them.")
    @click.option("--table", required=True, help="Customers or order lines; one that `source tables` lists.")
    def update(dataset: str, table: str) -> None:
        made = _sourced(services).update(table, slug_of(dataset), by=audit.machine_user())
        click.echo(plain(f"{dataset}: version {made.number}, {made.rows} customers"))


_FILES = click.option(
    "--data", "address", required=True, metavar="ADDRESS", help="A file, folder or pattern, as fsspec reads it."
)  # fmt: skip
_SCHEDULER = click.option(
    "--scheduler", default="", metavar="ADDRESS", help="The cluster; DASK_SCHEDULER unless said."
)
_QUIET = click.option("--quiet", is_flag=True, help="Say nothing of how far it is.")


def _scheduler(services: Services, said: str) -> str:
    """The address of the cluster, as said or as set; raises SettingsError if it is neither."""
    if found := said or services.settings.dask_scheduler:
        return found
    raise SettingsError(
        "Found no scheduler. Expected one by --scheduler or DASK_SCHEDULER. Give its address."
    )


def _add_fit(parterre: click.Group, services: Services) -> None:
    @parterre.command(
        "fit", help="Make a dataset of Parquet files on shared storage, with its model, on a Dask cluster."
    )
    @_FILES
    @_SCHEDULER
    @click.option(
        "--title", default="", help="What people call the dataset; the end of the address unless said."
    )
    @click.option(
        "--schema", type=click.Path(path_type=Path), help="What the columns are: fields and roles as JSON."
    )
    @_QUIET
    def fit(address: str, scheduler: str, title: str, schema: Path | None, *, quiet: bool) -> None:
        from core.datasets.clustered import Clustered  # a fifth of a second, which others need not wait

        made = Clustered(
            services.workspaces, address, _scheduler(services, scheduler), _quietly if quiet else _told
        )
        meant = schema_of(schema) if schema else None
        _say(made.add(title or title_of(address), schema=meant, by=""))


def _add_score(parterre: click.Group, services: Services) -> None:
    @parterre.command(
        "score",
        help="Write the segment of each customer of Parquet files on shared storage into a new folder there.",
    )
    @_FILES
    @click.option("--into", required=True, metavar="ADDRESS", help="A folder that is not there yet.")
    @click.option("--dataset", default="", help="Whose live model says; the default dataset unless said.")
    @_SCHEDULER
    @_QUIET
    def score(address: str, into: str, dataset: str, scheduler: str, *, quiet: bool) -> None:
        from core.datasets import cluster_scored

        slug = slug_of(dataset)
        with services.workspaces.at(slug):
            card, model = services.model.card, services.model
            sizes = cluster_scored.score(
                model, address, _scheduler(services, scheduler), into, _quietly if quiet else _told
            )
        rows = int(sizes.sum())
        audit.record(Event.SCORED_BACK, by=audit.machine_user(), dataset=slug or None, model=card.key, customers=rows)  # fmt: skip
        for one, size in zip(card.profile.segments, sizes.tolist(), strict=True):
            click.echo(
                plain(
                    f"{one.name}: {size} customers, {size / max(rows, 1):.1%}; {one.share:.1%} where it was made"
                )
            )


def _say(made: Dataset) -> None:
    audit.record(Event.DATASET_ADDED, by=audit.machine_user(), dataset=made.slug)
    click.echo(f"{made.path:<24} {made.title}  {made.version.rows} customers")


def _sourced(services: Services) -> Sourced:
    return Sourced(services.workspaces, Source.of(services.settings), _told)


def _told(words: str, share: float) -> None:
    click.echo(f"{share:4.0%}  {words}", err=True)


def _quietly(_words: str, _share: float) -> None:
    return
