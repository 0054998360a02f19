"""Models: what is live, how it was made, and all of it to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts import components
from layouts.components import (
    Table,
    aria,
    choice,
    data_table,
    disclosure,
    drawn_table,
    grid,
    labelled,
    page,
    posts,
    section,
    submit,
    swatch,
)
from layouts.older import moment


class ids:
    STORY = "models-story"
    AGREEMENT = "models-agreement"
    MIGRATION = "models-migration"


def layout(
    opening: str,
    deliverables: Sequence[Component],
    story: Sequence[tuple[str, str]],
    rules: Table,
    cards: Sequence[Component],
    versions: Component | None = None,
    compared: Component | None = None,
    making: Component | None = None,
) -> Component:
    """Downloads first, then the versions, two models side by side, how the model was made, the segments as rules."""
    return page(
        "Models",
        opening,
        section("To take along", grid(*deliverables, columns="three")),
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
            grid(*cards),
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
    known = [(one.key, one.words) for one in choices]
    boxes = [
        choice(words, known, key, name=name)
        for name, words, key in zip(("one", "other"), ("Compare", "Against"), chosen, strict=True)
    ]
    parts = [*boxes, submit("Compare", quiet=True)]
    return html.Form(parts, action="/models", method="GET", className="p-options")


def _listed(one: Choice) -> Component:
    return html.Tr([html.Td(cell) for cell in (one.words, one.chosen, one.note, one.state, _saying(one))])


def _saying(one: Choice) -> Component | str:
    """A note, and retiring or taking back."""
    if not one.form:
        return ""
    note = labelled("Note", dcc.Textarea(name="note", value=one.note))
    states = (("no", "may be made live"), ("yes", "retired: kept for links, never made live"))
    state = choice("This model", states, "yes" if one.is_retired else "no", name="retired")
    return disclosure("Note or retire", posts(f"/models/marks/{one.key}", note, state, submit("Save")))


def deliverable(title: str, text: str, files: Sequence[tuple[str, str]]) -> Component:
    """Something to download: what it is, what it is good for, and what links to its files say, and where they lead."""
    links = [
        html.A(words, href=address, className="p-file-link", download="", **aria(label=f"{title}: {words}"))
        for words, address in files
    ]
    return html.Article(
        [html.H3(title), html.P(text), html.Div(links, className="p-file-links")],
        className="p-card p-deliverable",
    )


def _line(label: str, words: str) -> Component:
    return html.Div([html.Dt(label), html.Dd(words)])


def rule_card(number: int, name: str, card: Component) -> Component:
    """A segment and its rule."""
    return html.Article(
        [html.H3([swatch(number), html.Span(name)], className="p-card-title"), card],
        className="p-card",
    )


@dataclass(frozen=True)
class VersionRow:
    """A version: its number, when (ISO 8601), who, how, how many customers, what it changed; which one is live.

    `goes` is what would go with it, where it may be removed.
    """

    number: int
    when: str
    who: str
    how: str
    customers: str
    changed: Sequence[str]
    live: int
    may_choose: bool
    retired: bool = False
    goes: Sequence[str] = ()


def versions(rows: Sequence[VersionRow], said: str, migration: Component | None, moved: str) -> Component:
    """The versions, the newest first, and how segments went on."""
    link = (
        html.A("Customers who moved (CSV)", href=moved, className="p-file-link", download="")
        if moved
        else None
    )
    return components.section(
        "Versions of the customers",
        html.P(said, className="p-hint") if said and migration is None else None,
        drawn_table(
            "Versions",
            ("Version", "Live", "Came in", "How", "Customers", "What it changed"),
            [_version_row(one) for one in rows],
        ),
        migration,
        link,
        className="p-card p-versions",
    )


def _version_row(one: VersionRow) -> Component:
    came = [*moment(one.when)[1:], *([f", {one.who}"] if one.who else [])]
    sentences = html.Ul([html.Li(sentence) for sentence in one.changed])
    changed = disclosure(f"Version {one.number} changed", sentences) if one.changed else _uncompared(one)
    cells = (str(one.number), _version_live(one), came, one.how, one.customers, changed)
    return html.Tr([html.Td(cell) for cell in cells])


def _uncompared(one: VersionRow) -> str:
    return "The first" if one.number == 1 else "Not compared: it came in at a start"


def _version_live(one: VersionRow) -> list[Component] | Component:
    if one.number == one.live:
        return html.Strong("Live")
    choose = _version_form(
        f"Make version {one.number} live",
        [f"Everybody sees the customers and segments of version {one.number} then. The others are kept."],
        "Make it live",
        one,
        "",
    )
    remove = _version_form(
        f"Remove version {one.number}", [*one.goes, "Nothing brings it back."], "Remove it", one, "/remove"
    )
    offered = [*([choose] if one.may_choose else []), *([remove] if one.goes else [])]
    return [*([html.P("Retired")] if one.retired else []), *offered]


def _version_form(title: str, said: Sequence[str], words: str, one: VersionRow, then: str) -> Component:
    """What is asked before something is done with a version; it names the one that was live when it was asked."""
    asked = [*(html.P(sentence) for sentence in said), submit(words)]
    return disclosure(title, posts(f"/models/versions/{one.number}{then}", *asked, live=str(one.live)))
