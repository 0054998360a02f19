"""What marketing could try with a segment. Every claim is in one table, with what the data must show for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.campaigns.board import Row, board
from core.campaigns.counts import by_segment
from core.campaigns.economics import of_file
from core.campaigns.posterior import Verdict
from core.crossfilter.selection import Selection
from core.model.artefacts import Model
from core.model.profile import CHANCE, Profile, SegmentProfile, difference, mean_of
from core.numbers import Numbers
from core.profiles import narrative as words
from core.schema.derivations import Ratio
from core.schema.schema import Schema

CLEARLY = 0.5  # standardised difference from which a segment is clearly apart
SOMEWHAT = 0.3
FAR, LITTLE = 1.5, 0.9  # spending, as a multiple of everyone's
LARGE_PART = 0.3  # of purchases
# What suggestions rest on: fields that the template picked for them; where it has none, no such suggestion is made.
SPENDING, ANSWER, RECENCY, ONLINE, DEALS = "spending", "answer", "recency", "online", "deals"


@dataclass(frozen=True)
class Suggestion:
    """What marketing could try, and the figures that speak for it."""

    title: str
    text: str
    rests_on: str = ""  # field that the suggestion rests on; empty where it rests on none


@dataclass(frozen=True)
class Seen:
    """A segment among all, and what the last campaign came to with it where the file has its cost and revenue."""

    segment: SegmentProfile
    profile: Profile
    schema: Schema
    row: Row | None = None

    def field(self, role: str) -> str:
        """The field of a role; nothing where the table has none."""
        return next(iter(self.schema.picked(role)), "")

    def effect(self, role: str) -> float:
        """Standardised difference from everyone; 0 where it could be chance."""
        name = self.field(role)
        return self.segment.effects[name] if self.segment.certain(name) else 0.0

    def ratio(self, role: str) -> float:
        """Average as a multiple of everyone's; NaN where there is none."""
        return self.profile.ratio(self.segment, self.field(role))

    def deals(self, of: SegmentProfile | Profile) -> tuple[float, float]:
        """Part of purchases that are deals: the mean of customers' own parts, and the part of all purchases."""
        name = self.field(DEALS)
        made = self.schema[name].derived if name else None
        deals, purchases = made.parts if isinstance(made, Ratio) else ("", "")
        all_ = mean_of(of, purchases)
        return mean_of(of, name), mean_of(of, deals) / all_ if all_ else float("nan")

    def deals_above(self, parts: tuple[float, float]) -> bool:
        """Whether the part of purchases that are deals is as large, in either way of reckoning it."""
        return all(own >= part for own, part in zip(self.deals(self.segment), parts, strict=True))

    def is_apart(self) -> bool:
        """Whether the segment is clearly apart in any field at all."""
        effects = self.segment.effects
        return any(abs(effect) >= CLEARLY for effect in effects.values()) or bool(
            self.profile.told_apart(self.segment, effects, CLEARLY)
        )

    def is_spending_most(self) -> bool:
        """Whether no segment spends more."""
        return mean_of(self.segment, self.field(SPENDING)) >= mean_of(self._top(), self.field(SPENDING))

    def is_among_the_highest(self) -> bool:
        """Whether the segment that spends more may do so by chance."""
        own, top = (one.averages[self.field(SPENDING)] for one in (self.segment, self._top()))
        return self.effect(SPENDING) > CLEARLY and difference(own, top) > CHANCE

    def _top(self) -> SegmentProfile:
        there = [one for one in self.profile.segments if one.size]
        return max(there, key=lambda one: mean_of(one, self.field(SPENDING)))

    def said(self, verdict: Verdict) -> bool:
        """Whether that is what the last campaign says of the segment."""
        return self.row is not None and self.row.verdict is verdict


