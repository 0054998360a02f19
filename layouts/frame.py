"""The frame around every view: brand, navigation, user menu, page container."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import filters
from layouts.components import aria, button, data, group, page, posts, way
from layouts.theme import templates

THEMES = {"system": "System", "light": "Light", "dark": "Dark"}


class ids:
    ADDRESS = "shell-address"
    NAVIGATION = "shell-navigation"
    AGAIN = "shell-again"
    PAGE = "shell-page"
    NOTICE = "shell-notice"
    CHANGED = "shell-changed"
    CHANGED_SAID = "shell-changed-said"
    TITLED = "shell-titled"
    SOURCE = "shell-source"
    TEMPLATES = "shell-templates"
    TEMPLATES_READY = "shell-templates-ready"


@dataclass(frozen=True)
class Link:
    """An entry of the navigation."""

    path: str
    title: str
    filtered: bool = False
    muted: bool = False  # the table has not what the page needs


@dataclass(frozen=True)
class DatasetLink:
    """A dataset that one can go to."""

    path: str
    title: str
    here: bool


def layout(
    links: Sequence[Link],
    menu: Component,
    separators: str,
    datasets: Sequence[DatasetLink],
    *,
    customers: str,
    source: str,
    may_export: bool,
) -> Component:
    """The frame; the page comes by callback, by the address. Paper says how many `customers` there are, and the `source`."""
    return html.Div(
        [
            dcc.Location(id=ids.ADDRESS, refresh="callback-nav"),
            dcc.Store(id=ids.AGAIN),
            dcc.Store(id=ids.TEMPLATES, data=templates(separators)),
            dcc.Store(id=ids.TEMPLATES_READY),
            dcc.Store(id=ids.TITLED),
            dcc.Store(id=ids.CHANGED),
            dcc.Store(id=ids.CHANGED_SAID),
            *filters.channel(),
            html.A("Skip to the page", href="#" + ids.PAGE, className="p-skip"),
            html.Header(
                [_brand(), _navigation(links), _search(), *_switcher(datasets), menu], className="p-bar"
            ),
            html.Div(id=ids.NOTICE, role="alert", className="p-alert"),
            # assets/model.js fills it where a page shows segments that are no longer live.
            html.Div(role="alert", className="p-alert p-changed", **data(changed="true")),
            html.Div(source, id=ids.SOURCE, hidden=True, **data(customers=customers)),
            html.Main(skeleton(), id=ids.PAGE, className="p-main", tabIndex="-1"),
        ],
        className="p-shell" + " may-export" * may_export,
    )


def lacking(title: str, words: str) -> Component:
    """A page that the table has nothing for: what that is, and where to see what it has."""
    found = html.A("See what is in the table", href="/explore?show=quality", className="btn p-button-quiet")
    return page(title, words, html.P(found))


SHAPES = ("bar", "title", "question", "lead", "tabs", "tiles", "legend", "options", "cards", "halves", "wide")


def skeleton() -> Component:
    """What is there before the page is: of these shapes those that assets/skeleton.css shows of it; nothing that moves."""
    blocks = [html.Div(className=f"p-skeleton p-skeleton-{part}") for part in SHAPES]
    return html.Div(blocks, className="p-page p-loading", **aria(busy="true", label="Loading"))


def navigation(links: Sequence[Link], current: str) -> list[Component]:
    """The links, the current one marked."""
    return [
        html.Li(
            way(
                link.title,
                link.path,
                filtered="yes" if link.filtered else "no",
                className="p-link" + " is-current" * here + " is-muted" * link.muted,
                **(aria(current="page") if here else {}),
            )
        )
        for link in links
        for here in (
            f"{current}/".startswith(f"{link.path.rstrip('/')}/") if link.path != "/" else current == "/",
        )
    ]


def _brand() -> Component:
    mark = html.Img(src="/assets/mark.svg", alt="", width=28, height=28)
    return way([mark, html.Span("Parterre")], "/", filtered="yes", className="p-brand")


def _navigation(links: Sequence[Link]) -> Component:
    return html.Nav(
        html.Ul(navigation(links, "/"), id=ids.NAVIGATION, className="p-links"), **aria(label="Pages")
    )


def _search() -> Component:
    """What opens the search, in assets/search.js; on a phone it is in the menu."""
    key = html.Kbd("Ctrl K", className="p-search-key", **aria(hidden="true"))
    says = aria(label="Search", haspopup="dialog", keyshortcuts="Control+K Meta+K")
    return button([html.Span("Search"), key], "p-search-open", **data(search="open"), **says)


def _switcher(datasets: Sequence[DatasetLink]) -> list[Component]:
    """The other datasets, each opened as a page of its own; nothing where there is only one."""
    if len(datasets) < 2:
        return []
    here = next(one.title for one in datasets if one.here)
    ways = [
        html.A(one.title, href=one.path, className="p-menu-item", **aria(current="true") if one.here else {})
        for one in datasets
    ]
    summary = html.Summary(html.Span(here, className="p-dataset"), **aria(label=f"Dataset: {here}"))
    return [html.Details([summary, html.Div(ways, className="p-menu-panel")], className="p-menu")]


def menu_of(username: str, role: str, *, administers: bool) -> Component:
    """The menu of who is looking."""
    letter = html.Span(username[:1].upper(), className="p-avatar", **aria(hidden="true"))
    name = html.Span(username, className="p-username")
    leave = html.Button("Sign out", type="submit", className="p-menu-item")
    parts = [
        html.P([html.Strong(username), html.Br(), role], className="p-menu-who"),
        _themes(),
        button("Search", "p-menu-item p-search-entry", **data(search="open"), **aria(haspopup="dialog")),
        button("Take the tour", "p-menu-item", **data(tour="start"), **aria(haspopup="dialog")),
        html.A("Account", href="/account", className="p-menu-item"),
        *([html.A("Administration", href="/admin", className="p-menu-item")] if administers else []),
        posts("/logout", leave),
    ]
    summary = html.Summary([letter, name], **aria(label=f"Menu of {username}"))
    return html.Details([summary, html.Div(parts, className="p-menu-panel")], className="p-menu")


def _themes() -> Component:
    """Light or dark, or as the system has it; assets/theme.js says which it is."""
    buttons = [
        button(words, "p-theme", **data(theme=mode), **aria(pressed="false"))
        for mode, words in THEMES.items()
    ]
    name = html.Span("Theme", className="p-themes-name")
    return html.Div([name, *buttons], **group("Theme", className="p-themes"))


# Most of what a page holds: that these are no component takes long to say.
PLAIN = (str, int, float, type(None))


def sent(part: Any) -> Any:
    """A component and all in it as `Component.to_plotly_json` has them, which takes twice as long for a page."""
    if isinstance(part, PLAIN):
        return part
    if isinstance(part, Component):
        known: Any = part  # Dash gives each kind these when it is made
        names, wild = known._prop_names, tuple(known._valid_wildcard_attributes)
        found = vars(part).items()
        props = {name: sent(one) for name, one in found if name in names or name.startswith(wild)}
        return {"props": props, "type": known._type, "namespace": known._namespace}
    if isinstance(part, list | tuple):
        return [sent(one) for one in part]
    return part
