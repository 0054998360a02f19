"""What a column is: its name, kind, unit and words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from core.schema.derivations import Derivation, FromHistory

IDENTIFIER, SEGMENT = "ID", "Segment"  # what these two are called inside, whatever the file calls them
ADDED = (SEGMENT, "Segment_Name", "Firmness", "Next_Segment", "Warnings")  # columns that exports add
LOG = "_log"  # how the logarithmic twin of a field ends
LARGEST = 1e12  # magnitude past which no number is believed, in a file, a form or a call
MOST_DECIMALS = 6  # that a number is written with

_PLURAL = re.compile(r"^days\b|(?<!s)s$", re.IGNORECASE)
_SINGULAR = re.compile(r"\b(?:number|count|sum|share|status)\b", re.IGNORECASE)


def plain(name: str) -> str:
    """The field that an axis shows: its own, or the one that it is the logarithmic twin of."""
    return name.removesuffix(LOG)


def in_sentence(name: str) -> str:
    """A name or label within a sentence: one that begins like VIP keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def decimals(size: float, coarse: float = 10.0) -> int:
    """In which numbers are written that differ by about `size`: none from `coarse` on, else cents or finer."""
    if not 0 < size < coarse:
        return 0
    return min(max(2, 1 - math.floor(math.log10(size))), MOST_DECIMALS)


class Kind(StrEnum):
    """What sort of value a field holds; decides how it is read, checked and formatted."""

    IDENTIFIER = "identifier"
    AMOUNT = "amount"  # money, in the file's currency
    COUNT = "count"
    YEAR = "year"
    YEARS = "years"
    DAYS = "days"
    SHARE = "share"  # fraction in [0, 1]
    RATIO = "ratio"
    FLAG = "flag"  # 0 or 1
    CATEGORY = "category"
    DATE = "date"

    @property
    def is_text(self) -> bool:
        """Whether values read from the left, as words do."""
        return self in (Kind.IDENTIFIER, Kind.CATEGORY, Kind.DATE)

    @property
    def is_number(self) -> bool:
        """Whether a file has numbers for it, other than those that stand for yes and no."""
        return not self.is_text and self is not Kind.FLAG

    @property
    def expected(self) -> str:
        """What one value of it is, for who reads that another is none."""
        return {Kind.DATE: "a date", Kind.FLAG: "yes or no"}.get(self, "a number")

    @property
    def is_measure(self) -> bool:
        """Whether an average of values means something; of a flag it is the share of yes."""
        return not self.is_text and self is not Kind.YEAR


@dataclass(frozen=True)
class Word:
    """A word of a segment's name for those who stand above, or below, everyone in a field."""

    text: str
    # Field of a part of a whole that has to stand on the same side, in both ways of reckoning it.
    share: str = ""
    # Greatest multiple of everyone's average for which the word is true, and the average that is too much for it.
    at_most: float | None = None
    below: float | None = None


# From which deviation on amounts are written without cents, and other numbers with one decimal.
_COARSE: Mapping[Kind, float] = MappingProxyType({Kind.AMOUNT: 10.0, Kind.RATIO: 0.5})


@dataclass(frozen=True)
class Field:
    """A fact about a column."""

    name: str  # unique; stands in addresses and file names
    # What people read; fields of a group stand together.
    label: str
    kind: Kind
    unit: str = ""
    help: str = ""
    group: str = "Your columns"
    column: str | None = None  # what the file calls it; None for what is derived
    derived: Derivation | None = None
    minimum: float | None = None  # least and greatest value that can be true
    maximum: float | None = None
    values: tuple[str, ...] = ()  # known spellings of a category, in an order that means something
    # Values that pages say in other words; the file, addresses and downloads keep them as recorded.
    said: tuple[tuple[str, str], ...] = ()
    # Values, in small letters, that are a joke or a synonym, and what they are read as.
    read_as: tuple[tuple[str, str], ...] = ()
    # How its texts are to be read where they could mean two things, as values of decisions.
    choices: tuple[str, ...] = ()
    noun: str = ""  # what it is called within a sentence, where that is not the label; `title` over a chart
    title: str = ""
    part: str = "what is added up in it"  # one of the parts of a sum within a sentence
    words: tuple[Word, ...] = ()  # for segments that stand above and below everyone in it
    nouns: tuple[str, ...] = ()  # what customers are called of whom most, and few, have any of what it counts
    # How an average stands out in words, and is told in a sentence that begins with "they", `{}` being the value: of
    # one, and of many.
    phrase: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    many: bool = False  # whether its label is the plural of what it counts
    stays: bool = False  # whether it is of the customer's own life, and no writing of a shop changes it
    # In which its numbers are written, parts of a whole in percent; 0 where those of its kind do, as in all but small ones.
    decimals: int = 0

    @property
    def is_influenced(self) -> bool:
        """Whether what a shop does may change it: what is spent, bought, visited, and how long ago."""
        return not self.stays and self.kind in (Kind.AMOUNT, Kind.COUNT, Kind.DAYS)

    @property
    def is_never_negative(self) -> bool:
        """Whether less than nothing can't be true: of counts and days always, of amounts where the schema says so."""
        return self.kind in (Kind.COUNT, Kind.DAYS) or (
            self.kind is Kind.AMOUNT and self.minimum is not None and self.minimum >= 0
        )

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value that can be true."""
        least = 0.0 if self.is_never_negative else -LARGEST
        return (
            least if self.minimum is None else self.minimum,
            LARGEST if self.maximum is None else self.maximum,
        )

    def at_scale(self, deviation: float) -> Field:
        """The same, written so finely that what customers differ by is seen: small amounts in cents, or finer.

        `deviation` is the standard deviation of its values, or their size where all are alike.
        """
        if self.kind.is_text or self.kind is Kind.FLAG or self.is_chance:
            return self
        if self.in_percent:
            return replace(self, decimals=decimals(100 * deviation, 1.0))
        return replace(self, decimals=decimals(deviation, _COARSE.get(self.kind, 0.1)))

    @property
    def within(self) -> str:
        """Its label within a sentence."""
        return in_sentence(self.label)

    @property
    def is_plural(self) -> bool:
        """Whether its label is one: verbs go with it."""
        ends = self.many or (self.kind in (Kind.COUNT, Kind.DAYS) and _PLURAL.search(self.label) is not None)
        return ends and not _SINGULAR.search(self.label)

    @property
    def with_unit(self) -> str:
        """Its label within a sentence, and in what it is counted, where the label does not say so."""
        says_so = self.unit.casefold() in self.label.casefold()
        return self.within if says_so else f"{self.within} {self.unit}"

    @property
    def called(self) -> str:
        """What it is called within a sentence."""
        return self.noun or self.within

    def of_all(self, all_: str = "all ") -> str:
        """What everyone's sum of it is called within a sentence."""
        return f"{all_}{self.noun}" if self.noun else f"everyone's {self.within}"

    @property
    def heading(self) -> str:
        """What a chart of it is called."""
        return self.title or self.label

    @property
    def in_percent(self) -> bool:
        """Whether people read its values as percent: parts of a whole and shares of yes, not one thing by another."""
        part = self.kind is Kind.RATIO and self.unit.startswith("of ")
        return part or self.kind in (Kind.SHARE, Kind.FLAG)

    @property
    def is_chance(self) -> bool:
        """Whether a model gives its values, each the chance of something: nobody knows such a one to a tenth of a percent."""
        return self.kind is Kind.SHARE and isinstance(self.derived, FromHistory)

    def in_words(self, value: str) -> str:
        """A value of a category as pages say it."""
        return dict(self.said).get(value, value)
