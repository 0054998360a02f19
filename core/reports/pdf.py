"""A report as PDF: tagged, its fonts inside (Typst). What it says goes in as data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from core.reports.drawing import qr, svg
from core.reports.story import Block, Chart, Grid, Story

HERE = Path(__file__).parent


def pdf(story: Story) -> bytes:
    """The report as a file."""
    data = {
        "title": story.title,
        "lead": story.lead,
        "stamps": story.stamps,
        "stamp": story.stamp,
        "link": story.link,
        "language": story.language.partition("-")[0],
        "qr": qr(story.link, "svg").decode(),
        "parts": [
            {"title": part.title, "lead": part.lead, "blocks": [_told(block) for block in part.blocks]}
            for part in story.parts
        ],
    }
    told = json.dumps(data)
    try:
        return _set(told, by_the_book=True)
    except typst.TypstError:
        # As where no font of the machine has the letters of a name: tagged all the same.
        return _set(told, by_the_book=False)


def _set(told: str, *, by_the_book: bool) -> bytes:
    """Set in type; `by_the_book` as PDF/UA, for which Typst refuses what screen readers can't read."""
    return typst.compile(
        (HERE / "report.typ").read_bytes(),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"story": told},
        pdf_standards="ua-1" if by_the_book else [],
        timestamp=datetime.now(UTC).replace(microsecond=0),
    )


@lru_cache
def _fonts() -> typst.Fonts:
    """Ours; for letters that it has not, those of the machine."""
    return typst.Fonts(font_paths=[HERE / "fonts"])


def _told(block: Block) -> dict[str, Any]:
    told = asdict(block)
    if isinstance(block, Chart):
        told |= {"svg": svg(block), "in_words": block.in_words}
    return told | ({"widths": block.widths} if isinstance(block, Grid) else {})
