"""Charts of a report as SVG, and its link as a square to photograph: both in the colours of the light."""

from __future__ import annotations

import io
from textwrap import wrap
from xml.sax.saxutils import escape

import segno

from core.reports.story import Bar, Chart

WIDTH, NAMES, TEXTS = 680, 190, 210  # of the picture, and of it for names and for what stands at the ends
LINE, AIR, HEAD = 14, 12, 18
LETTERS = 31  # of a name, in a line
INK, MUTED, GHOST, RULE = "#1D2521", "#56615B", "#DCE0DC", "#7A837D"
_TEXT = '<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="{fill}"{more}>{text}</text>'


def svg(chart: Chart) -> str:
    """A row for each bar: its name, its bar or its dot with the interval, and its value in words."""
    lines = [wrap(bar.name, LETTERS) or [""] for bar in chart.bars]
    top = float(HEAD if chart.level is not None else 4)
    parts, height = [], top
    for bar, name in zip(chart.bars, lines, strict=True):
        row = LINE * len(name) + AIR
        parts.append(_row(chart, bar, name, height, row))
        height += row
    if chart.level is not None:
        parts.append(_level(chart, top, height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 4:.0f}" width="{WIDTH}" '
        f'height="{height + 4:.0f}" font-family="Inter, system-ui, sans-serif">{"".join(parts)}</svg>'
    )


def qr(link: str, kind: str) -> bytes:
    """The link as a QR code, `svg` or `png`; nothing where it is longer than one holds."""
    content, options = io.BytesIO(), {"xmldecl": False, "omitsize": True} if kind == "svg" else {}
    try:
        segno.make_qr(link, error="l").save(content, kind=kind, scale=4, border=2, **options)
    except segno.DataOverflowError:
        return b""
    return content.getvalue()


def _place(chart: Chart, value: float) -> float:
    return NAMES + (WIDTH - NAMES - TEXTS) * max(value, 0.0) / chart.reach


def _row(chart: Chart, bar: Bar, name: list[str], top: float, high: float) -> str:
    middle = top + high / 2
    first = middle - LINE * (len(name) - 1) / 2 + 4
    said = [_text(0, first + LINE * place, line) for place, line in enumerate(name)]
    end = _place(chart, chart.reach if chart.dots else max(bar.value, bar.everyone or 0.0))
    said.append(_text(end + 8, middle + 4, bar.text, MUTED))
    return "".join([_dot(chart, bar, middle) if chart.dots else _bar(chart, bar, middle), *said])


def _bar(chart: Chart, bar: Bar, middle: float) -> str:
    shadow = _rect(chart, bar.everyone, middle, GHOST) if bar.everyone is not None else ""
    return shadow + _rect(chart, bar.value, middle, bar.colour)


def _rect(chart: Chart, value: float, middle: float, colour: str) -> str:
    wide = _place(chart, value) - NAMES
    return f'<rect x="{NAMES}" y="{middle - 6:.1f}" width="{wide:.1f}" height="12" fill="{colour}"/>'


def _dot(chart: Chart, bar: Bar, middle: float) -> str:
    low, high = (_place(chart, end) for end in bar.interval or (bar.value, bar.value))
    return (
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="{bar.colour}" stroke-width="2"/>'
        f'<circle cx="{_place(chart, bar.value):.1f}" cy="{middle:.1f}" r="4.5" fill="{bar.colour}"/>'
    )


def _level(chart: Chart, top: float, bottom: float) -> str:
    x = _place(chart, chart.level or 0.0)
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top - 4:.1f}" y2="{bottom:.1f}" stroke="{RULE}" stroke-dasharray="4 3"/>'
    return line + _text(x, top - 7, chart.level_name, MUTED, ' text-anchor="middle"')


def _text(x: float, y: float, words: str, fill: str = INK, more: str = "") -> str:
    return _TEXT.format(x=x, y=y, fill=fill, more=more, text=escape(words))
