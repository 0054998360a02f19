"""Which account a person of the organisation's provider has here: by what never changes there, not by a name."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select

from core.accounts import audit, passwords
from core.accounts.audit import Event
from core.accounts.members import Members
from core.accounts.permissions import Standing
from core.accounts.single_sign_on import Person
from core.accounts.users import Role, User, UserStore, check_username, is_reserved
from core.errors import AccountError
from core.store.database import Database
from core.store.tables import datasets
from core.store.tables import identities as table

LOG = logging.getLogger(__name__)
TAKEN = (
    "There is an account named {} here, which may be somebody else's. The administrator can join them: flask --app "
    "app:create_server parterre accounts link {} {}"
)
NOT_ADMITTED = "You are signed in at your organisation, but in none of the groups that may come in here."
OFF = "Your account here is switched off. Ask the administrator."


BY = "single sign-on"  # who gives what groups give


@dataclass(frozen=True)
class GroupRole:
    """What the people of a group at the provider are in a dataset."""

    group: str
    dataset: str
    standing: Standing


@dataclass(frozen=True)
class Identities:
    """Accounts of people of one provider; `admitted` and `administrators` are names of groups there.

    `roles` says what the people of a group are in which dataset, by slug.
    """

    database: Database
    users: UserStore
    issuer: str
    admitted: Collection[str] = ()
    administrators: Collection[str] = ()
    roles: Collection[GroupRole] = ()

    def user_of(self, person: Person) -> tuple[User, bool]:
        """The person's account, and whether it is new; its roles follow the groups, where they are said to.

        Raises AccountError if the person may not come in.
        """
        if self.admitted and not person.groups & {*self.admitted, *self.administrators}:
            raise AccountError(NOT_ADMITTED)
        role = Role.ADMINISTRATOR if person.groups & {*self.administrators} else Role.VIEWER
        row = self.database.row(select(table.c.account).where(self._is(person.subject)))
        user = self.users.get(row.account) if row else None
        is_new = user is None
        user = user or self._new(person, role)
        if not user.active:
            raise AccountError(OFF)
        self._follow(user, person.groups)
        return self._in_role(user, role) if self.administrators else user, is_new

    def has(self, user: User) -> bool:
        """Whether somebody of the provider comes in as `user`."""
        return self.database.row(select(table.c.account).where(table.c.account == user.key)) is not None

    def link(self, user: User, subject: str) -> None:
        """Let the person of that subject in as `user` from now on."""
        with self.database.changing("identities") as connection:
            connection.execute(delete(table).where(self._is(subject)))
            connection.execute(
                insert(table), {"issuer": self.issuer, "subject": subject, "account": user.key}
            )

    def _follow(self, user: User, groups: Collection[str]) -> None:
        """What the groups make of the user in datasets; what somebody has given by hand stays."""
        members = Members(self.database)
        there = {"", *(row.slug for row in self.database.rows(select(datasets.c.slug)))}
        for slug in sorted({one.dataset for one in self.roles} & there):
            of_groups = [one.standing for one in self.roles if one.dataset == slug and one.group in groups]
            wanted = max(of_groups, default=Standing.NONE)
            own = next((one for one in members.of(slug) if one.key == user.key), None)
            if (own and own.who != BY) or wanted is (own.standing if own else Standing.NONE):
                continue
            members.give(slug, user.key, wanted, by=BY)
            audit.record(Event.SHARING, user=BY, dataset=slug, account=user.key, role=wanted.word)

    def _new(self, person: Person, role: Role) -> User:
        name = re.sub(r"[^A-Za-z0-9._@+-]", "-", person.name)[:64].lstrip("._@+-")
        check_username(name)
        if self.users.get(name) or is_reserved(name):
            raise AccountError(TAKEN.format(name, name, person.subject))
        # Of a password that nobody knows: as long to compare with as any other.
        user = self.users.add(name, passwords.hash_password(secrets.token_urlsafe(32)), role=role)
        self.link(user, person.subject)
        return user

    def _in_role(self, user: User, role: Role) -> User:
        if user.role is role:
            return user
        try:
            return self.users.change(user.username, role=role)
        except AccountError as error:
            LOG.warning("The groups of %s are not followed: %s", user.username, error)
            return user

    def _is(self, subject: str) -> ColumnElement[bool]:
        return (table.c.issuer == self.issuer) & (table.c.subject == subject)
