"""Technical words, and the "?" that says what each means in one line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from dash import html
from dash.development.base_component import Component

# Name, its line, and what is looked for in words of lower case.
WORDS = tuple(
    (one["name"], one["line"], tuple(one.get("stems", [one["name"].lower()])))
    for one in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["word"]
)
WRITTEN = "data-words"  # the property of a "?" that holds its words and lines; assets/words.js shows them


def words_in(text: str) -> list[tuple[str, str]]:
    """The technical words of a text, with their lines."""
    low = text.lower()
    return [(name, line) for name, line, stems in WORDS if any(_stands(stem, low) for stem in stems)]


def _stands(stem: str, low: str) -> bool:
    """Whether a text has the words by themselves; quicker than a pattern, and every page asks."""
    at = low.find(stem)
    while at >= 0:
        if not low[at - 1 : at].isalnum() and not low[at + len(stem) : at + len(stem) + 1].isalnum():
            return True
        at = low.find(stem, at + 1)
    return False


def explains(*parts: Any) -> list[Component]:
    """A "?" for the technical words in `parts` that no "?" within them explains already; none where there is no word."""
    texts: list[str] = []
    told: set[str] = set()
    _gather(parts, texts, told)
    found = [word for word in words_in(" ".join(texts)) if word[0] not in told]
    if not found:
        return []
    known: dict[str, Any] = {
        WRITTEN: json.dumps(found, ensure_ascii=False),
        "aria-label": f"Explain: {', '.join(n for n, _ in found)}",
    }
    return [html.Button("?", type="button", className="p-words", **known)]


def _gather(part: Any, texts: list[str], told: set[str]) -> None:
    """Add every text in a part, a table's as well, and the words of every "?"."""
    if isinstance(part, str):
        texts.append(part)
    elif isinstance(part, list | tuple):
        for one in part:
            _gather(one, texts, told)
    elif isinstance(part, Component):
        if written := getattr(part, WRITTEN, ""):
            told.update(name for name, _ in json.loads(written))
            return
        texts.append(getattr(part, "data-table", ""))
        _gather(getattr(part, "children", None), texts, told)
