"""Order lines from text: who, when, how much, what, and what has become of the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.dates import read_dates
from core.data.flags import answers, words_of
from core.data.line_keys import numbered
from core.data.numbers import read_numbers
from core.data.remarks import Remark, Unreadable, counted
from core.data.rows import Columns, whole_identifiers
from core.data.words import Distinct
from core.numbers import to_tell
from core.schema.decisions import Decision, chosen_order, said_of
from core.schema.fields import Field, Kind
from core.schema.order_lines import PREFIX, Lines
from core.schema.order_parts import tells
from core.schema.schema import Schema

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
NO_DAY = np.iinfo(np.int64).min
NOBODY = (
    "guest",
    "gast",
    "invité",
    "invitado",
    "convidado",
    "ospite",
    "anonymous",
    "anonym",
    "unknown",
    "unbekannt",
    "inconnu",
    "desconocido",
    "desconhecido",
    "sconosciuto",
    "not set",
    "(not set)",
    "cash customer",
)
NO_NUMBER = ("0", "-1", "9999", "99999", "999999")  # that stand for nobody where no customer has more lines
_CANCELS, _PLAIN = r"^[Cc]\d+$", r"^\d+$"
SPAN = 31  # days within which lines of one order lie
FEW = 0.2
_SAMPLE = 10_000  # lines by which columns are known that tell most of them apart


class Became(IntEnum):
    """What has become of an order; the worst that is said of it counts."""

    KEPT, OPEN, RETURNED, CANCELLED = range(4)


@dataclass(frozen=True)
class Coded:
    """Texts by number: one number a line, -1 for a gap."""

    codes: Ints
    names: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray | None, rows: int, choices: Sequence[str] = ()) -> Coded:
        """The texts of a column, read as chosen; nothing but gaps where there is none."""
        if column is None:
            return cls(np.full(rows, -1, dtype=np.int64), pa.array([], pa.string()))
        texts = Distinct.of(column, said_of(choices, "value"))
        return cls.spelled(texts, texts.values)

    @classmethod
    def spelled(cls, texts: Distinct, names: pa.Array) -> Coded:
        """The texts, under these names: those of one name are one."""
        named = names.dictionary_encode()
        of_text = np.append(named.indices.fill_null(-1).to_numpy(zero_copy_only=False), -1).astype(np.int64)
        return cls(of_text[texts.codes], named.dictionary)

    def within(self, order: Coded) -> Coded:
        """With gaps as the other lines of the order say, where they agree."""
        gaps = (self.codes < 0) & (order.codes >= 0)
        if not gaps.any():
            return self
        told = (self.codes >= 0) & (order.codes >= 0)
        least = np.full(len(order.names), len(self.names), dtype=np.int64)
        most = np.full(len(order.names), -1, dtype=np.int64)
        np.minimum.at(least, order.codes[told], self.codes[told])
        np.maximum.at(most, order.codes[told], self.codes[told])
        agreed = np.where(least == most, most, -1)
        return Coded(np.where(gaps, agreed[order.codes], self.codes), self.names)


@dataclass(frozen=True)
class TypedLines:
    """Lines as columns: `day` since 1970 or NO_DAY; money NaN where it is unknown; `weight` is what a category counts.

    `became` is of `Became`; `repeats` says that a line repeats an earlier one in every column of the file;
    `times` how many lines each stands for, where some were added up.
    """

    customer: Coded
    order: Coded
    day: Ints
    amount: Floats
    pieces: Floats
    price: Floats
    refunded: Floats
    weight: Floats
    category: Coded
    product: Coded
    became: Ints
    repeats: Mask
    describing: Mapping[str, Coded]
    remarks: tuple[Remark, ...]
    decisions: tuple[Decision, ...]

    def __len__(self) -> int:
        return len(self.day)


def typed_lines(columns: Columns, lines: Lines) -> TypedLines:
    """The lines of a table of text; gaps are filled from other lines of the same order."""
    rows = len(next(iter(columns.values())))
    order = Coded.of(columns.get(lines.order), rows)
    numbers, remarks, decisions = _numbers(columns, lines, rows)
    pieces, price = numbers["quantity"], numbers["price"]
    paid = _paid(numbers["amount"], pieces, price * (1 - np.nan_to_num(numbers["discount"])))
    customer, spelled = _customers(columns[lines.customer])
    named, customer = customer, customer.within(order)
    dates = read_dates(columns[lines.date], about=lines.date, chosen=chosen_order(lines.chosen(lines.date)))
    became = _became(columns, lines, order)
    return TypedLines(
        customer=customer,
        order=order,
        day=_day_of_order(_days(dates.values), order.codes, customer.codes),
        amount=_once(paid, order.codes) if lines.whole else paid,
        pieces=pieces,
        price=price,
        refunded=_once(numbers["refunded"], order.codes) if lines.whole else numbers["refunded"],
        weight=_weights(paid, pieces * price, whole=lines.whole),
        category=Coded.of(columns.get(lines.category), rows, lines.chosen(lines.category)),
        product=Coded.of(columns.get(lines.product), rows),
        became=np.where(_cancels(order) & ~(paid < 0), Became.CANCELLED, became),
        repeats=_repeats(columns),
        describing={
            name: Coded.of(columns.get(name), rows, lines.chosen(name)).within(order)
            for name in lines.describing
        },
        remarks=(
            *remarks,
            *dates.remarks,
            *_unread(lines.date, dates.unreadable),
            *spelled,
            *_filled(named, customer),
        ),
        decisions=(*decisions, *([dates.decision] if dates.decision else [])),
    )


def _numbers(
    columns: Columns, lines: Lines, rows: int
) -> tuple[dict[str, Floats], list[Remark], tuple[Decision, ...]]:
    parts = {part: getattr(lines, part) for part in ("amount", "quantity", "price", "discount", "refunded")}
    there = {part: name for part, name in parts.items() if name in columns}
    kinds = {"quantity": Kind.RATIO, "discount": Kind.RATIO}
    schema = Schema(
        tuple(
            Field(part, name, kinds.get(part, Kind.AMOUNT), column=name, choices=lines.chosen(name))
            for part, name in there.items()
        ),
        (),
    )
    read = read_numbers({part: columns[name] for part, name in there.items()}, schema)
    remarks = [one for part, name in there.items() for one in _unread(name, read.unreadable.get(part))]
    values = {part: read.columns.get(part, np.full(rows, np.nan)) for part in parts}
    return values, [*read.remarks, *remarks], read.decisions


def _unread(name: str, missed: Unreadable | None) -> list[Remark]:
    if not missed:
        return []
    shown = ", ".join(f"“{one[:30]}”" for one in missed.examples)
    sentence = f"{name}: {counted(missed.count, 'value').lower()} could not be read ({shown})."
    return [Remark(f"{PREFIX}unreadable", name, missed.count, sentence, missed.examples)]


def _paid(amount: Floats, pieces: Floats, price: Floats) -> Floats:
    """The amount, else pieces times price, else the price of one."""
    product = price if np.isnan(pieces).all() else pieces * price
    return np.where(np.isnan(amount), product, amount) if np.isnan(amount).all() else amount


def _customers(column: pa.ChunkedArray) -> tuple[Coded, list[Remark]]:
    """Who bought: e-mail addresses in whatever letters are one, and words for nobody are gaps."""
    texts = Distinct.of(whole_identifiers(column))
    lower = pc.utf8_lower(texts.values)
    is_mail = pc.match_substring(lower, "@")
    names = pc.if_else(pc.fill_null(is_mail, False), lower, texts.values)
    nobody = pc.is_in(lower, value_set=pa.array(NOBODY))
    most = str(texts.values[int(texts.rows.argmax())]) if len(texts.values) else ""
    if most in NO_NUMBER:
        nobody = pc.or_(nobody, pc.equal(texts.values, most))
    names = pc.if_else(pc.fill_null(nobody, False), pa.scalar(None, pa.string()), names)
    one = (
        len(texts.values) - pc.sum(nobody).as_py() - len(names.unique().drop_null()) - texts.values.null_count
    )
    return Coded.spelled(texts, names), [_one_spelling(one)] if one else []


def _filled(named: Coded, customer: Coded) -> list[Remark]:
    """What is said of lines whose customer only other lines of their order name."""
    if not (count := int(((named.codes < 0) & (customer.codes >= 0)).sum())):
        return []
    its = "is of the one that other lines of its" if count == 1 else "are of those that other lines of their"
    sentence = (
        f"{counted(count, 'line')} without a customer {its} {'order' if count == 1 else 'orders'} name."
    )
    return [Remark(f"{PREFIX}filled", "", count, sentence)]


def _one_spelling(count: int) -> Remark:
    sentence = f"{to_tell(count)} e-mail addresses are written in other letters as well, small or capital: read as one customer each."
    return Remark(f"{PREFIX}spelling", "", count, sentence)


def _days(dates: NDArray[np.datetime64]) -> Ints:
    days = dates.astype("datetime64[D]")
    return np.where(np.isnat(days), NO_DAY, days.astype(np.int64))


def _day_of_order(days: Ints, orders: Ints, customers: Ints) -> Ints:
    """The first day of the order of a customer, unless its number came again a month later."""
    if (orders < 0).all():
        return days
    key = numbered(orders * (customers.max(initial=0) + 2) + customers)
    known = days != NO_DAY
    first = np.full(len(days), np.iinfo(np.int64).max)
    last = np.full(len(days), NO_DAY)
    np.minimum.at(first, key[known], days[known])
    np.maximum.at(last, key[known], days[known])
    one = (orders >= 0) & (last[key] != NO_DAY) & (last[key] - first[key] <= SPAN)
    return np.where(one, first[key], days)


def _once(values: Floats, orders: Ints) -> Floats:
    """Each order's first known value, at its line; the other lines of the order have none."""
    known = np.flatnonzero(~np.isnan(values) & (orders >= 0))
    kept = orders < 0
    kept[known[np.unique(orders[known], return_index=True)[1]]] = True
    return np.where(kept, values, np.nan)


