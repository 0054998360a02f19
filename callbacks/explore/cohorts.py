"""What Explore says of customers by when they first ordered."""

from __future__ import annotations

from dash.development.base_component import Component

from core.numbers import spell
from core.profiles.cohorts import Cohorts, cohorts
from core.services import Services
from layouts.components import Table
from layouts.explore import cohorts_of

_LATER = (1, 3, 6, 12)  # steps of which the sentence speaks
_MOST = 12  # columns


def drawn(services: Services) -> Component | None:
    """The cohorts of a table that was folded from orders; None for any other."""
    found = cohorts(services.model)
    if found is None or len(found.names) < 3:
        return None
    return cohorts_of(found.step, _told(services, found), _table(services, found))


def _told(services: Services, found: Cohorts) -> str:
    """How many come back, over all cohorts that could."""
    percent, whole, step = services.numbers.percent, services.numbers.whole, found.step
    said: list[str] = []
    for later in _LATER:
        share, customers = found.share(later)
        if customers:
            of = f"{percent(share)} of {whole(customers)} customers"
            on = f"{spell(later).lower()} {step}{'s' if later > 1 else ''} on or later: {of}"
            said.append(
                on if said else f"{of} ordered again in a later {step} than that of their first order"
            )
    if not said:
        return "The data does not reach far enough to say who comes back."
    return (
        f"{'; '.join(said)}. These are {step}s of the calendar, and each figure is of those whose first order lies so far "
        "back that they could."
    )


def _table(services: Services, found: Cohorts) -> Table:
    numbers = services.numbers
    wide = min(_MOST, len(found.names) - 1)
    rows = []
    for name, size, back in zip(found.names, found.sizes, found.back, strict=True):
        parts = [numbers.percent(one / size) if size else "" for one in back[:wide]]
        rows.append((name, numbers.whole(size), *parts, *[""] * (wide - len(parts))))
    head = ("First order", "Customers", *(f"{later} later" for later in range(1, wide + 1)))
    return Table(head, rows)
