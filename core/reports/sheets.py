"""A report as a workbook (XLSX): what it says on a sheet, each chart and table on one of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from core.exports.workbook import as_workbook
from core.reports.story import Chart, Grid, Portrait, Story, Words

LONGEST = 31  # letters of a sheet's name


def sheets(story: Story) -> bytes:
    """The report as a file; no cell is computed, and numbers are shown as the words beside them say them."""
    said = pd.DataFrame(list(_said(story)), columns=["Part", "About", "Words"])
    blocks = {_named(number, block.title): block for number, block in enumerate(story.charted, start=1)}
    charts = {name: block for name, block in blocks.items() if isinstance(block, Chart)}
    tables = {
        name: _charted(block) if isinstance(block, Chart) else _table(block) for name, block in blocks.items()
    }
    about = [("Report", story.title), *story.stamps, ("Link", story.link)]
    forms = {name: chart.form for name, chart in charts.items()}
    return as_workbook({"Report": said} | tables, about, forms)


def _said(story: Story) -> Iterator[tuple[str, str, str]]:
    """All sentences, each with the part and what it is about."""
    yield story.title, "", story.lead
    for part in story.parts:
        if part.lead:
            yield part.title, "", part.lead
        for block in part.blocks:
            if isinstance(block, Words):
                yield part.title, "", block.text
            elif isinstance(block, Portrait):
                words = (block.size, block.words, *block.facts, block.trust, block.advice, block.note)
                yield from ((part.title, block.name, text) for text in words if text)
            elif block.finding:
                yield part.title, block.title, block.finding


def _charted(chart: Chart) -> pd.DataFrame:
    rows = [
        (bar.name, bar.value, bar.everyone, *(bar.interval or (None, None)), bar.text) for bar in chart.bars
    ]
    made = pd.DataFrame(rows, columns=["Name", "Value", "All customers", "95% from", "95% to", "In words"])
    return made.dropna(axis="columns", how="all")


def _table(table: Grid) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in table.rows], columns=_apart(table.head))


def _apart(head: Sequence[str]) -> list[str]:
    """Heads of which no two are the same."""
    return [f"{name} ({place})" if name in head[:place] else name for place, name in enumerate(head)]


def _named(number: int, title: str) -> str:
    words = re.sub(r"[^\w .,-]+", " ", title)  # a sheet's name may not hold : or /, among others
    return f"{number} {words}"[:LONGEST].strip()
