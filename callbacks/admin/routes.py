"""Which sections /admin has, in the order of their tabs, and what the command line has of them."""

from __future__ import annotations

import click
from flask import Flask

from callbacks import audit
from callbacks.accounts.commands import USERS
from callbacks.admin import calculations, commands, invitations, people, person, sign_up, storage, trail
from callbacks.admin.people import Titles
from core.accounts.access import Access
from core.accounts.audit import note_settings
from core.accounts.deeds import Deeds
from core.accounts.entry import Entry
from core.accounts.invites import Invites
from core.services import Services
from core.settings import Settings
from core.store.database import Database


def register(server: Flask, parterre: click.Group, services: Services) -> None:
    """Add /admin to `server`, which has its door and its command line already."""
    catalogue = services.workspaces.catalogue

    def titles() -> dict[str, str]:
        return {one.slug: one.title for one in catalogue.all()}

    of_accounts(server, services.settings, services.access, services.database, titles)
    calculations.register(server, services)
    storage.register(server, services)
    trail.register(server, services.database, services.settings.home)
    audit.register(parterre, services.database, services.settings)
    note_settings(services.database, services.settings)


def of_accounts(
    server: Flask, settings: Settings, access: Access, database: Database, titles: Titles
) -> None:
    """The sections about who comes in, and their commands; `titles` says what datasets are called, by slug."""
    entry: Entry = server.extensions["entry"]
    deeds = Deeds(access.users, server.extensions["factors"], database, settings.home)
    invites = Invites(database, access.users)
    people.register(server, access, database, titles)
    person.register(server, access, deeds, titles)
    invitations.register(server, invites, titles)
    sign_up.register(server, deeds)
    commands.register(server.extensions[USERS], settings, deeds, invites, entry.admission)
