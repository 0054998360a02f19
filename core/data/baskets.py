"""Which categories are in each purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.line_keys import numbered_in_order, once

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
MOST = 15  # categories: those that are in most purchases


@dataclass(frozen=True)
class Baskets:
    """Purchases, one row each: who bought, and whether a category is in it."""

    customer: Ints  # shape (n_purchases,)
    inside: Mask  # shape (n_purchases, n_categories)
    names: tuple[str, ...]  # the categories

    @classmethod
    def of(cls, customer: Ints, day: Ints, category: Ints, names: list[str]) -> Baskets:
        """From lines: their customers, days, and categories by number, -1 where it is not known."""
        known = category >= 0
        customer, day, category = customer[known], day[known], category[known]
        start, wide = int(day.min(initial=0)), len(names)
        span = int(day.max(initial=0)) - start + 1
        cells = once((customer * span + day - start) * wide + category)
        bought, thing = np.divmod(cells, wide)
        often = np.bincount(thing, minlength=wide)
        places = np.sort(np.argsort(-often, kind="stable")[:MOST])
        column = np.full(wide, -1)
        column[places] = np.arange(len(places))
        purchase, of = numbered_in_order(bought), column[thing]
        inside = np.zeros((int(purchase.max(initial=-1)) + 1, len(places)), dtype=bool)
        inside[purchase[of >= 0], of[of >= 0]] = True
        return cls(once(bought) // span, inside, tuple(names[place] for place in places))
