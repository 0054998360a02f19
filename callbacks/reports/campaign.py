"""What a report says of campaigns."""

from __future__ import annotations

from callbacks.campaigns import charts as campaign_charts
from callbacks.campaigns import words
from callbacks.campaigns.page import counted
from callbacks.filters.answered import Answered
from callbacks.reports.parts import AGAINST
from core.campaigns.report import Report
from core.reports.story import PERCENT, Bar, Block, Chart, Grid, Part, Words
from layouts.campaigns.page import BOARD, COLUMNS, FIGURES, HEAD, VERDICT, cell_id, ids, response_id
from layouts.theme import ACCENT

RATE = "acceptance rate, 95% interval"


def campaign(found: Answered) -> Part:
    """The answers to a campaign: who was worth it, against break-even, and who answers most."""
    texts = found.texts
    report = counted(found.services, found.asked)
    figures = [(label, texts[f"{id}-value"], texts[f"{id}-note"]) for id, label in FIGURES]
    tables = campaign_charts.tables(found.services, report)
    more: list[Block] = [
        Grid(title, texts[f"{id}-finding"], tables[id].head, tables[id].rows)
        for id, title in ((ids.HEATMAP, "All campaigns by segment"), (ids.GAINS, "Cumulative gains"))
    ]
    told = (texts[ids.LEFT_OUT], texts[ids.ASSUMED], texts[f"{ids.RETURNS}-finding"], texts[ids.UNKNOWABLE])
    return Part(
        "Campaigns",
        texts[ids.LEAD],
        [
            Grid("The campaign in figures", "", AGAINST, figures),
            _board(found, report),
            _verdicts(found),
            *more,
            *_responses(found, report),
            *(Words(text) for text in (*told, *VERDICT) if text),
        ],
    )


def _board(found: Answered, report: Report) -> Chart:
    """The board's rows as dots, with the rate from which a contact pays."""
    numbers = found.services.numbers
    bars = [
        Bar(
            one.name,
            one.rate,
            f"{one.said}, {one.text.partition('<br>')[0]}",
            one.colour,
            interval=(one.low, one.high),
        )
        for one in campaign_charts.board_bars(found.services, report)
        if one.rate is not None
    ]
    level = report.economics.break_even
    return Chart(
        BOARD,
        found.texts[f"{ids.BOARD}-finding"],
        RATE,
        bars,
        PERCENT,
        level,
        f"break-even {numbers.rate(level)}",
    )


def _verdicts(found: Answered) -> Grid:
    names = {str(one.number): one.name for one in found.services.model.card.profile.segments}
    first, *others = words.groups(found.services).items()
    rows = [
        (name, *(found.texts[cell_id(row, column)] for column in COLUMNS))
        for row, name in (first, *names.items(), *others)
    ]
    return Grid("Verdicts", "", HEAD, rows)


def _responses(found: Answered, report: Report) -> list[Block]:
    services, headings = found.services, words.responses(found.services)
    numbers, average = services.numbers, float(report.selected.rates[0])
    drawn: list[Block] = []
    for name in (one for one in headings if one in report.by):
        groups = report.by[name]
        rows = zip(words.bins(services, report, name), groups.contacted, groups.intervals(), strict=True)
        bars = [
            Bar(
                label,
                one.rate,
                f"{numbers.rate(one.rate)} of {numbers.whole(int(n))}, {words.between(one, numbers)}",
                ACCENT,
                interval=(one.low, one.high),
            )
            for label, n, one in rows
            if one
        ]
        finding = found.texts[f"{response_id(name)}-finding"]
        drawn.append(
            Chart(headings[name], finding, RATE, bars, PERCENT, average, f"average {numbers.rate(average)}")
        )
    return drawn
