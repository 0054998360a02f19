"""What a contact costs, what an acceptance brings, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy.typing as npt

from core.data.people import People
from core.numbers import Numbers, to_tell
from core.schema.fields import decimals
from core.statistics.rates import CampaignError, Floats, Groups

LARGEST = 1_000_000_000
DECIMALS = 4
_PLAIN = re.compile(rf"[0-9]{{1,10}}(\.[0-9]{{1,{DECIMALS}}})?")


@dataclass(frozen=True)
class Economics:
    """Cost of one contact and revenue of one acceptance, in the file's currency.

    Raises
    ------
    CampaignError
        If the cost is below 0, the revenue not above 0, or one of them beyond `LARGEST`.
    """

    cost: float
    revenue: float

    def __post_init__(self) -> None:
        if not (0 <= self.cost <= LARGEST and 0 < self.revenue <= LARGEST):
            raise CampaignError(
                f"Found a cost of {self.cost} and a revenue of {self.revenue}. Expected a cost of 0 or more "
                f"and a revenue above 0, neither beyond {to_tell(LARGEST)}. Type other amounts."
            )

    @property
    def break_even(self) -> float:
        """Acceptance rate at which contacting pays for itself; above 1 nothing can."""
        return self.cost / self.revenue

    @property
    def cents(self) -> int:
        """Decimals in which profits are written: whole units, unless an acceptance brings few of them."""
        return decimals(self.revenue)

    def profit(self, accepted: npt.ArrayLike, contacted: npt.ArrayLike) -> Floats:
        """Revenue of the acceptances less cost of the contacts, in the file's currency."""
        groups = Groups.of(contacted, accepted)
        profits: Floats = self.revenue * groups.accepted - self.cost * groups.contacted
        return profits


# Round amounts that nobody takes for their own; the page says that they stand in.
STAND_IN = Economics(1.0, 10.0)


@dataclass(frozen=True)
class Known:
    """The amounts that the file gives; `given` is False where it gives none and others stand in."""

    economics: Economics
    given: bool = True
    varies: bool = False


def of_file(people: People) -> Known:
    """Cost and revenue from the file's own columns: their mean, should they differ between customers."""
    named = people.schema.economics
    if named is None or not {*named} <= {*people.columns}:
        return Known(STAND_IN, given=False)
    cost, revenue = map(people.mean, named)
    if cost is None or revenue is None or not (0 <= cost <= LARGEST and 0 < revenue <= LARGEST):
        return Known(STAND_IN, given=False)
    varies = any(ends[0] != ends[1] for ends in map(people.ends, named) if ends)
    return Known(Economics(cost, revenue), varies=varies)


def is_amount(text: str) -> bool:
    """Whether `text` is an amount as addresses hold it: digits, a point, at most four decimals."""
    return bool(_PLAIN.fullmatch(text)) and float(text) <= LARGEST


def plain(amount: float) -> str:
    """An amount as addresses hold it."""
    return f"{amount:.{DECIMALS}f}".rstrip("0").rstrip(".")


def as_typed(amount: float, numbers: Numbers) -> str:
    """An amount as a person would type it, with every decimal that can be typed: what is shown is read again."""
    return numbers.typed(amount, DECIMALS)


def typed(text: object, numbers: Numbers, *, least: float = 0.0) -> float:
    """The amount that a person typed.

    Parameters
    ----------
    text : object
        What the browser sent.
    numbers : Numbers
        How people of the locale write amounts.
    least : float, default=0.0
        0 lets nothing be an amount; anything above it does not.

    Raises
    ------
    CampaignError
        If it is no amount, or out of range; the message goes under the field.
    """
    shown = str(text)[:40]
    try:
        amount = round(numbers.read(str(text)[:80]), DECIMALS)
    except ValueError as error:
        example = numbers.typed(2.5)
        raise CampaignError(f"Found “{shown}”. Expected an amount such as 3 or {example}.") from error
    if amount < least or (least and amount <= 0):
        raise CampaignError(f"Found {shown}. Expected {'more than 0' if least else '0 or more'}.")
    if amount > LARGEST:
        raise CampaignError(f"Found {shown}. Expected {numbers.whole(LARGEST)} at most.")
    return amount
