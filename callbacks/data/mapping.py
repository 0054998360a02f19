"""One file that waits: what it was understood to be, what its columns are for, and the dataset that is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from dash.development.base_component import Component
from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import next_file, waiting
from callbacks.data.owners import offered
from callbacks.files.downloads import named
from callbacks.web.sessions import signed_in, visitor
from core.data.codes import GAP_CODE, UNKNOWN_WORD
from core.data.remarks import counted
from core.datasets import next_file as work_on_next
from core.datasets import staged as work
from core.datasets.workspace import checked_title
from core.datasets.writing import AS_EVER, Writing
from core.numbers import listed, spell, to_tell
from core.schema.decisions import (
    FILE,
    TOGETHER,
    ZEROS_COUNT,
    ZEROS_IGNORED,
    as_value,
    choices_of,
    chosen_sheet,
)
from core.schema.order_lines import COUNTED, OUT
from core.schema.personal import is_personal
from core.services import Services
from core.store.mappings import Mappings
from core.store.staged_files import Staged
from layouts.data import mapping as layout
from layouts.data import owners, page

SURE = 0.9  # from which on a column is not asked about
_FEW = 4
_LONG_DECIMALS = re.compile(r"(\d[.,]\d{4})\d{4,}")
_MOST_CHOICES = 50  # of one column
_WAYS = {
    "day-first": "Read it with the day first",
    "month-first": "Read it with the month first",
    "year-first": "Read it with the year first",
    "year-day-month": "Read it as year, day, month",
    "decimal-point": "Read it with a decimal point",
    "decimal-comma": "Read it with a decimal comma",
    "debits-below-zero": "Take debits from the others",
    "credits-below-zero": "Take credits from the others",
    "as-written": "Keep them apart",
    "alike-as-one": "Read them as one",
    ZEROS_COUNT: "Take them as different",
    ZEROS_IGNORED: "Take them as the same",
    "on-logarithm": "Take it on a logarithm",
    "as-it-is": "Take it as it is",
}
_GRAINS = {
    "customers": "One row per customer",
    "orders": "One row per order",
    "order lines": "One row per order line",
    "none": "No rows of customers",
}


def draw(services: Services, identity: str) -> Component:
    """The file of that id, if it is the visitor's; where it is a dataset by now, the way there."""
    user = signed_in()
    staged = work.of(services).find(identity, user.key) if user else None
    if staged is None:
        return layout.gone()
    if staged.made:
        next_one = next_file.done(services, staged)
        return next_one or layout.ready(PurePath(staged.name).stem, f"/d/{staged.made}/")
    look, job = staged.look, waiting.making(services, staged)
    panels = [] if staged.is_looked_at else [waiting.looking(services, staged)]
    panels += [job] if job and job.kind not in next_file.KINDS else []
    told, is_made = services.numbers.told, waiting.is_made(services, staged)
    return layout.layout(
        staged.id,
        staged.name,
        told(understood(look)) if look else "",
        _same(services, staged),
        [progress.panel(services, one) for one in panels],
        next_file.parts(services, staged, job),
        None if look is None else _found(services, staged, look, is_fixed=is_made),
        title=_may_make(staged, is_made),
        example=work.example(),
    )


def understood(look: Mapping[str, Any]) -> str:
    """What a file is, in a sentence or two."""
    read, basis = look["read"], look["basis"]
    if not look["columns"]:
        return "It could not be read as a table."
    said = f"{_GRAINS[look['grain']]}: {to_tell(read['rows'])} rows, {to_tell(read['columns'])} columns."
    if (count := look.get("customers")) and look["grain"] != "customers":
        said += f" They are of {to_tell(count)} customers."
    if not basis:
        return said
    more = [f"{spell(len(basis) - _FEW).lower()} more"] if len(basis) > _FEW else []
    ranked = f", and ranked by {look['value']}" if look["value"] else ""
    return f"{said} Segments are built on {listed([*basis[:_FEW], *more])}{ranked}."


def choose(services: Services, identity: str) -> ResponseReturnValue:
    """Hear what columns are for, and look at the file so."""
    files, staged = waiting.mine(services, identity)
    mapping = _mapping_in(staged, request.get_json(silent=True))
    waiting.refuse_while_made(services, staged)
    files.choose(staged, mapping)
    changed = files.find(staged.id, staged.owner) or staged
    if not changed.is_looked_at:
        waiting.look_anew(services, changed)
        files.watch(staged, making="")  # what was made or told of it as it was
    return jsonify(mapping)


def forget(services: Services, identity: str) -> ResponseReturnValue:
    """Remember nothing of files of this shape, and look at this one as at a first."""
    files, staged = waiting.mine(services, identity)
    waiting.refuse_while_made(services, staged)
    for shape in work.shapes_of(staged.look) if staged.look else ():
        Mappings(services.database).forget(shape)
    files.choose(staged, {})
    waiting.look_anew(services, files.find(staged.id, staged.owner) or staged)
    files.watch(staged, making="")  # what was told of it as it was, perhaps of another sheet
    return jsonify(forgotten=True)


