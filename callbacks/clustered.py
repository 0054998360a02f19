"""A dataset of files on shared storage, on the command line: `parterre fit`."""

from __future__ import annotations

from pathlib import Path

import click

from callbacks.accounts.commands import in_words
from core.accounts import audit
from core.accounts.audit import Event
from core.datasets.catalogue import schema_of
from core.datasets.offered import title_of
from core.errors import SettingsError
from core.services import Services


def register(parterre: click.Group, services: Services) -> None:
    """Add `fit` to Parterre's commands."""
    known = services.settings.dask_scheduler

    @parterre.command(
        "fit", help="Make a dataset of Parquet files on shared storage, with its model, on a Dask cluster."
    )
    @click.option(
        "--data", "address", required=True, metavar="ADDRESS", help="A file, folder or pattern, as fsspec reads it."
    )  # fmt: skip
    @click.option(
        "--scheduler", default=known, metavar="ADDRESS", help="The cluster; DASK_SCHEDULER unless said."
    )
    @click.option(
        "--title", default="", help="What people call the dataset; the end of the address unless said."
    )
    @click.option(
        "--schema", type=click.Path(path_type=Path), help="What the columns are: fields and roles as JSON."
    )
    @click.option("--quiet", is_flag=True, help="Say nothing of how far it is.")
    def fit(address: str, scheduler: str, title: str, schema: Path | None, *, quiet: bool) -> None:
        from core.datasets.clustered import (
            Clustered,  # a fifth of a second, which other commands need not wait
        )

        with in_words():
            if not scheduler:
                raise SettingsError(
                    "Found no scheduler. Expected one by --scheduler or DASK_SCHEDULER. Give its address."
                )
            made = Clustered(services.workspaces, address, scheduler, _quietly if quiet else _told)
            meant = schema_of(schema) if schema else None
            dataset = made.add(title or title_of(address), schema=meant, by="")
            audit.record(Event.DATASET_ADDED, by=audit.machine_user(), dataset=dataset.slug)
            click.echo(f"{dataset.path:<24} {dataset.title}  {dataset.version.rows} customers")


def _told(words: str, share: float) -> None:
    click.echo(f"{share:4.0%}  {words}", err=True)


def _quietly(_words: str, _share: float) -> None:
    return
