"""Every page opens on every table, says what it lacks, and shows no figure that is none, nor an English one to others."""

from __future__ import annotations

import re

import pytest

from tests.callbacks.dash_client import UPDATE, text
from tests.datasets.tables import TABLES
from tests.support.english import english, read

PAGES = (
    "/",
    "/?Segment=1",
    "/explore",
    "/explore?show=relations",
    "/explore?show=quality",
    "/explore?split=segments&as=shares",
    "/segments",
    "/segments?compare=1,2,everyone",
    "/segments/1?values=index",
    "/campaigns",
    "/predict",
    "/customers",
    "/choose-k",
    "/models",
)
EXPORTS = ("/export/customers.csv", "/export/customers.xlsx", "/export/table.csv", "/models/files/card.json")
NO_FIGURE = re.compile(r"\bnan\b|\bNaN\b|\bNaT\b|\binf\b|\bNone\b|%!|\{\}")


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_and_shows_no_figure_that_is_none(house, name, address):
    drawn = house.page(name, address, "de-DE")
    said = text(drawn)
    assert "Something went wrong" not in said
    assert len(said) > 100
    assert not NO_FIGURE.search(said), NO_FIGURE.search(said)
    assert {found for shown in read(drawn) if (found := english(shown, "de-DE"))} == set()


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("address", EXPORTS)
def test_a_file_is_made(house, name, address):
    answer = house.visitor.client.get(f"/d/{name}{address}", buffered=True)
    assert answer.status_code == 200
    assert len(answer.data) > 100


@pytest.mark.parametrize("name", ["cards", "telecom"])
def test_a_question_about_a_page_that_the_table_lacks_something_for_is_refused_in_words(house, name):
    values = {"filters-ask.data": {"page": "/campaigns", "n": 1, "clauses": {}, "options": {}}}
    body = house.visitor.body("filters-answer.data", values, "filters-ask.data")
    headers = {"X-CSRFToken": house.visitor.token}
    answer = house.visitor.client.post(f"/d/{name}{UPDATE}", json=body, headers=headers)
    [said] = answer.json["sideUpdate"].values()
    assert said["children"].startswith("Your table has nothing on answers to campaigns")
