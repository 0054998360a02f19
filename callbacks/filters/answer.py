"""The compact answer that the browser restyles a page with: figures, chips, findings."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel.dates import format_date

from callbacks.filters import address
from callbacks.filters.address import Asked, Origin
from callbacks.filters.answered import Answered
from callbacks.filters.page import More, Texts
from core.crossfilter.binning import Axis, Scale, in_percent, number
from core.crossfilter.table import Answer, Clause, Selection
from core.crossfilter.typed import Typed, day
from core.numbers import Numbers
from core.profiles.narrative import foremost
from core.schema.fields import Field, plain
from core.services import Services
from layouts import charts
from layouts.charts import Chart, Drawn
from layouts.figures import Figure

DIGITS = 9
NUMBERS = ("{low} to {high}", "{low} and more", "{high} or less", "over {low}", "under {high}")
DATES = ("{low} to {high}", "from {low}", "until {high}", "after {low}", "before {high}")


def as_json(found: Answered) -> dict[str, Any]:
    """All of a page for one selection: lists, numbers and words."""
    services, asked, selection = found.services, found.asked, found.asked.selection
    return {
        "page": found.page.path,
        "address": address.bound(str(asked), origin(services), found.page.path),
        "origin": str(origin(services)),
        "names": named(services),
        "text": str(selection),
        "options": dict(asked.options),
        "form": str(found.form),
        **_clauses(selection),
        "chips": chips(services, selection),
        "rows": found.answer.selected.rows,
        "everyone": found.answer.everyone.rows,
        "count": counted(services, found.answer),
        "views": {chart.id: _view(found, chart) for chart in found.charts},
        "texts": found.texts | findings(found),
        **_more(found.more),
    }


def _clauses(selection: Selection) -> dict[str, Any]:
    """Choices of codes by field; as pieces of the address what was typed, and the bins that charts show of it."""
    chosen = [one for one in selection.clauses if not one.typed and one.source == one.field]
    others = [one for one in selection.clauses if one not in chosen]
    return {
        "clauses": {one.field: sorted(one.codes) for one in chosen},
        "pieces": [selection.piece(one) for one in others],
        "covered": {one.field: sorted(one.codes) for one in others if not one.in_group},
    }


def counted(services: Services, answer: Answer) -> str:
    """How many are selected, of how many."""
    whole = services.numbers.whole
    return f"{whole(answer.selected.rows)} of {whole(answer.everyone.rows)} customers"


def origin(services: Services) -> Origin:
    """The model that this request answers with."""
    return Origin(services.model.card.key, services.live.is_older)


def named(services: Services) -> str:
    """Changes when a segment is called otherwise: a page that shows its old name is drawn anew then."""
    names = "\n".join(segment.name for segment in services.model.card.profile.segments)
    return f"{zlib.crc32(names.encode()):08x}"


def untemplated(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Figures without their template: the browser has both, and knows which theme it shows."""
    return {
        id: figure | {"layout": {k: v for k, v in figure["layout"].items() if k != "template"}}
        for id, figure in figures.items()
    }


def _more(more: More) -> dict[str, Any]:
    return {
        "figures": untemplated(more.figures),
        "tables": {id: table.rows for id, table in more.tables.items()},
    }


def _view(found: Answered, chart: Chart) -> dict[str, Any]:
    drawn = drawn_of(found, chart)
    parts = drawn.split if drawn.split is not None else [drawn.selected]
    view: dict[str, Any] = {"values": [[float(f"{value:.{DIGITS}g}") for value in part] for part in parts]}
    if chart.across and drawn.split is None:
        view["texts"] = charts.texts(chart, drawn.selected, found.services.numbers, found.form)
    return view


def drawn_of(found: Answered, chart: Chart, *, whole: bool = False) -> Drawn:
    """The numbers of a chart as its form wants them; the `whole` chart has its shadow and its own filter too."""
    splits = found.form.splits(chart)
    raw = Drawn(
        everyone=heights(chart, found.everyone) if whole else (),
        selected=heights(chart, found.answer),
        own=found.asked.selection.codes(chart.field) if whole else frozenset(),
        split=parts_of(chart, found.answer) if splits else None,
        names=[segment.name for segment in found.services.model.card.profile.segments],
        all_split=parts_of(chart, found.everyone) if whole and splits else (),
    )
    return charts.in_shares(raw) if found.form.shares else raw


def heights(chart: Chart, answer: Answer) -> list[float]:
    """What the bars of `chart` show, segments together."""
    found = answer[chart.id]
    values = found.counts if found.sums is None else found.sums
    return [float(value) for value in (values if values.ndim == 1 else values.sum(axis=1)).tolist()]


