"""Customers as their orders tell of them: the template of tables that are folded from orders or their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from core.schema.derivations import Calendar, FromHistory, Ratio
from core.schema.fields import IDENTIFIER, Field, Kind, Word
from core.schema.heading_words import label_of
from core.schema.order_lines import Lines
from core.schema.rfm_groups import NAMES
from core.schema.schema import Schema

ORDERS = "orders"
_BUYING, _MONEY, _GOODS, _PEOPLE, _NEXT = "Buying", "Money", "What they buy", "People", "Next year"
_OF_SPENDING, _SHARE_OF = "of spending", "Share of "


def orders_schema(lines: Lines, found: Collection[str], negative: Collection[str] = ()) -> Schema:
    """What the customers are that `lines` are folded to.

    `found`: columns that folding made. `negative`: those of them that are below zero somewhere.
    """
    made = (Calendar, Ratio)
    fields = [one for one in _fields(lines, negative) if isinstance(one.derived, made) or one.name in found]
    known = {one.name for one in fields}
    fields = [one for one in fields if one.derived is None or known.issuperset(one.derived.parts)]
    value = "Total_Spent" if "Total_Spent" in known else None
    rfm = ("Recency_Days", "Frequency", *filter(None, [value]))
    return Schema(
        tuple(fields),
        basis=rfm,
        value=value,
        anchor="Last_Order",
        template=ORDERS,
        picks=tuple(
            (name, tuple(one for one in some if one in known)) for name, some in _picks(lines).items()
        ),
        sentences=(),
        lines=lines,
    )


def categories(schema: Schema) -> tuple[str, ...]:
    """Those of which customers in this schema have a share of spending each, as `Lines.names` has them."""
    shares = (one for one in schema.fields if one.unit == _OF_SPENDING and one.name.startswith("Share_"))
    return tuple(one.label.removeprefix(_SHARE_OF) for one in shares if one.label.startswith(_SHARE_OF))


def _picks(lines: Lines) -> dict[str, tuple[str, ...]]:
    """What pages show first."""
    buying = (
        "Total_Spent",
        "Frequency",
        "Recency_Days",
        "Average_Basket",
        "Rhythm",
        "Tenure",
        "Share_Returned",
    )
    names = ("Recency_Days", "Frequency", "Tenure", "Average_Basket")
    shown = (*lines.described.values(), "Favourite_Category")[:2]
    return {
        "names": names,
        "telling": (*buying, "Different_Products"),
        "overview": ("Recency_Days", "Frequency", "Total_Spent", "RFM_Group", *shown),
        "list": ("RFM_Group", "Last_Order", *buying, "Expected_Value", *shown),
        "recency": ("Recency_Days",),
        "spending": ("Total_Spent",),
        "cohorts": ("First_Order", "Last_Order"),
        "rfm": ("Recency_Days", "Frequency", "Total_Spent"),
        "history": ("Frequency", "Recency_Days", "Tenure", "Total_Spent"),
    }


def _fields(lines: Lines, negative: Collection[str]) -> Iterator[Field]:
    yield Field(IDENTIFIER, label_of(lines.customer), Kind.IDENTIFIER, group="", column=IDENTIFIER)
    yield from _when()
    yield from _how_much(negative)
    yield from _next_year()
    for name, field in lines.shares.items():
        yield _own(
            field,
            f"{_SHARE_OF}{name}",
            Kind.SHARE,
            _OF_SPENDING,
            f"Part of spending that goes to {name}.",
            _GOODS,
        )
    yield _own(
        "Favourite_Category", "Favourite category", Kind.CATEGORY, "", "Category of most spending.", _GOODS
    )
    for column, field in lines.described.items():
        label = label_of(column)
        yield _own(field, label, Kind.CATEGORY, "", f"{label} in most of a customer's lines.", _PEOPLE)
    yield Field(
        "RFM_Group", "RFM group", Kind.CATEGORY, "", "By recency, purchases and spending, each in at most five groups.",
        _BUYING, column="RFM_Group", values=NAMES,
    )  # fmt: skip
    for which, date in (("first", "First_Order"), ("last", "Last_Order")):
        yield Field(
            f"{date}_Season", f"Season of the {which} order", Kind.CATEGORY, group=_BUYING,
            help="Winter is December to February, and so on (northern).", derived=Calendar(date, "season"),
        )  # fmt: skip


def _own(name: str, label: str, kind: Kind, unit: str, told: str, group: str = _BUYING) -> Field:
    least = 0.0 if kind in (Kind.COUNT, Kind.DAYS, Kind.SHARE) else None
    return Field(name, label, kind, unit, told, group, column=name, minimum=least)


def _when() -> Iterator[Field]:
    yield _own("First_Order", "First order", Kind.DATE, "", "Day of the first order.")
    yield _own("Last_Order", "Last order", Kind.DATE, "", "Day of the last order.")
    yield Field(
        "Recency_Days", "Recency", Kind.DAYS, "days", "Days from the last order to the last day of the data.", _BUYING,
        column="Recency_Days", minimum=0.0, title="Days since the last order", words=(Word("Dormant"), Word("Active")),
        phrase=("last order {} day ago", "last order {} days ago"),
    )  # fmt: skip
    yield Field(
        "Tenure", "Days as a customer", Kind.DAYS, "days", "Days from the first order to the last day of the data.",
        _BUYING, column="Tenure", minimum=0.0, words=(Word("Long-standing"), Word("New")), stays=True,
    )  # fmt: skip
    yield Field(
        "Frequency", "Purchases", Kind.COUNT, "purchases", "Days on which the customer ordered: orders of one day are one.",
        _BUYING, column="Frequency", minimum=0.0, words=(Word("Frequent"), Word("Occasional")),
        who=("made {} purchase", "made {} purchases"), many=True,
    )  # fmt: skip
    yield _own("Rhythm", "Days between purchases", Kind.DAYS, "days", "Median; empty after one purchase.")


def _next_year() -> Iterator[Field]:
    """What is expected of the 365 days after the last day of the data."""
    history, within = (
        ("Frequency", "Recency_Days", "Tenure"),
        "in the 365 days after the last day of the data",
    )
    yield Field(
        "Expected_Purchases", "Expected purchases", Kind.RATIO, "next year", f"Purchases expected {within} (BG/NBD or Pareto/NBD).",
        _NEXT, column="Expected_Purchases", derived=FromHistory(history), minimum=0.0, many=True,
    )  # fmt: skip
    yield Field(
        "Expected_Value", "Expected value", Kind.AMOUNT, "next year",
        f"Spending expected {within}, less what comes back (the same, and Gamma-Gamma).", _NEXT,
        column="Expected_Value", derived=FromHistory((*history, "Total_Spent")), minimum=0.0,
    )  # fmt: skip
    yield Field(
        "Chance_Active", "Chance to be active", Kind.SHARE, "", "Chance that the customer still is one (BG/NBD or Pareto/NBD), in whole percent: no check could tell it finer.", _NEXT,
        column="Chance_Active", derived=FromHistory(history), minimum=0.0,
    )  # fmt: skip


def _how_much(negative: Collection[str]) -> Iterator[Field]:
    least = None if "Total_Spent" in negative else 0.0
    yield Field(
        "Total_Spent", "Total spent", Kind.AMOUNT, "", "Sum of all orders, less what came back.", _MONEY,
        column="Total_Spent", minimum=least, noun="spending", who=("spend {} on average",),
    )  # fmt: skip
    yield Field(
        "Average_Basket", "Average basket", Kind.AMOUNT, "a purchase", "Total spent by purchases.", _MONEY,
        derived=Ratio("Total_Spent", "Frequency"), minimum=least, words=(Word("Large-basket"), Word("Small-basket")),
    )  # fmt: skip
    yield _own(
        "Share_Returned", "Share returned", Kind.SHARE, _OF_SPENDING, "Part of what was bought that came back, by money.", _MONEY
    )  # fmt: skip
    yield _own("Pieces", "Pieces", Kind.COUNT, "pieces", "Pieces bought, before what came back.")
    yield _own(
        "Different_Products",
        "Different products",
        Kind.COUNT,
        "products",
        "How many different ones were bought.",
    )
