"""Models: what is live, how it was made, and all of it to take along."""

from __future__ import annotations

from collections.abc import Sequence

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
            className="p-card p-stack p-made",
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


def side_by_side(
    models: Sequence[Component],
    called: Sequence[tuple[str, str]],
    chosen: tuple[str, str] | None = None,
    said: str = "",
    differing: Table | None = None,
    same: Table | None = None,
) -> Component:
    """The models that were live, and of two of those that are `called` what differs, and on demand what is the same."""
    head = ("Model", "Made live", "Note", "State", "Change")
    return section(
        "Models that were live",
        drawn_table("Models", head, models),
        _comparing(called, chosen) if chosen else None,
        html.P(said, id=ids.AGREEMENT),
        html.H3("What differs") if differing else None,
        data_table(differing, caption="What differs") if differing else None,
        disclosure("What is the same", data_table(same, caption="The same of both")) if same else None,
        className="p-card p-stack p-side-by-side",
    )


def _comparing(called: Sequence[tuple[str, str]], chosen: tuple[str, str]) -> Component:
    boxes = [
        choice(words, called, key, name=name)
        for name, words, key in zip(("one", "other"), ("Compare", "Against"), chosen, strict=True)
    ]
    parts = [*boxes, submit("Compare", quiet=True)]
    return html.Form(parts, action="/models", method="GET", className="p-options")


def listed(words: str, chosen: str, note: str, state: str, form: Component | str) -> Component:
    """A model that was live: what it is called, who made it live and when, what is said of it, and saying it."""
    return html.Tr([html.Td(cell) for cell in (words, chosen, note, state, form)])


def saying(key: str, note: str, *, is_retired: bool) -> Component:
    """A note, and retiring or taking back."""
    words = labelled("Note", dcc.Textarea(name="note", value=note))
    states = (("no", "may be made live"), ("yes", "retired: kept for links, never made live"))
    state = choice("This model", states, "yes" if is_retired else "no", name="retired")
    return disclosure("Note or retire", posts(f"/models/marks/{key}", words, state, submit("Save")))


def deliverable(title: str, text: str, files: Sequence[tuple[str, str]]) -> Component:
    """Something to download: what it is, what it is good for, and what links to its files say, and where they lead."""
    links = [
        html.A(words, href=address, className="p-file-link", download="", **aria(label=f"{title}: {words}"))
        for words, address in files
    ]
    return html.Article(
        [html.H3(title), html.P(text), html.Div(links, className="p-file-links")],
        className="p-card p-stack p-deliverable",
    )


def _line(label: str, words: str) -> Component:
    return html.Div([html.Dt(label), html.Dd(words)])


def rule_card(number: int, name: str, card: Component) -> Component:
    """A segment and its rule."""
    return html.Article(
        [html.H3([swatch(number), html.Span(name)], className="p-card-title"), card], className="p-card"
    )


def versions(rows: Sequence[Component], said: str, migration: Component | None, moved: str) -> Component:
    """The versions, the newest first, and how segments went on."""
    link = (
        html.A("Customers who moved (CSV)", href=moved, className="p-file-link", download="")
        if moved
        else None
    )
    return components.section(
        "Versions of the customers",
        html.P(said, className="p-hint") if said and migration is None else None,
        drawn_table("Versions", ("Version", "Live", "Came in", "How", "Customers", "What it changed"), rows),
        migration,
        link,
        className="p-card p-stack p-versions",
    )


def version(
    number: int,
    when: str,
    who: str,
    how: str,
    customers: str,
    changed: Sequence[str],
    live: Sequence[Component],
) -> Component:
    """A version: when it came in (ISO 8601), by whom and how, what it changed, and whether it is live."""
    came = [*moment(when)[1:], *([f", {who}"] if who else [])]
    sentences = html.Ul([html.Li(sentence) for sentence in changed])
    uncompared = "The first" if number == 1 else "Not compared: it came in at a start"
    said = disclosure(f"Version {number} changed", sentences) if changed else uncompared
    return html.Tr([html.Td(cell) for cell in (str(number), live, came, how, customers, said)])


def choosing(number: int, live: int) -> Component:
    """What is asked before a version is made live; it names the one that was when that was asked."""
    said = f"Everybody sees the customers and segments of version {number} then. The others are kept."
    asked = posts(f"/models/versions/{number}", html.P(said), submit("Make it live"), live=str(live))
    return disclosure(f"Make version {number} live", asked)


def removing(number: int, live: int, goes: Sequence[str]) -> Component:
    """What would go with a version, before it is removed."""
    said = [html.P(sentence) for sentence in (*goes, "Nothing brings it back.")]
    asked = posts(f"/models/versions/{number}/remove", *said, submit("Remove it"), live=str(live))
    return disclosure(f"Remove version {number}", asked)
