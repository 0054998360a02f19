"""What the evidence says about the number of segments, in words that a marketing manager can use."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.evidence import criteria, mixtures, parted, preference
from core.evidence.evidence import Evidence
from core.evidence.flows import Moves, Step
from core.evidence.groups import LEVEL, Groups
from core.evidence.preference import Preference, none_found, preferences
from core.model.preparation import Preparation
from core.numbers import Numbers, listed, spell

STRICT = 0.9  # the stricter of the two usual bounds of prediction strength
CROWD = "which have the same values in every field, with a single peak, and the same correlations"
KINDS = "with their values and correlations or alike in all directions"
WITH_AXES = "with their values and correlations, along their longest axes or alike in all directions"
LAYERED = "with their values and correlations or layer by layer, in the outline that customers have"
ALL_THE_SAME = "if customers are to be cut all the same"
UNTESTED = "Whether there are groups is not tested: no figure differs between customers."
UNSEEN = "No groups are to be seen among these customers, though small or close ones can be missed."
MISSED = "Groups that are small or lie close together can be missed like this."
CLEAR_WORDS = "clearly more than a crowd"
HARDLY, CLEARLY = 1.1, 1.3  # what a step removes, by what it removes in crowds without groups


def explained(evidence: Evidence, k: int) -> float:
    """Part of the differences between customers that k segments explain: 1 - WCSS(k) / WCSS(1)."""
    return 1 - evidence.choice(k).wcss / evidence.choice(1).wcss


def crowd_explained(evidence: Evidence, k: int) -> float:
    """The same in crowds without groups."""
    return 1 - evidence.choice(k).crowd.mean / evidence.choice(1).crowd.mean


def brief(evidence: Evidence, live: int, numbers: Numbers) -> str:
    """What the page opens with: whether there are groups and how sure that is, how many, and what is live."""
    found, verdict = evidence.groups, UNSEEN
    if found is None:
        verdict = UNTESTED
    elif found.found:
        verdict = f"There are groups among these customers (chance of error {numbers.percent(found.chance)})."
    parts = (verdict, parted.brief(evidence, live), f"{_best(evidence)}.", _standing(evidence, live, "It"))
    return " ".join(filter(None, parts))


def known(evidence: Evidence, live: int | None, numbers: Numbers) -> list[str]:
    """How that is known: what was tested, what each criterion prefers, and why that number is recommended."""
    parts = (
        grouped(evidence, numbers),
        parted.standing(evidence, live, numbers),
        f"{_listed(preferences(evidence))}.",
        recommending(evidence, numbers),
    )
    return [*filter(None, parts)]


def opening(evidence: Evidence, live: int | None, numbers: Numbers) -> str:
    """That and what is live as one paragraph, for programs and reports."""
    standing = [] if live is None else [_standing(evidence, live)]
    return " ".join([*known(evidence, live, numbers), *standing])


def recommending(evidence: Evidence, numbers: Numbers) -> str:
    """Which number of segments is recommended, and why; without groups, on what condition."""
    fits, best = preference.fitting(evidence), preference.recommended(evidence)
    said = f"{_best(evidence)}: of mixtures of two to {_small(evidence.choices[-2].k)} parts, that of {_small(fits.k)} fits best (BIC)"
    said += _counting(evidence, numbers)
    return f"{said}.{parted.within(evidence, best)}{' A single crowd fits better than that.' if preference.whole(evidence) else ''}"


def _best(evidence: Evidence) -> str:
    """Which number is recommended, and on what condition."""
    best = preference.recommended(evidence)
    if none_found(evidence):
        return f"{ALL_THE_SAME[0].upper()}{ALL_THE_SAME[1:]}, {_small(best)} is recommended"
    return f"{spell(best)} is recommended"


def _counting(evidence: Evidence, numbers: Numbers) -> str:
    """What is counted of the mixture that fits best; nothing where that is each of its parts."""
    fits = preference.fitting(evidence)
    if preference.counted(evidence):
        return (
            ", but customers lie otherwise between its parts than it has them "
            f"(chance of error at most {numbers.percent(LEVEL)}), so that crowds with a valley between them are counted"
        )
    if fits.apart == fits.k:
        return ""
    alone = ", which here leaves one alone, and two are the fewest" if fits.apart < preference.FEWEST else ""
    sizes = [size for one in evidence.others[fits.k - 2 : fits.k - 1] for size in one.sizes]
    few = f", and those of fewer than {_small(mixtures.STRAYS)} customers as none"
    return (
        f"; parts count as one where more than {numbers.percent(mixtures.SHARED)} of one's customers are taken for the "
        f"other's{few if min(sizes, default=mixtures.STRAYS) < mixtures.STRAYS else ''}{alone}"
    )


def grouped(evidence: Evidence, numbers: Numbers) -> str:
    """Whether there are groups at all, with the chance of error, and what was tested."""
    found = evidence.groups
    if found is None:
        return UNTESTED
    of = numbers.whole(evidence.customers)
    sample = f" (a random {numbers.whole(found.rows)} of {of})" if found.rows < evidence.customers else ""
    total = numbers.whole(found.crowds)
    if found.found:
        kinds, each = _kinds(found)
        held_out = ", and so do customers who had no part in the cut" if found.confirmed else ""
        return (
            f"There are groups: cut into {_small(found.k)}, customers{sample} thin out between the parts more than "
            f"crowds without groups do, {kinds} (more than {numbers.whole(found.beyond)} of {total}"
            f"{each}; chance of error {numbers.percent(found.chance)}){held_out}."
        )
    if found.flat:
        return (
            f"No groups are to be seen: cut into parts, customers{sample} thin out between them more than crowds without "
            f"groups do, but no more than chance makes of one that is equally full all over. {MISSED}"
        )
    return (
        f"No groups are to be seen: cut into parts, customers{sample} thin out between them {found.more} than crowds "
        f"without groups do (of {total} that are like them, {numbers.many(found.crowds - found.beyond, 'thins', 'thin')} out "
        f"as much). {MISSED}"
    )


def _kinds(found: Groups) -> tuple[str, str]:
    """What the crowds were like that customers were held to, and of which of them."""
    if found.fields == 1:
        return "drawn with their values and a single peak", ""
    how = LAYERED if found.fields == 2 else KINDS if found.confirmed else WITH_AXES
    return f"be these drawn {how}", " of each kind"


def cost(evidence: Evidence, live: int, numbers: Numbers) -> str:
    """What the live number of segments costs and buys against the one that is recommended."""
    best, given = preference.recommended(evidence), f" {ALL_THE_SAME}" if none_found(evidence) else ""
    if live == best:
        found = preferences(evidence)
        backing = sum(one.k == best for one in found)
        return f"{spell(live)} is what is recommended{given}; {_of(backing, len(found))} by itself."
    known = f", which is recommended{given}," if given else ","
    return f"Against {_small(best)}{known} {_small(live)} {_costs(evidence, live, best, numbers)}"


def _of(backing: int, total: int) -> str:
    """Two of six criteria prefer it."""
    some = spell(backing).lower() if backing else "none"
    return f"{some} of {spell(total).lower()} criteria prefer{'s' if backing < 2 else ''} it"


def elbow(evidence: Evidence) -> str:
    """What the WCSS curve says, and what it does not."""
    bend = "has no clear bend" if evidence.elbow is None else f"bends most at {_small(evidence.elbow)}"
    if evidence.crowd_elbow is None:
        return f"The curve {bend}; that of crowds without groups, {CROWD}, has no bend."
    return (
        f"The curve {bend}. In crowds without groups, {CROWD}, it bends too, at "
        f"{_small(evidence.crowd_elbow)}: an elbow alone proves nothing."
    )


def gap(evidence: Evidence, numbers: Numbers) -> str:
    """What the gap statistic prefers, why, and how that moves."""
    best = preference.gap_prefers(evidence)
    if best is None:
        said = f"Settles on none of these: every further segment, up to {_small(evidence.choices[-1].k)}, clearly beats one fewer."
    else:
        said = f"{prefers(best)}: one more segment does not clearly beat it."
        if best > 1:
            said += " It can also prefer one, which would mean that it finds no segments."
    return said + moving(preference.of(evidence, "gap"), numbers)


def strength(evidence: Evidence, live: int, numbers: Numbers) -> str:
    """What prediction strength prefers, by both usual bounds, and what the live number has."""
    best, strict = (preference.strength_prefers(evidence, one) for one in (criteria.STRONG, criteria.STRICT))
    stricter = (
        "" if strict == best else f" ({_small(strict)} by the stricter {numbers.typed(criteria.STRICT)})"
    )
    why = (
        f"no division of one half of the customers is predicted by the other with {numbers.typed(criteria.STRONG)} or more"
        if best == 1
        else "the most segments that half of the customers predict for the other half"
    )
    return (
        f"{prefers(best)}{stricter}: {why}. {spell(live)} has {cut(evidence.choice(live).strength, numbers)}."
        f"{moving(preference.of(evidence, 'prediction_strength'), numbers)}{asked(evidence.parameters.preparation)}"
    )


def asked(how: Preparation) -> str:
    """Whom stability and prediction strength ask, where segments are made without some."""
    if not how.without_far_out:
        return ""
    return " Customers who are far out, without whom the live segments were made, are asked and cut as all others here."


def moving(found: Preference, numbers: Numbers) -> str:
    """How a criterion's number moves in draws anew; nothing where it stays."""
    if len(found.all) < 2:
        return ""
    told = [one for one in found.shares if one.k in found.all]
    each = listed([f"{_called(one.k)} in {numbers.percent(one.share)}" for one in told])
    return f" It moves {found.criterion.moves_with}: {each}."


