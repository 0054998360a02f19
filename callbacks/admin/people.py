"""/admin: everybody who has an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, request

from callbacks.admin import frame
from callbacks.admin.frame import Section
from core.accounts.access import Access
from core.accounts.people import Person, people
from core.accounts.users import Role
from core.store.database import Database

MOST = 200  # that one page lists
Titles = Callable[[], Mapping[str, str]]


def register(server: Flask, access: Access, database: Database, titles: Titles) -> None:
    """Add the section; `titles` says what datasets are called, by slug."""
    shown = People(access, database, titles)
    frame.add(server, Section("/admin", "People", shown.listed))


@dataclass(frozen=True)
class People:
    """Everybody who has an account."""

    access: Access
    database: Database
    titles: Titles

    def listed(self) -> Response:
        """Those whose name holds what is looked for, and how many there are."""
        everybody = people(self.access, self.database)
        wanted = request.args.get("q", "").strip()[:64]
        found = [one for one in everybody if wanted.casefold() in one.user.key]
        titles = self.titles()
        rows = [(one, _datasets(one, titles)) for one in found[:MOST]]
        return frame.drawn(
            "admin_people.html", rows=rows, wanted=wanted, lead=_lead(everybody), found=len(found)
        )


def _datasets(person: Person, titles: Mapping[str, str]) -> str:
    if person.user.role is Role.ADMINISTRATOR:
        return "all, as administrator"
    named = [f"{titles[slug]} ({one.word})" for slug, one in person.standings.items() if slug in titles]
    more = len(named) - 3
    return ", ".join(named[:3]) + (f" and {more} more" if more > 0 else "") or "none"


def _lead(everybody: Sequence[Person]) -> str:
    """How many there are, who rules, and who waits."""
    ruling = sum(one.user.rules for one in everybody)
    waiting = sum(one.user.state == "waiting" for one in everybody)
    has = "One person has an account" if len(everybody) == 1 else f"{len(everybody)} people have an account"
    rule = "one is an administrator" if ruling == 1 else f"{ruling} are administrators"
    wait = f"; {waiting} {'waits' if waiting == 1 else 'wait'} to be admitted" if waiting else ""
    return f"{has}; {rule}{wait}."
