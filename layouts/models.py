"""Models: what is live, how it was made, and all of it to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import Table, aria, data_table, disclosure, drawn_table, grid, page, section, swatch


class ids:
    STORY = "models-story"
    AGREEMENT = "models-agreement"


@dataclass(frozen=True)
class Deliverable:
    """Something to download: what it is, what it is good for, and its files by format."""

    title: str
    text: str
    files: Sequence[tuple[str, str]]  # what the link says, and where it leads


@dataclass(frozen=True)
class RuleCard:
    """A segment and its rule."""

    number: int
    name: str
    card: Component


def layout(
    opening: str,
    deliverables: Sequence[Deliverable],
    story: Sequence[tuple[str, str]],
    rules: Table,
    cards: Sequence[RuleCard],
    versions: Component | None = None,
    compared: Component | None = None,
    making: Component | None = None,
) -> Component:
    """Downloads first, then the versions, two models side by side, how the model was made, the segments as rules."""
    return page(
        "Models",
        opening,
        section("To take along", grid(*(_deliverable(one) for one in deliverables), columns="three")),
        versions,
        compared,
        section(
            "How it was made",
            html.Dl([_line(*one) for one in story], id=ids.STORY, className="p-story"),
            disclosure("Every cleaning rule and the rows it touched", data_table(rules, caption="Cleaning")),
            className="p-card p-made",
        ),
        making,
        section(
            "The segments as rules",
            html.P(
                "For programs that can't run the model: at most three conditions each, with how often they are right.",
                className="p-hint",
            ),
            grid(*(_rule(one) for one in cards)),
            className="p-rules",
        ),
        question="Which model is live?",
    )


@dataclass(frozen=True)
class Choice:
    """One of the models that were live: what it is called, who made it live and when, what is said of it.

    `state` says whether it is live or retired; `form` is there for those who may say something.
    """

    key: str
    words: str
    chosen: str
    note: str
    state: str
    is_retired: bool
    form: bool


def side_by_side(
    choices: Sequence[Choice],
    chosen: tuple[str, str] | None = None,
    said: str = "",
    differing: Table | None = None,
    same: Table | None = None,
) -> Component:
    """The models that were live, and of two of them in what they differ, and on demand what is the same of both."""
    head = ("Model", "Made live", "Note", "State", "Change")
    return section(
        "Models that were live",
        drawn_table("Models", head, [_listed(one) for one in choices]),
        _comparing(choices, chosen) if chosen else None,
        html.P(said, id=ids.AGREEMENT),
        html.H3("What differs") if differing else None,
        data_table(differing, caption="What differs") if differing else None,
        disclosure("What is the same", data_table(same, caption="The same of both")) if same else None,
        className="p-card p-side-by-side",
    )


def _comparing(choices: Sequence[Choice], chosen: tuple[str, str]) -> Component:
    boxes = [
        _model_box(name, words, choices, key)
        for name, words, key in zip(("one", "other"), ("Compare", "Against"), chosen, strict=True)
    ]
    button = html.Button("Compare", type="submit", className="btn p-button-quiet")
    return html.Form([*boxes, button], action="/models", method="GET", className="p-options")


def _listed(one: Choice) -> Component:
    return html.Tr([html.Td(cell) for cell in (one.words, one.chosen, one.note, one.state, _saying(one))])


def _saying(one: Choice) -> Component | str:
    """A note, and retiring or taking back."""
    if not one.form:
        return ""
    note = html.Label(
        [html.Span("Note", className="p-option-name"), dcc.Textarea(name="note", value=one.note)],
        className="p-option",
    )
    retired = html.Select(
        [
            html.Option(words, value=value, selected=(value == "yes") == one.is_retired)
            for value, words in (
                ("no", "may be made live"),
                ("yes", "retired: kept for links, never made live"),
            )
        ],
        name="retired",
        className="form-select p-select",
    )
    state = html.Label([html.Span("This model", className="p-option-name"), retired], className="p-option")
    sent = [
        dcc.Input(type="hidden", name="csrf_token"),
        html.Button("Save", type="submit", className="btn p-button"),
    ]
    form = html.Form([note, state, *sent], action=f"/models/marks/{one.key}", method="POST")
    return disclosure("Note or retire", form)


def _model_box(name: str, words: str, choices: Sequence[Choice], chosen: str) -> Component:
    options = [html.Option(one.words, value=one.key, selected=one.key == chosen) for one in choices]
    box = html.Select(options, name=name, className="form-select p-select")
    return html.Label([html.Span(words, className="p-option-name"), box], className="p-option")


def _deliverable(one: Deliverable) -> Component:
    links = [
        html.A(
            words, href=address, className="p-file-link", download="", **aria(label=f"{one.title}: {words}")
        )
        for words, address in one.files
    ]
    return html.Article(
        [html.H3(one.title), html.P(one.text), html.Div(links, className="p-file-links")],
        className="p-card p-deliverable",
    )


def _line(label: str, words: str) -> Component:
    return html.Div([html.Dt(label), html.Dd(words)])


def _rule(one: RuleCard) -> Component:
    return html.Article(
        [html.H3([swatch(one.number), html.Span(one.name)], className="p-card-title"), one.card],
        className="p-card",
    )