def icl(evidence: Evidence, numbers: Numbers) -> str:
    """What the likelihood of mixtures prefers, and what it can be fooled by."""
    best = preference.icl_prefers(evidence)
    fit = "a single group fits" if best == 1 else "that many groups fit"
    odd = "" if best == 1 else " One group of an odd shape can be taken for several."
    moves = moving(preference.of(evidence, "icl"), numbers)
    return f"{prefers(best)}: {fit} best where groups that overlap cost.{odd}{moves}"


def leading(evidence: Evidence, live: int) -> str:
    """How many criteria are better than random cuts at the live number, and where each is most so."""
    mine = evidence.choice(live).leads
    above = sum(value > 0 for value in mine.values())
    peaks: dict[int, list[str]] = {}
    for one in preference.CRITERIA:
        k = max(evidence.choices[1:], key=lambda choice: choice.leads[one.key]).k
        peaks.setdefault(k, []).append(one.name)
    best = listed([f"{listed(names)} at {_small(k)}" for k, names in sorted(peaks.items())])
    return (
        f"With {_small(live)} segments {_small(above) if above else 'none'} of {_small(len(mine))} criteria are better than where customers "
        f"are divided at random into as many. Furthest ahead: {best}. In standard deviations of random divisions."
    )


def reliable(strength: float, numbers: Numbers) -> str:
    """A prediction strength beside its bound, in the words that every page uses."""
    side = "below" if strength < criteria.STRONG else "which reaches"
    return f"{cut(strength, numbers)}, {side} the {numbers.typed(criteria.STRONG)} that counts as reliable"


