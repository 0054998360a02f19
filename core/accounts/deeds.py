"""What administrators do with an account of somebody's: the same on the page and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, func, update

from core.accounts.audit import Event
from core.accounts.factors import Factors
from core.accounts.tokens import Tokens
from core.accounts.users import Role, User, UserStore, new_session_version
from core.store.database import Database
from core.store.kept_files import drop_of
from core.store.tables import METADATA, accounts, invites, jobs, members


class Deed(StrEnum):
    """One thing to do with an account."""

    ADMINISTRATOR = "administrator"
    ORDINARY = "viewer"
    DISABLE = "disable"
    ENABLE = "enable"
    END_SESSIONS = "end-sessions"
    RESET_FACTOR = "reset-factor"
    REVOKE_TOKENS = "revoke-tokens"
    REMOVE = "remove"


# What the audit log is told of each, besides whose account it is.
WRITTEN: Mapping[Deed, tuple[Event, Mapping[str, str]]] = MappingProxyType(
    {
        Deed.ADMINISTRATOR: (Event.ROLE, {"role": Role.ADMINISTRATOR.value}),
        Deed.ORDINARY: (Event.ROLE, {"role": Role.VIEWER.value}),
        Deed.DISABLE: (Event.STATE, {"state": "disabled"}),
        Deed.ENABLE: (Event.STATE, {"state": "enabled"}),
        Deed.END_SESSIONS: (Event.SESSION_ENDED, {"sessions": "all"}),
        Deed.RESET_FACTOR: (Event.FACTOR, {"done": "reset"}),
        Deed.REVOKE_TOKENS: (Event.TOKEN, {"tokens": "all revoked"}),
        Deed.REMOVE: (Event.ACCOUNT_REMOVED, {}),
    }
)
_CHANGES: Mapping[Deed, Mapping[str, object]] = MappingProxyType(
    {
        Deed.ADMINISTRATOR: {"role": Role.ADMINISTRATOR},
        Deed.ORDINARY: {"role": Role.VIEWER},
        Deed.DISABLE: {"active": False},
        Deed.ENABLE: {"active": True},
    }
)
# How tables call whose a row is; in `accounts` itself the store removes it.
_OWNERS = ("account", "owner")
_KEPT = (accounts, jobs)
_ENDING = frozenset({Deed.DISABLE, Deed.END_SESSIONS, Deed.RESET_FACTOR})


@dataclass(frozen=True)
class Deeds:
    """Done with what accounts are kept in."""

    users: UserStore
    factors: Factors
    database: Database
    home: Path

    def do(self, deed: Deed, username: str) -> User:
        """The account as it is afterwards, or was, if it is gone.

        Raises AccountError if there is no such account, or the last active administrator would be lost.
        """
        if deed is Deed.REMOVE:
            return _removed(self.users, self.database, self.home, username)
        changes: dict[str, Any] = {**_CHANGES.get(deed, {})}
        if deed in _ENDING:
            changes["session_version"] = new_session_version()
        user = self.users.change(username, **changes)
        if deed is Deed.RESET_FACTOR:
            self.factors.off(user)
        elif deed is Deed.REVOKE_TOKENS:
            Tokens(self.database).revoke_all(user)
        return user

    def choose_second_step(self, way: str, *, by: str) -> str:
        """Who needs a second factor from now on; where it is everybody, sessions end that began without one.

        Raises AccountError if there is no such way, or the operator has chosen one.
        """
        chosen = self.factors.choice.choose(way, by=by)
        without = [user for user in self.users.all() if not self.factors.is_on(user)]
        for user in without if self.factors.demanded else []:
            self.users.change(user.username, session_version=new_session_version())
        return chosen


def _removed(users: UserStore, database: Database, home: Path, username: str) -> User:
    """The user, who is gone with all that is theirs alone, so that nobody who takes the name later finds any of it: tokens, views, reports, places in datasets, second step and sessions are gone as well.

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
    drop_of(home, user.key)
    return users.remove(user.username)
