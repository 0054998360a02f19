"""Choose k: the criteria as charts, each with what it prefers."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from core.evidence import criteria, recommendation
from core.evidence.evidence import Evidence
from core.numbers import Numbers, spell
from layouts.choose_k.figures import Curve, curve
from layouts.choose_k.page import ids
from layouts.components import Table, chart
from layouts.theme import Template

HEIGHT = 240


def charts(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> list[Component]:
    """The six of them."""
    return [
        _wcss(evidence, live, numbers, plotly),
        _silhouette(evidence, live, numbers, plotly),
        _calinski(evidence, live, numbers, plotly),
        _davies(evidence, live, numbers, plotly),
        _gap(evidence, live, numbers, plotly),
        _strength(evidence, live, numbers, plotly),
    ]


def _wcss(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    drawn = Curve(
        evidence.ks,
        [one.wcss for one in evidence.choices],
        live,
        evidence.elbow,
        "distance within segments",
        mark="elbow",
        noise=[(one.noise.mean, one.noise.low, one.noise.high) for one in evidence.choices],
        digits=0,
    )
    rows = [
        (
            str(one.k),
            numbers.whole(one.wcss),
            f"{numbers.whole(one.noise.low)} to {numbers.whole(one.noise.high)}",
        )
        for one in evidence.choices
    ]
    return chart(
        ids.WCSS,
        "Elbow",
        "sum of squares within segments; dotted: shuffled customers",
        curve(drawn, plotly),
        Table(("Segments", "Your customers", "Shuffled customers"), rows),
        finding=recommendation.elbow(evidence),
        height=HEIGHT,
    )


def _silhouette(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values = [one.scores.silhouette or 0.0 for one in evidence.choices[1:]]
    best = recommendation.silhouette_prefers(evidence)
    return _criterion(
        ids.SILHOUETTE,
        "Silhouette",
        "−1 to 1, larger is clearer",
        Curve(evidence.ks[1:], values, live, best, "mean silhouette"),
        numbers,
        plotly,
        f"{recommendation.prefers(best)} ({numbers.fixed(values[best - 2])}); {_small(live)} has "
        f"{numbers.fixed(values[live - 2])}. It compares each customer's distance to their own segment and to the nearest other.",
    )


def _calinski(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values = [one.scores.calinski_harabasz or 0.0 for one in evidence.choices[1:]]
    best = recommendation.calinski_harabasz_prefers(evidence)
    return _criterion(
        ids.CALINSKI,
        "Calinski-Harabasz",
        "larger is better",
        Curve(evidence.ks[1:], values, live, best, "index", digits=0),
        numbers,
        plotly,
        f"{recommendation.prefers(best)} ({numbers.whole(values[best - 2])}); {_small(live)} has "
        f"{numbers.whole(values[live - 2])}. It compares the differences between segments with those within.",
    )


def _davies(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values = [one.scores.davies_bouldin or 0.0 for one in evidence.choices[1:]]
    best = recommendation.davies_bouldin_prefers(evidence)
    return _criterion(
        ids.DAVIES,
        "Davies-Bouldin",
        "smaller is better",
        Curve(evidence.ks[1:], values, live, best, "index"),
        numbers,
        plotly,
        f"{recommendation.prefers(best)} ({numbers.fixed(values[best - 2])}); {_small(live)} has "
        f"{numbers.fixed(values[live - 2])}. It measures how much each segment resembles the one most like it.",
    )


def _gap(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    values, errors = [one.gap for one in evidence.choices], [one.gap_error for one in evidence.choices]
    return _criterion(
        ids.GAP,
        "Gap statistic",
        "lead over pure noise, with its error",
        Curve(evidence.ks, values, live, recommendation.gap_prefers(evidence), "gap", errors=errors),
        numbers,
        plotly,
        recommendation.gap(evidence),
        ("Segments", "Gap", "Error"),
        [
            (str(one.k), numbers.fixed(one.gap, 3), numbers.fixed(one.gap_error, 3))
            for one in evidence.choices
        ],
    )


def _strength(evidence: Evidence, live: int, numbers: Numbers, plotly: Template) -> Component:
    return _criterion(
        ids.STRENGTH,
        "Prediction strength",
        f"0 to 1; from {numbers.typed(criteria.STRONG)}, found again",
        Curve(
            evidence.ks,
            [one.strength for one in evidence.choices],
            live,
            recommendation.strength_prefers(evidence),
            "strength",
            errors=[one.strength_error for one in evidence.choices],
            bound=criteria.STRONG,
        ),
        numbers,
        plotly,
        recommendation.strength(evidence, live, numbers),
        ("Segments", "Strength", "Standard error"),
        [
            (str(one.k), recommendation.cut(one.strength, numbers), numbers.fixed(one.strength_error))
            for one in evidence.choices
        ],
    )


def _criterion(
    id: str,
    name: str,
    unit: str,
    drawn: Curve,
    numbers: Numbers,
    plotly: Template,
    finding: str,
    head: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
) -> Component:
    plain = [
        (str(k), numbers.fixed(value, drawn.digits)) for k, value in zip(drawn.ks, drawn.values, strict=True)
    ]
    table = Table(head or ("Segments", name), rows or plain)
    return chart(id, name, unit, curve(drawn, plotly), table, finding=finding, height=HEIGHT)


def votes(evidence: Evidence, k: int) -> int:
    """How many criteria prefer `k`."""
    return sum(one.k == k for one in recommendation.preferences(evidence))


def _small(k: int) -> str:
    return spell(k).lower()
