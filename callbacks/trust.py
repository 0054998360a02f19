"""How far each segment can be trusted, in words, from what was found about the live model."""

from __future__ import annotations

from collections.abc import Callable

from dash.development.base_component import Component

from callbacks import progress
from callbacks.web.sessions import signed_in
from core.errors import JobError, StoreError
from core.evidence.evidence import Evidence, find
from core.evidence.preference import none_found
from core.evidence.recommendation import asked, cut
from core.evidence.stability import (
    DISSOLVED,
    EACH,
    KEPT_AS,
    STABLE,
    SegmentStability,
    Stability,
    StabilityRating,
)
from core.evidence.stability_told import caution, rating
from core.jobs.queue import Job
from core.model.preparation import Preparation
from core.numbers import Numbers, spell
from core.scoring.prediction import CROWD
from core.services import Services
from core.statistics.rates import wilson_of
from layouts.components import notice
from layouts.trust import Trust, explained, measured

_BADGES = {
    StabilityRating.HIGHLY_STABLE: ("high", "Highly stable"),
    StabilityRating.STABLE: ("good", "Stable"),
    StabilityRating.DOUBTFUL: ("doubtful", "Doubtful who belongs to it"),
    StabilityRating.DISTRUST: ("low", "Not to be trusted"),
    StabilityRating.DISSOLVED: ("low", "Dissolves"),
    StabilityRating.EMPTY: ("low", "Too few customers to say"),
}

CUT, ALIKE = "A cut that comes back, no group", "Comes back as in a crowd"


def found(services: Services) -> Stability | None:
    """The stability of the live model's segments; None until it has been computed."""
    known = services.findings.read(services.model.card.key, KEPT_AS, Stability)
    return known if known and len(known.segments) == len(services.model.card.profile.segments) else None


def badges(services: Services) -> dict[int, Trust]:
    """A badge for each segment, by its number; none until stability has been computed."""
    known = found(services)
    if known is None:
        return {}
    beside, known_groups = cautioned(services), evidence(services)
    crowd = known_groups is not None and none_found(known_groups)
    return {one.number: _badge(one, known, beside, services.numbers, crowd) for one in known.segments}


def tried(known: Stability, how: Preparation, numbers: Numbers) -> str:
    """How the badges were made."""
    from_ = f"{numbers.whole(known.customers)} customers"
    if known.sampled < known.customers:
        from_ = f"a random {numbers.whole(known.sampled)} of the {from_}"
    return (
        f"{numbers.whole(known.resamples)} times, customers were drawn with replacement from {from_}, and the "
        f"segments made again from {known.starts} starts. The figure on a badge is how much of a segment came "
        "back, on average: those in both the old and the new segment, by those in either (Jaccard). “Highly stable” and "
        "“Stable” are said only where segments that are made from half as many customers bear it out."
        f"{asked(how)}{_crowds(known, numbers)}"
    )


def _crowds(known: Stability, numbers: Numbers) -> str:
    if not known.crowds:
        return ""
    return (
        f" {numbers.whole(known.crowds)} crowds without groups, with a single peak in every field and the same "
        f"correlations, were cut alike and drawn from {EACH} times each: beside each segment stands the mean of "
        "that which is as high in their order."
    )


def _badge(segment: SegmentStability, known: Stability, beside: str, numbers: Numbers, crowd: bool) -> Trust:
    """In a crowd without groups what comes back is no segment that was found, however stable."""
    grade, words = _BADGES[segment.verdict]
    if grade in ("high", "good") and (crowd or segment.is_as_in_a_crowd):
        grade, words = _BADGES[StabilityRating.DOUBTFUL][0], CUT if crowd else ALIKE
    if segment.jaccard is None or segment.fresh is None:
        return Trust(grade, words, "", ("No customer of this segment was drawn.",))
    if segment.is_of_few:
        return Trust(grade, words, "", (_of_few(segment, numbers), beside))
    details = (
        f"Jaccard {rating(segment, numbers)}.",
        f"Made from half as many customers, drawn anew, segments differ as those of other customers would: there it is "
        f"{cut(segment.fresh.mean, numbers)}, in four of five between {numbers.fixed(segment.fresh.low)} and "
        f"{numbers.fixed(segment.fresh.high)}.",
        f"Came back well in {numbers.whole(segment.recovered)} of {numbers.whole(known.resamples)} tries "
        f"({numbers.typed(STABLE)} or more) and dissolved in {numbers.whole(segment.dissolved)} "
        f"({numbers.typed(DISSOLVED)} or less).",
        *_in_a_crowd(segment, len(known.segments), numbers),
        beside,
    )
    level = "" if segment.crowd is None else f"crowd {numbers.fixed(segment.crowd)}"
    return Trust(grade, words, cut(segment.jaccard, numbers), details, level)


def _of_few(segment: SegmentStability, numbers: Numbers) -> str:
    low, high = (numbers.fixed(bound) for bound in wilson_of(segment.jaccard or 0.0, segment.customers))
    count = f"{numbers.whole(segment.customers)} customer{'' if segment.customers == 1 else 's'}"
    return (
        f"A segment of {count} says little of itself: its Jaccard could be anything from {low} to {high}. It may as well "
        "not be there among other customers."
    )


def _in_a_crowd(segment: SegmentStability, k: int, numbers: Numbers) -> list[str]:
    if segment.crowd is None or segment.error is None:
        return []
    level, error = numbers.fixed(segment.crowd), numbers.fixed(2 * segment.error)
    more = "no more" if segment.is_as_in_a_crowd else "more"
    return [
        f"A crowd without groups, cut in {spell(k).lower()}, would get {level} here, give or take {error}: this is {more}."
    ]


def panel(services: Services) -> list[Component]:
    """What the badges say and do not say; until they are known, how far their calculation is."""
    return _about(services, lambda job: progress.panel(services, job))


def quiet(services: Services) -> list[Component]:
    """The same, with a line in place of the panel: it is measured while the page is read."""
    return _about(services, lambda job: measured(progress.seen(services, job)))


def _about(services: Services, show: Callable[[Job], Component]) -> list[Component]:
    """The calculation is started for the first visitor; equal jobs are one."""
    known = found(services)
    if known is None and signed_in() is not None:
        try:
            job = progress.shared(services, KEPT_AS)
        except (JobError, StoreError) as error:
            return [notice("No trust badges yet", str(error))]
        return [notice("No trust badges yet", progress.NOT_YET) if job is None else show(job)]
    return (
        []
        if known is None
        else explained(
            cautioned(services),
            tried(known, services.model.card.parameters.preparation, services.numbers),
            services.numbers,
        )
    )


def cautioned(services: Services) -> str:
    """What no badge says, from the same evidence as the page How many."""
    return caution(evidence(services), services.model.card.parameters.k, services.numbers)


def evidence(services: Services) -> Evidence | None:
    """What was measured about the number of segments; None until it has been."""
    return find(services.findings, services.model.card)


def one_crowd(services: Services) -> str:
    """That segments are parts of one crowd, where that is known."""
    return f" {CROWD}." if services.grouped is False else ""