# What is said of segments, and what must be true of one for it.
CLAIMS: Mapping[str, Callable[[Seen], bool]] = {
    "They spend most.": Seen.is_spending_most,
    "Their spending is among the highest.": Seen.is_among_the_highest,
    "They spend far above average.": lambda seen: seen.ratio(SPENDING) >= FAR,
    "They spend above average.": lambda seen: seen.effect(SPENDING) > 0,
    "They spend little.": lambda seen: seen.ratio(SPENDING) <= LITTLE,
    "They accepted the last campaign more often than others.": lambda seen: seen.effect(ANSWER) > 0,
    "They accepted the last campaign less often than others.": lambda seen: seen.effect(ANSWER) < 0,
    "They did not accept the last campaign more often than others.": lambda seen: seen.ratio(ANSWER) <= 1,
    "Whether they accept campaigns more often than others could be chance.": lambda seen: (
        seen.ratio(ANSWER) > 1 and not seen.segment.certain(seen.field(ANSWER))
    ),
    "They already buy on the website, more than others do.": lambda seen: seen.effect(ONLINE) > 0,
    "Their last purchase is long ago and their spending is low.": lambda seen: (
        seen.effect(RECENCY) > CLEARLY and seen.ratio(SPENDING) <= LITTLE
    ),
    "Their last purchase is longer ago than that of others.": lambda seen: seen.effect(RECENCY) > 0,
    "They bought recently but little.": lambda seen: (
        seen.effect(RECENCY) < -CLEARLY and seen.ratio(SPENDING) <= LITTLE
    ),
    "A large part of their purchases are deals.": lambda seen: seen.deals_above((LARGE_PART, LARGE_PART)),
    "Deals are a larger part of their purchases than of those of others.": lambda seen: (
        seen.effect(DEALS) > 0 and seen.deals_above(seen.deals(seen.profile))
    ),
    "Nothing sets them clearly apart.": lambda seen: not seen.is_apart(),
}
_SPENDING = (
    "They spend most.",
    "Their spending is among the highest.",
    "They spend far above average.",
    "They spend above average.",
)
_ANSWERS = (
    "They accepted the last campaign more often than others.",
    "They did not accept the last campaign more often than others.",
    "Whether they accept campaigns more often than others could be chance.",
)


@dataclass(frozen=True)
class _Rule:
    """A suggestion, and when it is made."""

    title: str
    applies: Callable[[Seen], bool]
    rests_on: str
    says: tuple[tuple[str, ...], ...]  # of each group of claims the first that is true is said
    # What to do; what else unless the last campaign speaks against contacting them; and unless it speaks for it.
    advice: str
    contact: str = ""
    spare: str = ""


def _answers_well(seen: Seen) -> bool:
    return CLAIMS[_ANSWERS[0]](seen) or seen.said(Verdict.SEND)


_RULES = (
    _Rule(
        "Reward and keep",
        lambda seen: seen.effect(SPENDING) > CLEARLY and _answers_well(seen),
        SPENDING,
        (_SPENDING, _ANSWERS),
        "Give early access, service and recognition rather than discounts.",
        contact="Contact them first when a campaign has few places.",
    ),
    _Rule(
        "Keep, and find the right offer",
        lambda seen: seen.effect(SPENDING) > CLEARLY,
        SPENDING,
        (_SPENDING, _ANSWERS),
        "Protect the relationship, and test a different offer on a part of them before the next large mailing.",
    ),
    _Rule(
        "Meet them online",
        lambda seen: seen.effect(ONLINE) > CLEARLY,
        ONLINE,
        (("They already buy on the website, more than others do.",),),
        "Recommend complements at checkout.",
        spare="Move the budget for printed contacts to the site and e-mail.",
    ),
    _Rule(
        "Win back at low cost",
        CLAIMS["Their last purchase is long ago and their spending is low."],
        RECENCY,
        (("Their last purchase is long ago and their spending is low.",),),
        "Send one reminder with a clear reason to return.",
        spare="Stop contacting those who stay silent.",
    ),
    _Rule(
        "Win back",
        lambda seen: seen.effect(RECENCY) > CLEARLY,
        RECENCY,
        (("Their last purchase is longer ago than that of others.",),),
        "Ask what keeps them away, and give them a reason to return.",
    ),
    _Rule(
        "Build the habit",
        CLAIMS["They bought recently but little."],
        RECENCY,
        (("They bought recently but little.",),),
        "Offer a second purchase soon after the first: small baskets, starter sizes, a reason to come back within "
        "the month.",
    ),
    _Rule(
        "Bundles instead of discounts",
        lambda seen: seen.effect(DEALS) > SOMEWHAT,
        DEALS,
        (
            (
                "A large part of their purchases are deals.",
                "Deals are a larger part of their purchases than of those of others.",
            ),
        ),
        "Raise the basket with bundles and thresholds, and keep blanket discounts for stock that must go.",
    ),
    _Rule(
        "Go on contacting them",
        lambda seen: seen.effect(SPENDING) < -SOMEWHAT and seen.said(Verdict.SEND),
        SPENDING,
        (("They spend little.",),),
        "Keep to offers like the last one.",
    ),
    _Rule(
        "Inform, cheaply",
        lambda seen: seen.effect(SPENDING) < -SOMEWHAT and CLAIMS["They spend little."](seen),
        SPENDING,
        (("They spend little.",), ("They accepted the last campaign less often than others.",)),
        "Keep them informed through free channels, and spend on contacts only where a test shows that it pays.",
    ),
    _Rule(
        "Test before you spend",
        lambda _seen: True,
        "",
        (("Nothing sets them clearly apart.",),),
        "Try two offers on small random groups and follow the better one.",
    ),
)
_NOBODY = Suggestion("Nobody to advise on", "No customer is in it.")
_FEW = Suggestion(
    "Too few to say", "Averages of so few customers say little. Look at each of them, or take fewer segments."
)


