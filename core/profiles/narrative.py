"""Segments in plain language: what stands out, and a description with figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.model.axes import telling
from core.model.profile import SMALL, Profile, SegmentProfile
from core.numbers import Numbers, agreed, listed, spell
from core.schema.derivations import YearsAt
from core.schema.fields import Field, Kind, in_sentence
from core.schema.schema import Schema

SMALL_RELATION = 0.1  # a correlation below it is hardly one
FEWEST_RELATED = 10  # customers of whom a relation is told
NOBODY = "nobody is in it"
MOST_SAID = 3  # phrases of a segment, unless its name speaks of more
WORTH_SAYING = 0.3  # difference from everyone below which a field is not said to stand out


def opening(profile: Profile, numbers: Numbers, schema: Schema) -> str:
    """The sentence that says who the customers are; no segment of a handful is put first."""
    large = [segment for segment in profile.segments if not segment.small]
    count = f"{spell(len(profile.segments))} segments"
    if not large:
        which = "who brings most" if profile.value else "how they differ"
        return f"{count}, none of {SMALL} customers or more: too few to say {which}."
    if profile.value is None:
        best = max(large, key=lambda segment: segment.size)
        return f"{count}. The largest, “{best.name}”, has {numbers.percent(best.share)} of customers."
    best = max(large, key=lambda segment: segment.spending_share)
    most = ", the most" if sum(one.spending_share == best.spending_share for one in large) == 1 else ""
    among = "" if len(large) == len(profile.segments) else f" Of those with {SMALL} customers or more,"
    name = f" {best.name}" if not among else f" {best.called}"
    are, bring = agreed(best.name, "is", "are"), agreed(best.name, "brings", "bring")
    return (
        f"{count}.{among}{name} {are} {numbers.percent(best.share)} "
        f"of customers and {bring} {numbers.percent(best.spending_share)} of {schema[profile.value].of_all('')}{most if among else ''}."
    )


def stands_out(segment: SegmentProfile, profile: Profile, numbers: Numbers, schema: Schema) -> list[str]:
    """What sets the segment apart, each as a phrase with its figures.

    First what its name speaks of, then the largest standardised differences from everyone; nothing that could be
    chance (see `SegmentProfile.certain`).
    """
    if not segment.size:
        return [NOBODY]
    if segment.small:
        return ["too few customers to say what sets them apart"]
    named = [name for name in segment.named_for if segment.certain(name)]
    told = [name for name in telling(profile, schema) if name in segment.effects]
    largest = profile.told_apart(segment, (name for name in told if name not in named), WORTH_SAYING)
    fields = named + largest[: max(MOST_SAID - len(named), 0)]
    phrases = [
        phrase(schema[name], segment.averages[name].mean, profile.averages[name].mean, numbers)
        for name in fields
    ]
    return phrases or [_plain(segment, profile, told)]


def _plain(segment: SegmentProfile, profile: Profile, told: Sequence[str]) -> str:
    if any(profile.apart(segment, name) >= WORTH_SAYING for name in told):
        return "what sets them apart could be chance"
    fields = "field" if len(told) == 1 else f"{len(told)} fields"
    return f"close to the average in the {fields} compared here" if told else "nothing to compare"


def phrase(field: Field, value: float | None, average: float | None, numbers: Numbers) -> str:
    """One difference from the average in words, such as "income 76,230 a year, 48% above average"."""
    if value is None or average is None:
        return f"{field.within} not known"
    text = numbers.of(field, value)
    if field.kind in (Kind.YEARS, Kind.DAYS):
        unit, number = "year" if field.kind is Kind.YEARS else "day", numbers.whole(value)
        told = f" {unit}" not in f" {field.within}"
        plain = tuple(f"{field.within} {{}}{f' {one}' if told else ''}" for one in (unit, f"{unit}s"))
        return f"{_worded(field.phrase or plain, number)}, {_apart(value - average, unit, field, numbers)}"
    if field.kind in (Kind.FLAG, Kind.SHARE, Kind.RATIO):
        overall = numbers.of(field, average)
        return (
            f"{field.within} {text}, {'as on average' if text == overall else f'against {overall} overall'}"
        )
    if field.many:
        many = f"{field.within} 1" if text == "1" else f"{text} {field.within}"
        return f"{many}, {numbers.times(value, average)}"
    unit = field.with_unit.removeprefix(field.within)
    return f"{field.within} {text}{unit}, {numbers.times(value, average)}".replace(" ,", ",")


def description(segment: SegmentProfile, profile: Profile, numbers: Numbers, schema: Schema) -> str:
    """Three sentences: how many, what they are worth, who they are; what is not known is left out."""
    mean = {name: one.mean for name, one in segment.averages.items() if one.mean is not None}
    customers = "customer" if segment.size == 1 else "customers"
    many = f"{numbers.whole(segment.size)} {customers}, {numbers.percent(segment.share)} of all"
    who = [_told(schema[name], mean[name], numbers) for name in schema.picked("who") if name in mean]
    last = [name for name in schema.targets[-1:] if name in mean]
    said = [
        f"{many}.",
        *([_worth(segment, profile, numbers, schema)] if profile.value in mean else []),
        *([f"On average they {listed(who)}."] if who else []),
        *(f"{_share(schema[name], numbers.of(schema[name], mean[name]))}." for name in last),
    ]
    if profile.value:
        shared = f"{numbers.percent(segment.spending_share)} of {schema[profile.value].of_all()}"
        said[0] = f"{many}, with {shared}."
    return " ".join(said)


def _worth(segment: SegmentProfile, profile: Profile, numbers: Numbers, schema: Schema) -> str:
    field, mean = schema[profile.value or ""], profile.worth(segment) or 0.0
    value, against = numbers.money(mean, field.decimals), numbers.times(mean, profile.worth(profile) or 0.0)
    if not field.who:
        return f"{field.label}: {value} on average, {against}."
    return f"They {field.who[0].format(value)}, {against}."


def _share(field: Field, share: str) -> str:
    return f"{share} {field.who[0]}" if field.who else f"{field.label}: {share}"


def _told(field: Field, mean: float, numbers: Numbers) -> str:
    """What a sentence says of them, after "they"."""
    if field.kind is Kind.AMOUNT:
        return field.who[0].format(numbers.of(field, mean))
    number = numbers.whole(mean) if field.kind is Kind.YEARS else numbers.decimal(mean, field.decimals or 1)
    return _worded(field.who, number)


def _worded(words: Sequence[str], number: str) -> str:
    """A number in its words, the number as it is written: rounded to one, it is one."""
    return words[0 if number in ("1", "<1") else -1].format(number)


def relation(
    one: str, other: str, correlation: float, customers: int, numbers: Numbers, ranks: float | None = None
) -> str:
    """A correlation over so many customers in words, with its size; `ranks` is that of ranks, where it is known.

    Cohen (1988) calls 0.1 small, 0.3 medium, 0.5 large. Intervals are on Fisher's z scale (Fisher 1921, Metron 1:
    3-32): what may be nothing and may be more than small could be chance; of a handful nothing is said.
    """
    size = abs(correlation)
    said = f"(r\u00a0=\u00a0{numbers.fixed(correlation)})"
    if customers < FEWEST_RELATED:
        return f"{customers} customers are too few to say whether {in_sentence(one)} and {other} are related"
    deviation, error = math.atanh(min(size, 1 - 1e-12)), 1.96 / math.sqrt(customers - 3)
    if deviation + error < math.atanh(SMALL_RELATION) or error < deviation < math.atanh(SMALL_RELATION):
        return f"{one} and {other} are hardly related {said}"
    if deviation < error:
        return f"whether {in_sentence(one)} and {other} are related could be chance {said}"
    how = "strongly" if size >= 0.5 else "moderately" if size >= 0.3 else "weakly"
    if ranks is not None and ranks * math.copysign(1, correlation) < SMALL_RELATION:
        return f"{one} and {other} are {how} related {said} by few customers far out: most show nothing of it"
    falling = "" if correlation > 0 else ", one falling as the other rises"
    return f"{one} and {other} are {how} related{falling} {said}"


def _apart(difference: float, unit: str, field: Field, numbers: Numbers) -> str:
    if abs(difference) < 0.5:
        return "as on average"
    more, less = ("older", "younger") if _is_age(field) else ("more", "fewer")
    span = _worded((f"{{}} {unit}", f"{{}} {unit}s"), numbers.whole(abs(difference)))
    return f"{span} {less if difference < 0 else more} than average"


def _is_age(field: Field) -> bool:
    return isinstance(field.derived, YearsAt) or (field.kind is Kind.YEARS and bool(field.words))


def foremost(values: Mapping[str, float], *, lowest: bool = False) -> str:
    """Who has the highest value, or the lowest: all who share it, or how many they are where they are many."""
    end = (min if lowest else max)(values.values())
    names = [name for name, value in values.items() if value == end]
    return " and ".join(names) if len(names) < 3 else f"{len(names)} alike, {names[0]} among them"
