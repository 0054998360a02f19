"""The long work on a file that waits: look at it, and make a dataset of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from core.accounts import audit
from core.accounts.audit import Event
from core.accounts.scanner import scan
from core.datasets import personal
from core.datasets.intake import Proposal
from core.datasets.mapping import roles_for
from core.datasets.orders_intake import ORDERED
from core.datasets.together import propose_together
from core.datasets.told import told
from core.datasets.writing import Writing, currency_in
from core.errors import DataError
from core.progress import Tell, silent
from core.schema.chosen_parts import Part, parts_for
from core.schema.column_guess import Guess
from core.schema.decisions import FILE, chosen_sheet
from core.schema.facts import Facts
from core.schema.grain import LEAST, Grain
from core.schema.schema import Schema
from core.store.arriving_files import ArrivingFiles
from core.store.files import private_folder, sha256
from core.store.mappings import Mappings, shape_of
from core.store.staged_files import Chosen, Staged, StagedFiles

if TYPE_CHECKING:
    from core.services import Services

GONE = "This file is no longer kept: files that wait are deleted after two days. Send it again."


def of(services: Services) -> StagedFiles:
    """Where files wait."""
    return StagedFiles(services.settings.home, services.database)


def arriving_of(services: Services) -> ArrivingFiles:
    """The files that are on their way there."""
    return ArrivingFiles(of(services), partial(scan, services.settings.scanner))


def look_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: say what the file is with the mapping that was chosen, and keep it with the file.

    Where nothing was chosen yet, what is remembered of files of that shape is.
    Raises DataError if it is gone.
    """
    files, mapping = of(services), arguments["mapping"]
    staged = found(files, arguments)
    look = _looked(services, staged, mapping, tell)
    before = staged.look or {}
    look["first"], look["sheets"] = (
        before.get("first", look["shape"]),
        look["sheets"] or before.get("sheets", {}),
    )
    known = None if mapping or staged.look else Mappings(services.database).find(look["shape"])
    remembered = possible(look, known.mapping) if known else None
    if known and remembered:
        tell(f"Reading {staged.name} as it was read last time", 0.1)
        if whole := remembered.get("choices", {}).get(FILE):
            remembered = possible(_looked(services, staged, {"choices": {FILE: whole}}, tell), known.mapping)
        seen = {"remembered": [known.who, known.at], "first": look["first"]}
        look = _looked(services, staged, remembered, tell) | seen
    tell("Keeping what was found", 0.95)
    kept = files.looked(staged, mapping, look, remembered=remembered)
    if kept:
        _drop_others(_together(services, staged), look["file"].partition("/")[0])
    return {"kept": kept}


def _looked(services: Services, staged: Staged, mapping: Chosen, tell: Tell) -> dict[str, Any]:
    into = _into(services, staged, mapping)
    proposal = propose_together(
        [of(services).path(staged)],
        into,
        max_mb=services.settings.max_file_mb,
        roles=mapping.get("roles", {}),
        choices={column: tuple(values) for column, values in mapping.get("choices", {}).items()},
        tell=tell,
    )
    file = f"{into.name}/{proposal.file.name}" if proposal.file else ""
    return look_of(proposal) | {"same": _same(services, staged), "file": file}


def _into(services: Services, staged: Staged, mapping: Chosen) -> Path:
    """Where its tables are written as one, as they are put together with these choices."""
    choices = json.dumps(mapping.get("choices", {}), sort_keys=True)
    return private_folder(_together(services, staged) / hashlib.sha256(choices.encode()).hexdigest()[:16])


def _together(services: Services, staged: Staged) -> Path:
    return of(services).path(staged).with_name(".together")


def _drop_others(folder: Path, kept: str) -> None:
    """Let go of what tables were as they were put together before."""
    for one in folder.iterdir():
        if one.name != kept:
            shutil.rmtree(one, ignore_errors=True)


def file_of(services: Services, staged: Staged) -> Path:
    """The file that a dataset is made of: itself, or its tables as one."""
    written = (staged.look or {}).get("file", "")
    return _together(services, staged) / written if written else of(services).path(staged)


def _same(services: Services, staged: Staged) -> list[str]:
    """Titles of the datasets that are of the very same file, and that its owner may see."""
    owner = services.users.get(staged.owner)
    return [
        one.title
        for one in (services.access.seen(owner, services.workspaces.catalogue.all()))
        if one.file.exists() and one.file.stat().st_size == staged.size and sha256(one.file) == staged.digest
    ]


def possible(look: Mapping[str, Any], mapping: Chosen) -> dict[str, dict[str, Any]]:
    """What a mapping says of the columns of this file, as far as they can be that."""
    roles = {one["column"]: one["roles"] for one in look["columns"]}
    choices = mapping.get("choices", {})
    whole = [one for one in choices.get(FILE, ()) if not is_other_sheet(look, one)]
    found = {
        "roles": {
            name: role for name, role in mapping.get("roles", {}).items() if role in roles.get(name, ())
        },
        "choices": {name: values for name, values in choices.items() if name in roles}
        | ({FILE: whole} if whole else {}),
    }
    return {part: said for part, said in found.items() if said}