def _weights(paid: Floats, product: Floats, *, whole: bool) -> Floats:
    """What a line counts among those of other categories: its money, else one."""
    money = product if whole else paid
    return np.nan_to_num(money) if (~np.isnan(money)).any() else np.ones(len(paid))


def _became(columns: Columns, lines: Lines, order: Coded) -> Ints:
    """The worst that a column says of the line, or where it says nothing, of another line of the order."""
    worst = np.zeros(len(order.codes), dtype=np.int64)
    for name in lines.states:
        if name not in columns:
            continue
        texts = Distinct.of(columns[name])
        of_text = np.append(meant(texts, name), -1)
        said = Coded(of_text[texts.codes], pa.array([one.name for one in Became])).within(order)
        worst = np.maximum(worst, said.codes)
    return worst


def meant(texts: Distinct, heading: str) -> Ints:
    """What each text says that has become of an order; -1 where it says nothing."""
    by_heading = _of_words(heading) if tells(heading, "became") else Became.KEPT
    plain = answers(texts, {word for word in words_of(texts) if word})
    found = np.full(len(texts.values), -1, dtype=np.int64)
    for place in np.flatnonzero(texts.filled):
        text, is_no = str(texts.values[int(place)]), plain[place] == 0
        of_text = _of_words(text)
        found[place] = of_text or (Became.KEPT if is_no else by_heading)
    return found


