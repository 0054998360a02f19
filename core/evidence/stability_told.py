"""What trust badges say, and do not say, in words."""

from __future__ import annotations

from collections.abc import Sequence

from core.evidence import preference, recommendation
from core.evidence.evidence import Evidence
from core.evidence.recommendation import cut
from core.evidence.stability import (
    BORNE_OUT,
    DOUBTFUL,
    HIGHLY_STABLE,
    STABLE,
    SegmentStability,
    Stability,
    StabilityRating,
    graded,
)
from core.numbers import Numbers, agreed, spell

_BOUNDS = {
    StabilityRating.HIGHLY_STABLE: ("from which nearly the same people come back", HIGHLY_STABLE),
    StabilityRating.STABLE: ("from which a segment comes back, with others at its edges", STABLE),
    StabilityRating.DOUBTFUL: ("from which a segment comes back: who belongs to it is doubtful", STABLE),
    StabilityRating.DISTRUST: (
        "from which a segment can be relied on: don't build a campaign on it",
        DOUBTFUL,
    ),
    StabilityRating.DISSOLVED: (
        "from which a segment can be relied on: it dissolves, don't build a campaign on it",
        DOUBTFUL,
    ),
}
_LESS = {
    StabilityRating.STABLE: "it comes back, with others at its edges",
    StabilityRating.DOUBTFUL: "who belongs to it is doubtful",
}


def rating(one: SegmentStability, numbers: Numbers) -> str:
    """A mean Jaccard beside the bound that it is measured by, in the words that every page uses."""
    found = one.verdict
    if one.jaccard is None or found is StabilityRating.EMPTY:
        return StabilityRating.EMPTY.value
    shown, (words, bound) = cut(one.jaccard, numbers), _BOUNDS[found]
    level = numbers.typed(bound)
    if found is not graded(one.jaccard) and one.fresh:
        asked = BORNE_OUT if found is StabilityRating.DOUBTFUL else HIGHLY_STABLE
        half = f"{cut(one.fresh.mean, numbers)} (below {numbers.typed(asked)}) from half as many customers"
        few = f"of {numbers.many(one.customers, 'customer', 'customers')}, too few to be surer"
        return f"{shown}, but {half if one.fresh.mean < asked else few}: {_LESS[found]}"
    if found in (StabilityRating.HIGHLY_STABLE, StabilityRating.STABLE):
        side = "just" if shown == numbers.fixed(bound) else "above"
        return f"{shown}, {side} the {level} {words}"
    return f"{shown}, below the {level} {words}"


def caution(found: Evidence | None, k: int, numbers: Numbers) -> str:
    """What the badges of `k` segments do not say: whether there are groups, and how many criteria prefer that many."""
    if found is None:
        return "To come back is not the same as to be separate: each badge says what a crowd without groups gets."
    if preference.none_found(found):
        return "But no groups are to be seen among these customers: what comes back can be a cut across one crowd."
    alone = "each badge says what a crowd without groups gets, cut alike"
    votes = [one.k for one in preference.preferences(found)]
    own = votes.count(k)
    prefer = f"{spell(own) if own else 'None'} of {spell(len(votes)).lower()} criteria"
    return (
        f"But {prefer[0].lower()}{prefer[1:]} prefer{'s' if own < 2 else ''} {spell(k).lower()} segments, and in "
        f"fresh customers the weakest is found again with a strength of {recommendation.reliable(found.choice(k).strength, numbers)}: "
        f"{alone}."
    )


def least(known: Stability, names: Sequence[str], numbers: Numbers) -> str:
    """Which segment comes back least when customers are drawn anew, beside the bound that its badge is measured by."""
    told = [one for one in known.segments if not one.is_of_few]
    if not told:
        return ""
    found, of = min(told, key=lambda one: one.jaccard or 0.0), spell(len(known.segments)).lower()
    name, said = names[found.number - 1], f"when customers are drawn anew: {rating(found, numbers)}."
    if len(told) == 1:
        have = agreed(name, "has", "have")
        return f"Of {of} live segments {name} ({found.number}) alone {have} enough customers to say how they come back {said}"
    among = "live segments"
    if len(told) < len(known.segments):
        among = f"{spell(len(told)).lower()} of {of} live segments that have enough customers to say,"
    return f"Of the {among} {name} ({found.number}) {agreed(name, 'comes', 'come')} back least {said}"
