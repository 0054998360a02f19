"""A tile and the answers to clicks are about the same customers."""

import json
import random
from itertools import accumulate
from math import isnan, nan

import brotli
import pytest

from core.numbers import Numbers
from tests.callbacks.filters.test_callbacks import ANSWER, ASK, answered

FIELDS = ("Income", "Age", "Children", "Recency", "Education", "Segment")
BOTH = "Income*Total_Spending"
FORMS = (
    ("/", {"show": "charts"}),
    ("/explore", {}),
    ("/explore", {"split": "segments"}),
    ("/explore", {"as": "shares"}),
    ("/explore", {"split": "segments", "as": "shares"}),
    ("/explore", {"show": "relations"}),
    ("/segments", {}),
    ("/campaigns", {}),
    ("/campaigns", {"campaign": "2"}),
)


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


def summed(columns: list[list[float]], codes: list[int]) -> list[float]:
    return [sum(columns[code][place] for code in codes) for place in range(len(columns[0]))]


def ratio(told: list, codes: list[int]) -> list[float]:
    over, *under = (summed(columns, codes) for columns in told[1:])
    by = under[0] * (len(over) if len(under[0]) == 1 else 1) if under else [1] * len(over)
    return [value / of if of else nan for value, of in zip(over, by, strict=True)]


def bars(columns: list[list[float]], codes: list[int], parts: int, form: str) -> list[list[float]]:
    heights = summed(columns, codes)
    many = len(heights) // parts
    cut = [heights[start : start + many] for start in range(0, len(heights), many)]
    if "shares" not in form:
        return cut
    of = [sum(bar) for bar in zip(*cut, strict=True)] if parts > 1 else [sum(cut[0])] * many
    return [[100 * value / (all_ or 1) for value, all_ in zip(part, of, strict=True)] for part in cut]


def drawn(points: dict, codes: list[int], trace: int) -> list[tuple[float, float]]:
    met = [code in codes for code in points["code"]]
    first = [
        place
        for place, (is_met, n) in enumerate(zip(met, accumulate(met), strict=True))
        if is_met and n <= points["most"]
    ]
    return [(points["x"][place], points["y"][place]) for place in first if points["trace"][place] == trace]


@pytest.mark.parametrize(("path", "options"), FORMS)
def test_what_is_drawn_from_a_tile_is_what_the_server_answers(viewer, tile, path, options):
    chance = random.Random(f"{path}{options}")
    pieces = ["Total_Spending=over:100", "any:Age=..40", "any:Age=60.."]
    for field in (*chance.sample(FIELDS, 3), BOTH):
        kept = {"Segment": [chance.randrange(4), 5], "Children": [0, 1]}
        asked = {"page": path, "options": options, "pieces": pieces[field == BOTH :]}
        told = read(tile(field=field, clauses=kept | {name: [0] for name in field.split("*")}, **asked))
        if not told.get("rows"):
            assert "split" in options, "by two fields and segments there would be too many"
            assert field == BOTH or (field, options.get("as")) == ("Segment", "shares")
            continue
        chosen, codes = at_random(chance, field, told)
        question = asked | {"n": 1, "clauses": kept | chosen}
        said = answered(viewer.call(ANSWER, {ASK: question}, ASK))
        own = {id for id in said["views"] if id.lower().endswith(f"-{field.lower()}")}
        assert said["views"].keys() == told["views"].keys() | own
        assert sum(told["rows"][code] for code in codes) == said["rows"]
        bars_agree(told, said, {id: chosen[other] for id, other in told["along"].items()}, codes)
        texts_agree(told["texts"], said["texts"], codes)
        figures_agree(told, said["figures"], codes, [*chosen.values()])


def at_random(chance: random.Random, field: str, told: dict) -> tuple[dict[str, list[int]], list[int]]:
    """Codes by field, and the columns that they are: some bins, or a rectangle between two cells."""
    if not told["cells"]:
        codes = chance.sample(range(len(told["rows"])), 3)
        return {field: codes}, codes
    sides = []
    for starts in (sorted(set(side)) for side in zip(*told["cells"], strict=True)):
        low, high = sorted(chance.sample(range(len(starts) - 1), 2))
        sides.append(list(range(starts[low], starts[high + 1])))
    columns = [at for at, (x, y) in enumerate(told["cells"]) if x in sides[0] and y in sides[1]]
    return dict(zip(field.split("*"), sides, strict=True)), columns


