"""Colours and Plotly templates: the only place that sets them. CSS tokens are in assets/parterre.css."""

from __future__ import annotations

from typing import Any, Literal

Mode = Literal["light", "dark"]
Template = dict[str, Any]

# A set for each ground. For normal, protan, deutan and tritan sight (Machado 2009) each pair of the first six is at least
# 26 apart (CIE76), each pair of all twelve 15; every colour has contrast 3 to 1 on cards and on the page, points as
# well, and 4.5 to 1 with what is written on it. Figures name the light ones: assets/parterre.js draws the others in the dark.
SEGMENT_COLOURS = (
    "#3678BA",
    "#90006C",
    "#7E7800",
    "#724224",
    "#5430B4",
    "#D23672",
    "#DE1E4E",
    "#7860EA",
    "#8A00FC",
    "#C612A8",
    "#66002A",
    "#540078",
)
IN_THE_DARK = (
    "#8EC4F6",
    "#B667A0",
    "#9C9E00",
    "#FFCC78",
    "#9986F6",
    "#F08278",
    "#00E4B4",
    "#C0D824",
    "#249048",
    "#FC3048",
    "#D83CC0",
    "#6C6CFC",
)
ON_SEGMENT = {"light": "#FFFFFF", "dark": "#000000"}  # what is written on them
POINTS = 0.8  # opacity of points that lie over one another
EVERYONE = "#7A837D"
ACCENT = "#3B8A66"  # bars that are no segment; contrast 3 to 1 on both grounds
GHOST = "rgba(122, 131, 125, 0.25)"  # everyone, behind the selection
FADED = 0.3
# Blue below, the ground at zero, orange above: safe for colour-blind readers. Text of the page's ink has contrast
# 4.5 to 1 on every step of both scales.
_DIVERGING = {
    "light": [[0, "#6BAED6"], [0.25, "#B5D5EA"], [0.5, "#EEF0EC"], [0.75, "#F2C79A"], [1, "#E08A3C"]],
    "dark": [[0, "#1F6A9E"], [0.25, "#234A60"], [0.5, "#232B27"], [0.75, "#5E4023"], [1, "#9A5416"]],
}
_SEQUENTIAL = {
    "light": [[0, "#EEF0EC"], [1, "#86BCA0"]],
    "dark": [[0, "#232B27"], [1, "#2F6B4F"]],
}

_INK = {"light": "#1D2521", "dark": "#E6EBE7"}
_MUTED = {"light": "#56615B", "dark": "#A3AEA7"}
_GRID = {"light": "#E4E7E2", "dark": "#2E3733"}
_SURFACE = {"light": "#FFFFFF", "dark": "#1B211E"}
FAMILY = "'Inter Variable', system-ui, sans-serif"


def segment_colour(number: int) -> str:
    """The one colour of segment `number`, 1..k."""
    return SEGMENT_COLOURS[(number - 1) % len(SEGMENT_COLOURS)]


def segment_token(number: int) -> str:
    """The colour of segment `number` in stylesheets, which know whether it is dark."""
    return f"var(--p-segment-{(number - 1) % len(SEGMENT_COLOURS) + 1})"


def segment_style(number: int) -> dict[str, str]:
    """Style of an element that wears the colour of segment `number`, and writes on it."""
    return {"--p-colour": segment_token(number), "--p-colour-ink": "var(--p-segment-ink)"}


# Style of what wears the colour of everyone, and is written on in black.
NEUTRAL = {"--p-colour": EVERYONE, "--p-colour-ink": "#000000"}


def tokens() -> str:
    """The colours of the segments as a stylesheet."""
    sets: dict[Mode, tuple[str, ...]] = {"light": SEGMENT_COLOURS, "dark": IN_THE_DARK}
    return "".join(
        f'[data-bs-theme="{mode}"]{{'
        + "".join(f"--p-segment-{place}:{colour};" for place, colour in enumerate(colours, 1))
        + f"--p-segment-ink:{ON_SEGMENT[mode]}}}"
        for mode, colours in sets.items()
    )


def mode_of(text: str | None) -> Mode:
    """Light or dark from what a browser says; light where it says nothing we know."""
    return "dark" if text == "dark" else "light"


# An axis makes room for its labels, so none has to be hidden, and measuring which would take long.
_ROOM = {"automargin": True, "ticklabeloverflow": "allow"}


def template(mode: Mode, separators: str = ".,") -> Template:
    """Plotly template of `mode`; `separators` are the locale's decimal and thousands signs."""
    axis = {
        "gridcolor": _GRID[mode],
        "linecolor": _GRID[mode],
        "zeroline": False,
        "ticks": "",
        **_ROOM,
        "separatethousands": True,
        "minexponent": 6,  # thousands are written out, as everywhere on the page
        "title": {"font": {"size": 12, "color": _MUTED[mode]}, "standoff": 8},
        "tickfont": {"size": 12, "color": _MUTED[mode]},
    }
    return {
        # Heatmaps with `autocolorscale` take the scales below, and write in the page's ink.
        "data": {"heatmap": [{"textfont": {"color": _INK[mode]}}]},
        "layout": {
            "colorscale": {"diverging": _DIVERGING[mode], "sequential": _SEQUENTIAL[mode]},
            "font": {"family": FAMILY, "size": 13, "color": _INK[mode]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "separators": separators,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis,
            "yaxis": axis,
            "bargap": 0.25,
            "showlegend": False,
            "dragmode": False,
            "hoverlabel": _label(mode),
        },
    }


def _label(mode: Mode) -> dict[str, Any]:
    """How a label under the pointer looks; what it says is in layouts/figures.py."""
    font = {"family": FAMILY, "size": 13, "color": _INK[mode]}
    return {"bgcolor": _SURFACE[mode], "bordercolor": _MUTED[mode], "align": "left", "font": font}


def templates(separators: str) -> dict[str, Template]:
    """Both templates, for the switch in the browser, and which colour is which in the dark."""
    pairs = dict(
        zip((*SEGMENT_COLOURS, ON_SEGMENT["light"]), (*IN_THE_DARK, ON_SEGMENT["dark"]), strict=True)
    )
    return {"light": template("light", separators), "dark": template("dark", separators), "dark_of": pairs}
