"""The datasets on the command line: `parterre datasets list`, `add` and `remove`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click
from flask import Flask

from callbacks import versions
from core.accounts import audit, sharing
from core.accounts.permissions import GIVEN
from core.datasets.catalogue import Dataset, schema_of, slug_of
from core.datasets.intake import Proposal
from core.datasets.mapping import ColumnMapping
from core.datasets.removal import Removal
from core.datasets.together import propose_together
from core.datasets.told import told
from core.datasets.workspace import Workspaces
from core.datasets.writing import Writing, currency_in
from core.errors import ParterreError
from core.numbers import plain
from core.schema.decisions import choices_of
from core.services import Services
from core.store.files import passing_folder

FILES = click.Path(path_type=Path)


def register(server: Flask, services: Services) -> None:
    """Add `parterre datasets` to the command line of `server`, whose `parterre` is there already."""
    workspaces = services.workspaces
    group = click.Group("datasets", help="List, add, share and remove datasets.")
    cast("click.Group", server.cli.commands["parterre"]).add_command(group)

    @group.command("list", help="Every dataset: where it is, its title, its file.")
    def show() -> None:
        for dataset in workspaces.catalogue.all():
            click.echo(_line(dataset))

    _add_removing(group, workspaces)
    _add_sharing(group, services)
    versions.register(group, workspaces)

    @group.command(
        "add",
        help="Make a dataset of a copy of FILE, with its model; of several FILEs that belong together as one.",
    )
    @click.argument("files", metavar="FILE ...", nargs=-1, required=True, type=FILES)
    @click.option("--title", default="", help="What people call it; the name of the file unless said.")
    @click.option("--schema", type=FILES, help="What the columns are: fields and roles as JSON.")
    @click.option(
        "--decide", multiple=True, metavar="COLUMN=VALUE", help="How to read a column: Joined=day-first."
    )
    @click.option(
        "--mapping", type=FILES, help="What columns are for: a mapping that was downloaded at /data."
    )
    @click.option(
        "--key", multiple=True, metavar="A=B", help="The columns by which two files belong together."
    )
    @click.option("--dry-run", is_flag=True, help="Only say what the columns seem to be.")
    @click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
    def add(
        files: tuple[Path, ...],
        title: str,
        schema: Path | None,
        decide: tuple[str, ...],
        mapping: Path | None,
        key: tuple[str, ...],
        *,
        dry_run: bool,
        as_json: bool,
    ) -> None:
        said = _Said(title, schema, (*decide, *(f"=key:{one}" for one in key)), mapping)
        proposal, dataset = _taken_in(workspaces, files, said, dry_run=dry_run)
        if as_json:
            shown = told(proposal, dataset.slug if dataset else None)
            click.echo(plain(json.dumps(shown, ensure_ascii=False, indent=1)))
        elif dry_run and not proposal.refused:
            click.echo("\n".join(_lines(proposal)))
        elif dataset:
            click.echo(_line(dataset))
        if proposal.refused:
            raise SystemExit(1) if as_json else click.ClickException(plain(proposal.refused))


def _add_removing(group: click.Group, workspaces: Workspaces) -> None:
    dry = click.option("--dry-run", is_flag=True, help="Only say what hangs on it.")

    @group.command("remove", help="Delete a dataset, its file, and all that hangs on it.")
    @click.argument("slug")
    @dry
    def remove(slug: str, *, dry_run: bool) -> None:
        asked = Removal(workspaces, slug)
        if dry_run:
            click.echo(plain("\n".join([*asked.hanging().words(whole=True), "Nothing was changed."])))
            return
        asked.dataset(by=audit.machine_user())
        click.echo(f"Removed {slug}")

    @group.command("remove-version", help="Delete a version that is not live, with its file and models.")
    @click.argument("slug")
    @click.argument("number", type=int)
    @dry
    def remove_version(slug: str, number: int, *, dry_run: bool) -> None:
        asked = Removal(workspaces, slug_of(slug))
        click.echo(plain("\n".join(asked.hanging(number).words(whole=False))))
        if dry_run:
            click.echo("Nothing was changed.")
            return
        asked.version(number, by=audit.machine_user())
        click.echo(f"Removed version {number} of {slug}")


def _add_sharing(group: click.Group, services: Services) -> None:
    @group.command(
        "share", help="Give NAME, or everybody, a ROLE in a dataset, or none; or say who has which."
    )
    @click.argument("slug")
    @click.argument("name", default="")
    @click.argument("role", default="", type=click.Choice(["", "none", *(one.word for one in GIVEN)]))
    def share(slug: str, name: str, role: str) -> None:
        dataset = services.workspaces.dataset(slug_of(slug)).slug
        if name:
            sharing.share(services.access, dataset, name, role, by=audit.machine_user())
        for one in services.access.members.of(dataset):
            click.echo(f"{one.key or sharing.CALLED:<24} {one.standing.word}")


@dataclass(frozen=True)
class _Said:
    """What is said of a file on the command line."""

    title: str
    schema: Path | None
    decide: tuple[str, ...]
    mapping: Path | None


def _taken_in(
    workspaces: Workspaces, files: tuple[Path, ...], said: _Said, *, dry_run: bool
) -> tuple[Proposal, Dataset | None]:
    """What a file seems to be, and the dataset that was made of it, if one was."""
    most = workspaces.catalogue.settings.max_file_mb
    proposal = Proposal.none()
    with passing_folder(workspaces.catalogue.settings.home) as folder:
        try:
            given = schema_of(said.schema) if said.schema else None
            mapping = ColumnMapping.in_file(said.mapping) if said.mapping else ColumnMapping()
            choices = {**mapping.choices, **choices_of(said.decide)}
            proposal = propose_together(
                files, folder, max_mb=most, schema=given, choices=choices, roles=mapping.roles
            )
            if dry_run or proposal.schema is None:
                return proposal, None
            also = Writing(currency_in(proposal.facts) or None).enter
            file = proposal.file or files[0]
            return proposal, workspaces.add(file, said.title, proposal.schema, also=also)
        except ParterreError as error:
            return proposal.but(str(error)), None


def _lines(proposal: Proposal) -> list[str]:
    columns = proposal.guessed.columns
    wide = max(len(one.column[:40]) for one in columns)
    said = [f"{one.column[:40]:<{wide}}  {one.role:<11} {one.kind:<11} {one.reason}" for one in columns]
    return [*said, proposal.guessed.built_on] if proposal.guessed.built_on else said


def _line(dataset: Dataset) -> str:
    return f"{dataset.path:<24} {dataset.title:<24} {dataset.file.name}"
