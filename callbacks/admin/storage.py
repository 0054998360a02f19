"""/admin/storage: what the house keeps, and how much room there is."""

from __future__ import annotations

from flask import Flask, Response, g

from callbacks.admin import frame
from callbacks.admin.frame import Section
from core.datasets.stored import stored
from core.services import Services


def register(server: Flask, services: Services) -> None:
    """Add the section."""
    frame.add(server, Section("/admin/storage", "Storage", lambda: _shown(services)))


def _shown(services: Services) -> Response:
    house = stored(services.workspaces.catalogue)
    rows = sorted(house.datasets, key=lambda one: -one.size)
    passing = sum(house.passing.values())
    kept = sum(one.size for one in rows) + house.database + passing
    others = [("Database", house.database), *house.passing.items()]
    how_many = g.numbers.many(len(rows), "dataset", "datasets")
    lead = f"{how_many} and everything else take {words_of(kept)}; {words_of(house.free)} of {words_of(house.total)} are free."
    shown = [(one, "not known" if one.customers is None else g.numbers.whole(one.customers)) for one in rows]
    return frame.drawn("admin_storage.html", lead=lead, rows=shown, others=others, words_of=words_of)


def words_of(size: int) -> str:
    """Bytes as people read them: 12.3 MB, 1.2 GB; 0 MB is less than 0.1."""
    unit, name = (1e9, "GB") if size >= 1e9 else (1e6, "MB")
    return f"{g.numbers.decimal(size / unit)} {name}"