def cut(figure: float, numbers: Numbers) -> str:
    """Two decimals, never rounded up: 0.846 is no 0.85, from where a segment is called highly stable."""
    return numbers.fixed(math.floor(figure * 100 + 1e-9) / 100)


def sampling(evidence: Evidence, numbers: Numbers) -> str:
    """How far figures of a sample may be from those of everyone; nothing where everyone was measured."""
    errors = [one.scores.silhouette_error for one in evidence.choices if one.scores.silhouette_error]
    if not evidence.sampled or not errors:
        return ""
    within = numbers.fixed(1.96 * max(errors), 3)
    said = f" Silhouettes are those of the sample; everyone's are within {within} of them (95%)."
    if off := max(one.wcss_error for one in evidence.choices):
        said += f" Per customer, so are sums of squares, within {numbers.percent(1.96 * off)}."
    return said


def step(one: Step, evidence: Evidence, numbers: Numbers) -> str:
    """What one more segment changes."""
    groups, after = evidence.choice(one.k).groups, evidence.choice(one.k + 1).groups
    together = numbers.percent(one.together)
    if not one.clean:
        return f"Segments are redrawn: only {together} of customers stay together"
    parts = " and ".join(
        f"{after[child - 1].name} ({many(after[child - 1].size, evidence, numbers)})"
        for child in one.children
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


def many(size: float, evidence: Evidence, numbers: Numbers) -> str:
    """How many of all customers `size` of those stand for who were measured; of a sample, about as many."""
    about = "about " if evidence.sampled else ""
    return f"{about}{numbers.whole(size / evidence.rows * evidence.customers)}"


def moved(found: Moves, live: int, k: int, evidence: Evidence, numbers: Numbers) -> str:
    """Who moves from the live segments to `k` of them."""
    if k == live:
        return f"{spell(k)} is the live model: nobody moves."
    total = int(found.counts.sum())
    return (
        f"From {spell(live).lower()} to {spell(k).lower()}: {many(total - found.moved, evidence, numbers)} of "
        f"{numbers.whole(evidence.customers)} customers stay in the segment that goes on from theirs, "
        f"{many(found.moved, evidence, numbers)} ({numbers.percent(found.moved / total)}) move to another."
    )


def prefers(k: int | None) -> str:
    """The beginning of a criterion's finding."""
    if k is None:
        return "Settles on none of these"
    return "Prefers one (no segments)" if k == 1 else f"Prefers {_small(k)}"


def _called(k: int | None) -> str:
    return "none of these" if k is None else "one (no segments)" if k == 1 else _small(k)


def _listed(found: Sequence[Preference]) -> str:
    """Silhouette and Davies-Bouldin prefer two, the gap statistic seven or eight: it moves with its own draws."""
    alike: dict[tuple[int | None, ...], list[Preference]] = {}
    for one in found:
        alike.setdefault(one.all, []).append(one)
    parts = []
    for place, (ks, own) in enumerate(alike.items()):
        verb = f" prefer{'s' if len(own) == 1 else ''}" if place == 0 else ""
        causes = listed(list(dict.fromkeys(one.criterion.moves_with for one in own)))
        moves = f" (moving {causes})" if len(ks) > 1 else ""
        parts.append(f"{listed([one.name for one in own])}{verb} {_either(_runs(ks))}{moves}")
    text = listed(parts)
    return text[0].upper() + text[1:]


def _standing(evidence: Evidence, live: int, recommended: str = "") -> str:
    """That the live number is live and what speaks against it, with a word for it where it is what is recommended."""
    of_live = recommended if recommended and live == preference.recommended(evidence) else spell(live)
    if none_found(evidence):
        return f"{of_live} is live: a way to cut these customers, not groups that were found."
    found = preferences(evidence)
    for detail, count in (
        ("more", sum(max(one.ks, default=live) < live for one in found)),
        ("less", sum(min(one.ks, default=live) > live for one in found)),
    ):
        if 2 * count > len(found):
            return f"{of_live} is live, which is {detail} detail than most criteria back."
    agreed = "" if preference.favourite(evidence) == live else "; the criteria do not agree on a number"
    return f"{of_live} is live{agreed}."


def _costs(evidence: Evidence, live: int, best: int, numbers: Numbers) -> str:
    mine, other = evidence.choice(live), evidence.choice(best)
    ours, theirs = mine.scores.silhouette or 0.0, other.scores.silhouette or 0.0
    clear, clearer = numbers.fixed(ours), numbers.fixed(theirs)
    tells = f"{'cost' if ours < theirs else 'gain'} clearness: the mean silhouette is {clear} instead of {clearer}"
    return (
        f"{tells if clear != clearer else f'are as clear, with a mean silhouette of {clear}'}, and in fresh customers the weakest "
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


def _runs(ks: Sequence[int | None]) -> list[str]:
    """Numbers in words; four and more in a row by their ends, as in "three to ten"."""
    runs: list[list[int | None]] = []
    for k in ks:
        last = runs[-1][-1] if runs else None
        if k is not None and last is not None and last > 1 and k == last + 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    return [
        word
        for run in runs
        for word in (
            [f"{_called(run[0])} to {_called(run[-1])}"] if len(run) > 3 else [_called(k) for k in run]
        )
    ]


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _small(k: int) -> str:
    return spell(k).lower()
