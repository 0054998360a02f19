"""What the page of all segments draws, by itself."""

from __future__ import annotations

from dash import html

from layouts.components import Shown, Table
from layouts.segments.page import compared, ids

NOTHING = Shown({}, "", Table((), ()))


def test_names_of_segments_have_room_however_few_fields_the_table_has():
    names = ["One", "Two", "Three", "Four", "Five", "Six"]
    shown = dict.fromkeys((ids.GAPS, ids.BOXES), NOTHING)
    drawn = compared(
        names=names, chosen=[1, 2], shown=shown, fields=[("Age", "Age")], field="Age", basis="",
        options=html.Div(), beside=None,
    )  # fmt: skip
    [boxes] = [one for one in html.Div(drawn)._traverse() if getattr(one, "id", "") == ids.BOXES]
    assert int(boxes.style["height"].removesuffix("px")) >= 40 * len(names)
