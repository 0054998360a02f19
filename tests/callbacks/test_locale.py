"""Whoever reads: no number of the English way on any page; forms read what they show, and programs are left alone."""

from __future__ import annotations

import json
import re

import pytest

from tests.callbacks.dash_client import components, drawn_with
from tests.callbacks.predict.test_page import told
from tests.support.english import english, read

# The first two can't be mistaken: no comma, and no point, stands between digits there.
LANGUAGES = ("de-CH", "fr-FR", "de-DE")
PAGES = (
    "/",
    "/?Segment=1,2",
    "/explore",
    "/explore?show=relations",
    "/explore?show=quality",
    "/explore?split=segments&as=shares",
    "/segments",
    "/segments?compare=1,2,everyone",
    "/campaigns",
    "/predict",
    "/predict?Income=1e6&Age=200",
    "/customers",
    "/models",
)
FILTERED = ("/", "/explore", "/segments", "/campaigns", "/customers")
CUSTOMERS = "customers-grid.getRowsResponse"


def found(shown: object, language: str) -> set[str]:
    return {found for text in read(shown) if (found := english(text, language))}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_no_page_shows_an_english_number(administrator, language, address):
    path, _, query = address.partition("?")
    with administrator.reading(language):
        drawn = administrator.page(path, f"?{query}")
    assert sum(any(map(str.isdigit, text)) for text in read(drawn)) > 5
    assert found(drawn, language) == set()


@pytest.mark.parametrize(
    "address", ["/?show=charts", "/explore?split=segments&as=shares", "/segments/1", "/campaigns"]
)
def test_no_figure_leaves_a_percent_sign_to_plotly_which_knows_the_english_place_only(administrator, address):
    path, _, query = address.partition("?")
    with administrator.reading("de-DE"):
        drawn = administrator.page(path, f"?{query}")
    figures = [one["props"]["figure"] for one in components(drawn) if "figure" in one["props"]]
    words = [json.dumps(one, ensure_ascii=False) for one in figures]
    assert len(words) > 3
    assert [found for one in words for found in re.findall(r'.{12}(?:[0-9}]%|\.[0-9]%["}])', one)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", FILTERED)
def test_no_answer_to_a_click_has_an_english_number(administrator, language, page):
    asked = {"page": page, "n": 1, "address": "Segment=1", "form": "other"}
    with administrator.reading(language):
        answer = administrator.call(
            "filters-answer.data", {"filters-ask.data": asked}, "filters-ask.data"
        ).json
    data = answer["response"]["filters-answer"]["data"]
    assert data["rows"] < 2240
    assert found(data, language) == set()


@pytest.mark.parametrize("language", [*LANGUAGES, "en-IN", "sv-SE", "tr-TR", "en-US"])
def test_a_form_reads_what_it_shows(administrator, language):
    with administrator.reading(language):
        [store] = drawn_with(
            administrator.page("/predict", "?Income=51290.5&Total_Spending=1234.5"), id="predict-told"
        )
        shown = store["data"]["values"]
        again = told(administrator, shown, do="predict")
    sign = "." if language in ("de-CH", "en-IN", "en-US") else ","
    assert (shown["Income"], shown["Total_Spending"]) == (f"51290{sign}5", f"1234{sign}5")
    assert not [line for line in again["lines"].values() if line[0] == "error"]
    assert again["predict-answer"] == told_answer(administrator, language)


def told_answer(administrator, language):
    """What is answered for the same figures, whose address is the same for everybody."""
    with administrator.reading(language):
        drawn = administrator.page("/predict", "?Income=51290.5&Total_Spending=1234.5")
    [answer] = drawn_with(drawn, id="predict-answer")
    return answer["children"]


def test_what_programs_read_is_the_same_for_everybody(administrator):
    for route in (
        "/export/customers.csv",
        "/export/table.csv",
        "/models/files/card.json",
        "/api/v1/evidence",
    ):
        english_, german = (
            administrator.client.get(route, headers={"Accept-Language": language}, buffered=True).data
            for language in ("en-US", "de-DE")
        )
        assert english_ == german
