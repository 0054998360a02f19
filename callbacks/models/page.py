"""Models: the live one's files, handed out, and how they were made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dash import Dash
from dash.development.base_component import Component
from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue

from callbacks.files.downloads import named
from callbacks.frame.view import Query
from callbacks.models import making, side_by_side, versions
from callbacks.web.pinning import of_link
from callbacks.web.routes import answer
from core.accounts.permissions import Action
from core.exports.customers import as_csv
from core.exports.workbook import as_workbook
from core.model import scoring_formula
from core.model.artefacts import CARD, PIPELINE
from core.model.scoring_sql import as_sql
from core.profiles import summary as deliverables
from core.profiles.rulebook import rules_of
from core.services import Services
from layouts import models as layout
from layouts import rules
from layouts.components import Table
from layouts.exports import TABLE_CSV, TABLE_PARQUET

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT = "text/plain; charset=utf-8"
_CSV = "text/csv; charset=utf-8"
# Files that are handed out as they are on disk.
_KEPT: Mapping[str, str] = {"pipeline.skops": PIPELINE, "card.json": CARD}


def draw(services: Services, query: Query) -> Component:
    """The page of the live model."""
    model, numbers = services.model, services.numbers
    profile = model.card.profile
    cards = [
        layout.rule_card(one.segment, name, rules.card_for(one, name, services.schema, numbers, level=4))
        for one in rules_of(model, services.findings)
        for name in (profile.segment(one.segment).name,)
    ]
    told = Table(("Catches", "Does", "Rows"), deliverables.rules_told(model.card, numbers))
    return layout.layout(
        deliverables.opening(model.card, numbers),
        _deliverables(),
        deliverables.story(model.card, numbers),
        told,
        cards,
        versions.section(services),
        side_by_side.section(services, query),
        making.section(services, query),
    )


def register(app: Dash, services: Services) -> None:
    """Hand the files out, and make and choose models."""
    making.register(app, services)
    chooses = Action.CHOOSE_MODEL
    answer(
        app.server,
        services,
        {
            "GET /models/files/<name>": (Action.EXPORT, _file),
            "POST /models/marks/<key>": (chooses, side_by_side.say),
            "POST /models/versions/<number>": (chooses, versions.choose),
            "POST /models/versions/<number>/remove": (Action.UPDATE_DATASET, versions.remove),
            "POST /models/making": (chooses, making.ask),
            "POST /models/making/<name>": (chooses, making.make_live),
        },
    )


def _deliverables() -> list[Component]:
    here = "/models/files/"
    return [
        layout.deliverable(
            "The trained model",
            "Imputer, curves of long tails, scaler and K-Means in one file (skops: it can't run code when it is opened), so "
            "that scaling can't be forgotten.",
            [("skops", f"{here}pipeline.skops"), ("card (JSON)", f"{here}card.json")],
        ),
        layout.deliverable(
            "The model as SQL",
            "One SELECT for any database, exact: the nearest centre of a table with the columns of the download. DuckDB "
            "and PostgreSQL give every customer the same segment as the model.",
            [("SQL", f"{here}segments.sql")],
        ),
        layout.deliverable(
            "The model in a spreadsheet",
            "A workbook with customers to fill in, the constants and every step, and one formula for a row (LET). A "
            "spreadsheet engine gives every customer the same segment as the model, gaps too.",
            [("XLSX", f"{here}segments.xlsx"), ("formula (TXT)", f"{here}segments.txt")],
        ),
        layout.deliverable(
            "The customers",
            "Cleaned, with every derived field and the segment.",
            [("CSV", TABLE_CSV), ("Parquet", TABLE_PARQUET)],
        ),
        layout.deliverable(
            "The profiles",
            "Size, money, means, medians and standardised differences of each segment against everyone.",
            [("CSV", f"{here}profile.csv"), ("XLSX", f"{here}profile.xlsx"), ("JSON", f"{here}profile.json")],
        ),
    ]


def _file(services: Services, name: str) -> ResponseReturnValue:
    """One of the files; what is not on the list is not there."""
    of_link(services.live)
    model = services.model
    save_as = f"{model.card.key}-{name}"
    if name == versions.MOVED:
        return versions.who_moved(services)
    if name == CARD and services.live.hidden:  # what is kept tells of all columns
        return named(Response(model.card.to_json(), content_type="application/json"), save_as)
    if name in _KEPT:
        return send_file(model.folder / _KEPT[name], as_attachment=True, download_name=save_as, max_age=0)
    made: Mapping[str, tuple[str, Callable[[], bytes]]] = {
        "profile.csv": (_CSV, lambda: as_csv(deliverables.profile_rows(model.card.profile, model.schema))),
        "profile.xlsx": (_XLSX, lambda: _workbook(services)),
        "segments.sql": (_TEXT, lambda: _sql(services)),
        "segments.txt": (_TEXT, lambda: scoring_formula.as_text(model.space, *_in_words(services)).encode()),
        "segments.xlsx": (_XLSX, lambda: scoring_formula.as_workbook(model.space, *_in_words(services))),
        "profile.json": ("application/json", lambda: deliverables.profile_json(model.card.profile)),
    }
    if name not in made:
        abort(404, "There is no such file. Choose one on the Models page.")
    kind, make = made[name]
    return named(Response(make(), content_type=kind), save_as)


def _in_words(services: Services) -> tuple[list[str], dict[int, str]]:
    """What the fields that segments are built on are called, and the segments."""
    model = services.model
    return [services.label(name) for name in model.space.basis], model.card.profile.names


def _sql(services: Services) -> bytes:
    profile = services.model.card.profile
    return as_sql(services.model.space, [one.name for one in profile.segments]).encode()


def _workbook(services: Services) -> bytes:
    card = services.model.card
    return as_workbook(
        deliverables.profile_tables(card.profile, card.schema), deliverables.story(card, services.numbers)
    )
