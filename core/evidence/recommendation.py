"""What the evidence says about the number of segments, in words that a marketing manager can use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.evidence import criteria, parted
from core.evidence.evidence import Candidate, Evidence
from core.evidence.flows import Moves, Step
from core.numbers import Numbers, spell

STRICT = 0.9  # the stricter of the two usual bounds of prediction strength
CROWD = "which have the same values in every field, with a single peak, and the same correlations"
CLEAR_WORDS = "clearly more than a crowd"
HARDLY, CLEARLY = 1.1, 1.3  # what a step removes, by what it removes in crowds without groups


@dataclass(frozen=True)
class Preference:
    """A criterion, and the number of segments that it prefers; None where it settles on none."""

    name: str
    k: int | None


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


def preferences(evidence: Evidence) -> tuple[Preference, ...]:
    """The five criteria; the elbow is no criterion, since noise has one as well."""
    return (
        Preference("silhouette", silhouette_prefers(evidence)),
        Preference("Calinski-Harabasz", calinski_harabasz_prefers(evidence)),
        Preference("Davies-Bouldin", davies_bouldin_prefers(evidence)),
        Preference("prediction strength", strength_prefers(evidence)),
        Preference("the gap statistic", gap_prefers(evidence)),
    )


def preferred(evidence: Evidence) -> dict[str, list[int]]:
    """The numbers of segments that each criterion prefers, under the names that programs know; none where it settles on none."""
    names = ("silhouette", "calinski_harabasz", "davies_bouldin", "prediction_strength", "gap")
    found = zip(names, preferences(evidence), strict=True)
    return {name: [] if one.k is None else [one.k] for name, one in found}


def recommended(evidence: Evidence) -> list[int]:
    """The numbers of segments that the evidence speaks for: one where there are no groups."""
    if none_found(evidence):
        return [1]
    best = favourite(evidence)
    return sorted(set(settled(evidence))) if best is None else [best]


def none_found(evidence: Evidence) -> bool:
    """Whether the customers are no more in groups than crowds without any."""
    return evidence.groups is not None and not evidence.groups.found


def favourite(evidence: Evidence) -> int | None:
    """What more than half of the criteria that settle on a number prefer; None where no number has that."""
    found = settled(evidence)
    k, votes = Counter(found).most_common(1)[0]
    return k if 2 * votes > len(found) else None


def settled(evidence: Evidence) -> list[int]:
    """The preferred numbers of the criteria that settle on one."""
    return [one.k for one in preferences(evidence) if one.k is not None]


def explained(evidence: Evidence, k: int) -> float:
    """Part of the differences between customers that k segments explain: 1 - WCSS(k) / WCSS(1)."""
    return 1 - evidence.choice(k).wcss / evidence.choice(1).wcss


def crowd_explained(evidence: Evidence, k: int) -> float:
    """The same in crowds without groups."""
    return 1 - evidence.choice(k).crowd.mean / evidence.choice(1).crowd.mean


def opening(evidence: Evidence, live: int | None, numbers: Numbers) -> str:
    """The sentences that the page opens with: whether there are groups, and what each criterion prefers."""
    parts = (
        grouped(evidence, numbers),
        parted.standing(evidence, live, numbers),
        f"{_listed(preferences(evidence))}.",
    )
    said = " ".join(filter(None, parts))
    if live is None:
        return said
    if none_found(evidence):
        return f"{said} {spell(live)} is live: a way to cut these customers, not groups that were found."
    return f"{said} {_standing(evidence, live)}"


def grouped(evidence: Evidence, numbers: Numbers) -> str:
    """Whether there are groups at all, with the chance of error, and what was tested."""
    found = evidence.groups
    if found is None:
        return "Whether there are groups is not tested: no figure differs between customers."
    total = numbers.whole(found.crowds)
    of = numbers.whole(evidence.customers)
    sample = f" (a random {numbers.whole(found.rows)} of {of})" if found.rows < evidence.customers else ""
    if found.found:
        less = numbers.whole(round((1 - found.chance) * (found.crowds + 1)))
        return (
            f"There are groups: cut into {_small(found.k)}, customers{sample} thin out between the parts more than "
            f"{less} of {total} crowds without groups do, {CROWD} "
            f"(chance of error {numbers.percent(found.chance)})."
        )
    alike = round(found.chance * (found.crowds + 1)) - 1
    return (
        f"No groups are to be seen: cut into parts, customers{sample} thin out between them no more than crowds "
        f"without groups do, {CROWD} ({numbers.whole(alike)} of {total} thin out as much). Groups that are small "
        "or lie close together can be missed like this."
    )


def cost(evidence: Evidence, live: int, numbers: Numbers) -> str:
    """What the live number of segments costs and buys against the one that most criteria prefer."""
    best, found = favourite(evidence), settled(evidence)
    if best is None:
        return (
            f"No number is preferred by most criteria, so there is none to hold {_small(live)} against. "
            f"{spell(live)} explain {numbers.percent(explained(evidence, live))} of the differences between "
            f"customers{_in_crowds(evidence, numbers, live)}."
        )
    if live == best:
        return f"{spell(live)} is what {found.count(best)} of {len(found)} criteria prefer."
    return f"Against {_small(best)}, {_small(live)} {_costs(evidence, live, best, numbers)}"


def elbow(evidence: Evidence) -> str:
    """What the WCSS curve says, and what it does not."""
    bend = "has no clear bend" if evidence.elbow is None else f"bends most at {_small(evidence.elbow)}"
    if evidence.crowd_elbow is None:
        return f"The curve {bend}; that of crowds without groups, {CROWD}, has no bend."
    return (
        f"The curve {bend}. In crowds without groups, {CROWD}, it bends too, at "
        f"{_small(evidence.crowd_elbow)}: an elbow alone proves nothing."
    )


def gap(evidence: Evidence) -> str:
    """What the gap statistic prefers, why, and how rough that is."""
    best, last = gap_prefers(evidence), evidence.choices[-1]
    if best is None:
        return f"Settles on none of these: every further segment, up to {_small(last.k)}, clearly beats one fewer."
    said = f"{prefers(best)}: one more segment does not clearly beat it."
    if last.gap > evidence.choice(best).gap + last.gap_error:
        return f"{said} It creeps on upwards after that, so take the number as a rough one."
    return (
        said if best == 1 else f"{said} It can also prefer one, which would mean that it finds no segments."
    )


def strength(evidence: Evidence, live: int, numbers: Numbers) -> str:
    """What prediction strength prefers, by both usual bounds, and what the live number has."""
    best, strict = strength_prefers(evidence), strength_prefers(evidence, STRICT)
    stricter = "" if strict == best else f" ({_small(strict)} by the stricter {numbers.typed(STRICT)})"
    why = (
        f"no division of one half of the customers is predicted by the other with {numbers.typed(criteria.STRONG)} or more"
        if best == 1
        else "the most segments that half of the customers predict for the other half"
    )
    return (
        f"{prefers(best)}{stricter}: {why}. {spell(live)} has {cut(evidence.choice(live).strength, numbers)}."
    )


def reliable(strength: float, numbers: Numbers) -> str:
    """A prediction strength beside its bound, in the words that every page uses."""
    side = "below" if strength < criteria.STRONG else "which reaches"
    return f"{cut(strength, numbers)}, {side} the {numbers.typed(criteria.STRONG)} that counts as reliable"


def cut(figure: float, numbers: Numbers) -> str:
    """Two decimals, never rounded up: 0.846 is no 0.85, from where a segment is called highly stable."""
    return numbers.fixed(math.floor(figure * 100 + 1e-9) / 100)


def sampling(evidence: Evidence, numbers: Numbers) -> str:
    """How far the silhouettes of a sample may be from those of everyone; nothing where everyone was measured."""
    errors = [one.scores.silhouette_error for one in evidence.choices if one.scores.silhouette_error]
    if not evidence.sampled or not errors:
        return ""
    within = numbers.fixed(1.96 * max(errors), 3)
    return f" Silhouettes are those of the sample; everyone's are within {within} of them (95%)."


def step(one: Step, evidence: Evidence, numbers: Numbers) -> str:
    """What one more segment changes."""
    groups, after = evidence.choice(one.k).groups, evidence.choice(one.k + 1).groups
    together = numbers.percent(one.together)
    if not one.clean:
        return f"Segments are redrawn: only {together} of customers stay together"
    parts = " and ".join(
        f"{after[child - 1].name} ({numbers.whole(after[child - 1].size)})" for child in one.children
    )
    parent = "Everyone" if one.k == 1 else groups[one.parent - 1].name
    kept = "" if one.k == 1 else f"; {together} of customers stay together"
    return f"{parent} split into {parts}{kept}"


def worth(one: Step) -> str:
    """Whether a step removes more than it would in crowds without groups."""
    if one.gain <= max(HARDLY * one.crowd_gain.mean, one.crowd_gain.high):
        return "hardly more than a crowd"
    return CLEAR_WORDS if one.gain >= CLEARLY * one.crowd_gain.mean else "a little more than a crowd"


def worthwhile(found: Sequence[Step]) -> str:
    """Which step is the last to buy clearly more than in crowds without groups."""
    crowds = f"than it would in crowds without groups, {CROWD}"
    last = max((one.k + 1 for one in found if worth(one) == CLEAR_WORDS), default=1)
    if last > 1:
        return f"The step to {_small(last)} is the last that buys clearly more {crowds}."
    return f"No step buys clearly more {crowds}."


def in_crowds(one: Step, numbers: Numbers) -> str:
    """What a step removes in crowds without groups, as most of them have it."""
    return f"{numbers.percent(one.crowd_gain.low)} to {numbers.percent(one.crowd_gain.high)}"


def moved(found: Moves, live: int, k: int, numbers: Numbers) -> str:
    """Who moves from the live segments to `k` of them."""
    if k == live:
        return f"{spell(k)} is the live model: nobody moves."
    total = int(found.counts.sum())
    return (
        f"From {spell(live).lower()} to {spell(k).lower()}: {numbers.whole(total - found.moved)} of "
        f"{numbers.whole(total)} customers stay in the segment that goes on from theirs, "
        f"{numbers.whole(found.moved)} ({numbers.percent(found.moved / total)}) move to another."
    )


def prefers(k: int | None) -> str:
    """The beginning of a criterion's finding."""
    if k is None:
        return "Settles on none of these"
    return "Prefers one (no segments)" if k == 1 else f"Prefers {_small(k)}"


