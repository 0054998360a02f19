"""Removing an account with all that is its alone, so that nobody who takes the name later finds any of it."""

from __future__ import annotations

from sqlalchemy import delete, func, update

from core.accounts.users import User, UserStore, new_session_version
from core.store.database import Database
from core.store.tables import METADATA, accounts, invites, jobs, members

# How tables call whose a row is; in `accounts` itself the store removes it.
_OWNERS = ("account", "owner")
_KEPT = (accounts, jobs)


def remove(users: UserStore, database: Database, username: str) -> User:
    """The user who was removed: tokens, views, reports, places in datasets, second step and sessions are gone as well.

    What others see stays, with the name that it was done in. Switched off first, so that a process that dies midway
    leaves nobody in.
    Raises AccountError if there is no such user, or no other active administrator.
    """
    user = users.change(username, active=False, session_version=new_session_version())
    with database.changing("accounts") as connection:
        for table in METADATA.sorted_tables:
            names = [name for name in _OWNERS if name in table.c and table not in _KEPT]
            for name in names:
                connection.execute(delete(table).where(func.lower(table.c[name]) == user.key))
        connection.execute(delete(members).where(members.c.username == user.key))
        connection.execute(delete(invites).where(func.lower(invites.c.who) == user.key))
        connection.execute(update(jobs).where(jobs.c.owner_key == user.key).values(owner_key=""))
    return users.remove(user.username)
