"""Names for segments: only words that the segment's own figures bear out, unique on any data."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from statistics import fmean
from types import MappingProxyType

from core.model.profile import Profile, SegmentProfile, mean_of
from core.numbers import listed
from core.schema.derivations import Ratio
from core.schema.fields import Field, Kind, Word
from core.schema.schema import Schema

NOTABLE = 0.25  # standardised difference from which a trait may enter a name
STRIKING = 0.9  # and from which it is said even where the name is unique without it
TELLING_NOUN = 0.4  # and from which children make families, or their absence households
HALF = 0.5
Segments = Mapping[int, SegmentProfile]
NOTHING: Segments = MappingProxyType({})
MOST = 4  # fields that names speak of, where the template chose none


@dataclass(frozen=True)
class Trait:
    """A field that names may speak of, and the share that bears its words out where they have one."""

    field: Field
    profile: Profile
    schema: Schema

    def word(self, effect: float) -> str:
        """The word for standing above or below everyone."""
        if self.field.words:
            return self._given(effect).text
        if self.field.kind is Kind.FLAG:
            return f"{_bare(self.field.called)} {'more' if effect > 0 else 'less'} often"
        return f"{'high' if effect > 0 else 'low'} {_bare(self.field.called)}"

    def told(self, segment: SegmentProfile) -> float:
        """The standardised difference, where the word for it is true; else 0."""
        effect = segment.effects.get(self.field.name, 0.0)
        return effect if segment.certain(self.field.name) and self._is_true(effect, segment) else 0.0

    def _given(self, effect: float) -> Word:
        return self.field.words[effect <= 0]

    def _is_true(self, effect: float, segment: SegmentProfile) -> bool:
        if not self.field.words:
            return True
        word, name = self._given(effect), self.field.name
        return (
            all(part > 1 if effect > 0 else part < 1 for part in self._parts(word.share, segment))
            and (word.at_most is None or self.profile.ratio(segment, name) <= word.at_most)
            and (word.below is None or mean_of(segment, name) < word.below)
        )

    def _parts(self, share: str, segment: SegmentProfile) -> list[float]:
        """How a part of a whole compares with everyone's, as the mean of shares and as a share of sums."""
        made = self.schema[share].derived if share else None
        whole = self.profile.ratio(segment, made.below) if isinstance(made, Ratio) else 0.0
        sums = (
            [self.profile.ratio(segment, made.above) / (whole or math.nan)] if isinstance(made, Ratio) else []
        )
        return [self.profile.ratio(segment, share), *sums] if share else []


def _bare(called: str) -> str:
    """What a field is called, without the unit in brackets behind it."""
    return re.sub(r"(?<=\w) *\([^()]*\)$", "", called)


TraitWord = tuple[int, str]  # place among the traits, and the word
_TIERS = ((1.7, "Premium"), (1.15, "Comfortable"), (0.7, "Middle"), (float("-inf"), "Budget"))


def named(profile: Profile, having: float | None, schema: Schema, before: Segments = NOTHING) -> Profile:
    """The same segments with their names.

    Parameters
    ----------
    having : float or None
        Share of all customers with any of what nouns speak of.
    before : dict of number to SegmentProfile
        What segments were in the version before: they keep their names as long as these are true. By numbers below
        zero those that are gone, whose names no other segment has where a trait tells it from them.

    Returns
    -------
    Profile
        Tier by the value, where there is one (at least 1.7, 1.15 and 0.7 times the average), then the fewest traits
        that tell segments of one tier apart; a number only where no trait does.
    """
    segments = {one.number: one for one in profile.segments}
    gone = {number: one for number, one in before.items() if number < 0}
    traits = _traits(profile, schema, [one for number, one in before.items() if number > 0])
    base = {number: (_tier(one, profile), _noun(one, having, schema)) for number, one in segments.items()}
    kept = {
        number: _still(traits, one, base[number], before.get(number), schema)
        for number, one in segments.items()
    }
    chosen: dict[int, list[TraitWord]] = {number: list(words or ()) for number, words in kept.items()}
    _tell_apart(traits, segments, base, chosen, schema, gone)
    plain = [number for number, words in chosen.items() if not words and kept[number] is None]
    _add_striking(traits, segments, base, chosen, schema, plain, gone)
    composed = {number: _compose(base[number], chosen[number], schema) for number in base}
    names = _numbered(_others(composed, schema))
    fields = {number: _fields(traits, chosen[number], base[number], schema) for number in base}
    return replace(
        profile,
        segments=tuple(replace(one, name=names[n], named_for=fields[n]) for n, one in segments.items()),
    )


