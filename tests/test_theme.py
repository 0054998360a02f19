"""What is drawn and written can be seen, told apart and read, on light and on dark, by everybody."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from layouts.theme import (
    ACCENT,
    EVERYONE,
    IN_THE_DARK,
    NEUTRAL,
    ON_SEGMENT,
    POINTS,
    SEGMENT_COLOURS,
    template,
    tokens,
)

STEPS = 20


def luminance(colour):
    """Relative luminance of a hex colour, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def hexed(parts):
    return "#" + "".join(f"{round(255 * part):02X}" for part in parts)


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
    ink = theme["data"]["heatmap"][0]["textfont"]["color"]
    for colour in steps(theme["layout"]["colorscale"][scale]):
        assert contrast(ink, hexed(colour)) >= 4.5


COLOURS = {"light": SEGMENT_COLOURS, "dark": IN_THE_DARK}
GROUNDS = {"light": ("#FFFFFF", "#F6F7F3"), "dark": ("#1B211E", "#121614")}  # cards and the page
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def over(colour, ground, opacity):
    """The colour of a point on its ground."""
    return hexed(
        opacity * part + (1 - opacity) * under for part, under in zip(rgb(colour), rgb(ground), strict=True)
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("opacity", [1, POINTS], ids=["bars", "points"])
def test_every_segment_has_contrast_on_cards_and_page_bars_and_points(mode, opacity):
    seen = {
        (colour, ground): contrast(over(colour, ground, opacity), ground)
        for colour in COLOURS[mode]
        for ground in GROUNDS[mode]
    }
    assert {pair: value for pair, value in seen.items() if value < 3} == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_is_written_on_a_badge_can_be_read(mode):
    assert min(contrast(ON_SEGMENT[mode], colour) for colour in COLOURS[mode]) >= 4.5
    assert contrast(NEUTRAL["--p-colour-ink"], NEUTRAL["--p-colour"]) >= 4.5
    assert f"--p-segment-3:{COLOURS[mode][2]};" in tokens()


def lab(colour, sight):
    """CIE L*a*b* (D65) of a hex colour as somebody sees it."""
    linear = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)])
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_bars_that_are_no_segment_have_contrast_on_cards_and_page(mode):
    seen = {
        (colour, ground): contrast(colour, ground)
        for colour in (ACCENT, EVERYONE)
        for ground in GROUNDS[mode]
    }
    assert {pair: value for pair, value in seen.items() if value < 3} == {}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("count", "apart"), [(6, 26), (12, 15)])
def test_segments_are_told_apart_by_everybody(mode, sight, count, apart):
    seen = [lab(colour, sight) for colour in COLOURS[mode][:count]]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) >= apart
