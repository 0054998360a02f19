"""A report as slides (PPTX): charts are PowerPoint's own, so that they can be edited; all words are runs of text."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import pandas as pd
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.plot import LinePlot
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from core.exports.workbook import as_workbook
from core.reports.drawing import GHOST, INK, MUTED, qr
from core.reports.story import Bar, Block, Chart, Grid, Part, Portrait, Story, Words

WIDE, HIGH, EDGE, TOP = (
    13.333,
    7.5,
    0.6,
    1.95,
)  # of a slide, in inches; where what is under its sentence begins
TITLE_ONLY = 5  # the layout of python-pptx's own template
ROOM, ROW, LINE, LETTERS = (
    4.6,
    0.09,
    0.165,
    150,
)  # of a table, its rows and their lines, in inches; letters across it


def slides(story: Story) -> bytes:
    """The report as a file: a cover, then a slide for each sentence, portrait, chart and table."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    deck.core_properties.title, deck.core_properties.author = story.title[:255], "Parterre"
    _cover(_slide(deck, story, story.title), story)
    for part in story.parts:
        _opening(deck, story, part)
        for block in part.blocks:
            _block(deck, story, block)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _slide(deck: Any, story: Story, title: str, said: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    heading = slide.shapes.title
    heading.left, heading.top, heading.width, heading.height = _inches(EDGE, 0.35, WIDE - 2 * EDGE, 0.75)
    _write(heading.text_frame, [(title, 26, True, INK)])
    if said:
        _text(slide, (EDGE, 1.1, WIDE - 2 * EDGE, 0.8), [(said, 14, False, INK)])
    _text(slide, (EDGE, 6.85, WIDE - 2 * EDGE - 0.8, 0.5), [(story.stamp, 8, False, MUTED)], story.link)
    if code := qr(story.link, "png"):
        drawn = slide.shapes.add_picture(io.BytesIO(code), *_inches(WIDE - EDGE - 0.6, 6.8, 0.6, 0.6))
        _describe(drawn, "QR code of the link to these figures")
    return slide


def _cover(slide: Any, story: Story) -> None:
    stamps = [(f"{label}: {words}", 12, False, MUTED) for label, words in story.stamps]
    _text(slide, (EDGE, 1.4, WIDE - 2 * EDGE, 4.8), [(story.lead, 22, False, INK), *stamps])


def _opening(deck: Any, story: Story, part: Part) -> None:
    words = [block.text for block in part.blocks if isinstance(block, Words)]
    said = [
        (text, 16 if place == 0 else 12, False, INK) for place, text in enumerate([part.lead, *words]) if text
    ]
    if said:
        _text(_slide(deck, story, part.title), (EDGE, 1.2, WIDE - 2 * EDGE, 5.4), said)


def _block(deck: Any, story: Story, block: Block) -> None:
    if isinstance(block, Chart):
        _chart(_slide(deck, story, block.title, block.finding), block)
    elif isinstance(block, Grid):
        for place, rows in enumerate(_in_slides(block)):
            title = f"{block.title}, continued" if place else block.title
            _table(_slide(deck, story, title, "" if place else block.finding), block, rows)
    elif isinstance(block, Portrait):
        _portrait(_slide(deck, story, f"{block.number}  {block.name}", block.size), block)


def _portrait(slide: Any, one: Portrait) -> None:
    mark = slide.shapes.add_shape(1, *_inches(0.25, 0.45, 0.12, 5.9))
    mark.fill.solid()
    mark.fill.fore_color.rgb = _colour(one.colour)
    mark.line.fill.background()
    more = (("How sure", one.trust), ("For marketing", one.advice), ("Note", one.note))
    said = [(one.words, 16, False, INK), *((f"• {fact}", 14, False, INK) for fact in one.facts)]
    said += [(f"{label}: {words}", 12, False, MUTED) for label, words in more if words]
    _text(slide, (EDGE, TOP, WIDE - 2 * EDGE, 4.6), said)


def _chart(slide: Any, chart: Chart) -> None:
    data: Any = CategoryChartData(number_format=chart.form)  # type: ignore[no-untyped-call]
    # A label that is text would stay as it is when somebody edits the value: what is said beside it goes to the name.
    names = [f"{bar.name}: {bar.text}" if chart.dots else bar.name for bar in chart.bars]
    series: dict[str, list[Any]] = {chart.unit or chart.title: [bar.value for bar in chart.bars]}
    if None not in (shadow := [bar.everyone for bar in chart.bars]):
        series["All customers"] = shadow
    if chart.level is not None:
        series[chart.level_name] = [chart.level] * len(names)
    data.categories = names
    for name, values in series.items():
        data.add_series(name, values)
    place = _inches(EDGE, TOP, WIDE - 2 * EDGE, 4.75)
    # A line over all rows can stand across columns only: PowerPoint has none along a bar.
    kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.level is None else XL_CHART_TYPE.COLUMN_CLUSTERED
    frame = slide.shapes.add_chart(kind, *place, data)
    # The workbook that python-pptx puts in, and PowerPoint opens to edit, would compute names that look like formulas.
    sheet = pd.DataFrame({"": names, **series})
    edited = as_workbook({"Sheet1": sheet}, forms={"Sheet1": chart.form})
    frame.chart.part.chart_workbook.update_from_xlsx_blob(edited)
    _describe(frame, chart.in_words)
    _look(frame.chart, chart)


def _look(drawn: Any, chart: Chart) -> None:
    drawn.font.size, drawn.has_title = Pt(11), False
    drawn.category_axis.reverse_order, drawn.value_axis.has_major_gridlines = chart.level is None, False
    drawn.value_axis.visible = False
    if all(bar.value >= 0 for bar in chart.bars):
        drawn.value_axis.minimum_scale = 0
    plot = drawn.plots[0]
    plot.gap_width, plot.has_data_labels = 200 if chart.dots else 45, not chart.dots
    own = plot.series[0]
    for place, bar in enumerate(chart.bars):
        fill = own.points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = _colour(bar.colour)
    drawn.has_legend = len(plot.series) > 1
    if any(bar.everyone is not None for bar in chart.bars):
        plot.series[1].format.fill.solid()
        plot.series[1].format.fill.fore_color.rgb = _colour(GHOST)
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    if chart.dots:
        own._element.insert_element_before(_intervals(chart.bars), "c:cat")
    if chart.level is not None:
        _as_line(plot)


def _as_line(plot: Any) -> None:
    """Draw the last series as a line over the columns, on their axes; its points are in the chart's sheet like theirs."""
    columns, level = plot._element, plot.series[len(plot.series) - 1]._element
    for unknown in level.xpath("c:invertIfNegative"):
        level.remove(unknown)
    line = parse_xml(
        f"<c:lineChart {nsdecls('c')}><c:grouping val='standard'/><c:varyColors val='0'/></c:lineChart>"
    )
    line.append(level)
    line.append(parse_xml(f"<c:marker {nsdecls('c')} val='1'/>"))
    for axis in columns.xpath("c:axId"):
        line.append(deepcopy(axis))
    columns.addnext(line)
    drawn = LinePlot(line, plot.chart).series[0]  # type: ignore[no-untyped-call]
    drawn.format.line.color.rgb, drawn.format.line.width = _colour(INK), Pt(1.5)
    drawn.format.line.dash_style, drawn.marker.style = MSO_LINE.DASH, XL_MARKER_STYLE.NONE
    drawn.smooth = False


def _intervals(bars: Sequence[Bar]) -> Any:
    """Error bars, which python-pptx does not make: how far each interval reaches above its value, and below."""
    sides = "".join(
        f"<c:{name}><c:numLit><c:ptCount val='{len(bars)}'/>"
        + "".join(f"<c:pt idx='{at}'><c:v>{_reach(bar, side)!r}</c:v></c:pt>" for at, bar in enumerate(bars))
        + f"</c:numLit></c:{name}>"
        for name, side in (("plus", 1), ("minus", 0))
    )
    look = "<c:errBarType val='both'/><c:errValType val='cust'/><c:noEndCap val='0'/>"
    return parse_xml(f"<c:errBars {nsdecls('c')}>{look}{sides}</c:errBars>")


def _reach(bar: Bar, side: int) -> float:
    return abs((bar.interval or (bar.value, bar.value))[side] - bar.value)


def _in_slides(table: Grid) -> Iterator[list[Sequence[str]]]:
    """Rows, as many at a time as fit."""
    held: list[Sequence[str]] = []
    filled = start = _high(table, table.head)
    for row in table.rows:
        if held and filled + _high(table, row) > ROOM:
            yield held
            held, filled = [], start
        held.append(row)
        filled += _high(table, row)
    if held:
        yield held


def _high(table: Grid, row: Sequence[str]) -> float:
    """How high a row becomes, in inches."""
    lines = (
        math.ceil((len(cell) + 1) / (LETTERS * part)) for cell, part in zip(row, table.widths, strict=True)
    )
    return max(0.25, ROW + LINE * max(lines))


def _table(slide: Any, table: Grid, rows: Sequence[Sequence[str]]) -> None:
    wide = WIDE - 2 * EDGE
    place = _inches(EDGE, TOP, wide, 0.25 * (len(rows) + 1))
    drawn = slide.shapes.add_table(len(rows) + 1, len(table.head), *place).table
    for column, part in zip(drawn.columns, table.widths, strict=True):
        column.width = Inches(wide * part)
    for line, row in enumerate([table.head, *rows]):
        drawn.rows[line].height = Inches(0.25)
        for column, words in enumerate(row):
            cell = drawn.cell(line, column)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            _write(cell.text_frame, [(words, 10, line == 0, "#FFFFFF" if line == 0 else INK)])


def _text(slide: Any, place: tuple[float, float, float, float], said: Sequence[Any], link: str = "") -> None:
    frame = slide.shapes.add_textbox(*_inches(*place)).text_frame
    frame.word_wrap = True
    _write(frame, said, link)


def _write(frame: Any, said: Sequence[tuple[str, int, bool, str]], link: str = "") -> None:
    """Paragraphs of (words, size in points, bold, colour)."""
    for place, (words, size, bold, colour) in enumerate(said):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold, paragraph.space_after = Pt(size), bold, Pt(6)
        run.font.color.rgb = _colour(colour)
        paragraph.alignment = 1
        if link:
            run.hyperlink.address = link


def _describe(shape: Any, words: str) -> None:
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def _colour(text: str) -> Any:
    return RGBColor.from_string(text.removeprefix("#"))  # type: ignore[no-untyped-call]


def _inches(*sizes: float) -> Any:
    return tuple(Inches(size) for size in sizes)
