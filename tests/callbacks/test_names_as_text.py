"""Names that people give, and words of their file, are words in every figure: Plotly reads some HTML as such."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pandas as pd
import pytest

from app import create_app
from core.services import create_services
from core.settings import Settings, load
from tests.callbacks.dash_client import Visitor, components

LINK = '<a href="//evil.example">'
PAGES = (
    ("/", ""),
    ("/", "?split=segments"),
    *(("/explore", f"?show={show}&split=segments") for show in ("people", "money", "buying", "relations")),
    ("/segments", "?compare=1,2,3,4,5,6,everyone&field=Income"),
    ("/campaigns", ""),
    ("/campaigns", "?Segment=1"),
    ("/predict", ""),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Settings:
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    home = tmp_path_factory.mktemp("hostile")
    customers = pd.read_csv(plain["data"], dtype=str, sep=None, engine="python")
    customers["ID"] = [f"{LINK}{number}" for number in range(len(customers))]
    customers["Education"] = LINK + customers["Education"]
    customers.to_csv(home / "hostile.csv", index=False)
    return load(**{**plain, "home": home, "data": home / "hostile.csv"})


@pytest.fixture(scope="module")
def services(house):
    return create_services(house)


@pytest.fixture(scope="module")
def visitor(house, services) -> Visitor:
    for number in services.live.suggested:
        services.live.name_segment(number, f"{LINK}{number}</a>", by="ada")
    return Visitor.of(create_app(house).server).sign_up("ada")


def test_no_figure_of_any_page_holds_markup_of_people(visitor):
    found = [figure for path, search in PAGES for figure in figures(visitor.page(path, search))]
    assert len(found) > 30
    assert {text for figure in found for text in texts(figure) if LINK in text} == set()
    assert any("&lt;a href" in text for figure in found for text in texts(figure))


def test_customers_who_are_compared_are_words_too(visitor):
    drawn = visitor.page("/predict", f"?a={quote(LINK)}1&b={quote(LINK)}2")
    assert [text for figure in figures(drawn) for text in texts(figure) if LINK in text] == []
    assert any("evil" in text for figure in figures(drawn) for text in texts(figure))


def test_figures_that_answer_a_click_hold_none_either(visitor):
    question = {
        "filters-ask.data": {"page": "/campaigns", "clauses": {"Segment": [0]}, "options": {}, "n": 1}
    }
    answer = visitor.call("filters-answer.data", question, "filters-ask.data").json["response"]
    found = answer["filters-answer"]["data"]["figures"]
    assert [text for text in texts(found) if LINK in text] == []


def test_an_id_of_markup_is_found_as_a_text_of_json(visitor):
    answer = visitor.search(LINK)
    [segments, customers] = answer.json["groups"]
    assert {one["label"][: len(LINK)] for one in [*segments["found"], *customers["found"]]} == {LINK}
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def figures(drawn: object) -> Iterator[dict]:
    return (one["props"]["figure"] for one in components(drawn) if "figure" in one["props"])


def texts(figure: object) -> Iterator[str]:
    if isinstance(figure, str):
        yield figure
    elif isinstance(figure, dict):
        for value in figure.values():
            yield from texts(value)
    elif isinstance(figure, list):
        for value in figure:
            yield from texts(value)
