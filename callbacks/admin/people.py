"""/admin: everybody who has an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from flask import Flask, Response, request

from callbacks.admin import frame
from callbacks.admin.frame import Section
from core.accounts.access import Access
from core.accounts.people import Person, people
from core.accounts.permissions import GIVEN, Standing
from core.accounts.users import Role
from core.numbers import spell
from core.store.database import Database

MOST = 200  # that one page lists
Titles = Callable[[], Mapping[str, str]]


def register(server: Flask, access: Access, database: Database, titles: Titles) -> None:
    """Add the section; `titles` says what datasets are called, by slug."""
    frame.add(server, Section("/admin", "People", partial(_listed, access, database, titles)))


def standings_of(titles: Mapping[str, str]) -> dict[str, str]:
    """What a form says that somebody is in datasets that there are, by slug: a word each."""
    given = {slug: request.form.get(f"standing-{slug}") for slug in titles}
    words = {one.word for one in (Standing.NONE, *GIVEN)}
    return {slug: word for slug, word in given.items() if word in words}


def _listed(access: Access, database: Database, titles_of: Titles) -> Response:
    """Those whose name holds what is looked for, and how many there are."""
    everybody = people(access, database)
    wanted = request.args.get("q", "").strip()[:64]
    found = [one for one in everybody if wanted.casefold() in one.user.key]
    titles = titles_of()
    start = MOST * (max(1, min(request.args.get("page", 1, int), -(-len(found) // MOST))) - 1)
    rows = [(one, _datasets(one, titles)) for one in found[start : start + MOST]]
    return frame.drawn(
        "admin_people.html",
        rows=rows,
        wanted=wanted,
        lead=_lead(everybody),
        found=len(found),
        start=start,
        most=MOST,
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
    many = len(everybody)
    if many == ruling == 1 and not waiting:
        return "One person has an account, and is an administrator."
    has = "One person has an account" if many == 1 else f"{spell(many)} people have an account"
    rule = "one is an administrator" if ruling == 1 else f"{spell(ruling).lower()} are administrators"
    wait = (
        f"; {spell(waiting).lower()} {'waits' if waiting == 1 else 'wait'} to be admitted" if waiting else ""
    )
    return f"{has}; {rule}{wait}."
