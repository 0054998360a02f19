"""What the segments page says of the fields that made the segments: they differ by design, and by how much more."""

from __future__ import annotations

import math
from collections.abc import Sequence

from callbacks.filters.lacking import is_known
from core.evidence import added
from core.evidence.cut_crowds import KEPT_AS, Apart, CutCrowds
from core.numbers import listed, spell
from core.profiles.contrast import compared
from core.schema.derivations import FromHistory, Sum
from core.schema.fields import in_sentence
from core.services import Services
from core.statistics.by_construction import by_construction

_SURE = "the interval of the pair leaves no room for chance"
_DRAWN = "as many customers, drawn at random from all, would seldom lie as far apart"
_SAMPLE = "In the other fields lines are 95% intervals of each difference from everyone, one by one"
_ALL = "The file holds all customers there are, so in the other fields differences are exact and have no intervals"


def told(services: Services, *, whole: bool = False) -> str:
    """Which fields, that others are tested, and how far apart crowds without groups lie when they are cut alike."""
    schema, basis = services.schema, services.model.card.parameters.basis
    others = [
        one
        for one in compared(services.model.card.profile, schema)
        if not by_construction(one, basis, schema)
    ]
    sizes = services.numbers.anew(
        f"sizes are Cohen's (0.2 standard deviations are small, 0.5 medium, 0.8 large), said where {_DRAWN if whole else _SURE}, "
        "corrected for all pairs of those compared: of the fields of which one is said, one in "
        "twenty is expected to be chance."
    )
    sums = [schema[name] for name in basis if isinstance(schema[name].derived, Sum)]
    parts = "".join(f"; {field.part} is a part of {field.within}" for field in sums)
    parts += _reckoned(services, basis)
    found = services.findings.read(services.model.card.key, KEPT_AS, CutCrowds)
    return (
        f"Segments were made to differ in {listed([schema[name].within for name in basis])}{parts}. In these they differ by design, as segments of pure noise would, so no interval "
        f"is given. {_beside(services, found) if found else ''}{_along(services)}"
        + (f"{_ALL if whole else _SAMPLE}; {sizes}" if others else "")
    )


def _reckoned(services: Services, basis: Sequence[str]) -> str:
    """Which other fields follow from these, of those that are told."""
    schema = services.schema
    names = [
        one.within
        for one in schema.fields
        if isinstance(one.derived, FromHistory)
        and one.name not in basis
        and {*one.derived.parts} & {*basis}
        and is_known(services, one.name)
    ]
    return f"; {listed(names)} follow{'' if names[1:] else 's'} from them" if names else ""


def _along(services: Services) -> str:
    """What comes along with these fields, and how much segments add to them."""
    kept, numbers = (
        services.findings.read(services.model.card.key, added.KEPT_AS, added.Found),
        services.numbers,
    )
    found = [one for one in kept or () if one.field in services.schema]
    if not found:
        return ""
    most, add = found[0], math.ceil(max(one.beyond for one in found) * 1000 - 1e-9) / 1000
    which = (
        "The other field comes along with these"
        if len(found) == 1
        else f"The other fields come along with these, most of all {in_sentence(services.label(most.field))}"
    )
    return (
        f"{which}: {numbers.percent(most.share)} of its variance lies between segments. Once the fields that made the "
        f"segments are known of a customer, the segment tells {numbers.rate(add)} more at most. "
    )


def _beside(services: Services, found: CutCrowds) -> str:
    """In which fields the segments lie further apart than nearly all crowds that are cut alike."""
    more = sorted((one for one in found.fields if one.more), key=lambda one: one.usual - one.own)
    start = (
        f"{found.crowds} crowds without groups, with the same values and correlations, were cut into "
        f"{spell(services.model.card.parameters.k).lower()} alike: "
    )
    if not more:
        return f"{start}in none of these fields do the segments here lie further apart than those. "
    if len(more) == len(found.fields):
        return f"{start}in all of these fields the segments here lie further apart: in {_widest(services, more[0])}. "
    others = (
        f", and in {listed([in_sentence(services.label(one.field)) for one in more[1:]])}" if more[1:] else ""
    )
    return f"{start}the segments here lie further apart in {_widest(services, more[0])}{others}; in the other fields no further. "


def _widest(services: Services, field: Apart) -> str:
    """How far apart they are in a field, and how far crowds are."""
    fixed, label = services.numbers.fixed, in_sentence(services.label(field.field))
    own, usual = fixed(field.own, 1), fixed(field.usual, 1)
    return (
        f"{label} ({own} standard deviations from the lowest mean to the highest, there {usual} on average)"
    )
