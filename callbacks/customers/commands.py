"""One customer on the command line: `parterre customers held`."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup

from callbacks.accounts.commands import in_words
from core.accounts import audit
from core.accounts.audit import Event
from core.customers.held import held
from core.services import Services


def register(parterre: AppGroup, services: Services) -> None:
    """Add `customers` to Parterre's commands."""
    group = click.Group("customers", help="What is held of one customer.")
    parterre.add_command(group)
    of = click.option("--dataset", "slug", default=None, help="Only this dataset; all unless said.")

    @group.command("held", help="Everything that is held of the customer with that ID.")
    @click.argument("id")
    @of
    @click.option("--json", "as_json", is_flag=True, help="All of it, as JSON.")
    def show(id: str, slug: str | None, *, as_json: bool) -> None:
        with in_words():
            found = held(services.workspaces, id, slugs(services, slug))
            audit.record(
                Event.CUSTOMER_HELD, by=audit.machine_user(), customer=found["customer"], dataset=slug
            )
        click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(found)))


def slugs(services: Services, slug: str | None) -> list[str]:
    """The dataset that was named, else all that there are."""
    return [slug] if slug is not None else [one.slug for one in services.workspaces.catalogue.all()]


def _lines(found: dict[str, Any]) -> list[str]:
    if not found["found"]:
        return [f"Nothing is held of {found['customer']}."]
    return [line for one in found["datasets"] for line in _of_dataset(one)]


def _of_dataset(one: dict[str, Any]) -> list[str]:
    said = [f"{one['dataset']}: {one['title']}"]
    for version in one["versions"]:
        segments = ", ".join(f"{made['name']} (model {made['model']})" for made in version["models"])
        rows = len(version["rows"])
        lines = "one row" if rows == 1 else f"{rows} rows"
        said.append(
            f"  version {version['version']}: {lines} of {version['file']}; {segments or 'no segment'}"
        )
    return [*said, *(f"  {trace['in']}: {trace['says']}" for trace in one["named"])]