def take(services: Services, identity: str) -> ResponseReturnValue:
    """What is said of the columns, as a file to send along with the next one."""
    _, staged = waiting.mine(services, identity)
    if staged.look is None:
        abort(409, "Its columns are still being looked at. Try again in a moment.")
    content = json.dumps(work.mapping_of(staged), ensure_ascii=False, indent=1)
    return named(
        Response(content, content_type="application/json"), f"{PurePath(staged.name).stem}-mapping.json"
    )


def _mapping_in(staged: Staged, body: object) -> dict[str, dict[str, Any]]:
    """What somebody says of columns; 400 in words for what can't be."""
    if not isinstance(body, dict) or staged.look is None or not {*body} <= {"roles", "choices"}:
        abort(
            400, "Found no mapping of columns. Expected roles and choices, as a downloaded mapping has them."
        )
    known = {one["column"]: one["roles"] for one in staged.look["columns"]}
    known |= {one["column"]: [] for one in staged.look["decisions"] if one["column"] not in known}
    known |= {FILE: []} if staged.look.get("sheets") else {}
    parts = {part: body.get(part) or {} for part in ("roles", "choices")}
    for part, said in parts.items():
        if not isinstance(said, dict):
            abort(
                400, f"Found no {part} by column. Expected those of a downloaded mapping. Choose that file."
            )
        for column, value in said.items():
            _check(known, part, column, value)
    if others := [one for one in parts["choices"].get(FILE, ()) if work.is_other_sheet(staged.look, one)]:
        abort(400, f"Found no {others[0][:60]!r} in this file. Expected a sheet with data. Choose another.")
    return {part: said for part, said in parts.items() if said}


def _check(known: Mapping[str, list[str]], part: str, column: str, value: object) -> None:
    """Refuse what is said of a column that is not there, or can't be that."""
    if column not in known:
        abort(400, f"Found no column {column[:60]!r}. Expected one of the file. Choose another mapping.")
    if part == "roles" and value not in known[column]:
        abort(400, f"{column[:60]}: this is no role for what is in it. Choose one of the list.")
    if part == "choices":
        choices_of(f"{column}={one}" for one in _ways_in(value))


def _ways_in(value: object) -> list[str]:
    if (
        not isinstance(value, list)
        or not 0 < len(value) <= _MOST_CHOICES
        or not all(isinstance(one, str) for one in value)
    ):
        abort(
            400, "Found no choice of how a column is read. Expected one of those of the page. Choose again."
        )
    return value


def make(services: Services, identity: str) -> ResponseReturnValue:
    """Make the dataset."""
    files, staged = waiting.mine(services, identity)
    waiting.refuse_while_made(services, staged, [work_on_next.LIVE])
    body = request.get_json(silent=True)
    asked = {"currency": "", "locale": ""} | (body if isinstance(body, dict) else {})
    title, currency, locale = (asked.get(one) for one in ("title", "currency", "locale"))
    if not (isinstance(currency, str) and isinstance(locale, str)):
        abort(400, "Found no currency or no language. Expected those of the page. Choose them again.")
    if not isinstance(title, str):
        abort(400, "Found no title. Expected what people call the dataset. Type it.")
    if not staged.is_looked_at or not staged.look or not staged.look["schema"]:
        abort(409, "Its columns are still being looked at, or make no segments. Reload the page.")
    title, writing = checked_title(title), Writing(currency, locale)
    arguments = {"id": staged.id, "title": title, "by": visitor().username} | asdict(writing)
    arguments["personal"] = _said_personal(staged, staged.look, asked)
    job = progress.start(services, "dataset", arguments, anew=True)
    files.watch(staged, making=job.id)
    return jsonify(job=job.id)


def _may_make(staged: Staged, is_made: bool) -> str:
    """The title to begin with, where segments can be made now."""
    can = staged.is_looked_at and staged.look and staged.look["schema"] and not is_made
    return PurePath(staged.name).stem.replace("_", " ").strip()[:80] if can else ""


def _same(services: Services, staged: Staged) -> str:
    """Whether the very file is here already."""
    if titles := (staged.look or {}).get("same"):
        return f"The very same file is here already: {listed(titles)}."
    others = [
        one for one in waiting.of_visitor(services) if one.digest == staged.digest and one.id != staged.id
    ]
    return "The very same file waits a second time: remove one of them." if others else ""


def _found(services: Services, staged: Staged, look: Mapping[str, Any], *, is_fixed: bool) -> layout.Found:
    told = services.numbers.told
    columns = [_column(services, staged, one) for one in look["columns"]]
    if is_fixed:
        columns = [one | {"roles": [[one["role"], page.ROLES[one["role"]]]]} for one in columns]
    return layout.Found(
        refused=told(look["refused"]),
        content=json.dumps({"id": staged.id, **staged.mapping, "columns": columns}, ensure_ascii=False),
        asked=services.numbers.whole(sum(one["asked"] for one in columns)),
        doubted=services.numbers.whole(sum(map(_may_be_gap, look["decisions"]))),
        notes=[told(one) for one in look["read"]["notes"]],
        problems=[
            layout.problem(told(one["what"]), services.numbers.whole(one["rows"]), told(_do(one, look)))
            for one in look["problems"]
        ],
        built_on=told(look["built_on"].partition(". ")[2]),
        can_choose=any(len(one["roles"]) > 1 for one in columns),
        decisions=[
            _decision(services, one, is_fixed=is_fixed) for one in look["decisions"] if one["what"] != "sheet"
        ],
        sheet=_sheet(services, staged, look, is_fixed=is_fixed),
        remembered=None if is_fixed else _remembered(staged, look),
        is_chosen=bool(staged.mapping) and not is_fixed,
        writing=offered(services, AS_EVER, look.get("currency", "")),
        personal=_markable(staged, look),
    )


