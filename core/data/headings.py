"""Which of our fields a column's heading means, as people write it in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.errors import SchemaError
from core.schema.derivations import YearsAt
from core.schema.fields import ADDED, IDENTIFIER
from core.schema.schema import Schema, Template

_UNIT = re.compile(r"[(\[{][^()\[\]{}\n]*[)\]}]")
_THOUSANDS = re.compile(r"\bk\b|\bk[^a-z]|[^a-z]k\b|000|thousand|tsd|mil|mio|\bm\b|lakh", re.IGNORECASE)
# Another measure than ours; only visits are counted by the month.
_MEASURE = re.compile(
    r"%|percent|prozent|share|\blog|ln\b|scaled|standard|normali[sz]ed|z-?score|rank|week|woche|semana|semaine"
    r"|month|monat|\bmes|\bmois|\bm[eê]s|quarter|hours?\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:in)?(?:usd|eur|euros?|gbp|chf|brl|inr|dollars?|dolar(?:es)?|peryear|ayear|pa)$")


def key(name: str) -> str:
    """Heading `name` without case, accents, spaces and punctuation, for comparing."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    return "".join(re.findall(r"[^\W_]+", plain.casefold())) or name.strip()


def bare_names(header: Sequence[str]) -> list[str]:
    """The headings of a table of which nothing is known, each once: `Column 3` where there is none."""
    found: dict[str, None] = {}
    times = Counter[str]()
    for place, cell in enumerate(header, start=1):
        name = stem = cell or f"Column {place}"
        while name in found:
            times[stem] += 1
            name = f"{stem} ({times[stem] + 1})"
        found[name] = None
    return [*found]


@dataclass(frozen=True)
class Headings:
    """Which fields of a schema a file has, by what stands over its columns."""

    schema: Schema
    template: Template
    _known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Fields that a file may have; each file has an identifier, or gets one."""
        return tuple(dict.fromkeys((IDENTIFIER, *self.schema.columns, *self.schema.replaceable)))

    @property
    def likely(self) -> int:
        """Fields of ours from which on a line is taken for the header."""
        return min(3, len(self.schema.columns))

    @cached_property
    def numbered(self) -> bool:
        """Whether they are of a table without a header."""
        return bool(self._exactly) and all(re.fullmatch(r"Column [0-9]+", one) for one in self._exactly)

    @cached_property
    def _exactly(self) -> Mapping[str, str]:
        return {self.column(name): name for name in self.schema.columns}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Fields by heading; headings that differ in nothing but accents or signs tell their fields only exactly."""
        often = Counter(map(key, self._exactly))
        return {key(cell): name for cell, name in self._exactly.items() if often[key(cell)] == 1}

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        """Labels, as in our own workbooks, and names without their unit."""
        usable = (*self.schema.columns, *self.schema.replaceable)
        labels = {key(self.schema.label(name)): name for name in usable}
        return labels | {key(name): name for name in usable}

    def column(self, name: str) -> str:
        """What the file calls a field."""
        return self.schema[name].column or name

    def named_so(self, cell: str) -> str | None:
        """The field that a heading names as the schema has it."""
        return self._exactly.get(cell) or self._names.get(key(cell))

    def meaning(self, heading: str) -> str:
        """The field that `heading` means where it is no name of ours; empty if none, or in another unit."""
        if heading not in self._known:
            self._known[heading] = self._meaning(heading)
        return self._known[heading]

    def _meaning(self, heading: str) -> str:
        if len(heading) >= 100 or not any(map(str.isalpha, heading)):
            return ""
        if not self.template.headings:
            return self._labels.get(key(heading), "")
        units = [unit[1:-1] for unit in _UNIT.findall(heading)]
        found = "" if any(map(_THOUSANDS.search, units)) else self._meant(heading)
        return "" if found not in self.template.monthly and any(map(_MEASURE.search, units)) else found

    def _meant(self, heading: str) -> str:
        bare = key(_UNIT.sub(" ", heading))
        for text in (key(heading), bare, _CURRENCY.sub("", bare)):
            if found := self._labels.get(text):
                return found
            for name, pattern in self.template.headings.items():
                if re.fullmatch(pattern, text):
                    return name
        return ""

    def recognised(self, header: Iterable[str]) -> int:
        """How many different fields of ours a line of headings names."""
        return len({found for cell in header if (found := self.named_so(cell) or self.meaning(cell))})

    def missing(self, names: Iterable[str]) -> list[str]:
        """What segments need and `names` lack, in words."""
        known, said = {*names}, []
        for one in self.schema.basis:
            parts = [self.column(part) for part in self.needs(one)]
            if one not in known and not {*self.needs(one)} <= known:
                label = self.schema.label(one)
                said.append(parts[0] if parts == [self.column(one)] else f"{label} (or {' + '.join(parts)})")
        return said

    def needs(self, name: str) -> tuple[str, ...]:
        """The columns that a field can't be made without; an age can be taken at the year in which it is read."""
        made = self.schema[name].derived
        if made is None:
            return (name,)
        parts = (made.born,) if isinstance(made, YearsAt) else made.parts
        return tuple(dict.fromkeys(column for part in parts for column in self.needs(part)))

    def named(self, header: Sequence[str], *, source: str) -> list[str]:
        """What each column is called here: fields by their names, all others as in the file, no two alike.

        A column that has the name of one of ours stays apart under `name (file)`, unless ours can't be made
        without it.
        Raises SchemaError if two columns have the name of one field of a customer file.
        """
        if not self.template.headings:  # a heading that is there again is called as in the guess of a schema
            header = bare_names(header)
        own = [self.named_so(cell) for cell in header]
        twice = {name for name, often in Counter(own).items() if name and often > 1}
        if twice and not self.template.headings:
            own = [None if name in twice and name in own[:place] else name for place, name in enumerate(own)]
        elif twice:
            raise SchemaError.repeated(sorted(map(self.column, twice)), source=source)
        self._add_meanings(own, header, source)
        return self._apart([name or cell for name, cell in zip(own, header, strict=True)], own)

    def _add_meanings(self, own: list[str | None], header: Sequence[str], source: str) -> None:
        """Say of other headings what they mean, each field once, and derived fields only where parts lack."""
        made_of = self.schema.replaceable
        for place, cell in enumerate(header):
            name = self.meaning(cell) if own[place] is None else ""
            if name in self.schema.columns and name not in own:
                own[place] = name
        for place, cell in enumerate(header):
            name = self.meaning(cell) if own[place] is None else ""
            if name not in made_of or set(made_of[name]) <= set(own):
                continue
            if name in own and key(cell) == key(name):
                raise SchemaError.repeated([name], source=source)
            own[place] = name if name not in own else None

    def _apart(self, names: list[str], own: Sequence[str | None]) -> list[str]:
        reserved = {key(name) for name in (*self.schema, *ADDED, IDENTIFIER)}
        taken = {name for name in own if name}
        found: list[str] = []
        for place, (name, ours) in enumerate(zip(names, own, strict=True), start=1):
            if ours:
                found.append(name)
                continue
            stem = name or f"Column {place}"
            stem = f"{stem} (file)" if key(stem) in reserved else stem
            unique, number = stem, 2
            while unique in taken:
                unique, number = f"{stem} ({number})", number + 1
            taken.add(unique)
            found.append(unique)
        return found
