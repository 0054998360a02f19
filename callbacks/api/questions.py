"""What programs ask about a dataset, answered by the calls that pages make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request

from callbacks.api import answers
from callbacks.api.answers import refuse
from callbacks.api.endpoint import Asked, Paged
from callbacks.campaigns import page as campaigns
from callbacks.filters.address import Asked as Filtered
from callbacks.filters.address import Option, parse
from callbacks.web.guard import allows
from core.accounts.permissions import Action
from core.campaigns.economics import of_file
from core.campaigns.report import report
from core.crossfilter.selection import Clause, Selection
from core.crossfilter.table import Breakdown
from core.datasets.catalogue import DEFAULT, Dataset
from core.datasets.versions import Version
from core.schema.schema import Schema
from core.services import Services

T = TypeVar("T")
BY = Option("", lambda _: True, "fields, separated by commas", 400)
AMOUNTS = {
    "cost": Option("", campaigns.is_cost, "an amount such as 3 or 2.5"),
    "revenue": Option("", campaigns.is_revenue, "an amount above 0 such as 11"),
}


def part(found: Sequence[T], asked: Asked) -> tuple[int, int | None, list[T]]:
    """How many there are, where the next part begins, and the part of a list that is asked for."""
    paged: Paged = asked.query
    end = paged.offset + paged.limit
    return len(found), end if end < len(found) else None, [*found[paged.offset : end]]


def datasets(services: Services, asked: Asked) -> answers.Datasets:
    """Those that there are for who asks."""
    seen = [one for one in services.workspaces.catalogue.all() if allows(Action.VIEW, of=one.slug)]
    total, following, some = part(seen, asked)
    return answers.Datasets(total, following, [_dataset(one) for one in some])


def dataset(services: Services, _asked: Asked) -> answers.WholeDataset:
    """The one of the address, with its fields."""
    model, schema = services.model, services.schema
    columns = [
        answers.Column(
            one.name,
            one.label,
            one.kind,
            one.unit,
            one.help,
            _roles(schema, one.name),
            one.name in model.crossfilter.fields,
        )
        for one in schema.customers
    ]
    known = vars(_dataset(services.dataset))
    return answers.WholeDataset(
        **known, model=model.card.key, segments=model.card.parameters.k, columns=columns
    )


def versions(services: Services, asked: Asked) -> answers.Versions:
    """Those of the dataset, the latest first."""
    kept = services.workspaces.catalogue.versions(services.dataset).all()
    total, following, some = part(kept[::-1], asked)
    return answers.Versions(total, following, [_version(services, one) for one in some])


def version(services: Services, asked: Asked) -> answers.Version:
    """One of them."""
    kept = services.workspaces.catalogue.versions(services.dataset).all()
    return _version(services, _one(kept, lambda one: one.number == asked.path["number"], "version"))


def segments(services: Services, _asked: Asked) -> answers.Segments:
    """All of the live model."""
    profile = services.model.card.profile
    return answers.Segments(services.model.card.key, profile.customers, profile.averages, [*profile.segments])


def segment(services: Services, asked: Asked) -> Any:
    """The profile of one."""
    found = services.model.card.profile.segments
    return _one(found, lambda one: one.number == asked.path["number"], "segment")


def counts(services: Services, _asked: Asked) -> answers.Counts:
    """How many pass the filters, by the fields that are asked for; each without its own filter, as in a chart."""
    table = services.model.crossfilter
    asked = _filtered(services, {"by": BY})
    names = [name for name in dict.fromkeys(asked.options["by"].split(",")) if name]
    value = [one for one in [services.schema.value] if one is not None and one in table.summed]
    found = table.views(asked.selection, [Breakdown(name, name) for name in names], values=value)
    by = {name: _bins(services, asked.selection, name, found[name].counts.tolist()) for name in names}
    return answers.Counts(
        str(asked.selection), found.selected.rows, found.everyone.rows, by, dict(found.selected.values)
    )


def _bins(services: Services, selection: Selection, name: str, counted: list[int]) -> list[answers.Bin]:
    pieces = [selection.piece(Clause(name, frozenset([code]))) for code in range(len(counted))]
    return [*map(answers.Bin, services.axis(name).labels, pieces, counted)]


def every_campaign(services: Services, _asked: Asked) -> answers.Campaigns:
    """What was answered to each, oldest first."""
    table, schema = services.model.crossfilter, services.schema
    known = [name for name in schema.outcomes if name in table.axes]
    found = table.views(table.selection(), [Breakdown(name, name) for name in known])
    told = [(name, found[name].counts.tolist()) for name in known]
    return answers.Campaigns(
        [answers.Campaign(name, schema.label(name), sum(one[:2]), one[1]) for name, one in told]
    )


def campaign(services: Services, asked: Asked) -> answers.Board:
    """The board of one, for the customers that pass the filters."""
    name = asked.path["name"]
    if name not in services.schema.outcomes or name not in services.model.crossfilter.axes:
        refuse(404, f"Found no campaign {name[:40]!r}. Expected one of those that /campaigns lists.", "name")
    filtered = _filtered(services, AMOUNTS)
    money = campaigns.amounts(filtered, of_file(services.model.people))
    found = report(services.model, filtered.selection, name, money)
    profiles = services.model.card.profile.segments
    return answers.Board(
        name,
        str(filtered.selection),
        money.cost,
        money.revenue,
        money.break_even,
        found.total,
        [
            answers.SegmentRow(**vars(row), number=one.number, name=one.name)
            for row, one in zip(found.segments, profiles, strict=True)
        ],
        found.spenders,
        found.loyal,
    )


def models(services: Services, asked: Asked) -> answers.Models:
    """Those that were live and are kept, the latest first."""
    total, following, some = part(_kept(services), asked)
    return answers.Models(total, following, some)


def model(services: Services, asked: Asked) -> answers.Model:
    """One of them."""
    return _one(_kept(services), lambda one: one.key == asked.path["key"], "model")


def _kept(services: Services) -> list[answers.Model]:
    live = services.model.card.key
    return [
        answers.Model(
            one.key,
            one.key == live,
            one.chosen.parameters.k,
            [*one.chosen.parameters.basis],
            one.version,
            one.chosen.by,
            one.chosen.when,
        )
        for one in reversed(services.live.fits())
    ]


def _dataset(one: Dataset) -> answers.Dataset:
    return answers.Dataset(one.slug or DEFAULT, one.title, one.path, one.version.number, one.version.rows)


def _version(services: Services, one: Version) -> answers.Version:
    live = one.number == services.dataset.version.number
    return answers.Version(one.number, live, one.file, one.way, one.rows, one.who, one.at)


def _roles(schema: Schema, name: str) -> list[str]:
    roles = {
        "basis": name in schema.basis,
        "value": name == schema.value,
        "outcome": name in schema.outcomes,
        "event": name in schema.events,
        "anchor": name == schema.anchor,
    }
    return [role for role, plays in roles.items() if plays]


def _filtered(services: Services, known: Any) -> Filtered:
    """The filters and options of the address, as pages read them."""
    return parse(request.query_string.decode("utf-8", "replace"), services.model.crossfilter, known)


def _one(found: Sequence[T], fits: Any, what: str) -> T:
    fitting = [one for one in found if fits(one)]
    if not fitting:
        refuse(404, f"Found no such {what}. Expected one of those that are listed.")
    return fitting[0]
