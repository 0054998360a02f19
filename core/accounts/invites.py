"""Invitations: links by which somebody makes an account, once, of the role and in the datasets that were said before."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from core.accounts.audit import COMMAND_LINE
from core.accounts.codes import hashed
from core.accounts.members import Members
from core.accounts.permissions import GIVEN, Standing
from core.accounts.users import Role, User, UserStore
from core.errors import AccountError, StoreError
from core.store.database import Database
from core.store.tables import invite_standings
from core.store.tables import invites as table

DAYS, MOST_DAYS, LONGEST_WHOM, MOST = 7, 60, 254, 500
GONE = (
    "This invitation opens nothing: it was used, taken back, is too old, or whoever made it is no administrator any "
    "more. Ask for another one."
)
_DAY = 24 * 3600


@dataclass(frozen=True)
class Invite:
    """What somebody will be who takes it, and whom it is for, in words; created and expires in seconds."""

    id: str
    whom: str
    role: Role
    standings: Mapping[str, Standing]
    who: str
    created: float
    expires: float


@dataclass(frozen=True)
class Invites:
    """Those that are open; of a link only a hash is kept, and what administrators made goes as they do."""

    database: Database
    users: UserStore

    def make(
        self, whom: str, role: Role, standings: Mapping[str, Standing], *, by: User | str, days: float = DAYS
    ) -> tuple[str, Invite]:
        """What the address of a new link ends in, to be told once, and what is kept of it.

        `by`: an administrator; of the command line, as the audit log is to call it. Raises AccountError if it can't be
        for so long, is for nobody, or there are too many; `field` says which.
        """
        whom = _checked(whom, standings, days)
        if not self.users.all():
            raise AccountError("There is no account yet. Make the administrator's first.")
        secret, now = secrets.token_urlsafe(32), time.time()
        who = by.username if isinstance(by, User) else by
        invite = Invite(secrets.token_hex(4), whom, role, standings, who, now, now + days * _DAY)
        with self.database.changing("invites") as connection:
            _forget_old(connection, now)
            if len(connection.execute(select(table.c.id)).all()) >= MOST:
                raise AccountError(f"There are {MOST} open invitations, which is the most. Take some back.")
            _write(connection, invite, secret)
        return secret, invite

    def all(self) -> list[Invite]:
        """Those that still open something, the newest first."""
        return self._found(_good())

    def find(self, secret: str) -> Invite | None:
        """The invitation of a link, while it is good."""
        return next(iter(self._found(_good() & (table.c.digest == hashed(secret)))), None)

    def accept(self, secret: str, username: str, password_hash: str) -> User:
        """The new account, of an invitation that is used up; of two who come at once, one gets it.

        Raises AccountError if it is not good any more, or there may be no such account: then it stays good.
        """
        invite, this = self.find(secret), table.c.digest == hashed(secret)
        with self.database.changing("invites") as connection:
            row = connection.execute(delete(table).where(_good(), this).returning(table)).first()
        if invite is None or row is None:
            raise AccountError(GONE)
        try:
            user = self.users.add(username, password_hash, role=invite.role)
        except (AccountError, StoreError, OSError):
            self.database.change(insert(table).values(**row._mapping), "invites")
            raise
        for slug, standing in invite.standings.items():
            Members(self.database).give(slug, user.key, standing, by=invite.who)
        return user

    def revoke(self, id: str) -> Invite:
        """An invitation, which opens nothing from now on; raises AccountError if there is no such one."""
        found = self._found(table.c.id == id, also_void=True)
        if not found or not self.database.change(delete(table).where(table.c.id == id), "invites"):
            raise AccountError(
                f"Found no open invitation {id[:40]!r}. Expected one of those that are listed."
            )
        return found[0]

    def _found(self, which: ColumnElement[bool], *, also_void: bool = False) -> list[Invite]:
        rows = self.database.rows(select(table).where(which).order_by(table.c.created.desc(), table.c.id))
        given: dict[str, dict[str, Standing]] = defaultdict(dict)
        for one in self.database.rows(select(invite_standings)):
            given[one.invite][one.dataset] = Standing[one.role.upper()]
        found = [
            Invite(row.id, row.whom, Role(row.role), given[row.id], row.who, row.created, row.expires)
            for row in rows
        ]
        return [one for one in found if also_void or self._counts(one)]

    def _counts(self, invite: Invite) -> bool:
        """Whether who made it may still do so: nobody leaves a way in behind."""
        maker = self.users.get(invite.who)
        return invite.who.startswith(COMMAND_LINE) or (maker is not None and maker.rules)


def _forget_old(connection: Connection, now: float) -> None:
    connection.execute(delete(table).where(table.c.expires <= now))
    kept = select(table.c.id)
    connection.execute(delete(invite_standings).where(invite_standings.c.invite.not_in(kept)))


def _write(connection: Connection, invite: Invite, secret: str) -> None:
    kept = {name: getattr(invite, name) for name in ("id", "whom", "who", "created", "expires")}
    connection.execute(insert(table), kept | {"digest": hashed(secret), "role": invite.role.value})
    for slug, standing in invite.standings.items():
        given = {"invite": invite.id, "dataset": slug, "role": standing.word}
        connection.execute(insert(invite_standings), given)


def _good() -> ColumnElement[bool]:
    return table.c.expires > time.time()


def _checked(whom: str, standings: Mapping[str, Standing], days: float) -> str:
    whom = " ".join(whom.split())
    if not (0 < len(whom) <= LONGEST_WHOM and whom.isprintable()):
        raise AccountError(
            f"Found {len(whom)} characters. Expected whom it is for, in 1 to {LONGEST_WHOM}.", field="whom"
        )
    if not 0 < days <= MOST_DAYS:
        raise AccountError(f"Found {days:g} days. Expected up to {MOST_DAYS}.", field="days")
    if not set(standings.values()) <= set(GIVEN):
        raise AccountError("Expected viewer, analyst or owner of each dataset.", field="standing")
    return whom
