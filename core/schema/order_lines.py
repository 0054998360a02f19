"""Order lines as a value: which column plays which part, and which odd lines count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.schema.heading_words import slug_of

PREFIX = "lines_"  # of the names of what is said about lines


class Odd(StrEnum):
    """What can be odd about a line that could count all the same: each is a switch."""

    CANCELLED = "cancelled"
    REPEATED = "repeated"
    ZERO = "zero"
    NEGATIVE_PRICE = "negative_price"
    FUTURE = "future"
    OPEN = "open"
    RETURNED = "returned"


COUNTED, OUT = "-counted", "-left-out"  # behind an odd kind, what may be chosen of it
LEFT_OUT = (Odd.CANCELLED, Odd.ZERO, Odd.NEGATIVE_PRICE, Odd.FUTURE)  # unless somebody says otherwise


@dataclass(frozen=True)
class Lines:
    """Columns of a file of orders or of their lines, by the part that they play; empty where none does."""

    # Who bought, and when.
    customer: str
    date: str
    # Money of a line or of a whole order, else quantity times price; and what was paid back of it.
    amount: str = ""
    quantity: str = ""
    price: str = ""
    refunded: str = ""
    order: str = ""
    product: str = ""
    category: str = ""
    # What has become of an order, in words, as yes and no, or as the day on which it did.
    states: tuple[str, ...] = ()
    describing: tuple[str, ...] = ()  # what describes customers, such as their country: the commonest of each
    whole: bool = False  # whether amounts are of whole orders, however many lines these have
    names: tuple[str, ...] = ()  # the categories, commonest by money first, of which each has a share
    # Lines that don't count; returned ones that do are taken off what was spent.
    left_out: tuple[Odd, ...] = LEFT_OUT
    # Pairs: how columns are to be read, where somebody chose, by column.
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # Pairs: cut points of RFM scores, where somebody chose, by what is scored; else fifths.
    cuts: tuple[tuple[str, tuple[float, ...]], ...] = ()
    # Part of the price that is taken off, between 0 and 1, where pieces and a price say what was paid.
    discount: str = field(default="", repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that play a part, each once."""
        money = (self.amount, self.quantity, self.price, self.discount, self.refunded)
        named = (self.customer, self.date, *money, self.order)
        return tuple(
            dict.fromkeys(filter(None, (*named, self.product, self.category, *self.states, *self.describing)))
        )

    def chosen(self, column: str) -> tuple[str, ...]:
        """How a column is to be read, where somebody chose."""
        return dict(self.choices).get(column, ())

    def as_chosen(self, choices: Mapping[str, tuple[str, ...]]) -> Lines:
        """The lines as somebody chose: how columns are read, and which odd lines count."""
        left_out = [*self.left_out]
        for value in (one for some in choices.values() for one in some):
            for odd in Odd:
                if value in (f"{odd}{COUNTED}", f"{odd}{OUT}"):
                    left_out = [one for one in left_out if one != odd]
                    left_out += [odd] if value.endswith(OUT) else []
        return replace(self, choices=tuple(choices.items()), left_out=tuple(left_out))

    def decided_at(self, odd: Odd) -> str:
        """The column that such lines are told by."""
        state, money = next(iter(self.states), ""), self.amount or self.price
        told = {
            Odd.CANCELLED: (state, self.order),
            Odd.OPEN: (state,),
            Odd.RETURNED: (state, self.quantity, money),
            Odd.REPEATED: (self.order,),
            Odd.ZERO: (money,),
            Odd.NEGATIVE_PRICE: (self.price,),
            Odd.FUTURE: (self.date,),
        }
        return next(filter(None, told[odd]), self.customer)

    @property
    def has_money(self) -> bool:
        """Whether it is known what orders cost."""
        return bool(self.amount or self.price)

    @property
    def shares(self) -> Mapping[str, str]:
        """The field of each category's share, by category."""
        return _fields(self.names, "Share_")

    @property
    def described(self) -> Mapping[str, str]:
        """The field of each column that describes customers, by column."""
        return _fields(self.describing, "Their_")


def _fields(names: Iterable[str], prefix: str) -> dict[str, str]:
    """A field for each name, called so that no two are alike."""
    fields: dict[str, str] = {}
    for place, name in enumerate(names, start=1):
        field = f"{prefix}{slug_of(name, place)}"[:60]
        fields[name] = field if field not in fields.values() else f"{prefix}{place}"
    return fields
