"""Which sections /admin has, in the order of their tabs, and what the command line has of them."""

from __future__ import annotations

import click
from flask import Flask

from callbacks import audit
from callbacks.admin import calculations, people, storage, trail
from core.accounts.audit import note_settings
from core.services import Services


def register(server: Flask, parterre: click.Group, services: Services) -> None:
    """Add /admin to `server`, which has its door already."""
    catalogue = services.workspaces.catalogue
    people.register(
        server, services.access, services.database, lambda: {one.slug: one.title for one in catalogue.all()}
    )
    calculations.register(server, services)
    storage.register(server, services)
    trail.register(server, services.database, services.settings.home)
    audit.register(parterre, services.database, services.settings)
    note_settings(services.database, services.settings)
