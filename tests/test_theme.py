"""What is written on a heatmap can be read, on light and on dark."""

from __future__ import annotations

from itertools import pairwise

import pytest

from layouts.theme import template

STEPS = 20


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(text):
    return [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def steps(scale):
    for (_, low), (_, high) in pairwise(scale):
        for step in range(STEPS + 1):
            yield [a + (b - a) * step / STEPS for a, b in zip(rgb(low), rgb(high), strict=True)]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("scale", ["diverging", "sequential"])
def test_text_has_contrast_on_every_step_of_a_heatmap(mode, scale):
    theme = template(mode)
    ink = luminance(rgb(theme["data"]["heatmap"][0]["textfont"]["color"]))
    for colour in steps(theme["layout"]["colorscale"][scale]):
        ground = luminance(colour)
        assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= 4.5
