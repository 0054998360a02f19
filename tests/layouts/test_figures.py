"""Words on axes."""

from __future__ import annotations

import pytest

from layouts.figures import LINES, in_lines, names_axis
from layouts.flows import Node, flows
from layouts.theme import templates

LONG = "4 Middle customers with low warehouse to home"


@pytest.mark.parametrize(
    "name", [LONG, "1 Premium", "", "Donaudampfschifffahrtsgesellschaft of everybody else there"]
)
def test_a_row_has_no_more_lines_than_it_has_room_for_and_loses_no_word(name):
    lines = in_lines(name, 16, LINES).split("<br>")
    assert len(lines) <= LINES
    assert " ".join(lines) == name


def test_lines_are_no_longer_than_they_have_to_be():
    assert names_axis([LONG], letters=16, most=LINES)["ticktext"] == [
        "4 Middle customers with<br>low warehouse to home"
    ]
    assert in_lines("Older premium households", 16) == "Older premium<br>households"


@pytest.mark.parametrize(("columns", "lines"), [(["Version 2", "Now"], 3), (["2", "3", "4"], 4)])
def test_names_beside_a_flow_are_whole_and_no_higher_than_there_is_room(columns, lines):
    name = "6 Budget customers with low days since last order date and low order num total ever online"
    [sankey] = flows([Node(name, name, "#0077BB")] * 6, [], columns, templates(".,")["light"])["data"]
    for label in sankey["node"]["label"]:
        assert label.count("<br>") < lines
        assert label.replace("<br>", " ") == name
