"""POST /search: pages, segments, fields and customers by what is typed, for the dialog behind Ctrl K.

What is typed may be somebody's address, so it stands in no address, which browsers and proxies write down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.customers.customer import href
from callbacks.explore.page import chart_of, sections
from callbacks.frame.view import View
from callbacks.web.guard import allows, requires
from core.accounts.permissions import Action
from core.exports import display
from core.schema.fields import IDENTIFIER, LOG, SEGMENT
from core.services import Services
from layouts.theme import segment_style

LONGEST = 64  # characters that are looked for
MOST: Mapping[str, int] = {"Pages": 12, "Segments": 12, "Fields": 5, "Filter by": 5, "Customers": 6}
# What a page is looked for by, besides what the menu calls it.
WORDS: Mapping[str, str] = {
    "overview": "home start summary key figures who are our customers",
    "explore": "distributions histograms charts base",
    "segments": "profiles differences compare names stability rules rfm groups",
    "choose_k": "choose number of segments k evidence elbow silhouette gap criteria",
    "campaigns": "response acceptance rate break-even profit contact test verdict marketing",
    "predict": "score classify new customer what if",
    "customers": "list table rows export download mailing",
    "models": "versions live restore sql files made",
    "data": "upload import datasets mapping columns",
}


@dataclass(frozen=True)
class Found:
    """What one can go to: a page with what its address asks, a chart on it, or a filter that is still to be given."""

    label: str
    told: str = ""
    page: str = ""
    extra: str = ""
    filtered: str = "no"
    chart: str = ""
    filter: str = ""
    number: int = 0


def register(server: Flask, services: Services, views: Sequence[View]) -> None:
    """Answer those who may see the dataset that the address names."""

    @server.post("/search", endpoint="search")
    @requires(Action.VIEW)
    def search() -> ResponseReturnValue:
        asked = request.get_json(silent=True)
        typed = asked.get("q") if isinstance(asked, dict) else None
        text = " ".join(typed[:LONGEST].split()) if isinstance(typed, str) else ""
        fields = _matching(text, _fields(services)) if text else []
        groups = {
            "Pages": _matching(text, _pages(services, views, text)),
            "Segments": _matching(text, _segments(services)),
            "Fields": [one for one in fields if one.chart],
            "Filter by": [Found(one.label, filter=one.filter) for one in fields],
        }
        customers = {"Customers": _customers(services, text)}
        is_one = [one.label for one in customers["Customers"][:1]] == [text]
        ordered = customers | groups if is_one else groups | customers
        return jsonify(groups=[_sent(name, found) for name, found in ordered.items() if found])


def _sent(name: str, found: Sequence[Found]) -> dict[str, object]:
    styled = [
        asdict(one) | {"style": segment_style(one.number) if one.number else {}}
        for one in found[: MOST[name]]
    ]
    return {"name": name, "found": styled, "more": len(found) > MOST[name]}


def _matching(text: str, known: Iterator[tuple[Found, str]]) -> list[Found]:
    """What has all words of `text`, or their beginnings: whose label begins with it, then whose label has them, then others."""
    ranked = [(_rank(text.casefold(), one.label.casefold(), words.casefold()), one) for one, words in known]
    return [one for rank, one in sorted(ranked, key=lambda pair: pair[0]) if rank < 3]


def _rank(text: str, label: str, words: str) -> int:
    if label.startswith(text):
        return 0
    pattern = "".join(rf"(?=.*\b{re.escape(word)})" for word in text.split())
    return 1 if re.match(pattern, label) else 2 if re.match(pattern, f"{label} {words}") else 3


def _pages(services: Services, views: Sequence[View], text: str) -> Iterator[tuple[Found, str]]:
    for view in views:
        if allows(view.action):
            along = "no" if view.filtered is None else "yes"
            yield Found(view.title, page=view.path, filtered=along), WORDS.get(view.name, "")
    for section, name in sections(services).items() if text else ():
        yield Found(name, "Explore", "/explore", f"show={section}", "yes"), "explore"


def _segments(services: Services) -> Iterator[tuple[Found, str]]:
    for one in services.model.card.profile.segments:
        told = services.numbers.many(one.size, "customer", "customers")
        yield (
            Found(one.name, told, f"/segments/{one.number}", filtered="others", number=one.number),
            f"segment {one.number}",
        )


def _fields(services: Services) -> Iterator[tuple[Found, str]]:
    groups = sections(services)
    for name in services.model.crossfilter.fields:
        if name.endswith(LOG) or name == SEGMENT:
            continue
        words = f"{name} {services.schema[name].called}" if name in services.schema else name
        label = services.label(name)
        if place := chart_of(services, name):
            section, chart = place
            told = f"Explore, {groups[section]}"
            yield Found(label, told, "/explore", f"show={section}", "yes", chart, name), words
        else:
            yield Found(label, filter=name), words


def _customers(services: Services, text: str) -> list[Found]:
    """By their ID alone: nothing else of them is looked through, and nothing else is told but their segment."""
    people, names = services.model.people, services.model.card.profile.names
    places = people.beginning(text, MOST["Customers"] + 1)
    rows = people.rows(np.array(places, dtype=np.int64), [IDENTIFIER, SEGMENT]).to_dict("records")
    ids = [display.write(people.field(IDENTIFIER), row[IDENTIFIER], services.numbers) for row in rows]
    return [
        Found(id, names[row[SEGMENT]], "/customers", href(id).partition("?")[2], number=int(row[SEGMENT]))
        for id, row in zip(ids, rows, strict=True)
    ]