def _of_words(text: str) -> Became:
    if tells(text, "not") or (tells(text, "part") and tells(text, "returned")):
        return Became.KEPT
    if tells(text, "cancelled"):
        return Became.CANCELLED
    if tells(text, "returned"):
        return Became.RETURNED
    return Became.OPEN if tells(text, "open") else Became.KEPT


def _cancels(order: Coded) -> Mask:
    """Lines of orders whose number is that of a cancellation: a C before the digits that others have alone."""
    cancels = pc.match_substring_regex(order.names, _CANCELS).to_numpy(zero_copy_only=False).astype(bool)
    plain = pc.match_substring_regex(order.names, _PLAIN).to_numpy(zero_copy_only=False).astype(bool)
    if not cancels.any() or cancels.sum() > FEW * plain.sum():
        return np.zeros(len(order.codes), dtype=bool)
    return np.append(cancels, False)[order.codes]


def _repeats(columns: Columns) -> Mask:
    """Lines that repeat an earlier one in every column.

    Columns that tell most lines apart are looked at first, and of the others only lines that are alike so far.
    """
    first = {name: column.slice(0, _SAMPLE) for name, column in columns.items()}
    rows = len(next(iter(columns.values())))
    alike, keys = np.arange(rows), np.zeros(rows, dtype=np.int64)
    for name in sorted(columns, key=lambda one: -pc.count_distinct(first[one], mode="all").as_py()):
        column = columns[name] if len(alike) == rows else columns[name].take(pa.array(alike))
        codes = column.combine_chunks().dictionary_encode().indices.fill_null(-1)
        told = codes.to_numpy(zero_copy_only=False).astype(np.int64) + 1
        keys = numbered(keys * (told.max(initial=0) + 1) + told)
        again = np.bincount(keys)[keys] > 1
        alike, keys = alike[again], keys[again]
    found = np.zeros(rows, dtype=bool)
    found[alike] = pd.Series(keys).duplicated().to_numpy()
    return found
