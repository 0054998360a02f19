"""Choose k: K-Means, a mixture and DBSCAN side by side, never ranked by one score."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from core.evidence import flows, preference, recommendation
from core.evidence.algorithms import Grouping, Labels
from core.evidence.evidence import Evidence
from core.evidence.rivals import Rival, kmeans_rival, other_rival
from core.numbers import Numbers, spell
from layouts.choose_k import page as layout
from layouts.components import Table

ALGORITHMS = {"kmeans": "K-Means", "gmm": "Mixture", "dbscan": "DBSCAN"}
HEAD = (
    "Algorithm",
    "Groups",
    "Customers in each",
    "In no group",
    "Silhouette",
    "Calinski-Harabasz",
    "Davies-Bouldin",
    "Agreement with the live segments",
    "Setting",
)
LISTED = 8  # sizes that are written out


def section(evidence: Evidence, live_labels: Labels, live: int, numbers: Numbers) -> Component:
    """Those worth comparing, and what they say."""
    rows = [_row(one, evidence, numbers) for one in _shown(evidence, live_labels, live)]
    said = _finding(evidence, live_labels, live, numbers)
    return layout.told("Other ways to group the same customers", said, Table(HEAD, rows), "k-others")


def _shown(evidence: Evidence, live_labels: Labels, live: int) -> list[Rival]:
    """The live k and the recommended one of K-Means, the live and the best mixture, and DBSCAN."""
    ks = {live, preference.recommended(evidence)}
    kmeans = [kmeans_rival(evidence.choice(k), live_labels) for k in sorted(ks)]
    mixtures = [one for one in evidence.others if one.algorithm == "gmm"]
    wanted = {live, _best_mixture(evidence).k}
    chosen = [
        one
        for place, one in enumerate(mixtures, start=2)
        if place in wanted or one is _best_mixture(evidence)
    ]
    return [
        *kmeans,
        *(other_rival(one, live_labels) for one in chosen),
        other_rival(evidence.others[-1], live_labels),
    ]


def _best_mixture(evidence: Evidence) -> Grouping:
    """The mixture of two groups or more with the smallest integrated completed likelihood."""
    return evidence.others[min(evidence.choices[1:], key=lambda one: one.icl).k - 2]


def _finding(evidence: Evidence, live_labels: Labels, live: int, numbers: Numbers) -> str:
    """What the table says, in words; of DBSCAN only that its row can't be read as a verdict."""
    same = flows.agreement(live_labels, evidence.others[live - 2].labels)
    return (
        f"A mixture of {spell(live).lower()} agrees with the live segments to {numbers.fixed(same)} (1 is the same "
        f"groups, 0 no more than chance); its own criterion (ICL) prefers "
        f"{spell(preference.icl_prefers(evidence)).lower()}. The scores favour round groups of like size, as K-Means makes "
        "them, so no column decides alone: read sizes and agreement beside them. DBSCAN's usual radius can be too wide, "
        "the more so the more fields there are, and take groups that lie well apart for one crowd: one group there "
        "does not mean that there are no gaps."
    )


def _row(one: Rival, evidence: Evidence, numbers: Numbers) -> Sequence[str]:
    sizes = ", ".join(recommendation.many(size, evidence, numbers) for size in one.sizes[:LISTED])
    more = f" and {len(one.sizes) - LISTED} more" if len(one.sizes) > LISTED else ""
    scores, written = one.scores, numbers.fixed
    known = scores.silhouette is not None
    return (
        ALGORITHMS[one.algorithm],
        str(one.k),
        sizes + more or "none",
        numbers.percent(one.noise),
        "not defined" if scores.silhouette is None else written(scores.silhouette),
        numbers.whole(scores.calinski_harabasz) if known else "not defined",
        written(scores.davies_bouldin or 0.0) if known else "not defined",
        written(one.agreement),
        numbers.told(one.setting),
    )
