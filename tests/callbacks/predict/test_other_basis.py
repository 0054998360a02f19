"""The page for segments that are built from other fields: it is made of the model, not of a list."""

from __future__ import annotations

import csv
import io
import re

import pytest

from app import create_app
from core.settings import Settings, load
from tests.callbacks.dash_client import Visitor, components, drawn_with, text
from tests.callbacks.predict.test_page import loader, opened, segment, told
from tests.callbacks.predict.test_side_by_side import change, chips
from tests.support.personality import Parameters

BASIS = ("MntWines", "Kidhome", "Deal_Rate")


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    settings = load(**{**plain, "home": tmp_path_factory.mktemp("other")})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            "core.datasets.workspace.Parameters", lambda k, _basis, **_: Parameters(k=k, basis=BASIS)
        )
        app = create_app(settings)
    return Visitor.of(app.server).sign_up("ada-admin")


def test_the_form_asks_for_the_fields_of_that_model_and_opens_with_an_answer(visitor):
    page = opened(visitor)
    assert [(one["name"], one["label"]) for one in page["form"]] == [
        ("MntWines", "Wines spending"),
        ("Kidhome", "Small children"),
        ("Deal_Rate", "Deal rate"),
    ]
    assert loader(page).startswith("The typical customer")
    assert segment(page["predict-answer"])
    assert "Three figures place a customer in a segment" in text(visitor.page("/predict"))
    assert "or these three: MntWines, Kidhome, Deal_Rate." in text(visitor.page("/predict"))


def test_a_part_is_moved_in_percent_and_a_count_in_ones(visitor):
    steps = {one["name"]: one["step"] for one in opened(visitor)["form"]}
    assert steps["Deal_Rate"] == 1
    assert steps["Kidhome"] == 1


def test_figures_are_answered_compared_and_only_what_a_shop_can_change_is_changed(visitor):
    typed = {"MntWines": "900", "Kidhome": "0", "Deal_Rate": "10"}
    found = told(visitor, typed)
    assert found["lines"] == {}
    assert "Kidhome" not in str(found["predict-details"]["props"]["children"][2])
    moved = [text(one["children"]) for one in drawn_with(found["predict-details"], className="p-moves")]
    assert "wines spending 900" in moved[0].lower()
    assert "small children 0" not in moved[0].lower()
    assert chips(change(visitor, "keep", form=typed)) == ["Remove A: from the form ×"]


def test_a_part_is_typed_in_percent_as_it_is_assumed_and_a_fraction_in_addresses(visitor):
    rate = next(one for one in opened(visitor)["form"] if one["name"] == "Deal_Rate")
    assert rate["unit"] == "percent of purchases"
    assert re.search(r"In the data: 0% to \d+%\.", rate["hint"])
    empty = told(visitor, {"MntWines": "900", "Kidhome": "0", "Deal_Rate": ""})
    sort, words = empty["lines"]["Deal_Rate"]
    assert sort == "assumed"
    assert float(re.search(r"the median, ([\d.]+)%", words)[1]) == pytest.approx(rate["assumed"], abs=0.5)
    typed = [
        told(visitor, {"MntWines": "900", "Kidhome": "0", "Deal_Rate": one}) for one in ("12.5", "12.5%")
    ]
    by_address = opened(visitor, "?MntWines=900&Kidhome=0&Deal_Rate=0.125")
    assert by_address["values"]["Deal_Rate"] == "12.5"
    assert {text(one["predict-answer"]) for one in (*typed, by_address)} == {text(typed[0]["predict-answer"])}
    assert "0.125" not in text(typed[0]["predict-answer"])
    sort, words = told(visitor, {"MntWines": "900", "Kidhome": "0", "Deal_Rate": "many"})["lines"][
        "Deal_Rate"
    ]
    assert (sort, f"such as {rate['assumed']:.4g}" in words) == ("error", True)


def test_the_example_file_tells_small_figures_apart(visitor):
    (button,) = (one for one in components(visitor.page("/predict")) if "data-example" in one["props"])
    rates = [row["Deal_Rate"] for row in csv.DictReader(io.StringIO(button["props"]["data-example"]))]
    assert any(0 < float(rate) < 1 for rate in rates)
    assert len({*rates}) > 2, "averages of parts are not all 0"


def test_the_api_asks_for_these_fields(visitor):
    def post(customer):
        body = {"customers": [customer]}
        return visitor.client.post("/api/v1/predict", json=body, headers={"X-CSRFToken": visitor.token})

    assert post({"MntWines": 900, "Kidhome": None}).json["predictions"][0]["segment"] >= 1
    assert "Expected only MntWines, Kidhome, Deal_Rate." in post({"Age": 44}).json["words"]
