"""What was odd in the customer file, and what was done about it: whatever the filters."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from core.data.cleaning import rules_for
from core.data.quality import Finding
from core.numbers import spell
from core.profiles.cohorts import Cohorts, cohorts
from core.services import Services
from layouts import figures
from layouts.components import Shown, Table, aria, chart, data_table
from layouts.explore import cohorts_of, ids
from layouts.theme import Template

HEAD = ("What", "How many", "Share of customers", "In words", "For example")
_LATER = (1, 3, 6, 12)  # steps of which the sentence speaks
_MOST = 12  # columns


def charts(services: Services, plotly: Template) -> list[Component]:
    """Gaps by field, every finding about the file, and the rules that cleaned it."""
    return [_gaps(services, plotly), _report(services), _rules(services)]


def _gaps(services: Services, plotly: Template) -> Component:
    numbers, profile = services.numbers, services.model.card.profile
    missing = {
        axis.name: int(services.model.crossfilter.missing(axis.name))
        for axis in services.model.crossfilter.axes.values()
        if axis.gaps and not axis.name.endswith("_log")
    }
    ordered = sorted(missing.items(), key=lambda item: -item[1])
    bars = [
        figures.Bar(
            services.label(name),
            count,
            f"{numbers.whole(count)} ({numbers.percent(count / profile.customers)})",
        )
        for name, count in ordered
    ]
    worst = f"Most gaps: {services.label(ordered[0][0])}, {numbers.whole(ordered[0][1])}." if ordered else ""
    shown = Shown(
        figures.bars(bars, plotly, axis="customers"),
        worst or "Every customer has a value in every field.",
        Table(("Field", "Customers"), [(bar.name, bar.text) for bar in bars]),
    )
    unit = "customers without a value that can be used"
    return chart(ids.GAPS, "Gaps after cleaning", unit, shown, height=80 + 52 * max(1, len(bars)))


def _report(services: Services) -> Component:
    rows = [_finding(services, finding) for finding in services.model.card.findings]
    return _frame(
        ids.REPORT, "What was found in the file", "before cleaning, whatever the filters", Table(HEAD, rows)
    )


def _finding(services: Services, finding: Finding) -> tuple[str, ...]:
    what = finding.name.replace("_", " ").capitalize()
    column = f" ({services.label(finding.column)})" if finding.column else ""
    return (
        what + column,
        services.numbers.whole(finding.count),
        services.numbers.percent(finding.share) if finding.of_customers else "",
        services.numbers.told(finding.sentence),
        services.numbers.told(", ".join(finding.examples)),
    )


def _rules(services: Services) -> Component:
    known = {rule.name: rule for rule in rules_for(services.schema)}
    rows = [
        (
            run.rule.replace("_", " ").capitalize(),
            services.numbers.whole(run.rows),
            known[run.rule].catches,
            known[run.rule].does,
        )
        for run in services.model.card.rules
        if run.rule in known
    ]
    head = ("Rule", "Rows touched", "What it catches", "What it does")
    return _frame(
        ids.RULES, "How the file was cleaned", "rules that are on, in their order", Table(head, rows)
    )


def _frame(id: str, name: str, unit: str, table: Table) -> Component:
    return html.Section(
        [
            html.Header([html.H2(name), html.Span(unit, className="p-unit")], className="p-chart-head"),
            data_table(table, caption=name),
        ],
        id=id,
        className="p-card p-chart p-wordy",
        role="region",
        **aria(label=name),
    )


def drawn(services: Services) -> Component | None:
    """The cohorts of a table that was folded from orders; None for any other."""
    found = cohorts(services.model)
    if found is None or len(found.names) < 3:
        return None
    return cohorts_of(found.step, _told(services, found), _table(services, found))


def _told(services: Services, found: Cohorts) -> str:
    """How many come back, over all cohorts that could."""
    percent, whole, step = services.numbers.percent, services.numbers.whole, found.step
    said: list[str] = []
    for later in _LATER:
        share, customers = found.share(later)
        if customers:
            of = f"{percent(share)} of {whole(customers)} customers"
            on = f"{spell(later).lower()} {step}{'s' if later > 1 else ''} on or later: {of}"
            said.append(
                on if said else f"{of} ordered again in a later {step} than that of their first order"
            )
    if not said:
        return "The data does not reach far enough to say who comes back."
    return (
        f"{'; '.join(said)}. These are {step}s of the calendar, and each figure is of those whose first order lies so far "
        "back that they could."
    )


def _table(services: Services, found: Cohorts) -> Table:
    numbers = services.numbers
    wide = min(_MOST, len(found.names) - 1)
    rows = []
    for name, size, back in zip(found.names, found.sizes, found.back, strict=True):
        parts = [numbers.percent(one / size) if size else "" for one in back[:wide]]
        rows.append((name, numbers.whole(size), *parts, *[""] * (wide - len(parts))))
    head = ("First order", "Customers", *(f"{later} later" for later in range(1, wide + 1)))
    return Table(head, rows)
