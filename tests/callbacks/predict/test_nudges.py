from __future__ import annotations

import re

import pytest

from tests.callbacks.dash_client import drawn_with, text
from tests.callbacks.predict.test_page import TYPICAL, answered, segment, told


def changes(visitor, typed):
    return told(visitor, typed)["predict-details"]


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
    r"(total spending|web purchases|store purchases|web visits per month|recency) ([\d,.]+)\s→\s([\d,.]+)",
    re.I,
)


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    return TYPICAL | {"Total_Spending": "394"}


def test_every_other_segment_is_changes(viewer, whole):
    own = segment(answered(viewer, whole))[1]
    found = moves(changes(viewer, whole))
    assert len(found) == 5
    assert own not in found


def test_typing_what_is_told_reaches_the_segment(viewer, whole):
    """The claim, tried on the page itself."""
    tried = 0
    for name, said in moves(changes(viewer, whole)).items():
        steps = STEP.findall(text(said[1]))
        if not steps:
            assert "Not reachable by whole steps of these figures" in text(said[1])
            continue
        typed = whole | {LABELS[label.lower()]: after for label, _, after in steps}
        assert segment(answered(viewer, typed))[1] == name
        tried += 1
    assert tried >= 2


@pytest.mark.parametrize("spent", ["380.5", "417.49", "1234.5"])
def test_so_it_does_for_who_spent_cents(viewer, whole, spent):
    given, tried = whole | {"Total_Spending": spent}, 0
    for name, said in moves(changes(viewer, given)).items():
        steps = {
            LABELS[label.lower()]: (before, after) for label, before, after in STEP.findall(text(said[1]))
        }
        if "Total_Spending" not in steps:
            continue
        assert float(steps["Total_Spending"][0].replace(",", "")) == float(spent)
        assert (
            segment(answered(viewer, given | {name: after for name, (_, after) in steps.items()}))[1] == name
        )
        tried += 1
    assert tried


def test_ways_are_in_the_order_of_what_they_are_worth_and_say_up_or_down(viewer, whole, table):
    spending = table.groupby("Segment")["Total_Spending"].mean()
    own = int(segment(answered(viewer, whole))[0])
    [shown] = drawn_with(changes(viewer, whole), className="p-moves")
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
    for name, said in moves(changes(viewer, whole)).items():
        words = text(said[2]) if len(said) > 2 and said[2] else ""
        for label, _, after in STEP.findall(words):
            typed = whole | {LABELS[label.lower()]: after}
            assert segment(answered(viewer, typed))[1] == name


def test_the_rule_of_the_segment_can_be_copied_in_three_forms(viewer, whole):
    drawn = changes(viewer, whole)
    copies = [one["data-copy"] for one in drawn_with(drawn, className="p-copy")]
    assert len(copies) == 3
    assert copies[1].startswith('SELECT * FROM customers\nWHERE "')
    assert copies[2].startswith("=FILTER(customers, ")
    assert "5-fold cross-validated" in text(drawn)


def test_a_moving_slider_changes_the_answer_and_the_changes_wait(viewer, whole):
    moving = told(viewer, whole, "follow", settled=False)
    assert text(moving["predict-answer"]) == text(answered(viewer, whole)) != ""
    assert "predict-details" not in moving
    still = told(viewer, whole, "follow", settled=True)
    assert text(still["predict-details"]) == text(changes(viewer, whole))
