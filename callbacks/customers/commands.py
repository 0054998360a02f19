"""One customer on the command line: `parterre customers held`, `erase` and `allow`."""

from __future__ import annotations

import json
from typing import Any

import click

from core.accounts import audit
from core.accounts.audit import Event
from core.customers import told
from core.customers.erase import Plan, erase, plan
from core.customers.held import checked_id, held
from core.data.pseudonyms import pseudonym
from core.datasets.catalogue import DEFAULT
from core.errors import DataError
from core.numbers import plain
from core.services import Services
from core.store.erasures import Erasures

_OF = click.option("--dataset", "slug", default=None, help="Only this dataset; all unless said.")


def register(parterre: click.Group, services: Services) -> None:
    """Add `customers` to Parterre's commands."""
    group = click.Group("customers", help="What is held of one customer, and erasing them.")
    parterre.add_command(group)
    _add_held(group, services)
    _add_erase(group, services)

    @group.command("allow", help="Let a customer who was erased come back with a later file.")
    @click.argument("id")
    @click.option("--dataset", "slug", required=True, help="Of which dataset.")
    def allow(id: str, slug: str) -> None:
        dataset = services.workspaces.dataset(slug)
        if not Erasures(services.database).allow(dataset.slug, pseudonym(checked_id(id))):
            raise DataError(f"Found nobody erased from {slug} who has the ID {id!r}. Expected one who was.")
        click.echo(f"{id} may be in the next file of {slug}.")


def _add_held(group: click.Group, services: Services) -> None:
    @group.command("held", help="Everything that is held of the customer with that ID.")
    @click.argument("id")
    @_OF
    @click.option("--json", "as_json", is_flag=True, help="All of it, as JSON.")
    def show(id: str, slug: str | None, *, as_json: bool) -> None:
        found = held(services.workspaces, id, _slugs(services, slug))
        audit.record(Event.CUSTOMER_HELD, by=audit.machine_user(), dataset=slug)
        click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(found)))


def _add_erase(group: click.Group, services: Services) -> None:
    @group.command("erase", help="Take the customer out of every version, model and mention.")
    @click.argument("id")
    @_OF
    @click.option("--dry-run", is_flag=True, help="Only say what would be done.")
    @click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
    def take_out(id: str, slug: str | None, *, dry_run: bool, yes: bool) -> None:
        plans = _plans(services, id, slug)
        for one, would in plans.items():
            dataset = services.workspaces.dataset(one)
            click.echo(
                "\n".join([f"{one or DEFAULT}: {dataset.title}", *map(plain, told.before(would, dataset))])
            )
        if dry_run:
            click.echo("Nothing was changed.")
            return
        if not yes:
            click.confirm("Erase this customer? Nothing brings them back.", abort=True)
        for one in plans:
            done = erase(services.workspaces, one, id, by=audit.machine_user())
            said = told.after(done.told, services.workspaces.dataset(one))
            click.echo(
                "\n".join([f"Erased from {one or DEFAULT} (erasure {done.number}).", *map(plain, said)])
            )


def _plans(services: Services, id: str, slug: str | None) -> dict[str, Plan]:
    """What would be done, by dataset that holds anything; others can't be erased from, or hold nothing."""
    found = {}
    for one in _slugs(services, slug):
        try:
            would = plan(services.workspaces, one, id)
        except DataError as error:
            if slug is not None:
                raise
            click.echo(plain(f"{one or DEFAULT} is left as it is. {error}"))
            continue
        if not would.is_empty:
            found[one] = would
    if not found:
        raise DataError(
            f"Nothing is held of {id[:64]!r}. Expected an ID as it stands in the file. Look it up there."
        )
    return found


def _slugs(services: Services, slug: str | None) -> list[str]:
    """The dataset that was named, else all that there are."""
    if slug is None:
        return [one.slug for one in services.workspaces.catalogue.all()]
    return [services.workspaces.dataset(slug).slug]


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