def suggestion(
    segment: SegmentProfile,
    profile: Profile,
    numbers: Numbers,
    schema: Schema,
    row: Row | None = None,
    cents: int = 0,
) -> Suggestion:
    """What marketing could try with the segment; `row` is what the last campaign came to with it, if known, in `cents`."""
    if segment.small:
        return _FEW if segment.size else _NOBODY
    seen = Seen(segment, profile, schema, row)
    rule = next(rule for rule in _RULES if rule.applies(seen))
    against = seen.said(Verdict.SKIP) or seen.said(Verdict.TEST)
    parts = [
        *(next((claim for claim in group if CLAIMS[claim](seen)), "") for group in rule.says),
        _furthest(seen, numbers) if not rule.rests_on and seen.is_apart() else "",
        rule.advice,
        "" if against else rule.contact,
        "" if seen.said(Verdict.SEND) else rule.spare,
        campaign(row, numbers, cents),
    ]
    return Suggestion(rule.title, " ".join(part for part in parts if part), seen.field(rule.rests_on))


def _furthest(seen: Seen, numbers: Numbers) -> str:
    """Where a segment that no rule is made for is furthest from everyone."""
    effects = seen.segment.effects
    certain = seen.profile.told_apart(seen.segment, effects, SOMEWHAT)
    if not certain:
        return "What sets them apart could be chance."
    name = certain[0]
    own, everyone = mean_of(seen.segment, name), mean_of(seen.profile, name)
    told = words.phrase(seen.schema[name], own, everyone, numbers)
    far = {one: abs(effect) for one, effect in effects.items()}
    if far[name] < SOMEWHAT:
        far = {one: seen.profile.apart(seen.segment, one) for one in effects}
    further = max(far.values()) > far[name]
    return f"As a whole the segment is furthest from everyone{', of what is more than chance' if further else ''}: {told}."


def campaign(row: Row | None, numbers: Numbers, cents: int = 0) -> str:
    """What the last campaign came to with a segment, and what that says of the next."""
    if row is None or row.verdict is None:
        return ""
    money = numbers.money(abs(row.profit), cents)
    came = f"{'earned' if row.profit > 0 else 'lost'} {money}" if round(row.profit, cents) else "broke even"
    then = {
        Verdict.SEND: "such contacts pay",
        Verdict.TEST: "test before you send",
        Verdict.SKIP: "leave them out of the next one like it",
    }[row.verdict]
    return f"The last campaign {came} with them: {then}."


def of_customer(
    model: Model, number: int, values: Mapping[str, float | None], numbers: Numbers
) -> Suggestion:
    """What marketing could try with one customer of segment `number`, whose figures are `values`."""
    profile = model.card.profile
    segment = profile.segment(number)
    given = suggestion(segment, profile, numbers, model.schema, rows(model).get(number), cents(model))
    return for_customer(given, values, segment, profile, numbers, model.schema)


def for_customer(
    given: Suggestion,
    values: Mapping[str, float | None],
    segment: SegmentProfile,
    profile: Profile,
    numbers: Numbers,
    schema: Schema,
) -> Suggestion:
    """The same for one customer of the segment, who may be on the other side of the average than the segment."""
    value, everyone = values.get(given.rests_on), mean_of(profile, given.rests_on)
    if (
        value is None
        or math.isnan(value)
        or (value - everyone) * (mean_of(segment, given.rests_on) - everyone) > 0
    ):
        return given
    field = schema[given.rests_on]
    here, average = numbers.of(field, value), numbers.of(field, everyone)
    side = "not above" if mean_of(segment, given.rests_on) > everyone else "not below"
    return Suggestion(
        "No advice from the segment",
        f"“{given.title}” is meant for customers with {field.within} {side[4:]} the average of {average}; "
        f"this one has {here}, which is {side} it. Look at the customer, not at the segment.",
    )


def cents(model: Model) -> int:
    """Decimals in which it is written what a campaign earned."""
    return of_file(model.people).economics.cents


def rows(model: Model, selection: Selection | None = None) -> Mapping[int, Row]:
    """What the last campaign came to with each segment, of all its customers or those who pass the filters on other
    fields; nothing where the file has no amounts."""
    known, last = of_file(model.people), model.schema.outcomes[-1:]
    if not known.given or not last or last[0] not in model.crossfilter.axes:
        return {}
    asked = selection or model.crossfilter.selection()
    [groups] = by_segment(model.crossfilter, asked, last, model.schema).values()
    return dict(enumerate(board(groups, known.economics, planned=False), start=1))
