"""What segments hang on, in words: each sentence is checked on the ways that were tried before it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.cleaning import rules_for
from core.evidence.sensitivity import (
    AGAIN,
    AS_THEY_ARE,
    EVERYONE,
    FOUND_AGAIN,
    LOGARITHMS,
    MIXTURE,
    OUTLIERS,
    RANKS,
    ROBUST,
    RULE,
    STANDARD,
    UNWEIGHED,
    WITHOUT,
    Sensitivity,
    Way,
)
from core.model.card import Card
from core.numbers import Numbers, listed, spell

MANY = 0.25  # of all customers, from which a move to logarithms is told
NEARLY_ALL = 0.9  # of all customers in one segment

HEAD = (
    "Made otherwise",
    "Agreement (1: the same)",
    "Customers who move",
    "Found again",
    "Not found again",
    "Names that change",
)
_SAID = {
    RANKS: "On ranks in place of values",
    ROBUST: "Scaled by median and quartiles",
    STANDARD: "Scaled by mean and standard deviation",
    UNWEIGHED: "With all fields alike",
    OUTLIERS: "Made without outliers",
    EVERYONE: "Made with outliers",
    MIXTURE: "By a mixture of normal distributions",
}


@dataclass(frozen=True)
class Told:
    """What was found about the segments of a model, for who reads."""

    found: Sensitivity
    card: Card
    numbers: Numbers

    def finding(self) -> str:
        """Which segments hold in every other way, and which hang on one field alone."""
        return " ".join(filter(None, (self._held(), self._alone(), self._none())))

    def way(self, way: Way) -> str:
        """What was done otherwise."""
        if way.kind == AGAIN:
            return f"The same{' in a sample' if self._sampled else ''}, from other starts"
        if way.kind == LOGARITHMS:
            return f"On logarithms of {listed(self._fields(way))}"
        if way.kind == AS_THEY_ARE:
            return f"With {listed(self._fields(way))} as they are"
        if way.kind == WITHOUT:
            return f"Without {self._fields(way)[0]}"
        return self._rule(way.about[0]) if way.kind == RULE else _SAID[way.kind]

    def row(self, way: Way) -> Sequence[str]:
        """What became of the segments: agreement, who moves, which are found again, whether names change."""
        lost = [name for number, name in self._numbered() if not way.finds(number)]
        k, about = len(way.jaccards), "about " if self._sampled else ""
        moved = way.moved / way.customers * self.found.customers if self._sampled else way.moved
        return (
            self.way(way),
            self.numbers.fixed(way.agreement),
            f"{about}{self.numbers.whole(moved)} ({self.numbers.percent(way.moved / way.customers)})",
            f"{k - len(lost)} of {k}",
            listed(lost) if 0 < len(lost) < k else "all" if lost else "none",
            f"{way.renamed} of {k}",
        )

    def _held(self) -> str:
        ways, count = self.found.others, len(self.found.others)
        tried = f"{spell(count).lower()} other ways" if count > 1 else "another way"
        means = f"(at least {self.numbers.typed(FOUND_AGAIN)} of those in either are in both)"
        holds = {number: sum(way.finds(number) for way in ways) for number, _ in self._numbered()}
        always = [name for number, name in self._numbered() if holds[number] == count]
        if len(always) == len(holds):
            return f"Made in {tried}, every segment is found again {means}."
        if always:
            others = f"the other{'s are' if len(holds) - len(always) > 1 else ' is'} not"
            return f"Made in {tried}, {listed(always)} are found again each time {means}; {others}."
        most = max(holds.values())
        best = [name for number, name in self._numbered() if holds[number] == most]
        who = "each" if len(best) == len(holds) else f"most often {listed(best)},"
        often = f"; {who} in {self.numbers.whole(most)} of them" if most else ""
        return f"Made in {tried}, no segment is found again each time {means}{often}."

    def _alone(self) -> str:
        """Segments that are lost without one field, and without no other."""
        found = [(lost, self._fields(way)[0]) for way in self.found.others if (lost := self._lost_by(way))]
        hang = [f"{self._who(lost)} hang on {field} alone" for lost, field in found]
        return f"{'; '.join(hang)}: no other figure, left out, loses them." if hang else ""

    def _lost_by(self, way: Way) -> list[str]:
        left_out = [other for other in self.found.others if other.kind == WITHOUT and other is not way]
        if way.kind != WITHOUT or not left_out:
            return []
        return [
            name
            for number, name in self._numbered()
            if not way.finds(number) and all(other.finds(number) for other in left_out)
        ]

    def _who(self, lost: Sequence[str]) -> str:
        return "All of them" if len(lost) == len(self._numbered()) else listed(lost)

    def _none(self) -> str:
        """The ways that lose every segment, but for those that were said to."""
        k = len(self._numbered())
        ways = [
            self.way(way)
            for way in self.found.others
            if not any(way.finds(number) for number, _ in self._numbered()) and len(self._lost_by(way)) < k
        ]
        return f"None is found again {listed([_small(one) for one in ways])}." if ways else ""

    def tails(self) -> str:
        """What logarithms would change, where they would change much."""
        way = next((one for one in self.found.others if one.kind == LOGARITHMS), None)
        if way is None or way.moved < MANY * way.customers:
            return ""
        first = ""
        if self.found.largest >= NEARLY_ALL:
            first = f"One segment holds {self.numbers.percent(self.found.largest)} of all customers. "
        one = len(way.about) == 1
        return (
            f"{first}{_capital(listed(self._fields(way)))} {'has a long tail' if one else 'have long tails'} to the right: on "
            f"logarithms, {self.numbers.percent(way.moved / way.customers)} of customers would be in another segment. If twice "
            f"as much matters more to you than so much more, an analyst can take {'it on a logarithm' if one else 'them on logarithms'} "
            "on the page of models, under “How segments are made”."
        )

    def _fields(self, way: Way) -> list[str]:
        return [self.card.schema[name].called for name in way.about]

    def _rule(self, name: str) -> str:
        on = any(run.rule == name for run in self.card.rules)
        rule = next(one for one in rules_for(self.card.schema) if one.name == name)
        return f"Cleaning rule {'off' if on else 'on'}: {_small(rule.catches).rstrip('.')}"

    def _numbered(self) -> list[tuple[int, str]]:
        return [(one.number, one.name) for one in self.card.profile.segments]

    @property
    def _sampled(self) -> bool:
        return self.found.rows < self.found.customers


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