def _may_be_gap(decision: Mapping[str, Any]) -> bool:
    """Whether it is of a value that may mean that nothing is known, and is still read as it stands."""
    known = decision["what"] in (GAP_CODE, UNKNOWN_WORD)
    return known and decision["chosen"] == as_value(decision["example"])


def _sheet(
    services: Services, staged: Staged, look: Mapping[str, Any], *, is_fixed: bool
) -> Component | None:
    """Which sheet of a workbook was taken, and the others, where several have data."""
    known = look.get("sheets", {})
    if len(known) < 2:
        return None
    chosen = tuple(staged.choices.get(FILE, ()))
    taken = TOGETHER if TOGETHER in chosen else look["read"]["sheet"] or chosen_sheet({FILE: chosen})
    words = {title: f"{title[:60]}: {counted(count, 'line').lower()}" for title, count in known.items()}
    words[TOGETHER] = "All that belong together"
    titles = [taken] if is_fixed else list(words)
    rows = [(title, services.numbers.told(words[title]), title == taken) for title in titles]
    return layout.sheet(staged.id, len(known), rows)


def _decision(services: Services, one: Mapping[str, Any], *, is_fixed: bool) -> Component:
    others = () if is_fixed else one["others"]
    ways = [(value, _way(value)) for value in others]
    return layout.decision(one["column"], services.numbers.told(one["sentence"]), one["chosen"], ways)


def _do(problem: Mapping[str, Any], look: Mapping[str, Any]) -> str:
    """What to do about a problem, without the words for a command line: here a button does it."""
    words = str(problem["do"])
    for value in (other for decision in look["decisions"] for other in decision["others"]):
        words = words.replace(f" ({value})", "")
    return words


def _examples(values: Sequence[str]) -> str:
    """Some values of a column, long decimals cut off."""
    return _LONG_DECIMALS.sub("\\1\u2026", " \u00b7 ".join(values))


def _way(value: str) -> str:
    """What a click on another way to read something says."""
    if value.endswith((COUNTED, OUT)):
        return "Count them" if value.endswith(COUNTED) else "Leave them out"
    if value.startswith("key:"):
        return f"Match by {value.removeprefix('key:').replace('=', ' = ')}"
    text, is_, what = value.rpartition("-is-")
    if is_:
        return f"Take {text} for a {what}"
    return _WAYS.get(value, f"Read it as {value.replace('-', ' ')}")


def _remembered(staged: Staged, look: Mapping[str, Any]) -> Component | None:
    """That it was said of such a file before what its columns are for; who else did, and when, is nobody's business."""
    known = look.get("remembered")
    who, at = known or ("", "")
    return layout.last_time(staged.id, at if who == visitor().username else "") if known else None


def _markable(staged: Staged, look: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Columns that can be personal: those that describe, or are for nothing; of the latter, whether they look so."""
    found = []
    for one in look["columns"]:
        role = staged.roles.get(one["column"], one.get("part", one["role"]))
        if role in ("descriptor", "ignored"):
            looks = role == "ignored" and is_personal(one["column"], one["examples"])
            found.append((one["column"], looks))
    return found


def _said_personal(staged: Staged, look: Mapping[str, Any], asked: Mapping[str, object]) -> dict[str, bool]:
    """What somebody says otherwise than columns look: whether they are personal."""
    looks = dict(_markable(staged, look))
    said = {name: {"yes": True, "no": False}.get(str(asked.get(f"{owners.COLUMN}{name}"))) for name in looks}
    return {name: one for name, one in said.items() if one is not None and one is not looks[name]}


def _column(services: Services, staged: Staged, one: Mapping[str, Any]) -> dict[str, Any]:
    percent, told = services.numbers.percent, services.numbers.told
    chosen, is_empty = staged.roles.get(one["column"]), one["gaps"] >= 1
    return {
        "name": one["column"],
        "values": _examples(one["examples"]) or ("" if is_empty else "not shown"),
        "kind": "nothing in it" if is_empty else page.KINDS[one["kind"]],
        "gaps": f"{percent(one['gaps'])} gaps" if one["gaps"] and not is_empty else "",
        "role": chosen or one.get("part", one["role"]),
        "roles": [[role, page.ROLES[role]] for role in one["roles"]],
        "reason": told(one["reason"]),
        "sure": "" if chosen else f"{percent(one['sure'])} sure",
        "asked": not chosen and one["sure"] < SURE and len(one["roles"]) > 1 and "part" not in one,
    }
