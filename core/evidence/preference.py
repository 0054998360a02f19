"""The numbers of segments that each criterion prefers, and those that all of the evidence speaks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from core.evidence import criteria, parted
from core.evidence.evidence import Candidate, Evidence
from core.evidence.groups import LEVEL
from core.evidence.parted import Parting
from core.evidence.redraws import Share

RARE = 0.05  # share of draws anew below which a number is not told
FEWEST = 2  # segments that make a cut


@dataclass(frozen=True)
class Criterion:
    """One that prefers a number: as programs and as sentences know it, and what moves it.

    The elbow is none, since noise has one as well.
    """

    key: str
    name: str
    moves_with: str
    prefers: Callable[[Evidence], int | None]


@dataclass(frozen=True)
class Preference:
    """A criterion, the number that it prefers, None where it settles on none, and those of draws anew."""

    criterion: Criterion
    k: int | None
    shares: tuple[Share, ...]

    @property
    def name(self) -> str:
        """As sentences know it."""
        return self.criterion.name

    @property
    def all(self) -> tuple[int | None, ...]:
        """Every number that it prefers in more than a few draws, in order; None, last, where it settles on none."""
        often = {one.k for one in self.shares if one.share >= RARE} | {self.k}
        return (*sorted(k for k in often if k is not None), *([None] if None in often else []))

    @property
    def ks(self) -> list[int]:
        """The numbers among them."""
        return [k for k in self.all if k is not None]


def silhouette_prefers(evidence: Evidence) -> int:
    """The k with the largest mean silhouette."""
    return _best(evidence, lambda choice: choice.scores.silhouette or 0.0)


def calinski_harabasz_prefers(evidence: Evidence) -> int:
    """The k with the largest Calinski-Harabasz index."""
    return _best(evidence, lambda choice: choice.scores.calinski_harabasz or 0.0)


def davies_bouldin_prefers(evidence: Evidence) -> int:
    """The k with the smallest Davies-Bouldin index."""
    return _best(evidence, lambda choice: -(choice.scores.davies_bouldin or 0.0))


def gap_prefers(evidence: Evidence) -> int | None:
    """The smallest k with Gap(k) >= Gap(k + 1) - s(k + 1); None if the gap grows to the end."""
    choices = evidence.choices
    return criteria.gap_prefers([one.gap for one in choices], [one.gap_error for one in choices])


def strength_prefers(evidence: Evidence, least: float = criteria.STRONG) -> int:
    """The largest k whose weakest segment is found again in fresh customers."""
    return criteria.strength_prefers(evidence.ks, [one.strength for one in evidence.choices], least)


def icl_prefers(evidence: Evidence) -> int:
    """The k whose best mixture has the smallest integrated completed likelihood."""
    return min(evidence.choices, key=lambda choice: choice.icl).k


CUSTOMERS = "with which customers are drawn"
CRITERIA = (
    Criterion("silhouette", "silhouette", CUSTOMERS, silhouette_prefers),
    Criterion("calinski_harabasz", "Calinski-Harabasz", CUSTOMERS, calinski_harabasz_prefers),
    Criterion("davies_bouldin", "Davies-Bouldin", CUSTOMERS, davies_bouldin_prefers),
    Criterion(
        "prediction_strength", "prediction strength", "with how customers are halved", strength_prefers
    ),
    Criterion("gap", "the gap statistic", "with its own draws", gap_prefers),
    Criterion("icl", "the likelihood of mixtures (ICL)", CUSTOMERS, icl_prefers),
)


def preferences(evidence: Evidence) -> tuple[Preference, ...]:
    """What each criterion prefers."""
    return tuple(Preference(one, one.prefers(evidence), evidence.shares.get(one.key, ())) for one in CRITERIA)


def of(evidence: Evidence, key: str) -> Preference:
    """What the criterion `key` prefers."""
    return next(one for one in preferences(evidence) if one.criterion.key == key)


def preferred(evidence: Evidence) -> dict[str, list[int]]:
    """The numbers that each criterion prefers in more than a few draws anew, as programs know them."""
    return {one.criterion.key: one.ks for one in preferences(evidence)}


def none_found(evidence: Evidence) -> bool:
    """Whether the customers are no more in groups than crowds without any."""
    return evidence.groups is not None and not evidence.groups.found


def whole(evidence: Evidence) -> bool:
    """Whether no groups are to be seen, and a mixture of one fits better than those of several."""
    return none_found(evidence) and evidence.choices[0].bic < fitting(evidence).bic


def recommended(evidence: Evidence) -> int:
    """The number, from two on, that fits best, whether there are groups or customers are cut all the same.

    Notes
    -----
    Of the mixture with the smallest BIC, groups that overlap count as one (Hennig 2010). BIC alone takes a skewed group
    for several; ICL joins groups that lie close together; silhouettes of K-Means miss small groups, and those of fields
    that go together. Where customers are of no such mixture it says how many parts it takes to fit them, not what these
    are, and crowds with valleys between them are counted.
    """
    seen = counted(evidence)
    return seen.crowds if seen else max(fitting(evidence).apart, FEWEST)


def counted(evidence: Evidence) -> Parting | None:
    """The crowds that valleys part, where customers are not of the mixture that fits best; None where that one counts."""
    if evidence.misfit > LEVEL:
        return None
    return parted.parting(evidence.groups, [one.valleys for one in evidence.choices])


def fitting(evidence: Evidence) -> Candidate:
    """The number whose mixture fits best, of two and more; the most is left out, since the fit may go on past it."""
    return min(evidence.choices[1:-1], key=lambda one: one.bic)


def favourite(evidence: Evidence) -> int | None:
    """What more than half of all criteria prefer; None where no number has that."""
    found = [one.k for one in preferences(evidence)]
    k, votes = Counter(found).most_common(1)[0]
    return k if 2 * votes > len(found) else None


def _best(evidence: Evidence, worth: Callable[[Candidate], float]) -> int:
    return max(evidence.choices[1:], key=worth).k