def traits_of(profile: Profile, schema: Schema) -> tuple[Trait, ...]:
    """What names may speak of: as the template has it, else in what segments differ most, no answers among it."""
    names = schema.picked("names") or profile.telling(_able(schema), MOST)
    return tuple(Trait(schema[name], profile, schema) for name in names)


def _tell_apart(
    traits: Sequence[Trait],
    segments: Mapping[int, SegmentProfile],
    base: Mapping[int, tuple[str, str]],
    chosen: Mapping[int, list[TraitWord]],
    schema: Schema,
    gone: Segments,
) -> None:
    """Add traits to those that are called alike, or as one that is gone, until none are, or there are no more."""
    for _ in traits:
        names = {number: _compose(base[number], chosen[number], schema) for number in base}
        for group in _alike(names | {number: one.name for number, one in gone.items()}):
            for number in (one for one in group if one in base):
                _add_trait(traits, {**segments, **gone}, number, group, chosen[number])


def _traits(profile: Profile, schema: Schema, before: Iterable[SegmentProfile]) -> tuple[Trait, ...]:
    """What names may speak of; in a table of no template, what those of before spoke of comes first."""
    traits = traits_of(profile, schema)
    if schema.picked("names"):
        return traits
    others = (schema.value, schema.having and schema.having.name)
    longest = sorted((one.named_for for one in before), key=len, reverse=True)
    older = dict.fromkeys(name for names in longest for name in names if name not in others)
    names = dict.fromkeys([*older, *(one.field.name for one in traits)])
    return tuple(Trait(schema[name], profile, schema) for name in names)


def _still(
    traits: Sequence[Trait],
    segment: SegmentProfile,
    base: tuple[str, str],
    before: SegmentProfile | None,
    schema: Schema,
) -> list[TraitWord] | None:
    """The words of the name of before, if all of it is true still."""
    if before is None:
        return None
    words = [
        (place, trait.word(effect))
        for place, trait in enumerate(traits)
        if trait.field.name in before.named_for and abs(effect := trait.told(segment)) >= NOTABLE
    ]
    return words if _compose(base, words, schema) == before.name else None


def _able(schema: Schema) -> list[str]:
    """What names could speak of where no template says."""
    answers = {*schema.targets}
    return [name for name in schema.measures if name != schema.value and not schema.sources(name) & answers]


def spoken_of(schema: Schema) -> set[str]:
    """Every field that a name hangs on."""
    names = schema.picked("names") or _able(schema)
    shares = {word.share for name in names for word in schema[name].words if word.share}
    ratios = [made for name in shares if isinstance(made := schema[name].derived, Ratio)]
    parts = {part for made in ratios for part in made.parts}
    having = {schema.having.name} if schema.having else set()
    return {*names, *shares, *parts, *having, *filter(None, [schema.value])}


def _fields(
    traits: Sequence[Trait], chosen: list[TraitWord], base: tuple[str, str], schema: Schema
) -> tuple[str, ...]:
    having = schema.having.name if schema.having and base[1] != schema.noun else None
    last = (schema.value if base[0] else None, having)
    return (*(traits[place].field.name for place, _ in sorted(chosen)), *filter(None, last))