def bars_agree(told: dict, said: dict, along: dict[str, list[int]], codes: list[int]) -> None:
    for id, columns in told["views"].items():
        values, own = said["views"][id]["values"], along.get(id, codes)
        for one, other in zip(bars(columns, own, len(values), said["form"]), values, strict=True):
            assert one == pytest.approx(other, rel=1e-8), id


def texts_agree(told: dict, said: dict, codes: list[int]) -> None:
    for id, cell in told.items():
        (value,) = ratio(cell, codes)
        form, *decimals = cell[0].split(".")
        assert isnan(value) or getattr(Numbers(), form)(value, *map(int, decimals)) == said[id], id


def figures_agree(told: dict, figures: dict, codes: list[int], sides: list[list[int]]) -> None:
    for id, traces in told["traces"].items():
        for at, cell in traces.items():
            place, name = at.split(".")
            trace = figures[id]["data"][int(place)]
            drawn_ = _drawn(cell, codes) if cell[0] != "area" else _area(cell, sides, len(trace["z"][0]))
            if cell[0] == "places":
                drawn_ = [drawn_[place] for place in trace["x"]]
            if name != "text":
                assert _flat(trace[name]) == pytest.approx(drawn_, abs=1e-4), id
    for id, points in told.get("points", {}).items():
        for place, trace in enumerate(figures[id]["data"]):
            first = drawn(points, codes, place)
            if trace.get("mode") == "markers" and first:
                assert list(zip(trace["x"], trace["y"], strict=True))[: len(first)] == first, id


def _area(cell: list, sides: list[list[int]], many: int) -> list[float]:
    held = (at % many in sides[0] and at // many in sides[1] for at in range(len(cell[1][0])))
    return [value**0.5 if is_held else 0 for value, is_held in zip(cell[1][0], held, strict=True)]


def _flat(values: list) -> list[float]:
    return [value or 0 for one in values for value in (one if isinstance(one, list) else [one])]


def _drawn(cell: list, codes: list[int]) -> list[float]:
    found = [0 if isnan(value) else value for value in ratio(cell, codes)]
    return [value**0.5 for value in found] if cell[0] == "root" else found


@pytest.mark.parametrize(("path", "options"), FORMS)
def test_a_tile_is_small(tile, path, options):
    sizes = {field: len(tile(page=path, options=options, field=field).data) for field in (*FIELDS, BOTH)}
    assert max(sizes.values()) < 20_000


@pytest.mark.parametrize("field", ["Nothing", "ID", "__class__", "x" * 9000, 7, None, ["Income"], {"a": 1}])
def test_of_a_field_that_nothing_is_counted_by_there_is_none(tile, field):
    assert read(tile(field=field))["views"] == {}


@pytest.mark.parametrize(
    "question",
    [
        {"page": "/nowhere"},
        {"page": ["/"]},
        {"page": {}},
        {"clauses": {"Income": ["a"]}},
        {"clauses": {"Income": list(range(100_000))}},
        {"clauses": {"Nothing": [1]}},
        {"pieces": 3},
        {"pieces": ["Income=1~2"] * 9000},
        {"options": {"split": "x" * 9000}},
        {"options": ["split"]},
    ],
)
def test_what_our_pages_do_not_ask_is_refused(tile, question):
    assert tile(**{"field": "Income"} | question).status_code == 400


def test_nobody_learns_from_tiles_of_what_is_not_theirs(viewer, tile, app):
    assert tile("/filters/tile?model=0000", field="Income").status_code == 404
    assert tile("/d/nowhere/filters/tile", field="Income").status_code == 404
    without = viewer.client.post("/filters/tile", json={"page": "/", "field": "Income"})
    assert without.status_code == 400, "without the token of the form"
    assert app.server.test_client().post("/filters/tile", json={}).status_code in (400, 401)
