"""What a page is: where, what it is called, who may see it, what draws it and answers its clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dash import Dash
from dash.development.base_component import Component
from flask import request

from callbacks.filters.page import FilteredPage
from callbacks.web.bundles import CHARTS
from core.accounts.permissions import Action
from core.crossfilter.selection import SelectionError
from core.services import Services
from layouts.theme import Mode, mode_of

Query = dict[str, str]


def _nothing(_services: Services) -> str:
    return ""


def _plain(_app: Dash, _services: Services) -> None:
    """The page answers only the questions that all filtered pages answer."""


@dataclass(frozen=True)
class View:
    """One page: where it is, what it is called, who may see it, what draws it and answers its clicks.

    `lacks` says in words what the table has not that the page can't be without; nothing where it has all. `below` are
    pages within it, which the navigation does not list; `ahead` the scripts that its first picture waits for, beside
    those of all pages.
    """

    name: str
    path: str
    title: str
    action: Action
    draw: Callable[[Services, Query], Component]
    register: Callable[[Dash, Services], None] = _plain
    filtered: Callable[[Services], FilteredPage] | None = None
    lacks: Callable[[Services], str] = _nothing
    below: tuple[View, ...] = ()
    ahead: tuple[str, ...] = CHARTS

    def asked(self, services: Services) -> FilteredPage:
        """What answers questions about the page; SelectionError where the table lacks what it needs."""
        lacks = self.lacks(services)
        if lacks or self.filtered is None:
            raise SelectionError(lacks or f"{self.title} answers no filters. Choose another page.")
        return self.filtered(services)


def mode() -> Mode:
    """Light or dark, as the visitor's browser shows it."""
    return mode_of(request.cookies.get("parterre-theme"))


def with_those_below(views: Iterable[View]) -> list[View]:
    """Every page that has an address."""
    return [one for view in views for one in (view, *view.below)]
