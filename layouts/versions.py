"""The versions of a dataset's customers: what came in when, what it changed, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts import components
from layouts.components import disclosure, drawn_table
from layouts.older import moment


class ids:
    MIGRATION = "versions-migration"


@dataclass(frozen=True)
class Row:
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


def section(rows: Sequence[Row], said: str, migration: Component | None, moved: str) -> Component:
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
            [_row(one) for one in rows],
        ),
        migration,
        link,
        className="p-card p-versions",
    )


def _row(one: Row) -> Component:
    came = [*moment(one.when)[1:], *([f", {one.who}"] if one.who else [])]
    sentences = html.Ul([html.Li(sentence) for sentence in one.changed])
    changed = disclosure(f"Version {one.number} changed", sentences) if one.changed else _uncompared(one)
    cells = (str(one.number), _live(one), came, one.how, one.customers, changed)
    return html.Tr([html.Td(cell) for cell in cells])


def _uncompared(one: Row) -> str:
    return "The first" if one.number == 1 else "Not compared: it came in at a start"


def _live(one: Row) -> list[Component] | Component:
    if one.number == one.live:
        return html.Strong("Live")
    choose = _form(
        f"Make version {one.number} live",
        [f"Everybody sees the customers and segments of version {one.number} then. The others are kept."],
        "Make it live",
        one,
        "",
    )
    remove = _form(
        f"Remove version {one.number}", [*one.goes, "Nothing brings it back."], "Remove it", one, "/remove"
    )
    offered = [*([choose] if one.may_choose else []), *([remove] if one.goes else [])]
    return [*([html.P("Retired")] if one.retired else []), *offered]


def _form(title: str, said: Sequence[str], words: str, one: Row, then: str) -> Component:
    """What is asked before something is done with a version; it names the one that was live when it was asked."""
    form = [
        *(html.P(sentence) for sentence in said),
        dcc.Input(type="hidden", name="csrf_token"),
        dcc.Input(type="hidden", name="live", value=str(one.live)),
        html.Button(words, type="submit", className="btn p-button"),
    ]
    return disclosure(title, html.Form(form, action=f"/models/versions/{one.number}{then}", method="POST"))
