"""What is said of the spread of a field by segment."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from callbacks.filters.spread import _finding
from core.numbers import Numbers
from core.profiles.contrast import Box
from core.schema.fields import Field, Kind


@pytest.mark.parametrize(
    ("medians", "said"),
    [
        ((0.5512, 0.5547), "Price: the median is 0.55 in every segment."),
        ((0.41, 0.55), "Price: the median is highest for B (0.55), lowest for A (0.41)."),
    ],
)
def test_medians_that_are_written_the_same_are_not_the_highest_and_the_lowest(medians, said):
    price = Field("Price", "Price", Kind.AMOUNT).at_scale(0.3)
    services = SimpleNamespace(schema={"Price": price}, numbers=Numbers())
    boxes = [Box(number, 400, (0.1, 0.2, one, 0.8, 0.9)) for number, one in enumerate(medians, start=1)]
    assert _finding(services, "Price", boxes, ["everyone", "A", "B"]) == said
