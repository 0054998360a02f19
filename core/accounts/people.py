"""Accounts with what else is known of each, for administrators: read in a few questions, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.accounts.access import Access
from core.accounts.members import EVERYBODY
from core.accounts.permissions import Standing
from core.accounts.users import User
from core.store.database import Database
from core.store.tables import identities, members, second_factors, sessions


@dataclass(frozen=True)
class Person:
    """An account; when a browser of its was seen last (seconds, 0: never), how it signs in, and what it is where."""

    user: User
    seen: float
    by_provider: bool
    asks_code: bool
    standings: Mapping[str, Standing]


def people(access: Access, database: Database) -> list[Person]:
    """Everybody with an account, by name; `standings` are by slug, those of everybody among them."""
    seen = {row.account: row.seen for row in database.rows(_SEEN)}
    known = {row.account for row in database.rows(select(identities.c.account))}
    coded = {row.account for row in database.rows(select(second_factors.c.account).where(_IS_ON))}
    given: dict[str, dict[str, Standing]] = defaultdict(dict)
    for row in database.rows(select(members)):
        given[row.username][row.dataset] = Standing[row.role.upper()]
    found = [
        Person(
            user,
            max(seen.get(user.key, 0.0), user.last_sign_in.timestamp() if user.last_sign_in else 0.0),
            user.key in known,
            user.key in coded,
            _highest(given[EVERYBODY], given[user.key]),
        )
        for user in access.users.all()
    ]
    return sorted(found, key=lambda one: one.user.key)


_SEEN = select(sessions.c.account, func.max(sessions.c.seen).label("seen")).group_by(sessions.c.account)
_IS_ON = second_factors.c.is_on == 1


def _highest(*given: Mapping[str, Standing]) -> dict[str, Standing]:
    """What somebody is in each dataset, who is it in several ways."""
    slugs: Sequence[str] = sorted({slug for one in given for slug in one})
    return {slug: max(one.get(slug, Standing.NONE) for one in given) for slug in slugs}
