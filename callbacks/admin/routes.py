"""Which sections /admin has, in the order of their tabs."""

from __future__ import annotations

from flask import Flask

from callbacks.admin import people
from core.services import Services


def register(server: Flask, services: Services) -> None:
    """Add /admin to `server`, which has its door already."""
    catalogue = services.workspaces.catalogue
    people.register(
        server, services.access, services.database, lambda: {one.slug: one.title for one in catalogue.all()}
    )
