"""A report as one web page that asks nobody for anything."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.reports.drawing import qr, svg
from core.reports.story import Story

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def web(story: Story) -> bytes:
    """The report as a file."""
    code = qr(story.link, "svg").decode()
    return _PAGES.get_template("report.html").render(story=story, svg=svg, code=code).encode()
