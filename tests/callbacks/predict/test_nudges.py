from __future__ import annotations

import re

import pytest

from core.schema.current import BASIS
from tests.callbacks.dash_client import drawn_with, text
from tests.callbacks.predict.test_page import TYPICAL, answered, asked, segment


def told(visitor, shared):
    answer = visitor.call("nudges-details.children", {"predict-shared.data": shared}, "predict-shared.data")
    assert answer.status_code == 200, answer.text
    return answer.json["response"]["nudges-details"]["children"]


def moves(drawn):
    """Name of each target, and what is said of it."""
    [shown] = drawn_with(drawn, className="p-moves")
    return {
        text(one["props"]["children"][0]).split(" ", 1)[1]: one["props"]["children"]
        for one in shown["children"]
    }


LABELS = {
    "total spending": "Total_Spending",
    "web purchases": "NumWebPurchases",
    "store purchases": "NumStorePurchases",
    "web visits per month": "NumWebVisitsMonth",
    "recency": "Recency",
}
STEP = re.compile(
    r"(total spending|web purchases|store purchases|web visits per month|recency) ([\d,]+)\s→\s([\d,]+)", re.I
)


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    return TYPICAL | {"Total_Spending": "394"}


def test_every_other_segment_is_told(viewer, whole):
    own = segment(answered(viewer, whole)["predict-answer"]["children"])[1]
    found = moves(told(viewer, whole))
    assert len(found) == 5
    assert own not in found


def test_typing_what_is_told_reaches_the_segment(viewer, whole):
    """The claim, tried on the page itself."""
    tried = 0
    for name, said in moves(told(viewer, whole)).items():
        steps = STEP.findall(text(said[1]))
        if not steps:
            assert "Not reachable by these figures" in text(said[1])
            continue
        typed = whole | {LABELS[label.lower()]: after for label, _, after in steps}
        assert segment(answered(viewer, typed)["predict-answer"]["children"])[1] == name
        tried += 1
    assert tried >= 2


def test_ways_are_in_the_order_of_what_they_are_worth_and_say_up_or_down(viewer, whole, table):
    spending = table.groupby("Segment")["Total_Spending"].mean()
    own = int(segment(answered(viewer, whole)["predict-answer"]["children"])[0])
    [shown] = drawn_with(told(viewer, whole), className="p-moves")
    ways = []
    for one in shown["children"]:
        number = int(text(one["props"]["children"][0]).split(" ", 1)[0])
        said = text(one["props"]["children"][1])
        if "Not reachable" not in said:
            ways.append(spending[number])
            assert said.startswith("Up: " if spending[number] > spending[own] else "Down: ")
    assert ways == sorted(ways, reverse=True)
    assert len(ways) >= 2


def test_typing_the_single_figure_reaches_it_too(viewer, whole):
    for name, said in moves(told(viewer, whole)).items():
        words = text(said[2]) if len(said) > 2 and said[2] else ""
        for label, _, after in STEP.findall(words):
            typed = whole | {LABELS[label.lower()]: after}
            assert segment(answered(viewer, typed)["predict-answer"]["children"])[1] == name


def test_the_rule_of_the_segment_can_be_copied_in_three_forms(viewer, whole):
    drawn = told(viewer, whole)
    copies = [one["data-copy"] for one in drawn_with(drawn, className="p-copy")]
    assert len(copies) == 3
    assert copies[1].startswith('SELECT * FROM customers\nWHERE "')
    assert copies[2].startswith("=FILTER(customers, ")
    assert "5-fold cross-validated" in text(drawn)


@pytest.mark.parametrize(
    "shared",
    [
        None,
        {},
        [],
        "x",
        7,
        {"Age": "old"},
        {"Age": "1e999"},
        {"Age": []},
        {"Income": "9" * 10_000},
        {"Age": "200"},
    ],
    ids=lambda one: ascii(one)[:24],
)
def test_without_an_answer_there_is_nothing_to_tell(viewer, shared):
    assert told(viewer, shared) is None


def test_what_is_not_ours_in_the_address_is_ignored(viewer, whole):
    assert text(told(viewer, whole | {"customer": "x", "a": "y"})) == text(told(viewer, whole))


def live(visitor, typed, settled):
    values = asked(typed) | {"predict-live.data": {"asked": 1, "settled": settled}}
    answer = visitor.call("predict-answer.children", values, "predict-live.data")
    assert answer.status_code == 200, answer.text
    return answer.json["response"]


def test_a_moving_slider_changes_the_answer_and_leaves_the_address(viewer, whole):
    response = live(viewer, whole, settled=False)
    pressed = answered(viewer, whole)["predict-answer"]["children"]
    assert text(response["predict-answer"]["children"]) == text(pressed) != ""
    assert "predict-shared" not in response


def test_a_slider_that_stands_still_is_shared(viewer, whole):
    assert live(viewer, whole, settled=True)["predict-shared"]["data"]["Total_Spending"] == "394"


@pytest.mark.parametrize("data", [None, 7, [], {}, {"settled": "no"}])
def test_an_odd_message_of_a_slider_is_taken_as_still(viewer, whole, data):
    values = asked(whole) | {"predict-live.data": data}
    answer = viewer.call("predict-answer.children", values, "predict-live.data")
    assert "predict-shared" in answer.json["response"]


def test_sliders_run_over_the_data_in_whole_steps(viewer, table):
    drawn = viewer.page("/predict")
    sliders = drawn_with(drawn, className="p-slider")
    assert [one["data-for"] for one in sliders] == [f"predict-{name}" for name in BASIS]
    for name, one in zip(BASIS, sliders, strict=True):
        low, high, step = (int(one[f"data-{end}"]) for end in ("low", "high", "step"))
        assert low <= table[name].min() < low + step
        assert high - step < table[name].max() <= high
        assert (high - low) % step == 0


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer, administrator):
    body = administrator.body(
        "nudges-details.children", {"predict-shared.data": TYPICAL}, "predict-shared.data"
    )
    assert viewer.post(body).status_code == 403
