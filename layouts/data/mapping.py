"""One file: what its columns are for, what is wrong in it, and the button that makes segments of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data, disclosure, notice, page, section, way
from layouts.data.owners import Offered, boxes, guessed
from layouts.data.page import refusal


class ids:
    TITLE = "mapping-title"
    SAID = "mapping-said"
    FILE = "mapping-file"
    SHEET = "mapping-sheet"
    SHEET_SAID = "mapping-sheet-said"


@dataclass(frozen=True)
class Found:
    """What was found in a file: its columns as JSON for assets/data.js, of which so many are asked about."""

    refused: str
    content: str
    asked: str
    doubted: str  # values that may stand for gaps
    notes: Sequence[str]
    problems: Sequence[Component]
    built_on: str
    can_choose: bool
    decisions: Sequence[Component]
    remembered: Component | None
    sheet: Component | None
    is_chosen: bool
    writing: Offered
    personal: Sequence[tuple[str, bool]]


def layout(
    identity: str,
    name: str,
    understood: str,
    same: str,
    panels: Sequence[Component],
    following: Sequence[Component],
    found: Found | None,
    *,
    title: str,
    example: str,
) -> Component:
    """What was understood, the way on (`following`: as the next file of a dataset), and what it rests on."""
    return page(
        f"What is in {name}?",
        understood or "It is being looked at.",
        html.P(way("All files and datasets", "/data"), className="p-back"),
        html.P(same, className="p-warning") if same else None,
        *panels,
        refusal(found.refused, example) if found and found.refused else None,
        found.sheet if found else None,
        *following,
        _make(identity, title, found, own=bool(following)) if found and title else None,
        _evidence(identity, found, title) if found and found.content else None,
    )


def sheet(id: str, count: int, sheets: Sequence[tuple[str, str, bool]]) -> Component:
    """Which sheet is meant; assets/data.js makes the list."""
    content = json.dumps({"id": id, "sheets": sheets}, ensure_ascii=False)
    return html.Div(
        [
            html.Label(f"Sheet ({count} have data)", htmlFor=ids.SHEET) if len(sheets) > 1 else None,
            html.Div(className="p-sheet-field", **data(field=ids.SHEET, sheets=content)),
            html.Div(id=ids.SHEET_SAID, className="p-said", **aria(live="polite")),
        ],
        className="p-sheet",
    )


def _evidence(identity: str, found: Found, title: str) -> Component:
    """What the proposal rests on: columns beside what is wrong and how they were read."""
    beside = [
        _listed("What stands out in it", found.problems) if found.problems else None,
        _listed("How values are read", found.decisions) if found.decisions else None,
        _notes(found.notes) if found.notes else None,
        _keeping(identity) if found.can_choose or title else None,
    ]
    useless = found.refused and not found.can_choose  # all of them left out, and nothing to say otherwise
    parts = [
        html.Div(html.Div(**data(columns=found.content)), hidden=True) if useless else _columns(found),
        html.Div([one for one in beside if one], className="p-map-beside"),
    ]
    return html.Div([part for part in parts if part], className="p-map-parts")


def gone() -> Component:
    """There is no such file, or it is not the visitor's."""
    words = "Files that wait are deleted after two days, and nobody sees those of others. Send it again."
    return notice(
        "This file is not here", words, way("All files and datasets", "/data", className="btn p-button")
    )


def ready(name: str, path: str) -> Component:
    """The file is a dataset: assets/data.js goes there."""
    return html.Div(
        notice(
            f"{name} has its segments",
            "The dataset is made, and everybody sees it.",
            html.A("Open it", href=path, className="btn p-button", **data(opens="yes")),
        ),
        role="status",
    )


def _make(identity: str, title: str, found: Found, *, own: bool) -> Component:
    place = html.Div(className="p-title-field", **data(field=ids.TITLE, title=title))
    look = "btn p-button-quiet" if own else "btn p-button"
    send = button("Make segments", look, **data(make=identity))
    return section(
        "Or a dataset of its own" if own else "Make a dataset",
        html.P(_asked(found)),
        boxes(found.writing),
        guessed(found.personal) if found.personal else None,
        html.Label("Title", htmlFor=ids.TITLE),
        html.Div([place, send], className="p-loader-row"),
        className="p-card p-stack p-make",
    )


def _asked(found: Found) -> str:
    """How much there is to look at before the button is pressed."""
    if not found.can_choose:
        return "Nothing has to be chosen."
    if found.asked == "0":
        said = "All columns are clear; change below what is not right."
    else:
        are = "is a guess: it comes" if found.asked == "1" else "are guesses: they come"
        said = f"{found.asked} of its columns {are} first below."
    if found.doubted == "0":
        return said
    what = "One of its values" if found.doubted == "1" else f"{found.doubted} of its values"
    return f"{said} {what} may mean that nothing is known: say so under “How values are read”."


def _listed(title: str, rows: Sequence[Component]) -> Component:
    return section(title, html.Ul(list(rows), className="p-problems"), className="p-card p-stack")


def problem(what: str, rows: str, do: str) -> Component:
    """Something that is wrong: what, in how many rows, and what to do."""
    many = [html.Strong(rows), html.Span("row" if rows == "1" else "rows", className="p-hint")]
    said = html.Div([html.P(what), html.P(do, className="p-hint")])
    return html.Li([html.P(many, className="p-problem-rows"), said], className="p-problem")


def decision(column: str, words: str, chosen: str, ways: Sequence[tuple[str, str]]) -> Component:
    """How a column is read; a click reads it in another way, (value, words) each."""
    others = [
        button(
            way,
            "btn p-button-quiet",
            **data(flip=column, value=value, instead=chosen),
            **aria(label=f"{column or 'The file'}: {way}"),
        )
        for value, way in ways
    ]
    said = html.P([html.Strong(f"{column}: "), words] if column else words)
    return html.Li([said, *others], className="p-decision")


def _columns(found: Found) -> Component:
    undo = button("Take all my changes back", "p-download", **data(unchoose="yes"))
    return section(
        "What its columns are for",
        found.remembered,
        html.P(found.built_on, className="p-built-on") if found.built_on else None,
        html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
        html.Div(className="p-map", **data(columns=found.content)),
        undo if found.is_chosen else None,
        className="p-stack p-map-part",
    )


def last_time(id: str, at: str) -> Component:
    """That it was said of a file of that shape what its columns are for; when, if by who looks at it."""
    words = (
        ["As you said of a file of this shape at ", html.Time(at, dateTime=at), ". "]
        if at
        else ["As it was said of a file of this shape before. "]
    )
    return html.P([*words, button("Forget it", "p-download", **data(forget=id))], className="p-last-time")


def _notes(notes: Sequence[str]) -> Component:
    return disclosure("How the file was read", html.Ul([html.Li(one) for one in notes], className="p-notes"))


def _keeping(identity: str) -> Component:
    """The mapping as a file: taken along, or sent along."""
    words = (
        "It is remembered for files with these headings. As a file, it can be sent along with another one."
    )
    return section(
        "The mapping",
        html.P(words, className="p-hint"),
        html.A(
            "Download the mapping",
            href=f"/data/files/{identity}/mapping.json",
            className="p-file-link",
            download="",
        ),
        html.Label("Use a mapping that was downloaded", htmlFor=ids.FILE),
        html.Div(className="p-mapping-field", **data(field=ids.FILE)),
        className="p-card p-stack",
    )