def _best(evidence: Evidence, worth: Callable[[Candidate], float]) -> int:
    return max(evidence.choices[1:], key=worth).k


def _listed(found: Sequence[Preference]) -> str:
    """Silhouette and Davies-Bouldin prefer two, the gap statistic eight."""
    by_k: dict[int | None, list[str]] = {}
    for one in found:
        by_k.setdefault(one.k, []).append(one.name)
    parts = []
    for place, (k, names) in enumerate(by_k.items()):
        said = {None: "none of these", 1: "one (no segments)"}.get(k) or _small(k or 0)
        verb = f" prefer{'s' if len(names) == 1 else ''}" if place == 0 else ""
        parts.append(f"{_joined(names)}{verb} {said}")
    text = _joined(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return text[0].upper() + text[1:]


def _standing(evidence: Evidence, live: int) -> str:
    found = settled(evidence)
    for detail, count in (
        ("more", sum(k < live for k in found)),
        ("less", sum(k > live for k in found)),
    ):
        if 2 * count > len(found):
            return f"{spell(live)} is live, which is {detail} detail than most criteria back."
    agreed = "" if favourite(evidence) == live else "; the criteria do not agree on a number"
    return f"{spell(live)} is live{agreed}."


def _costs(evidence: Evidence, live: int, best: int, numbers: Numbers) -> str:
    mine, other = evidence.choice(live), evidence.choice(best)
    ours, theirs = mine.scores.silhouette or 0.0, other.scores.silhouette or 0.0
    clear, clearer = numbers.fixed(ours), numbers.fixed(theirs)
    return (
        f"{'cost' if ours < theirs else 'gain'} clearness: the mean silhouette is "
        f"{clear} instead of {clearer}, and in fresh customers the weakest "
        f"segment is found again with a strength of {reliable(mine.strength, numbers)} (with {_small(best)}, "
        f"{cut(other.strength, numbers)}). "
        f"They {'buy' if live > best else 'lose'} detail: {numbers.percent(explained(evidence, live))} of the "
        f"differences between customers are explained instead of {numbers.percent(explained(evidence, best))}"
        f"{_in_crowds(evidence, numbers, live, best)}."
    )


def _in_crowds(evidence: Evidence, numbers: Numbers, *ks: int) -> str:
    """What as many segments explain of crowds without groups, in brackets."""
    shares = [numbers.percent(crowd_explained(evidence, k)) for k in ks]
    return f" (of crowds without groups, {' instead of '.join(shares)})"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _small(k: int) -> str:
    return spell(k).lower()
