"""What the segments page says of the year to come, of customers who were added up from their orders."""

from __future__ import annotations

from dash.development.base_component import Component

from core.forecast.check import FAR, Bin, Check, misses
from core.forecast.expected import Expected, Range
from core.forecast.forecast import ACTIVE, MOST, PURCHASES, VALUE, Forecast
from core.numbers import Numbers, listed
from core.services import Services
from layouts.components import Table
from layouts.segments import orders as layout


def drawn(services: Services) -> Component | None:
    """What is expected and how it stood the check; None where the table has no orders."""
    found = services.model.card.forecast
    if found is None:
        return None
    if found.check is None:
        return layout.expected(f"No forecast is made. {services.numbers.told(found.why)}")
    tells, table = found.whole is not None, _check_table(services, found.check, found.drawn_of)
    lead = _lead(services, found, found.whole) if found.whole else _refused(services.numbers, found.check)
    return layout.expected(
        lead,
        _figures(services, found) if tells else None,
        _checked(services, found.check, found.drawn_of, tells=tells),
        table,
        _most(services) if tells else None,
        stops=found.fitted.buying.stops if found.fitted else "once back",
    )


def _most(services: Services) -> tuple[str, str] | None:
    by = VALUE if VALUE in services.model.people.columns else PURCHASES
    return ("/customers", f"sort=-{by}&columns=ID,Segment,{by},{ACTIVE}") if by in services.schema else None


def _refused(numbers: Numbers, check: Check) -> str:
    """Why no figure is shown though models were fitted."""
    if check.purchases and max(map(abs, check.misses)) > FAR:
        return (
            "No forecast is shown: the models did not stand the check, so a figure of theirs is no promise."
        )
    few = f"only {numbers.whole(check.purchases)} purchases came in the part that was to be forecast"
    return f"No forecast is shown: {few}, too few to hold it to anything."


def _lead(services: Services, found: Forecast, whole: Expected) -> str:
    numbers = services.numbers
    often = f"{numbers.whole(whole.purchases.mean)} purchases (between {_between(numbers, whole.purchases)})"
    still = f"{numbers.whole(whole.active)} of {numbers.whole(whole.customers)} customers are expected to be active still"
    if whole.value is None:
        return f"Over the 365 days after the last day of the data, {often} are expected; {still}."
    low, mean, high = (_money(services, one) for one in (whole.value.low, whole.value.mean, whole.value.high))
    before = "" if found.last_year is None else _before(services, found.last_year, found.of_new)
    return (
        f"Over the 365 days after the last day of the data, these customers are expected to bring "
        f"{mean} (between {low} and {high}) in {often}; {still}.{before}"
    )


def _money(services: Services, value: float) -> str:
    return services.numbers.money(value, services.schema.cents)


def _before(services: Services, last_year: float, of_new: float | None) -> str:
    new = (
        f", {_money(services, of_new)} of it from customers who were new then"
        if of_new and of_new > 0
        else ""
    )
    return f" The last 365 days brought {_money(services, last_year)}{new}: those who will come new are not in the forecast."


def _between(numbers: Numbers, range_: Range) -> str:
    return f"{numbers.whole(range_.low)} and {numbers.whole(range_.high)}"


def _checked(services: Services, check: Check, drawn_of: int, *, tells: bool) -> str:
    """How the same would have been right before."""
    numbers, days = services.numbers, services.numbers.whole(check.days)
    often, *money = (_missed(numbers, one) for one in check.misses)
    spent = f", and for spending {money[0]}" if money else ""
    of = f" (a random {numbers.whole(MOST)} of {numbers.whole(drawn_of)} customers)" if drawn_of else ""
    start = (
        f"The check{of}: fitted on all but the last {days} days, the forecast for these {days} days was for purchases "
        f"{often}{spent}.{_outside(check) if tells else ''}"
    )
    far = [one for one in check.bins if one.is_missed]
    if not far:
        return start
    worst = max(far, key=lambda one: max(map(abs, misses(one))))
    most, what = max(zip(misses(worst), ("purchases", "spending"), strict=False), key=lambda one: abs(one[0]))
    who = _named(numbers, worst)
    return f"{start} It is worst for {what} of customers with {who}: {_missed(numbers, most)}, so among them it is no promise."


def _outside(check: Check) -> str:
    """That ranges are too narrow for these customers; nothing where they held."""
    out = [what for what, is_out in zip(("purchases", "spending"), check.outside, strict=False) if is_out]
    if not out:
        return ""
    return f" What happened is outside of the range that {listed(out)} had: ranges here are too narrow."


def _missed(numbers: Numbers, part: float) -> str:
    if part == float("inf"):
        return "above none at all"
    if abs(part) < 0.005:
        return "the same as what happened"
    if part >= 1:
        return f"{numbers.fixed(part + 1, 1)} times what happened"
    return f"{numbers.percent(abs(part))} {'more' if part > 0 else 'less'} than what happened"


def _named(numbers: Numbers, one: Bin) -> str:
    """Customers of a bin by their purchases, the first one counted."""
    least = numbers.whole(one.least + 1)
    if one.most is None:
        return f"{least} purchases or more by then"
    if one.most == one.least:
        return f"{least} {'purchase' if one.least == 0 else 'purchases'} by then"
    return f"{least} to {numbers.whole(one.most + 1)} purchases by then"


def _figures(services: Services, found: Forecast) -> Table:
    money = ("Expected value", "Between") if found.whole and found.whole.value else ()
    head = ("Segment", "Customers", "Still active", "Expected purchases", "Between", *money)
    segments = services.model.card.profile.segments
    rows = [_row(services, one.name, some) for one, some in zip(segments, found.segments, strict=True)]
    return Table(head, [*rows, *([_row(services, "Everyone", found.whole)] if found.whole else [])])


def _row(services: Services, name: str, one: Expected) -> tuple[str, ...]:
    numbers = services.numbers
    active = numbers.chance(one.active / one.customers) if one.customers else ""
    row = (
        name,
        numbers.whole(one.customers),
        active,
        numbers.whole(one.purchases.mean),
        _between(numbers, one.purchases),
    )
    if one.value is None:
        return row
    low, mean, high = (_money(services, end) for end in (one.value.low, one.value.mean, one.value.high))
    return (*row, mean, f"{low} and {high}")


def _check_table(services: Services, check: Check, drawn_of: int) -> Table:
    money = ("Forecast value", "What it was") if check.value is not None else ()
    head = ("Customers with", "Customers", "Forecast purchases", "What happened", *money)
    rows = [_held(services, _named(services.numbers, one), one) for one in check.bins]
    return Table(head, [*rows, _held(services, "All who were drawn" if drawn_of else "Everyone", check)])


def _held(services: Services, name: str, one: Bin | Check) -> tuple[str, ...]:
    numbers = services.numbers
    many = one.expected.customers
    row = (
        name,
        numbers.whole(many),
        numbers.whole(one.expected.purchases.mean),
        numbers.whole(one.purchases),
    )
    if one.expected.value is None or one.value is None:
        return row
    return (*row, *(_money(services, value) for value in (one.expected.value.mean, one.value)))
