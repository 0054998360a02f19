"""A tile and the answers to clicks are about the same customers."""

import json
import random

import brotli
import pytest

from tests.callbacks.filters.test_callbacks import ANSWER, ASK, answered


@pytest.fixture
def tile(viewer):
    def put(address: str = "/filters/tile", **question: object):
        headers = {"X-CSRFToken": viewer.token, "Accept-Encoding": "br"}
        body = {"page": "/explore", "clauses": {}, "pieces": [], "options": {}} | question
        return viewer.client.post(address, json=body, headers=headers)

    return put


def read(response) -> dict:
    assert response.status_code == 200, response.text
    is_packed = response.headers.get("Content-Encoding") == "br"
    return json.loads(brotli.decompress(response.data) if is_packed else response.data)


def test_sums_of_columns_are_what_a_click_is_answered(viewer, tile):
    chance = random.Random(16)
    for field in ("Income", "Age", "Children"):
        kept = {"Segment": [chance.randrange(4)], "Recency": [0, 1, 2]}
        answer = tile(field=field, clauses=kept | {field: [0]}, pieces=["Total_Spending=over:100"])
        views = read(answer)["views"]
        codes = chance.sample(range(len(next(iter(views.values())))), 3)
        question = {"page": "/explore", "n": 1, "clauses": kept | {field: codes}, "options": {}}
        question["pieces"] = ["Total_Spending=over:100"]
        counted = answered(viewer.call(ANSWER, {ASK: question}, ASK))["views"]
        assert counted.keys() - views.keys() == {name for name in counted if name.endswith(f"-{field}")}
        for name, columns in views.items():
            summed = [sum(columns[code][bar] for code in codes) for bar in range(len(columns[0]))]
            assert summed == counted[name]["values"][0], (field, name)


def test_a_tile_is_small_and_of_plain_bars_only(tile):
    assert len(tile(field="Income").data) < 20_000
    assert read(tile(field="Income"))["views"]
    for options in ({"split": "segments"}, {"as": "shares"}):
        assert read(tile(field="Income", options=options))["views"] == {}
    assert read(tile(field="Nothing"))["views"] == {}


@pytest.mark.parametrize("question", [{"page": "/nowhere"}, {"clauses": {"Income": ["a"]}}, {"pieces": 3}])
def test_what_our_pages_do_not_ask_is_refused(tile, question):
    assert tile(**{"field": "Income"} | question).status_code == 400


def test_a_model_that_is_not_kept_has_none(tile):
    assert tile("/filters/tile?model=0000", field="Income").status_code == 404
