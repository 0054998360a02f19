"""The parts of a report, of the same words and figures that pages are made of. No customer is named in any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callbacks import trust
from callbacks.filters import cards as card_scope
from callbacks.filters import noted, relations
from callbacks.filters.answer import findings, heights
from callbacks.filters.answered import Answered
from callbacks.overview import page as overview
from callbacks.segments import portrait
from callbacks.segments.charts import HATCHED
from core.accounts.page_notes import PageNote
from core.evidence import recommendation
from core.evidence.evidence import Evidence
from core.exports.workbook import amounts_as
from core.numbers import listed
from core.profiles import summary
from core.reports.story import WHOLE, Bar, Block, Chart, Grid, Part, Portrait, Words
from core.schema.fields import SEGMENT
from core.services import Services
from layouts import beside, charts, explore
from layouts.cards import PHRASES, Card, card_id
from layouts.components import Table as Rows
from layouts.overview.page import ids as overview_ids
from layouts.segments.page import ALL, COMPARE
from layouts.segments.page import ids as segment_ids
from layouts.theme import ACCENT, segment_colour
from layouts.trust import BADGES, Trust

PAGE = "report"
RELATED = {
    explore.ids.HEATMAP: "Correlations",
    explore.ids.PAIR: "One field against another",
    explore.ids.BOX: "By segment",
}
BESIDE = {beside.ids.PARTS: "Segments beside version {}", beside.ids.CHANGES: "Averages beside version {}"}
AGAINST = ("What", "How much", "Against what")
HOW = ("Made", "Made from", "Cleaning", "Built on", "Method", "Segments")


def figures(found: Answered, *, short: bool = False) -> Part:
    """The key figures of the overview, and its charts; in `short`, those by segment only."""
    services, texts = found.services, found.texts
    rows = [(label, texts[f"{id}-value"], texts[f"{id}-note"]) for id, label in overview.figures(services)]
    return Part(
        "The customers",
        "",
        [
            Grid("Key figures", "", AGAINST, rows),
            *_by_segment(found),
            *([] if short else [*(_chart(found, one) for one in found.charts), *_pair(found)]),
        ],
    )


def _by_segment(found: Answered) -> list[Block]:
    """What the chart of segments shows, as two that can be edited."""
    shown = overview.by_segment(found.services)
    counted = replace(found, page=replace(found.page, shown=lambda *_: shown))
    said = (found.texts[f"{overview_ids.HERO}-finding"], "")
    return [replace(_chart(counted, one), finding=words) for one, words in zip(shown, said, strict=False)]


def distributions(found: Answered) -> Part:
    """The charts and the relations of Explore."""
    tables = [_shown(found, id, title) for id, title in RELATED.items() if id in found.more.tables]
    drawn = [_chart(found, chart) for chart in found.charts]
    return Part("Distributions" if drawn else "Relations", "", [*drawn, *tables])


def segments(found: Answered) -> Part:
    """A portrait of each segment, under the filters of the page."""
    services, selection = found.services, found.asked.selection
    texts = card_scope.texts(services, selection, PAGE)
    return Part("The segments", "", [_portrait(one) for one in card_scope.cards(services, texts)])


def segment(number: int, found: Answered) -> Part:
    """One segment: its portrait, its key figures, and what sets it apart."""
    services, texts, rows = found.services, found.texts, found.more.tables
    said = segments(found).blocks[number - 1]
    told = [
        (label, texts[f"{id}-value"], texts[f"{id}-note"]) for id, label in portrait.facts(services, number)
    ]
    apart = [_shown(found, id, title) for id, title in portrait.charts(services) if id in rows]
    return Part("The segment", "", [said, Grid("Key figures", "", AGAINST, told), *apart])


def differences(found: Answered) -> Part:
    """How segments differ: as the section that is open has it, the means of all or those that are compared."""
    lead = found.texts[segment_ids.LEAD]
    if found.asked.options["show"] != COMPARE:
        is_there = segment_ids.HEAT in found.more.tables
        means = [_shown(found, segment_ids.HEAT, "Means of every segment")] if is_there else []
        return Part("How segments differ", lead, means)
    spread = _shown(found, segment_ids.BOXES, "Spread by segment")
    basis = Words(found.texts[segment_ids.BASIS])
    return Part("How segments differ", lead, [_widest(found), spread, *with_other_version(found), basis])


def all_differences(found: Answered) -> Part:
    """The means of all segments, and the widest differences between any two of them, whichever section is open."""
    numbers = ",".join(str(one.number) for one in found.services.model.card.profile.segments)
    every, compared = _in_section(found, show=ALL), _in_section(found, show=COMPARE, compare=numbers)
    part, basis = differences(every), Words(compared.texts[segment_ids.BASIS])
    return replace(part, blocks=[*part.blocks, _widest(compared), basis])


def _widest(found: Answered) -> Grid:
    return _shown(found, segment_ids.GAPS, "Differences, largest first")


def _in_section(found: Answered, **options: str) -> Answered:
    asked = replace(found.asked, options={**found.asked.options, **options})
    return replace(found, asked=asked)


def sure(found: Answered, *, of: int = 0) -> Part:
    """Whether there are groups at all, and how far each segment can be trusted, or the one that it is `of`."""
    services = found.services
    known = trust.evidence(services)
    badges = {number: one for number, one in trust.badges(services).items() if of in (0, number)}
    lead = "How many segments there are, and whether there are any, has not been measured for these customers yet."
    if known is not None:
        lead = recommendation.opening(known, services.model.card.parameters.k, services.numbers)
    return Part("How sure this is", lead, [*_cost(services, known), *_badges(services, badges)])


def notes(found: Answered) -> list[Part]:
    """What people noted on the page so filtered, with its answers; nothing where nobody did."""
    services = found.services
    said = noted.notes(services, found.page.path, found.asked.selection)
    rows = [
        (
            f"Answer: {one.text}" if one.answers else _on_bar(services, one) + one.text,
            one.who,
            one.at[:10],
            f"Resolved by {one.resolved_by}, {one.resolved_at[:10]}" if one.resolved_by else "",
        )
        for one in said
    ]
    return [Part("Notes", "", [Grid("Notes", "", ("Note", "By", "On", "State"), rows)])] if rows else []


def _on_bar(services: Services, note: PageNote) -> str:
    bar = noted.bar(services, note.about)
    return f"On {bar.words}. " if bar else ""


def method(found: Answered) -> Part:
    """How segments were made, in plain words."""
    services, card = found.services, found.services.model.card
    basis = listed([services.schema[name].within for name in card.parameters.basis])
    told = dict(summary.story(card, services.numbers))
    rows = [(name, told[name]) for name in HOW if name in told]
    return Part(
        "Method",
        f"Customers were put into {card.parameters.k} segments by {basis}, so that those within one are as alike as "
        "could be made out. Nothing else was used to make them; everything else describes them.",
        [Grid("How the segments were made", "", ("What", "How"), rows), Words(overview.source(services))],
    )


def with_other_version(found: Answered) -> list[Block]:
    """The tables beside another version, where one is asked for."""
    other = found.asked.options.get("beside", "")
    return [_shown(found, id, title.format(other)) for id, title in BESIDE.items() if id in found.more.tables]


def _chart(found: Answered, chart: charts.Chart) -> Chart:
    numbers = found.services.numbers
    values, everyone = heights(chart, found.answer), heights(chart, found.everyone)
    rows = zip(
        found.services.axis(chart.field).labels,
        values,
        everyone,
        charts.texts(chart, values, numbers),
        strict=True,
    )
    return Chart(
        chart.name,
        findings(found)[f"{chart.id}-finding"],
        chart.unit,
        [
            Bar(
                name,
                value,
                text,
                segment_colour(code + 1) if chart.field == SEGMENT else ACCENT,
                all_ if found.asked.selection else None,
            )
            for code, (name, value, all_, text) in enumerate(rows)
        ],
        amounts_as(numbers, chart.value.decimals) if chart.value else WHOLE,
    )


def _pair(found: Answered) -> list[Block]:
    """The two main fields against each other, and the version beside this one."""
    shown = with_other_version(found)
    if overview_ids.BOTH not in found.more.tables:
        return shown
    x, y = (found.services.schema[name] for name in relations.main_pair(found.services))
    rows = found.more.tables[overview_ids.BOTH].rows
    finding = found.texts[f"{overview_ids.BOTH}-finding"]
    return [_table(f"{x.label} against {y.called}", finding, Rows(relations.HEAD, rows)), *shown]


def _shown(found: Answered, id: str, title: str) -> Grid:
    # A table has nothing hatched, and says how many customers there are.
    finding = found.texts[f"{id}-finding"].replace(HATCHED, "")
    return _table(title, finding, found.more.tables[id])


def _table(title: str, finding: str, rows: Rows) -> Grid:
    return Grid(title, finding, rows.head, rows.rows)


def _portrait(card: Card) -> Portrait:
    said = {part: card.texts[card_id(PAGE, card.number, part)] for part in ("size", "few", "words")}
    phrases = [card.texts[card_id(PAGE, card.number, f"phrase-{place}")] for place in range(1, PHRASES + 1)]
    title, text = card.suggestion
    return Portrait(
        card.number,
        card.name,
        segment_colour(card.number),
        " ".join(filter(None, [f"{said['size']}.", said["few"]])),
        said["words"],
        [phrase for phrase in phrases if phrase],
        _worded(card.trust) if card.trust else "",
        f"{title}. {text}",
        card.note,
    )


def _worded(one: Trust) -> str:
    return " ".join(
        filter(
            None, [f"{one.words}{'.' if not one.value else ','}", one.value, one.crowd and f"({one.crowd})"]
        )
    )


def _cost(services: Services, known: Evidence | None) -> list[Block]:
    if known is None:
        return []
    return [Words(recommendation.cost(known, services.model.card.parameters.k, services.numbers))]


def _badges(services: Services, badges: dict[int, Trust]) -> Sequence[Block]:
    if not badges:
        return [Words("How far each segment can be trusted has not been measured yet.")]
    names = services.model.card.profile.names
    caution = trust.cautioned(services)  # which each badge says as well
    rows = [
        (names[number], _worded(one), " ".join(text for text in one.details if text != caution))
        for number, one in badges.items()
    ]
    return [Grid("Trust badges", BADGES, ("Segment", "Badge", "What it rests on"), rows), Words(caution)]
