"""Choose k: the criteria as charts, each with what it prefers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from dash.development.base_component import Component

from core.evidence import criteria, preference, recommendation
from core.evidence.evidence import Evidence
from core.numbers import Numbers, spell
from layouts.choose_k import figures
from layouts.choose_k.figures import Curve, curve
from layouts.choose_k.page import ids
from layouts.components import Shown, Table, chart
from layouts.theme import Template

HEIGHT = 240
LEADS_HEIGHT = 320


@dataclass(frozen=True)
class Score:
    """A criterion that is one score for each number of segments; `means` says what it compares."""

    id: str
    key: str
    name: str
    unit: str
    axis: str
    digits: int
    score: Callable[[object], float | None]  # of what was scored
    prefers: Callable[[Evidence], int]
    means: str


SCORES = (
    Score(
        ids.SILHOUETTE,
        "silhouette",
        "Silhouette",
        "−1 to 1, larger is clearer",
        "mean silhouette",
        2,
        attrgetter("silhouette"),
        preference.silhouette_prefers,
        "It compares each customer's distance to their own segment and to the nearest other.",
    ),
    Score(
        ids.CALINSKI,
        "calinski_harabasz",
        "Calinski-Harabasz",
        "larger is better",
        "index",
        0,
        attrgetter("calinski_harabasz"),
        preference.calinski_harabasz_prefers,
        "It compares the differences between segments with those within.",
    ),
    Score(
        ids.DAVIES,
        "davies_bouldin",
        "Davies-Bouldin",
        "smaller is better",
        "index",
        2,
        attrgetter("davies_bouldin"),
        preference.davies_bouldin_prefers,
        "It measures how much each segment resembles the one most like it.",
    ),
)


def charts(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> list[Component]:
    """The seven of them."""
    return [
        _wcss(evidence, live, numbers, plotly),
        *(_scored(one, evidence, live, numbers, plotly) for one in SCORES),
        _gap(evidence, live, numbers, plotly),
        _strength(evidence, live, numbers, plotly),
        _icl(evidence, live, numbers, plotly),
    ]


def leads(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    """Every criterion for every number of segments, by how much it is better than random cuts."""
    ks, found = evidence.ks[1:], preference.CRITERIA
    values = [[evidence.choice(k).leads[one.key] for k in ks] for one in found]
    texts = [[numbers.anew(f"{value:.1f}") for value in row] for row in values]
    names = [one.name.removeprefix("the ") for one in found]
    named = [f"{name[0].upper()}{name[1:]}" for name in names]
    head = ("Criterion", *(str(k) for k in ks))
    rows = [(name, *row) for name, row in zip(named, texts, strict=True)]
    shown = Shown(
        figures.leads(ks, named, values, texts, plotly),
        recommendation.leading(evidence, live),
        Table(head, rows),
    )
    unit = (
        "how far each number of segments is better than dividing the same customers at random; 0: no better"
    )
    return chart(ids.LEADS, "Against random cuts", unit, shown, height=LEADS_HEIGHT)


def _icl(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values, best = [one.icl for one in evidence.choices], preference.icl_prefers(evidence)
    drawn = Curve(evidence.ks, values, live, best, "ICL", digits=0)
    written = {
        "ICL": [*map(numbers.whole, values)],
        "BIC": [numbers.whole(one.bic) for one in evidence.choices],
        "Groups apart": [numbers.whole(one.apart) for one in evidence.choices],
    }
    table = _table(evidence, written)
    shown = Shown(curve(drawn, plotly), recommendation.icl(evidence, numbers), table)
    return chart(ids.ICL, "Mixtures", "likelihood of mixtures (ICL), smaller is better", shown, height=HEIGHT)


def _scored(one: Score, evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values = [one.score(choice.scores) or 0.0 for choice in evidence.choices[1:]]
    written, best = [numbers.fixed(value, one.digits) for value in values], one.prefers(evidence)
    small, ks = spell(live).lower(), evidence.ks[1:]
    finding = (
        f"{recommendation.prefers(best)} ({written[best - 2]}); {small} has {written[live - 2]}. {one.means}"
        f"{recommendation.moving(preference.of(evidence, one.key), numbers)}"
    )
    figure = curve(Curve(ks, values, live, best, one.axis, digits=one.digits), plotly)
    table = Table(("Segments", one.name), list(zip(map(str, ks), written, strict=True)))
    return chart(one.id, one.name, one.unit, Shown(figure, finding, table), height=HEIGHT)


def _wcss(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    crowd = [(one.crowd.mean, one.crowd.low, one.crowd.high) for one in evidence.choices]
    wcss, axis = [one.wcss for one in evidence.choices], "distance within segments"
    drawn = Curve(evidence.ks, wcss, live, evidence.elbow, axis, mark="elbow", crowd=crowd, digits=0)
    ranges = [f"{numbers.whole(low)} to {numbers.whole(high)}" for _, low, high in crowd]
    table = _table(evidence, {"Your customers": [*map(numbers.whole, wcss)], "Crowds without groups": ranges})
    shown = Shown(curve(drawn, plotly), recommendation.elbow(evidence), table)
    unit = "sum of squares within segments; dotted: crowds without groups"
    return chart(ids.WCSS, "Elbow", unit, shown, height=HEIGHT)


def _gap(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values, errors = [one.gap for one in evidence.choices], [one.gap_error for one in evidence.choices]
    best = preference.gap_prefers(evidence)
    gap, error = ([numbers.fixed(value, 3) for value in these] for these in (values, errors))
    figure = curve(Curve(evidence.ks, values, live, best, "gap", errors=errors), plotly)
    shown = Shown(
        figure, recommendation.gap(evidence, numbers), _table(evidence, {"Gap": gap, "Error": error})
    )
    return chart(ids.GAP, "Gap statistic", "lead over pure noise, with its error", shown, height=HEIGHT)


def _strength(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values, best = [one.strength for one in evidence.choices], preference.strength_prefers(evidence)
    errors, bound = [one.strength_error for one in evidence.choices], criteria.STRONG
    drawn = Curve(evidence.ks, values, live, best, "strength", errors=errors, bound=bound)
    written = [recommendation.cut(value, numbers) for value in values]
    table = _table(evidence, {"Strength": written, "Standard error": [*map(numbers.fixed, errors)]})
    shown = Shown(curve(drawn, plotly), recommendation.strength(evidence, live, numbers), table)
    unit = f"0 to 1; from {numbers.typed(bound)}, found again"
    return chart(ids.STRENGTH, "Prediction strength", unit, shown, height=HEIGHT)


def _table(evidence: Evidence, columns: Mapping[str, Sequence[str]]) -> Table:
    return Table(("Segments", *columns), list(zip(map(str, evidence.ks), *columns.values(), strict=True)))


def votes(evidence: Evidence, k: int) -> int:
    """How many criteria prefer `k`."""
    return sum(one.k == k for one in preference.preferences(evidence))
