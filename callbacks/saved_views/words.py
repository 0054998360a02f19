"""How a page is shown, in words: what a saved view has besides its filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from callbacks.explore.page import sections
from callbacks.filters.address import Asked
from core.campaigns.economics import as_typed
from core.schema.fields import in_sentence
from core.services import Services
from layouts.overview.page import CHARTS
from layouts.segments.page import SECTIONS

Say = Callable[[Services, str], str]


def options(services: Services, asked: Asked) -> str:
    """In brackets, how the page is shown, where that is not as usual."""
    said = [
        SAYS[name](services, value) if name in SAYS else f"{name} {value}"
        for name, value in asked.options.items()
        if value != asked.known[name].default
    ]
    return f" ({', '.join(said)})" if said else ""


def _section(services: Services, value: str) -> str:
    return {**sections(services), **SECTIONS, CHARTS: "with charts"}[value].lower()


def _compared(services: Services, value: str) -> str:
    profile = services.model.card.profile
    names = [
        "everyone" if one == "everyone" else profile.segment(int(one)).name for one in _known(services, value)
    ]
    return f"comparing {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "comparing"


def _known(services: Services, value: str) -> list[str]:
    most = len(services.model.card.profile.segments)
    return [one for one in value.split(",") if one == "everyone" or int(one) <= most]


def _amount(services: Services, value: str) -> str:
    return as_typed(float(value), services.numbers)


def _sorted(services: Services, value: str) -> str:
    name = value.removeprefix("-")
    return (
        f"sorted by {in_sentence(services.label(name))}{', largest first' if value.startswith('-') else ''}"
    )


def _columns(_services: Services, value: str) -> str:
    return "all columns" if value == "all" else "chosen columns"


SAYS: Mapping[str, Say] = {
    "everyone": lambda _, _value: "the file holds all customers there are",
    "beside": lambda _, value: f"beside version {value}",
    "show": _section,
    "split": lambda _, value: f"split by {value}",
    "as": lambda _, _value: "in percent",
    "axis": lambda _, _value: "logarithmic bins",
    "method": lambda _, value: f"{value.capitalize()} correlation",
    "x": lambda services, value: f"X axis {services.label(value)}",
    "y": lambda services, value: f"Y axis {services.label(value)}",
    "campaign": lambda _, value: f"campaign {value}",
    "cost": lambda services, value: f"a contact costs {_amount(services, value)}",
    "revenue": lambda services, value: f"an acceptance brings {_amount(services, value)}",
    "compare": _compared,
    "field": lambda services, value: f"spread of {in_sentence(services.label(value))}",
    "columns": _columns,
    "sort": _sorted,
}
