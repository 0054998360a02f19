"""What the segments page is asked: which groups, which field, and what is known about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from callbacks.filters import everyone
from callbacks.filters.address import Asked, Option, Options
from core.model.artefacts import Model
from core.profiles.contrast import EVERYONE, Comparison, compared, contrast
from core.services import Services
from layouts.segments.figures import Trace
from layouts.segments.portrait import VALUES
from layouts.theme import Template

VALUED = {"values": Option.one_of(*(value for value, _ in VALUES))}
_CHOICE = re.compile(r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*(?:,everyone)?")


def is_choice(text: str) -> bool:
    """Whether `text` names two or more groups, ascending: `1,4` or `2,everyone`."""
    if not _CHOICE.fullmatch(text):
        return False
    names = text.split(",")
    numbers = [int(name) for name in names if name != "everyone"]
    return len(names) > 1 and numbers == sorted(set(numbers))


def options(model: Model) -> Options:
    """What the page can be asked; what ranks segments is spread first."""
    fields = dict.fromkeys([*filter(None, [model.schema.value]), *compared(model.card.profile, model.schema)])
    return {
        "compare": Option("1,2", is_choice, "two or more segments, such as 1,2 or 3,everyone"),
        "field": Option.one_of(*fields),
        **VALUED,
        **everyone.OPTION,
    }


@dataclass(frozen=True)
class Seen:
    """One answer in the making."""

    services: Services
    asked: Asked
    found: Comparison  # means and differences of the customers that pass all filters but those on segments
    names: tuple[str, ...]  # the name at each number; everyone, or everyone who matches, is 0
    groups: tuple[int, ...]  # numbers of the groups to compare, everyone last
    plotly: Template = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        services: Services,
        asked: Asked,
        plotly: Template | None = None,
        groups: tuple[int, ...] | None = None,
    ) -> Seen:
        """Look at the live model as it is asked; at the `groups` that the address compares unless they are given."""
        model = services.model
        found = contrast(model, asked.selection, whole=everyone.is_whole(asked))
        matching = asked.selection.without("Segment")
        everybody = "everyone who matches" if matching else "everyone"
        names = (everybody, *(segment.name for segment in model.card.profile.segments))
        return cls(services, asked, found, names, groups or _groups(asked, len(names) - 1), plotly or {})

    @property
    def others(self) -> Asked:
        """What is asked, without the filter on segments."""
        return self.asked.filtered(self.asked.selection.without("Segment"))

    @property
    def selected(self) -> list[int]:
        """Numbers of the segments that are filtered by."""
        return sorted(code + 1 for code in self.asked.selection.codes("Segment"))

    def mean(self, number: int, name: str) -> str:
        """A group's mean of a field, as it is written; a dash where nobody is."""
        group = self.found.groups[number]
        return self.written(name, group.means[name]) if group.size else "–"

    def large(self, numbers: Iterable[int]) -> list[int]:
        """Those with customers enough to be told of in a sentence."""
        return [number for number in numbers if not self.found.groups[number].small]

    def effect(self, number: int, name: str) -> float | None:
        """A group's mean, in standard deviations from the average of everyone in the file, whatever the filters."""
        mean = self.found.groups[number].means[name]
        return None if mean is None else self.services.model.card.profile.standardised(name, mean)

    def index(self, number: int, name: str) -> float | None:
        """A group's mean as a part of everyone's, who have 100; None where that is no measure."""
        own, all_ = (self.found.groups[one].means[name] for one in (number, EVERYONE))
        return 100 * own / all_ if own is not None and all_ and all_ > 0 and own >= 0 else None

    def value(self, number: int, name: str, values: str) -> str:
        """A group in a field as it is asked for: its mean, its index, or its standardised difference."""
        if values == "standardised":
            return self.services.numbers.signed(self.effect(number, name))
        if values == "index":
            index = self.index(number, name)
            return "–" if index is None else self.services.numbers.whole(index)
        return self.mean(number, name)

    def written(self, name: str, value: float | None) -> str:
        """A value of a field, as it is written."""
        return self.services.numbers.of(self.services.schema[name], value)

    def labels(self, fields: Iterable[str]) -> list[str]:
        """What fields are called."""
        return [self.services.label(name) for name in fields]

    def called(self, number: int) -> str:
        """Number and name, as tables head their columns."""
        return f"{number} {self.names[number]}" if number else self.names[0].capitalize()

    def profiles(self, numbers: list[int] | tuple[int, ...], fields: list[str]) -> list[Trace]:
        """Groups with their differences from everyone."""
        return [
            Trace(
                number,
                self.names[number],
                [short(self.effect(number, name)) for name in fields],
                size=self.found.groups[number].size,
                customers=self.services.numbers.whole(self.found.groups[number].size),
            )
            for number in numbers
        ]


def _groups(asked: Asked, k: int) -> tuple[int, ...]:
    names = asked.options["compare"].split(",")
    numbers = [int(name) for name in names if name != "everyone" and int(name) <= k]
    groups = (*numbers, *((EVERYONE,) if "everyone" in names else ()))
    return groups if len(groups) > 1 else (1, 2)


def short(value: float | None) -> float | None:
    """A thousandth of a standard deviation is less than any chart shows, and it travels."""
    return None if value is None else round(value, 3)