def parts_of(chart: Chart, answer: Answer) -> list[list[float]]:
    """What the bars of `chart` show, segment by segment."""
    found = answer[chart.id]
    values = found.counts if found.sums is None else found.sums
    return [[float(value) for value in part] for part in values.T.tolist()]


def chips(services: Services, selection: Selection) -> list[dict[str, str]]:
    """Every filter in words; those of which one is enough stand together."""
    clauses = [clause for group in selection.groups for clause in group]
    return [
        {
            "field": clause.field,
            "label": services.label(clause.field),
            "text": words(services, clause),
            "piece": selection.piece(clause),
        }
        for clause in clauses
    ]


def in_words(services: Services, selection: Selection) -> list[str]:
    """What has to hold, each in words; of a group that one of them is enough."""
    return [
        " or ".join(f"{services.label(clause.field)}: {words(services, clause)}" for clause in group)
        for group in selection.groups
    ]


def words(services: Services, clause: Clause) -> str:
    """What a filter lets through."""
    axis = services.axis(clause.field)
    if clause.typed is None:
        return _chosen(axis, sorted(clause.codes))
    return typed_words(clause.typed, axis, services.model.people.field(plain(clause.field)), services.numbers)


def _chosen(axis: Axis, codes: Sequence[int]) -> str:
    """Chosen labels, the first few by name; neighbouring bins as one range."""
    run = len(codes) > 1 and codes[-1] - codes[0] == len(codes) - 1 and axis.missing not in codes
    if run and axis.scale is not Scale.CATEGORY:
        return _span(axis.labels[codes[0]], axis.labels[codes[-1]])
    named = [axis.labels[code] for code in codes]
    return ", ".join(named) if len(named) <= 3 else f"{named[0]}, {named[1]} and {len(named) - 2} more"


def _span(first: str, last: str) -> str:
    """From the label of the first bin to that of the last, either of which may be open."""
    low, high = first.split(" to ")[0], last.split(" to ")[-1]
    if last.endswith(" and more"):
        return "all known" if first.startswith("below ") else f"{low} and more"
    return f"below {high}" if first.startswith("below ") else f"{low} to {high}"


def findings(found: Answered) -> Texts:
    """Under each chart's name: its main finding."""
    numbers = found.services.numbers
    said = {}
    for chart in found.charts:
        values, labels = heights(chart, found.answer), found.services.axis(chart.field).labels
        total, own = sum(values), _own(found, chart)
        if not total:
            said[f"{chart.id}-finding"] = f"{own}No customer matches."
            continue
        what = "Most from" if chart.value else "Most common"
        share, tied = numbers.percent(max(values) / total), list(values).count(max(values)) > 1
        top = foremost(dict(zip(labels, values, strict=True)))
        said[f"{chart.id}-finding"] = f"{own}{what}: {top}, {share}{' each' if tied else ''}."
    return said


def _own(found: Answered, chart: Chart) -> str:
    """What is said first where the chart shows more than the selected: its own filter is set aside."""
    if not ignores_own(found.asked, chart):
        return ""
    customers = found.services.numbers.whole(float(found.answer[chart.id].counts.sum()))
    return f"Without its own filter, so of {customers} customers. "


def ignores_own(asked: Asked, chart: Chart) -> bool:
    """Whether the chart shows others beside the selected, since it is filtered by itself."""
    return bool(asked.selection.codes(chart.field) or asked.selection.codes(chart.id))


def typed_words(asked: Typed, axis: Axis, field: Field, numbers: Numbers) -> str:
    """What lets a value through, as 65,000 and more, or after 1 Jan 2024."""
    if asked.has:
        return f"contains “{asked.has}”"
    if asked.text in ("known", "not-known"):
        return asked.text.replace("-", " ")
    write = _writer(axis, field, numbers)
    if asked.text.startswith("last:"):
        days = int(asked.high - asked.low) + 1
        return f"the last {numbers.many(days, 'day', 'days')} to {write(asked.high)}"
    if asked.low == asked.high:
        return write(asked.low)
    return _form(asked, axis).format(
        low=write(asked.low) if math.isfinite(asked.low) else "",
        high=write(asked.high) if math.isfinite(asked.high) else "",
    )


def _form(asked: Typed, axis: Axis) -> str:
    between, least, most, over, under = DATES if axis.scale is Scale.DATE else NUMBERS
    if math.isfinite(asked.low) and math.isfinite(asked.high):
        return between
    if math.isfinite(asked.low):
        return over if asked.open else least
    return under if asked.open else most


def _writer(axis: Axis, field: Field, numbers: Numbers) -> Callable[[float], str]:
    if axis.scale is Scale.DATE:
        return lambda value: str(format_date(day(value), format="medium", locale=numbers.locale))
    write = in_percent if field.in_percent else lambda value: number(value, ",")
    return lambda value: numbers.anew(write(value))
