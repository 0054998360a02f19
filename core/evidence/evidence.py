"""How many segments are there really? What was computed about it, and where it is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from core.evidence.algorithms import Grouping, Scores
from core.evidence.criteria import Band
from core.evidence.groups import Groups
from core.evidence.redraws import Share
from core.evidence.results import Findings
from core.evidence.valleys import Valley
from core.model.card import Card
from core.model.fit import Parameters

FORMAT = 16
NAME = "evidence"


@dataclass(frozen=True)
class CandidateSegment:
    """One segment of one k.

    Attributes
    ----------
    spending : float
        Mean spending per customer.
    widths : tuple of float
        Quantiles of the silhouettes of its customers, smallest first; empty for k = 1.
    doubtful : float
        Share of its customers whose silhouette is below 0: on average they are nearer to another segment.
    """

    number: int
    name: str
    size: int
    spending: float
    spending_share: float
    widths: tuple[float, ...]
    doubtful: float


@dataclass(frozen=True)
class Candidate:
    """K-Means with one k: every criterion, and the segments it makes.

    Attributes
    ----------
    wcss : float
        Within-cluster sum of squares of the customers that were used.
    wcss_error : float
        As part of it, its standard error, were they a random sample of many more.
    crowd : Band
        The same in crowds without groups.
    crowd_gain : Band
        What part of the sum of squares with one segment fewer goes away in such crowds.
    gap, gap_error : float
        Gap statistic and its s(k).
    strength, strength_error : float
        Prediction strength, mean and standard error over repeated halvings.
    labels : str
        Segment number less one of each customer, one letter each.
    valleys : tuple of Valley
        Between every two of its segments that touch.
    icl : float
        Integrated completed likelihood of the best mixture of k, smaller is better.
    bic : float
        Its Bayesian information criterion, smaller is better.
    apart : int
        How many of its groups are left once those that overlap count as one, and a few customers far out as none.
    leads : dict of str to float
        By how many standard deviations of random cuts each criterion is better than they are; by its name for programs.
    told : float or None
        Part of the latest answer to a campaign that the segments tell of customers who were held out.
    """

    k: int
    wcss: float
    crowd: Band
    crowd_gain: Band
    scores: Scores
    gap: float
    gap_error: float
    strength: float
    strength_error: float
    groups: tuple[CandidateSegment, ...]
    labels: str
    valleys: tuple[Valley, ...]
    icl: float = 0.0
    bic: float = 0.0
    apart: int = 1
    leads: dict[str, float] = field(default_factory=dict)
    told: float | None = None
    wcss_error: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """Everything that speaks for or against a number of segments.

    Attributes
    ----------
    customers, rows : int
        How many there are, and how many of them were used.
    elbow, crowd_elbow : int or None
        Where WCSS bends most, and where it does in crowds without groups.
    choices : tuple of Choice
        For k = 1, 2, ...
    groups : Groups or None
        Whether there are any; None where that can't be tested.
    misfit : float
        Chance of error of saying that customers are not of the mixture that fits best.
    shares : dict of str to shares
        What each criterion prefers when its draws, or the customers, are drawn anew; by its name for programs.
    """

    format: int
    customers: int
    rows: int
    seconds: float
    parameters: Parameters
    elbow: int | None
    crowd_elbow: int | None
    choices: tuple[Candidate, ...]
    others: tuple[Grouping, ...]
    groups: Groups | None
    misfit: float = 1.0
    shares: dict[str, tuple[Share, ...]] = field(default_factory=dict)

    @property
    def ks(self) -> range:
        """The numbers of segments that were tried."""
        return range(1, len(self.choices) + 1)

    @property
    def sampled(self) -> bool:
        """Whether a part of the customers stands for all."""
        return self.rows < self.customers

    def choice(self, k: int) -> Candidate:
        """K-Means with `k` segments."""
        return self.choices[k - 1]


def key(card: Card) -> str:
    """What evidence is kept under: one for all models that differ in nothing but k, so that it is computed once."""
    parameters = card.parameters.told | {"k": None}
    rules = [run.rule for run in card.rules]
    made_of = [FORMAT, card.data.sha256, rules, parameters, card.versions]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]


def find(findings: Findings, card: Card) -> Evidence | None:
    """The evidence about the customers of `card`; None while it has not been computed."""
    return findings.read(key(card), NAME, Evidence)


def grouped(findings: Findings, card: Card) -> bool | None:
    """Whether the customers of `card` lie in groups; None while that is not known."""
    found = find(findings, card)
    return None if found is None or found.groups is None else found.groups.found


def keep(findings: Findings, card: Card, evidence: Evidence) -> None:
    """Keep `evidence` for every page and every worker."""
    findings.write(key(card), NAME, evidence)
