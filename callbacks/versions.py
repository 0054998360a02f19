"""The versions of a dataset on the command line: `parterre datasets update`, `versions` and `back`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from core.accounts import audit
from core.data.quality import Finding
from core.datasets import migration_told
from core.datasets.catalogue import slug_of
from core.datasets.changes import Changes
from core.datasets.changes_told import moved, told
from core.datasets.together import as_one
from core.datasets.update import Update
from core.datasets.versions import Version, Way
from core.datasets.workspace import Workspaces
from core.errors import ParterreError
from core.model.artefacts import Model
from core.numbers import Numbers, plain
from core.schema.decisions import choices_of
from core.store.files import FULL, is_full, passing_folder

_ENGLISH = Numbers()


def register(group: click.Group, workspaces: Workspaces) -> None:
    """Add the commands to `parterre datasets`."""

    @group.command(
        "update",
        help="Make FILE, or several that belong together, the next version of a dataset; say what changes.",
    )
    @click.argument("slug")
    @click.argument("files", metavar="FILE ...", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option("--replace/--by-key", default=True, help="Customers that are not in FILE: gone, or kept.")
    @click.option(
        "--sheet", default="", help="The sheet of FILE to read, where it is a workbook with several."
    )
    @click.option(
        "--key", multiple=True, metavar="A=B", help="The columns by which two files belong together."
    )
    @click.option("--dry-run", is_flag=True, help="Only say what would change.")
    @click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
    def update(
        slug: str,
        files: tuple[Path, ...],
        *,
        replace: bool,
        sheet: str,
        key: tuple[str, ...],
        dry_run: bool,
        as_json: bool,
    ) -> None:
        way = Way.REPLACE if replace else Way.BY_KEY
        said = _updated(Update(workspaces, slug_of(slug), sheet=sheet), files, key, way, dry_run=dry_run)
        if as_json:
            click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        elif not said["refused"]:
            click.echo("\n".join([*said["words"], _outcome(said)]))
        if said["refused"]:
            raise SystemExit(1) if as_json else click.ClickException(said["refused"])

    @group.command("versions", help="Every version of a dataset: number, customers, when, how, whether live.")
    @click.argument("slug")
    def show(slug: str) -> None:
        dataset = workspaces.catalogue.find(slug)
        for version in workspaces.catalogue.versions(dataset).all():
            click.echo(_line(version, dataset.version.number))

    @group.command("back", help="Make the version before the live one live again.")
    @click.argument("slug")
    @click.option("--to", type=int, help="The number of the version; the one before unless said.")
    def back(slug: str, to: int | None) -> None:
        version = Update(workspaces, slug_of(slug)).back(by=audit.machine_user(), to=to)
        click.echo(f"Version {version.number} of {slug} is live.")


def _updated(
    asked: Update, files: tuple[Path, ...], key: tuple[str, ...], way: Way, *, dry_run: bool
) -> dict[str, Any]:
    """What a file would change, or several as one, and the version that was made of it, if one was."""
    settings = asked.spaces.catalogue.settings
    with passing_folder(settings.home) as folder:
        try:
            chosen = choices_of(f"=key:{one}" for one in key)
            schema = asked.spaces.catalogue.find(asked.slug).schema
            file = as_one(files, folder, chosen, max_mb=settings.max_file_mb, schema=schema)
        except ParterreError as error:
            return _nothing(asked, way) | {"refused": plain(str(error))}
        return _with(asked, file, way, dry_run=dry_run)


def _nothing(asked: Update, way: Way) -> dict[str, Any]:
    return {"dataset": asked.slug, "way": way, "version": None, "words": []}


def _with(asked: Update, file: Path, way: Way, *, dry_run: bool) -> dict[str, Any]:
    workspaces, slug = asked.spaces, asked.slug
    nothing = _nothing(asked, way)
    try:
        with workspaces.at(slug):
            model = workspaces.current.live.model
        if dry_run:
            return nothing | {"refused": ""} | as_json(asked.would_change(file, way), model)
        made = asked.go(file, way, by=audit.machine_user())
        said = as_json(Changes.from_json(made.changes), model)
        said["words"] += _went_on(workspaces, slug, model)
        return nothing | {"version": made.number, "refused": ""} | said
    except ParterreError as error:
        return nothing | {"refused": plain(str(error))}
    except OSError as error:
        if not is_full(error):
            raise
        return nothing | {"refused": FULL}


def _went_on(workspaces: Workspaces, slug: str, before: Model) -> list[str]:
    """How the segments of before go on in the version that is live."""
    with workspaces.at(slug):
        model = workspaces.current.live.model
    came = model.card.succession
    was, now = before.card.profile.names, model.card.profile.names
    told = migration_told.told(came, was, now, model.schema, _ENGLISH) if came else []
    return [plain(one) for one in told]


def as_json(changes: Changes, model: Model) -> dict[str, Any]:
    """What a file changes, in the shape that docs/operations.md describes."""
    schema, names = model.schema, model.card.profile.names
    counts = ("before", "after", "new", "gone", "changed")
    return {
        "customers": {name: getattr(changes, name) for name in counts},
        "columns": {
            "changed": dict(changes.columns),
            "new": list(changes.new_columns),
            "missing": list(changes.missing_columns),
        },
        "quality": {"worse": _findings(changes.worse), "better": _findings(changes.better)},
        "drift": [
            {
                "field": one.field,
                "psi": round(one.psi.value, 4),
                "no_drift_95": round(one.psi.point, 4),
                "moved": one.psi.moved,
                "words": plain(moved(one, schema, _ENGLISH)),
            }
            for one in changes.shifts
        ],
        "segments": [
            {"number": one.number, "name": names[one.number], "before": one.was, "after": one.now}
            for one in changes.segments
        ],
        "words": [plain(one) for one in told(changes, schema, _ENGLISH)],
    }


def _findings(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [{"what": plain(one.sentence), "rows": one.count} for one in findings]


def _outcome(said: dict[str, Any]) -> str:
    if said["version"] is None:
        return "Nothing was changed."
    return f"Version {said['version']} of {said['dataset']} is live."


def _line(version: Version, live: int) -> str:
    rows = "" if version.rows is None else f"{version.rows} customers"
    state = "live" if version.number == live else ""
    return f"{version.number:>3}  {version.at[:16]:<16}  {version.way:<8}  {rows:<18}  {version.file:<24}  {state}".rstrip()
