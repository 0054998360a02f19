"""GET /filters/fields: what can be filtered by, for the form behind + Filter."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from callbacks.web.guard import requires
from callbacks.web.pinning import of_link
from core.accounts.permissions import Action
from core.crossfilter.binning import OTHER, Axis, Scale
from core.crossfilter.table import Breakdown
from core.crossfilter.typed import said
from core.schema.fields import LOG, SEGMENT
from core.services import Services

KINDS = {Scale.CATEGORY: "category", Scale.DATE: "date", Scale.TEXT: "text"}
OTHERS = "From your file"


def register(server: Flask, services: Services) -> None:
    """Tell signed-in users the fields of the model that their page shows."""

    @requires(Action.VIEW)
    def fields() -> ResponseReturnValue:
        of_link(services.live)
        return jsonify(fields=all_fields(services))

    server.add_url_rule("/filters/fields", "filters_fields", fields)


def all_fields(services: Services) -> list[dict[str, Any]]:
    """Every field of the dataset that a role that may see customers may filter by, by group as pages have them."""
    table, schema = services.model.crossfilter, services.schema
    groups = {name: group for group, names in schema.groups.items() for name in names}
    names = [name for name in table.fields if not name.endswith(LOG)]
    counted = [name for name in names if table.fields[name].scale is Scale.CATEGORY]
    counts = table.views(table.selection(), [Breakdown(name, name) for name in counted])
    order = [SEGMENT, *groups]
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    return [
        {
            "name": name,
            "label": services.label(name),
            "group": groups.get(name, "" if name == SEGMENT else OTHERS),
            **_values(services, services.axis(name)),
            "counts": counts[name].counts.tolist() if name in counted else [],
        }
        for name in names
    ]


def _values(services: Services, axis: Axis) -> dict[str, Any]:
    """What can be asked of a field: from where to where its numbers or days go, or which categories there are."""
    kind = KINDS.get(axis.scale, "number")
    field = services.model.people.field(axis.name)
    told: dict[str, Any] = {"kind": kind, "unit": field.unit, "gaps": axis.gaps}
    if kind == "category":
        return told | {"slugs": axis.slugs, "labels": axis.labels, "contains": OTHER in axis.labels}
    if kind == "text":
        return told
    if kind == "date":
        return told | {"low": said(axis.edges[0], axis), "high": said(axis.edges[-1], axis)}
    known = services.model.people.ends(axis.name)
    ends = {"low": known[0], "high": known[1]} if known else {}
    return told | ends | {"percent": field.in_percent, "form": f"decimal.{field.decimals or 1}"}
