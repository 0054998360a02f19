"""Orders whose lines, products or buyers are told in tables of their own, as one table of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from core.data.facts import facts_of
from core.data.headings import key as bare
from core.data.joining import beside, matched
from core.data.keys import SHARED, SHARED_UNTOLD, Key, KeyColumn
from core.datasets.joining import Kin, Step, alone, chosen_between, is_kept, is_spelled, side_by_side, unknown
from core.datasets.parts import Part
from core.errors import DataError
from core.schema.decisions import EMPTY_ORDERS, LONELY_LINES, ZEROS_IGNORED, Choices
from core.schema.guess import guess
from core.schema.heading_words import says
from core.schema.order_parts import PER_ORDER, parts_of, tells

_GOODS = ("product", "product named", "category", "product group")
_BUYERS = ("customer", "email", "customer name")


@dataclass(frozen=True)
class Link:
    """A table each of whose rows is told more of by a row of another: of its order, its product, or its buyer."""

    kin: Kin
    many: Part
    one: Part
    key: Key  # of `many` on the left, of `one` on the right


def flattened(parts: Sequence[Part], choices: Choices) -> tuple[list[Part], tuple[Step, ...], list[str]]:
    """The tables with those of orders as one of their lines; how that was done, and what was left out of it."""
    found, steps = list(parts), list[Step]()
    for links in (_orders, _goods, _buyers):
        while link := next(links(found, choices), None):
            whole, step = _put_together(link, choices)
            found = [whole if one is link.many else one for one in found if one is not link.one]
            steps.append(step)
    spare = [one for one in found if steps and _is_spare(one, steps, found)]
    told = [f"{one.name}: several rows of an order, and nobody who bought: its lines are in another table." for one in spare]  # fmt: skip
    return [one for one in found if one not in spare], tuple(steps), told


def _is_spare(part: Part, steps: Sequence[Step], found: Sequence[Part]) -> bool:
    """Whether it tells more of orders whose lines are put together already, such as how each was paid."""
    lines = {step.left for step in steps if step.kin is Kin.ORDER}
    return part.name not in lines and len(found) > 1 and bool(_of_orders(part)) and not _tells_buyer(part)


def _of_orders(part: Part) -> list[KeyColumn]:
    """The columns that hold numbers of orders."""
    named = [one for one in part.keys if tells(one.name, "order number") or says(one.name, "order")]
    return [one for one in named if not tells(one.name, "line")]


def _tells_buyer(part: Part) -> bool:
    return any(says(one.name, *_BUYERS) and not tells(one.name, *_GOODS) for one in part.keys)


def _is_richer(part: Part) -> tuple[bool, bool, int]:
    """How much a table tells of what was bought."""
    lines = parts_of(part.facts).seen or parts_of(part.facts).lines
    if lines is None:
        return False, False, part.rows
    return bool(lines.product or lines.quantity), lines.has_money, part.rows


def _orders(parts: Sequence[Part], choices: Choices) -> Iterator[Link]:
    """Lines and the orders that they are of: only one of the two tells who bought."""
    for many, one in permutations(sorted(parts, key=_is_richer, reverse=True), 2):
        if _tells_buyer(many) == _tells_buyer(one):
            continue
        theirs = [
            key for key in _of_orders(one) if _tells_buyer(one) or not _is_richer(one)[1] or _is_once(key)
        ]
        yield from _linked(Kin.ORDER, many, one, _of_orders(many), theirs, choices)


def _is_once(key: KeyColumn) -> bool:
    """Whether no two rows have the same: what is paid for a number that comes again would be lost."""
    return len(key.different) == key.fact.filled


def _goods(parts: Sequence[Part], choices: Choices) -> Iterator[Link]:
    """Lines and what they are of, such as products, and the categories of these."""
    for many, one in permutations(parts, 2):
        if not _of_orders(many) or _of_orders(one) or _tells_buyer(one):
            continue
        ours, theirs = ([key for key in part.keys if tells(key.name, *_GOODS)] for part in (many, one))
        yield from _linked(Kin.GOODS, many, one, ours, theirs, choices)


def _buyers(parts: Sequence[Part], choices: Choices) -> Iterator[Link]:
    """Orders and a table with a row for the buyer of each, where that names customers by another column."""
    for many, one in permutations(parts, 2):
        numbers = _of_orders(many)
        if not numbers or _of_orders(one):
            continue
        orders = len(numbers[0].different)
        ours = [key for key in many.keys if len(key.different) >= PER_ORDER * orders and says(key.name, *_BUYERS)]  # fmt: skip
        again = [key for key in one.keys if says(key.name, "customer") and not key.is_unique]
        theirs = [key for key in one.keys if key.is_unique]
        if again:
            yield from _linked(Kin.BUYER, many, one, ours, theirs, choices)


def _linked(
    kin: Kin, many: Part, one: Part, ours: Sequence[KeyColumn], theirs: Sequence[KeyColumn], choices: Choices
) -> Iterator[Link]:
    """The link by the likeliest of these keys; a chosen one is before all."""
    named = [one.name for one in ours]
    said = [
        key for key in chosen_between(many, one, choices) if key.right.is_unique and key.left.name in named
    ]
    keys = [Key(left, right, 0) for left in ours for right in theirs if right.is_unique]
    known = [key for key in keys if key.share >= (SHARED if _is_same(key) else SHARED_UNTOLD)]
    for key in [*said, *sorted(known, key=_likeness)][:1]:
        yield Link(kin, many, one, replace(key, spelled=is_spelled(choices)))


def _is_same(key: Key) -> bool:
    return bare(key.left.name) == bare(key.right.name)


def _likeness(key: Key) -> tuple[bool, float, int]:
    return not _is_same(key), -round(key.share, 2), -key.loosely


def _put_together(link: Link, choices: Choices) -> tuple[Part, Step]:
    """The lines with what the other table says of each."""
    many, one, key, found = link.many, link.one, link.key, matched(link.key)
    if not found.count:
        named = f"{key.told} that {many.name} and {one.name} have alike"
        raise DataError.of(f"{many.name} and {one.name}", f"no {named}", "one at least", f"Write them the same way in both files, or say that zeros and capitals make no difference ({ZEROS_IGNORED}).")  # fmt: skip
    kept = _kept(link, choices)
    rows = side_by_side(found, *kept)
    whole = beside(many.columns, one.columns, (key.left.name, key.right.name), rows, one.stem)
    facts = facts_of(whole.columns, tuple(whole.columns), choices)
    part = replace(many, columns=whole.columns, facts=facts, guessed=guess(facts, many.stem), rows_of=(), said=(*many.said, *one.said), notes=(*many.notes, *one.notes))  # fmt: skip
    step = Step(
        key, many.name, many.rows, one.name, one.rows, found.count, alone(key, found), unknown(key),
        key.right.exact.null_count, int(found.repeated.sum()), None, whole.apart, whole.once, (), kept, link.kin,
    )  # fmt: skip
    return part, step


def _kept(link: Link, choices: Choices) -> tuple[bool, bool]:
    """Whether lines without a match stay, and what only the other table has: orders do that say what they cost."""
    if link.kin is not Kin.ORDER:
        return True, False
    told = parts_of(link.one.facts)
    lines = told.lines or told.seen
    has_money = lines is not None and lines.has_money
    stays = _tells_buyer(link.many)
    return (
        stays and is_kept(choices, LONELY_LINES, otherwise=True),
        is_kept(choices, EMPTY_ORDERS, otherwise=has_money and not stays),
    )
