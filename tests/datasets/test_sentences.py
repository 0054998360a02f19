"""No page shows a sentence that its table contradicts, on any table; a kind of sentence that nobody checks fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from tests.datasets.kinds import CLAIMS, FIXED_KIND, KINDS, ROWS
from tests.datasets.page_text import PageText
from tests.datasets.sentences import NUMBER, read
from tests.datasets.tables import TABLES
from tests.datasets.told import Told

FILTERS = {
    "cards": "TENURE=12",
    "telecom": "Contract=one-year,two-year",
    "wholesale": "Channel=retail",
    "business": "Region=bretagne",
    "orders": "Country=united-kingdom",
    "campaigns": "Region=north,south",
}
Kinds = list[tuple[re.Pattern[str], Callable[..., object]]]
VIEWS = (
    "/?show=charts",
    "/explore",
    "/explore?show=relations",
    "/explore?show=quality",
    "/segments",
    "/segments?show=compare",
    "/segments/2",
    "/campaigns",
    "/predict",
)

ENDS = re.compile(r"(?<=\.) +(?=\S)|(?<=of customers); |(?<=of them); ")  # of sentences


def compiled(told: Told, kinds: Mapping[str, Callable[..., object]]) -> Kinds:
    """The kinds, with the names and fields of a table in them."""
    either = lambda words: f"({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})"  # noqa: E731
    parts = {
        "{n}": f"({NUMBER})",
        "{s}": f"(?i:{either(told.names.values())}|everyone(?: who matches)?)",
        "{f}": f"(?i:{either(told.by_label)})",
    }
    found = []
    for kind, holds in kinds.items():
        for token, pattern in parts.items():
            kind = kind.replace(token, pattern)
        found.append((re.compile(kind), holds))
    return found


def holds(kinds: Kinds, told: Told, said: str, *row: list[str]) -> bool | None:
    """Whether a sentence, or a row under its caption, is true; None where no kind knows it."""
    said = said.replace("\u00a0", " ").rstrip(".")
    if FIXED_KIND.fullmatch(said):
        return True
    for kind, check in kinds:
        if found := kind.fullmatch(said):
            return bool(check(told, *row, *found.groups()))
    return None


def judged(told: Told):
    """Every sentence of a page that claims something, and whether it is true; None where no kind knows it."""
    rows, kinds = compiled(told, ROWS), compiled(told, KINDS)
    for caption, those in told.text.rows.items():
        yield from ((f"{caption}: {row}", holds(rows, told, caption, row)) for row in those)
    for kind, text in told.text.texts:
        if text in told.by_name_as_written:
            told.whose = text
        elif kind in ("H2", "H3"):
            told.about = text
        elif kind not in ("Label", "Option", "Button"):
            for sentence in [text] if kind == "Figure" else ENDS.split(text):
                if CLAIMS.search(sentence):
                    yield sentence, holds(kinds, told, sentence)


@pytest.mark.parametrize("filters", ["", "Segment=1", "other"])
@pytest.mark.parametrize("name", TABLES)
def test_what_a_page_says_is_true_of_its_table(house, name, filters):
    asked = FILTERS[name] if filters == "other" else filters
    table, (segments, names) = TABLES[name](), house.segments[name]
    values = dict([asked.split("=")]) if asked else {}
    for view in VIEWS:
        told = Told(
            table,
            read(table).assign(Segment=segments),
            names,
            view.split("?")[0],
            {one: them.split(",") for one, them in values.items()},
            text=PageText.of(house.page(name, f"{view}{'&' if '?' in view else '?'}{asked}")),
        )
        found = list(judged(told))
        assert len(found) > 2 or "nothing on answers" in str(found) or view == "/campaigns"
        assert [one for one in found if not one[1]] == []
