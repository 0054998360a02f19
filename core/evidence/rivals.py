"""K-Means, mixtures and DBSCAN on the same customers: each grouping that was tried, whatever made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.evidence import flows
from core.evidence.algorithms import Grouping, Labels, Scores
from core.evidence.evidence import Candidate, Evidence


@dataclass(frozen=True)
class Rival:
    """One grouping, whatever made it."""

    algorithm: str
    k: int
    setting: str
    sizes: Sequence[int]
    noise: float
    scores: Scores
    agreement: float


def rivals(evidence: Evidence, live_labels: Labels) -> list[Rival]:
    """Every grouping that was tried: K-Means and mixtures for each k, then DBSCAN."""
    return [
        *(kmeans_rival(choice, live_labels) for choice in evidence.choices),
        *(other_rival(grouping, live_labels) for grouping in evidence.others),
    ]


def kmeans_rival(choice: Candidate, live_labels: Labels) -> Rival:
    return Rival(
        "kmeans",
        choice.k,
        f"k = {choice.k}",
        sorted((group.size for group in choice.groups), reverse=True),
        0.0,
        choice.scores,
        flows.agreement(live_labels, choice.labels),
    )


def other_rival(one: Grouping, live_labels: Labels) -> Rival:
    agreement = flows.agreement(live_labels, one.labels)
    return Rival(one.algorithm, one.k, one.setting, one.sizes, one.noise, one.scores, agreement)
