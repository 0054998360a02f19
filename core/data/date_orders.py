"""Which place of a date is the day: decided notation by notation, then against the span of what is certain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.data.date_notations import OPEN, YEAR_FIRST
from core.schema import decisions

ORDER_NAMES = {
    "dmy": decisions.DAY_FIRST,
    "mdy": decisions.MONTH_FIRST,
    "ymd": decisions.YEAR_FIRST,
    "ydm": decisions.YEAR_DAY_MONTH,
}
SWAPPED = {"dmy": "mdy", "mdy": "dmy", "ymd": "ydm", "ydm": "ymd"}
_EARLY = 12 / 30.44  # chance that a date has a day that could be a month
_UNLIKELY = 0.01
_SLACK = 31  # days that a date may lie outside the span of the others without saying anything
_CLEARLY = 3
_ENOUGH = 5

Rows = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Notated:
    """Dates of one notation: where they are among the distinct texts, their rows, and their days by order.

    `kind` is empty where year, month and day are settled.
    """

    notation: str
    kind: str
    places: NDArray[np.int64]
    rows: Rows
    orders: dict[str, Days]

    def readable(self, order: str) -> int:
        """Rows that are a date in this order."""
        return int(self.rows[~np.isnat(self.orders[order])].sum())

    def only(self, order: str) -> NDArray[np.bool_]:
        """Texts that are a date in this order, and none with day and month swapped."""
        swapped = self.orders.get(SWAPPED[order])
        return ~np.isnat(self.orders[order]) & (True if swapped is None else np.isnat(swapped))

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """Texts whose day and month could change places, and would mean another day."""
        first, second = list(self.orders.values())[:2] if self.kind else (np.array([]), np.array([]))
        return ~np.isnat(first) & ~np.isnat(second)

    @property
    def either(self) -> int:
        """Rows whose day and month could change places."""
        return int(self.rows[self.open].sum())


@dataclass(frozen=True)
class Ordered:
    """A notation and the order that it is read in; `why` is said where both orders fit and one was taken.

    `chosen` says that a person took it.
    """

    group: Notated
    order: str
    guessed: bool = False
    swap: bool = False
    name: str = ""
    why: str = ""
    chosen: bool = False

    @property
    def days(self) -> Days:
        """The days, in the order of the group's texts."""
        chosen = self.group.orders[self.order]
        if not self.swap:
            return chosen
        return np.where(self.group.open, self.group.orders[SWAPPED[self.order]], chosen)

    @property
    def tells_no_year(self) -> bool:
        """Whether day or month come first, so that there are two ways to read them."""
        return self.order in ("dmy", "mdy")

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Texts that are a date in no other order."""
        return ~np.isnat(self.days) if not self.group.kind else self.group.only(self.order)

    @property
    def example(self) -> int:
        """Place of a text that the decision changes, if there is one."""
        open_and_read = self.group.open & ~np.isnat(self.days) if self.group.kind else ~np.isnat(self.days)
        swapped = self.group.orders.get(SWAPPED[self.order])
        telling = open_and_read & (self.days != swapped) if swapped is not None else open_and_read
        return int(telling.argmax()) if telling.any() else int((~np.isnat(self.days)).argmax())


def settle(groups: list[Notated], *, gaps: int, chosen: str = "") -> list[Ordered]:
    """The order of each notation of a column.

    Parameters
    ----------
    groups : list of Group
    gaps : int
        Rows without a date that can be read.
    chosen : str
        The order that somebody chose, as decisions call it, for the notations that it fits.

    Notes
    -----
    A day above 12 decides for its notation. A spreadsheet or a program that took 04-09 for April turns such
    dates and leaves 25-09 as it is; that shows in three ways: dates with days up to 12 reach outside the span
    of the others and lie inside it when swapped; one notation has only days up to 12 and the other none; or
    all that is left are days up to 12, and most of the column is empty.
    """
    first = [_by_itself(group) for group in groups]
    known = [one for one in first if not one.guessed]
    ordered = [_like_the_others(one, known) for one in first]
    ordered = [_against_the_span(one, ordered) for one in ordered]
    ordered = [_half_converted(one, ordered, gaps) for one in ordered]
    return [_as_chosen(one, chosen) for one in ordered] if chosen else ordered


def _as_chosen(one: Ordered, chosen: str) -> Ordered:
    order = next((order for order in one.group.orders if ORDER_NAMES[order] == chosen), "")
    return Ordered(one.group, order, chosen=True) if one.group.kind and order else one


def _by_itself(group: Notated) -> Ordered:
    """Decided by days above 12, and by which place varies like a year."""
    if not group.kind:
        return Ordered(group, "ymd")
    orders = list(group.orders)
    if group.kind == OPEN:
        orders = ["ymd"] if _begins_with_year(group) else ["dmy", "mdy"]
    counts = {order: int(group.rows[group.only(order)].sum()) for order in orders}
    best = max(orders, key=lambda order: counts[order])
    if len(orders) == 1:
        why = "the first place varies like a year, the last like a day."
        return Ordered(group, best, name="year_first", why=why)
    return Ordered(group, best, guessed=not counts[best])


def _begins_with_year(group: Notated) -> bool:
    """Whether two-digit years come first: nearly all are dates so, and the years then differ far less."""
    last = max(("dmy", "mdy"), key=group.readable)
    if group.readable("ymd") < 0.95 * group.readable(last):
        return False
    if group.readable(last) < 0.95 * group.readable("ymd"):
        return True
    if group.rows.sum() < _ENOUGH:
        return False
    return _years_apart(group, "ymd") * _CLEARLY < _years_apart(group, last)


def _years_apart(group: Notated, order: str) -> float:
    days = np.repeat(group.orders[order], group.rows)
    years = days[~np.isnat(days)].astype("datetime64[Y]").astype(float)
    return float(np.std(years)) if len(years) else np.inf


def _like_the_others(one: Ordered, known: list[Ordered]) -> Ordered:
    """A notation that tells nothing itself takes the order of those that do, unless its year comes first."""
    if not one.guessed or one.group.kind == YEAR_FIRST:
        return one
    same = [other for other in known if other.order in ("dmy", "mdy")]
    if not same:
        return one
    most = max(same, key=lambda other: int(other.group.rows.sum()))
    why = "its own notation does not tell day from month; the column's other dates do."
    return Ordered(one.group, most.order, name="other_notation", why=why)


def _span(ordered: list[Ordered]) -> tuple[np.datetime64, np.datetime64, int] | None:
    """First and last day of what is certain, without the hundredth part at either end; and its rows."""
    days = np.sort(
        np.concatenate([np.repeat(one.days[one.certain], one.group.rows[one.certain]) for one in ordered])
    )
    cut = len(days) // 100
    known = len(np.unique(days)) >= _ENOUGH
    return (days[cut], days[len(days) - 1 - cut], len(days)) if known else None


def _against_the_span(one: Ordered, ordered: list[Ordered]) -> Ordered:
    """Swapped where the open dates reach outside the span of the certain ones as read, and not when swapped."""
    span = _span(ordered)
    if span is None or not one.group.kind or not one.group.open.any() or one.name == "year_first":
        return one
    as_read, swapped = (_outside(one.group, order, span) for order in (one.order, SWAPPED[one.order]))
    own = bool(one.certain.any())
    enough = max(2, 0.02 * one.group.either) if own else 1
    clearly = swapped[0] * 10 <= as_read[0] and swapped[1] * _CLEARLY < as_read[1]
    nearer = not own and as_read[1] > 1.5 * swapped[1] + _SLACK
    if as_read[0] >= enough and (clearly or nearer):
        why = (
            "as written, dates with days up to 12 lie outside the span of the others; with day and month "
            "swapped, inside or nearer."
        )
        return Ordered(one.group, one.order, swap=True, name="swapped_dates", why=why)
    if not own and as_read[1] * _CLEARLY < swapped[1]:
        return Ordered(one.group, one.order)
    return one


def _outside(group: Notated, order: str, span: tuple[np.datetime64, np.datetime64, int]) -> tuple[int, int]:
    """Rows with an open date further than the slack outside `span`, and by how many days together."""
    days, rows = group.orders[order][group.open], group.rows[group.open]
    beyond = np.maximum((span[0] - days).astype(int), (days - span[1]).astype(int))
    far = beyond > _SLACK
    return int(rows[far].sum()), int((rows * np.maximum(beyond, 0)).sum())


def _half_converted(one: Ordered, ordered: list[Ordered], gaps: int) -> Ordered:
    """Year-first dates of which none has a day above 12, while the rest has no other or is empty."""
    if one.group.kind != YEAR_FIRST or one.swap or not one.guessed or one.order != "ymd":
        return one
    others = [other for other in ordered if other is not one]
    left = sum(int(other.group.rows[other.certain].sum()) for other in others)
    months = one.group.orders["ymd"].astype("datetime64[M]")
    days = np.unique((one.group.orders["ymd"] - months.astype("datetime64[D]"))[one.group.open])
    chance = _EARLY**one.group.either * (1 - _EARLY) ** left
    telling = 2 * gaps > one.group.either if not left else not any(other.group.either for other in others)
    if not telling or chance > _UNLIKELY or len(days) < _CLEARLY:
        return one
    rest = "all other dates have one above 12" if left else "the rest of the column is empty"
    why = f"no such date has a day above 12, and {rest}: a program took days for months, so they are swapped back."
    return Ordered(one.group, "ymd", swap=True, name="swapped_dates", why=why)
