"""What a report tells, whatever file it becomes: sentences, portraits, charts and tables, as pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.numbers import listed

WHOLE, PERCENT = "#,##0", "0.0%"
_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_FROM_RIGHT = re.compile(f"{_LETTER}(?:[\\s'\"\u2019/&()-]*{_LETTER})*")
SHORTEST, LONGEST = 12, 60  # letters, between which a column is as wide as it wants


def apart(text: str) -> str:
    """Words that run from right to left apart from what is said around them, by Unicode's isolates, as pages have them.

    Of two numbers that follow them the second would stand first. Words by themselves stay as they are.
    """
    if _FROM_RIGHT.fullmatch(text):
        return text
    return _FROM_RIGHT.sub("\u2068\\g<0>\u2069", text)


@dataclass(frozen=True)
class Bar:
    """A row of a chart."""

    name: str  # whose it is
    value: float  # its length, or where its dot is
    text: str  # what stands at its end: the value as pages write it
    colour: str  # as `#RRGGBB`
    everyone: float | None = None  # the shadow behind it: the same of all customers
    interval: tuple[float, float] | None = None  # the ends of its 95 % interval


@dataclass(frozen=True)
class Chart:
    """Bars, or dots with intervals where the bars have any; `level` is a line over all of them, named `level_name`."""

    title: str
    finding: str
    unit: str
    bars: Sequence[Bar]
    form: str = WHOLE  # in which a chart that can be edited writes its values
    level: float | None = None
    level_name: str = ""
    kind: str = field(default="chart", init=False)

    @property
    def dots(self) -> bool:
        """Whether values are dots with intervals."""
        return any(bar.interval for bar in self.bars)

    @property
    def reach(self) -> float:
        """The largest value that has to be in sight."""
        ends = [end for bar in self.bars for end in (bar.value, bar.everyone or 0.0, *(bar.interval or ()))]
        return max([*ends, self.level or 0.0], default=0.0) or 1.0

    @property
    def in_words(self) -> str:
        """The same for those who can't see it."""
        return f"{self.title}: {listed([f'{bar.name}, {bar.text}' for bar in self.bars])}."


@dataclass(frozen=True)
class Grid:
    """Rows under heads, with the sentence that they are about."""

    title: str
    finding: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    kind: str = field(default="table", init=False)

    @property
    def widths(self) -> list[float]:
        """The part of its width that each column wants: by what is longest in it, within bounds."""
        longest = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        wanted = [min(max(letters, SHORTEST), LONGEST) for letters in longest]
        return [one / sum(wanted) for one in wanted]


@dataclass(frozen=True)
class Portrait:
    """A segment: what it is called, how large, in words, facts, how far to trust it, what to do, people's note."""

    number: int
    name: str
    colour: str
    size: str
    words: str
    facts: Sequence[str]
    trust: str
    advice: str
    note: str
    kind: str = field(default="portrait", init=False)


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str
    kind: str = field(default="words", init=False)


Block = Chart | Grid | Portrait | Words


@dataclass(frozen=True)
class Part:
    """A heading, the sentence that answers it, and what it rests on."""

    title: str
    lead: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class Story:
    """A report."""

    # Its name, and the one sentence that a page opens with.
    title: str
    lead: str
    # (label, words): whose figures these are: filters, dataset, model, date.
    stamps: Sequence[tuple[str, str]]
    link: str  # the address that makes the same figures again
    parts: Sequence[Part]
    language: str = "en"  # of its words and numbers, as in en-US

    @property
    def stamp(self) -> str:
        """The stamps in a line, for the foot of every page."""
        return " · ".join(f"{label}: {words}" for label, words in self.stamps)

    @property
    def charted(self) -> Iterator[Chart | Grid]:
        """All charts and tables, in their order."""
        return (block for part in self.parts for block in part.blocks if isinstance(block, Chart | Grid))
