"""One file: what its columns are for, what is wrong in it, and the button that makes segments of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data, disclosure, notice, page, section, way
from layouts.data.page import refusal


class ids:
    TITLE = "mapping-title"
    SAID = "mapping-said"


@dataclass(frozen=True)
class ProblemRow:
    """Something that is wrong: what, in how many rows, and what to do."""

    what: str
    rows: str
    do: str


@dataclass(frozen=True)
class Found:
    """What was found in a file: its columns as JSON for assets/data.js, of which some are asked about."""

    refused: str
    content: str
    asked: int
    notes: Sequence[str]
    problems: Sequence[ProblemRow]
    is_chosen: bool


def layout(
    identity: str,
    name: str,
    understood: str,
    same: str,
    panels: Sequence[Component],
    found: Found | None,
    *,
    title: str,
    example: str,
) -> Component:
    """What was understood, the way on, and everything that it rests on."""
    return page(
        f"What is in {name}?",
        understood or "It is being looked at.",
        html.P(way("All files and datasets", "/data"), className="p-back"),
        html.P(same, className="p-warning") if same else None,
        *panels,
        refusal(found.refused, example) if found and found.refused else None,
        _make(identity, title, found) if found and title else None,
        _problems(found.problems) if found and found.problems else None,
        _columns(found) if found and found.content else None,
        _notes(found.notes) if found and found.notes else None,
        html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
    )


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


def _make(identity: str, title: str, found: Found) -> Component:
    asked = (
        f"{found.asked} of its columns {'is' if found.asked == 1 else 'are'} a guess: they come first below."
        if found.asked
        else "All columns are clear; change below what is not right."
    )
    place = html.Div(className="p-title-field", **data(field=ids.TITLE, title=title))
    send = button("Make segments", "btn p-button", **data(make=identity))
    return section(
        "Make a dataset",
        html.P(asked),
        html.Label("Title", htmlFor=ids.TITLE),
        html.Div([place, send], className="p-loader-row"),
        className="p-card p-make",
    )


def _problems(problems: Sequence[ProblemRow]) -> Component:
    rows = [
        html.Li(
            [
                html.Span(one.rows, className="p-problem-rows", **aria(label=f"{one.rows} rows")),
                html.Div([html.P(one.what), html.P(one.do, className="p-hint")]),
            ],
            className="p-problem",
        )
        for one in problems
    ]
    return section(
        "What is wrong in it", html.Ul(rows, className="p-problems"), className="p-card p-problems-part"
    )


def _columns(found: Found) -> Component:
    undo = button("Take all my changes back", "p-download", **data(unchoose="yes"))
    return section(
        "What its columns are for",
        html.Div(className="p-map", **data(columns=found.content)),
        undo if found.is_chosen else None,
        className="p-map-part",
    )


def _notes(notes: Sequence[str]) -> Component:
    return disclosure("How it was read", html.Ul([html.Li(one) for one in notes], className="p-notes"))
