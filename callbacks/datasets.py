"""The datasets on the command line: `parterre datasets list` and `add`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click
from flask import Flask

from callbacks.accounts.commands import in_words
from core.datasets.catalogue import Dataset, schema_of
from core.datasets.workspace import Workspaces


def register(server: Flask, workspaces: Workspaces) -> None:
    """Add `parterre datasets` to the command line of `server`, whose `parterre` is there already."""
    group = click.Group("datasets", help="List and add datasets.")
    cast("click.Group", server.cli.commands["parterre"]).add_command(group)

    @group.command("list", help="Every dataset: where it is, its title, its file.")
    def show() -> None:
        with in_words():
            for dataset in workspaces.catalogue.all():
                click.echo(_line(dataset))

    @group.command("add", help="Make a dataset of a copy of FILE, with its model.")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--title", default="", help="What people call it; the name of the file unless said.")
    @click.option(
        "--schema", type=click.Path(path_type=Path), help="What the columns are: fields and roles as JSON."
    )
    def add(file: Path, title: str, schema: Path | None) -> None:
        with in_words():
            known = {"schema": schema_of(schema)} if schema else {}
            click.echo(_line(workspaces.add(file, title, **known)))


def _line(dataset: Dataset) -> str:
    return f"{dataset.path:<24} {dataset.title:<24} {dataset.file.name}"
