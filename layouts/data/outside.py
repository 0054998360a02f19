"""Customers that are elsewhere: files that a cluster reads, and tables of the warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import choice, posts, section, submit


def cluster(addresses: Sequence[str], panel: Component | None, *, is_busy: bool) -> Component:
    """Files that a cluster can make datasets of, with a press unless work on some is under way, and how far that is."""
    make = submit("Make a dataset of them", quiet=True)
    form = posts(
        "/d/default/data/cluster",
        choice("Files", _places(addresses), "0", name="place"),
        make,
        look="p-options",
    )
    hint = "Parquet files with one row per customer, read by several machines, and cut into segments there."
    return _card("Customers on shared storage", hint, panel, form, is_busy=is_busy)


def source(
    tables: Sequence[str],
    asked: Sequence[tuple[str, str]],
    panel: Component | None,
    told: str,
    *,
    is_busy: bool,
) -> Component:
    """Tables of the warehouse with what can be made of them, unless some is under way, how far that is, and what was done."""
    hint = (
        "Tables of customers, or of orders, which the warehouse adds up and cuts itself. Segments go back as a table of "
        "their own, and nothing else there is changed."
    )
    form = posts(
        "/d/default/data/source",
        choice("Table", _places(tables), "0", name="place"),
        choice("Make of it", asked, asked[0][0], name="what"),
        submit("Take from the warehouse", quiet=True),
        look="p-options",
    )
    done = html.P(told, role="status") if told else None
    return _card("Customers in the warehouse", hint, panel or done, form, is_busy=is_busy)


def _card(title: str, hint: str, above: Component | None, form: Component, *, is_busy: bool) -> Component:
    shown = None if is_busy else form
    return section(
        title, html.P(hint, className="p-hint"), above, shown, className="p-card p-stack p-cluster"
    )


def _places(names: Sequence[str]) -> list[tuple[str, str]]:
    """They are sent by their place, so that nothing else can be asked for."""
    return [(str(place), one) for place, one in enumerate(names)]
