"""How a field is made of others: declared here, reckoned in `core.data.derive`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True)
class Sum:
    """All parts together; not known where one of them is not."""

    parts: tuple[str, ...]
    how: Literal["sum"] = "sum"


class _Named:
    """What it is made of are the fields that it names, in this order."""

    made_of: ClassVar[tuple[str, ...]]

    @property
    def parts(self) -> tuple[str, ...]:
        """What it is made of."""
        return tuple(getattr(self, one) for one in self.made_of)


@dataclass(frozen=True)
class Ratio(_Named):
    """One by the other; not known where there is nothing below the line."""

    made_of = ("above", "below")
    above: str
    below: str
    how: Literal["ratio"] = "ratio"


@dataclass(frozen=True)
class Largest:
    """The name of the part that is largest; "Several" where some share the lead, "None" where all are zero."""

    parts: tuple[str, ...]
    names: tuple[str, ...]
    how: Literal["largest"] = "largest"


@dataclass(frozen=True)
class YearsAt(_Named):
    """Years from a year of birth to the year of the data's own date, the latest day of `date` that is believed."""

    made_of = ("born", "date")
    born: str
    date: str
    how: Literal["years at"] = "years at"


@dataclass(frozen=True)
class DaysTo(_Named):
    """Days from a day to the data's own date."""

    made_of = ("date",)
    date: str
    how: Literal["days to"] = "days to"


@dataclass(frozen=True)
class Calendar(_Named):
    """The month, the quarter with its year, or the (northern) season of a day."""

    made_of = ("date",)
    date: str
    part: Literal["month", "quarter", "season"]
    how: Literal["calendar"] = "calendar"


@dataclass(frozen=True)
class Household(_Named):
    """Children, and two adults where the status is one of `couples` (small letters), else one."""

    made_of = ("children", "status")
    children: str
    status: str
    couples: tuple[str, ...]
    how: Literal["household"] = "household"


@dataclass(frozen=True)
class FromHistory:
    """What customers who have bought like this are expected to do: reckoned while their orders are added up."""

    history: tuple[str, ...]
    how: Literal["from history"] = "from history"

    @property
    def parts(self) -> tuple[str, ...]:
        """What it is reckoned from."""
        return self.history


Derivation = Sum | Ratio | Largest | YearsAt | DaysTo | Calendar | Household | FromHistory
REPLACEABLE = (Sum, YearsAt, DaysTo)  # what a file may have itself, in place of what it is made of