def is_other_sheet(look: Mapping[str, Any], choice: str) -> bool:
    """Whether a choice names a sheet that the file does not have."""
    sheet = chosen_sheet({FILE: (choice,)})
    return sheet != "" and sheet not in look.get("sheets", ())


def mapping_of(staged: Staged) -> dict[str, dict[str, Any]]:
    """All that is said of the columns, proposed or chosen: to be remembered, or sent along."""
    look = staged.look or {"columns": []}
    roles = {
        one["column"]: staged.roles.get(one["column"], one.get("part", one["role"]))
        for one in look["columns"]
    }
    return {"roles": roles, "choices": dict(staged.choices)}


def shapes_of(look: Mapping[str, Any]) -> tuple[str, ...]:
    """What a mapping is remembered by: the columns that it is about, and those that were seen before anything was said."""
    return tuple(dict.fromkeys((look["shape"], look.get("first", look["shape"]))))


def make_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: make the dataset that was shown, called `arguments["title"]`, for who asked, `arguments["by"]`.

    Raises DataError if the file is gone, its columns were changed meanwhile, or no segments can be made of it.
    """
    files, by = of(services), str(arguments["by"])
    staged = found(files, arguments)
    if not staged.look or not staged.is_looked_at or not staged.look["schema"]:
        raise DataError("Found columns that have been changed meanwhile. Look at them again, then go on.")
    schema = Schema.from_json(staged.look["schema"].encode())
    written = Writing(arguments.get("currency"), arguments.get("locale", ""))
    names = {one.column: one.name for one in schema.fields}
    said = {names.get(heading, heading): one for heading, one in arguments.get("personal", {}).items()}

    def enter(connection: Connection, slug: str) -> None:
        files.enter(staged, connection, slug)
        written.enter(connection, slug)
        personal.enter(connection, slug, said)

    slug = staged.made  # by a worker that was killed right afterwards
    if not slug:
        file = file_of(services, staged)
        slug = services.workspaces.add(file, arguments["title"], schema, by=by, tell=tell, also=enter).slug
    for shape in shapes_of(staged.look):
        Mappings(services.database).keep(shape, mapping_of(staged), by)
    files.made(staged, slug)
    audit.record(Event.DATASET_ADDED, by=by, dataset=slug)
    if said:
        personal.tell(slug, said, by)
    return {"slug": slug}


def look_of(proposal: Proposal) -> dict[str, Any]:
    """What is kept of a proposal: what the command line says, and what a page needs besides."""
    look, schema = told(proposal), proposal.schema
    columns = proposal.guessed.columns
    facts = {one.column: one for one in proposal.facts}
    grain, is_enough = proposal.guessed.grain, (look["read"]["rows"] or 0) >= LEAST
    for shown, one in zip(look["columns"], columns, strict=True):
        fact = facts[one.column]
        shown["gaps"] = 1 - fact.filled / max(1, fact.rows)
        shown["roles"] = _roles(grain, fact, one) if is_enough else [one.role]
        if grain in ORDERED and is_enough:
            shown["part"] = one.part or Part.NOTHING
    look["sheets"] = {title: rows for title, rows in proposal.sheets.items() if title}
    look["shape"] = shape_of(one.column for one in columns)
    look["schema"] = schema.to_json().decode() if schema else ""
    look["currency"] = currency_in(proposal.facts)
    look["customers"] = len(proposal.read.frame) if proposal.read else None
    look["basis"] = [schema.label(name) for name in schema.basis] if schema else []
    look["value"] = schema.label(schema.value) if schema and schema.value else ""
    return look


def _roles(grain: Grain, fact: Facts, one: Guess) -> list[str]:
    """What a column can be for: of customers, or of their orders."""
    if grain in ORDERED:
        return [*parts_for(fact, secret=one.secret)]
    return [*roles_for(fact, one)] if grain is Grain.CUSTOMERS else [one.role]


def example() -> str:
    """A file to begin with, as CSV: forty customers who are nobody."""
    rows = [
        f"C{1000 + n},{21 + 7 * n % 58},{18_000 + 4_211 * n % 61_000},{1 + 5 * n % 23},{40 + 977 * n % 2_460},{3 + 11 * n % 97}"
        for n in range(40)
    ]
    head = "Customer,Age,Income,Orders,Total spent,Days since last order"
    return "\r\n".join([head, *rows, ""])


def found(files: StagedFiles, arguments: Mapping[str, Any]) -> Staged:
    """The file that a job is about; raises DataError if it is gone."""
    staged = files.find(arguments.get("id"))
    if staged is None:
        raise DataError(GONE)
    return staged