def _tier(segment: SegmentProfile, profile: Profile) -> str:
    """By the value, unless there is none or everyone together costs money."""
    everyone = profile.worth(profile) or 0.0
    if profile.value is None or everyone < 0:
        return "" if segment.share else "Empty"
    times = mean_of(segment, profile.value) / (everyone or 1.0)
    return next((word for least, word in _TIERS if times >= least), "Empty")


def _noun(segment: SegmentProfile, everyone: float | None, schema: Schema) -> str:
    """Families, if most have a child at home and more than elsewhere; households, if few have."""
    if schema.having is None or segment.having is None or everyone is None:
        return schema.noun
    own, name = segment.having, schema.having.name
    effect = segment.effects.get(name, 0.0) if segment.certain(name) else 0.0
    most, few = schema.having.nouns
    if effect >= TELLING_NOUN and own > HALF and own > everyone:
        return most
    return few if effect <= -TELLING_NOUN and own < HALF and own < everyone else schema.noun


def _alike(names: dict[int, str]) -> list[list[int]]:
    return [
        [number for number, other in names.items() if other == name]
        for name, times in Counter(names.values()).items()
        if times > 1
    ]


def _add_trait(
    traits: Sequence[Trait],
    segments: Mapping[int, SegmentProfile],
    number: int,
    group: list[int],
    chosen: list[TraitWord],
) -> None:
    """Add the trait in which `number` differs most from the others of its group."""
    others = [segments[other].effects for other in group if other != number]
    apart: dict[TraitWord, float] = {}
    for place, trait in enumerate(traits):
        own = trait.told(segments[number])
        difference = own - fmean(effects.get(trait.field.name, 0.0) for effects in others)
        if abs(own) >= NOTABLE and own * difference > 0 and all(place != taken for taken, _ in chosen):
            apart[place, trait.word(own)] = abs(difference)
    if apart:
        chosen.append(max(apart, key=lambda choice: apart[choice]))


def _add_striking(
    traits: Sequence[Trait],
    segments: Mapping[int, SegmentProfile],
    base: Mapping[int, tuple[str, str]],
    chosen: dict[int, list[TraitWord]],
    schema: Schema,
    plain: Sequence[int],
    gone: Segments,
) -> None:
    """Say what is striking about segments whose names are unique but `plain`."""
    taken = {one.name for one in gone.values()}
    taken |= {_compose(base[number], chosen[number], schema) for number in base}
    for number in plain:
        own = {place: trait.told(segments[number]) for place, trait in enumerate(traits[:MOST])}
        place = max(own, key=lambda place: abs(own[place]), default=None)
        if place is None or abs(own[place]) < STRIKING:
            continue
        choice = (place, traits[place].word(own[place]))
        if (name := _compose(base[number], [choice], schema)) not in taken:
            chosen[number].append(choice)
            taken.add(name)


def _compose(base: tuple[str, str], chosen: list[TraitWord], schema: Schema) -> str:
    """The words before whom they are of where the template has words, else after: plural, so that sentences may hold it."""
    words, plain = [word for _, word in sorted(chosen)], " ".join(filter(None, base))
    if schema.picked("names"):
        return " ".join([*words, plain]).capitalize()
    given = {word.text for one in schema.fields for word in one.words}
    before = " ".join([*(word for word in words if word in given), plain])
    after = listed([word for word in words if word not in given])
    name = " with ".join(filter(None, (before if before == plain else before.lower(), after)))
    return name[:1].upper() + name[1:]


def _others(names: dict[int, str], schema: Schema) -> dict[int, str]:
    """Those of whom there is nothing to say are the others, where something is said of some."""
    plain = schema.noun.capitalize()
    if set(names.values()) == {plain}:
        return names
    return {number: f"Other {schema.noun}" if name == plain else name for number, name in names.items()}


def _numbered(names: dict[int, str]) -> dict[int, str]:
    """The same names, those of several with the first numbers that make none of another."""
    found, taken = dict(names), set(names.values())
    for group in _alike(names):
        free = (f"{names[group[0]]} {place}" for place in count(1))
        for number in group:
            found[number] = next(name for name in free if name not in taken)
            taken.add(found[number])
    return found
