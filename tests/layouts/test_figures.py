"""Words on axes."""

from __future__ import annotations

import pytest

from layouts.figures import LINES, in_lines, names_axis
from layouts.overview.hero import Row, figure
from layouts.theme import template

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


@pytest.mark.parametrize("size", ["862", "1,164", "12,345,678"])
def test_a_long_name_is_cut_before_the_number_behind_it_would_be(size):
    row = Row(1, "Premium customers with high monthly charges", size, 0.2, 0.4, ["20%", "40%"], "")
    (note,) = figure([row], template("light"))["layout"]["annotations"]
    assert note["text"].endswith(f"…</b>  n = {size}")
    assert len(note["text"]) - len("<b>1  </b>  n = ") <= 40
