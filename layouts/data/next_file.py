"""A file that could be the next one of a dataset: what it would change, each way, and where to look once it is live."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, aria, button, data, data_table, disclosure, grid, notice, section, way


class ids:
    SAID = "next-said"


def offers(identity: str, offered: Sequence[tuple[str, str, str]], *, is_told: bool) -> Component:
    """Of which datasets this could be the next file, (slug, what is said of its columns, the button's words) each.

    It is no table of its own then; of one it may be told below. Without a button it is only nearly the next one.
    """
    look = "btn p-button-quiet" if is_told else "btn p-button"
    rows = [
        html.Div(
            [
                html.P(words),
                *([button(press, look, **data(would_change=identity, slug=slug))] if press else []),
            ],
            className="p-next-offer",
        )
        for slug, words, press in offered
    ]
    return section(
        "The next file of a dataset?",
        *rows,
        html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
        className="p-card p-stack p-make",
    )


def comparison(title: str, lead: str, cards: Sequence[Component]) -> Component:
    """What would change, both ways side by side."""
    return section(title, html.P(lead, className="p-hint"), grid(*cards), className="p-stack")


def way_card(
    *,
    identity: str,
    compared: str,
    press: str,
    way: str,
    title: str,
    hint: str,
    refused: str = "",
    said: Sequence[str] = (),
    segments: Table | None = None,
    drift: Table | None = None,
) -> Component:
    """What a file would change one way; `refused` where it can't be done so; without `press` nothing can be made live now."""
    parts = [
        html.H3(title),
        html.P(hint, className="p-hint"),
        html.P(refused, className="p-error") if refused else None,
        html.Ul([html.Li(sentence) for sentence in said], className="p-next-said") if said else None,
        _more("Segments, by the borders of now", segments),
        _more("Drift of every field", drift),
        button(
            press,
            "btn p-button",
            **data(live=identity, way=way, compared=compared),
            **aria(label=f"{press}: {title.lower()}"),
        )
        if press and not refused
        else None,
    ]
    return html.Div([part for part in parts if part is not None], className="p-card p-stack p-next-way")


def _more(title: str, table: Table | None) -> Component | None:
    return disclosure(title, data_table(table, caption=title)) if table else None


def cannot(words: str) -> Component:
    """Why nothing can be said of a dataset."""
    return section("What would change", html.P(words, className="p-error"), className="p-card p-stack p-make")


def done(title: str, version: str, before: str, path: str) -> Component:
    """The version is live: where to look, and the way back."""
    return html.Div(
        [
            html.P(way("All files and datasets", "/data"), className="p-back"),
            notice(
                f"Version {version} of {title} is live",
                f"Everybody sees these customers and their segments now. Version {before} is kept: on the page of models, "
                f"“Make version {before} live” goes back to it.",
                html.Div(
                    [
                        html.A(
                            "See who moved, and what changed", href=f"{path}models", className="btn p-button"
                        ),
                        html.A("Open the overview", href=path, className="btn p-button-quiet"),
                    ],
                    className="p-form-actions",
                ),
            ),
        ],
        className="p-page",
        role="status",
    )
