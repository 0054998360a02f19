"""Users, and what a store of users can do."""

from __future__ import annotations

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum

from core.errors import AccountError, StoreError

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{2,63}")


# What a name may not be, with or without figures and signs: its bearer would be taken for who runs this.
RESERVED = frozenset(
    [
        "admin",
        "administrator",
        "administration",
        "root",
        "sysadmin",
        "system",
        "superuser",
        "operator",
        "owner",
        "parterre",
        "support",
        "helpdesk",
        "security",
        "hostmaster",
        "postmaster",
        "webmaster",
        "moderator",
        "everybody",  # who signs in, where a name is typed
    ]
)


class LostAccountsError(StoreError):
    """Accounts that were here and are gone."""


class Role(StrEnum):
    """What a user is; `permissions` says what each may do."""

    ADMINISTRATOR = "administrator"
    VIEWER = "viewer"


@dataclass(frozen=True)
class User:
    """One account. `session_version` changes when the account's sessions end."""

    username: str
    password_hash: str
    role: Role
    created: datetime
    last_sign_in: datetime | None
    active: bool
    session_version: str

    @property
    def key(self) -> str:
        """The username as compared: whatever its case."""
        return self.username.casefold()

    @property
    def rules(self) -> bool:
        """Whether this is an administrator who may sign in."""
        return self.active and self.role is Role.ADMINISTRATOR

    @property
    def state(self) -> str:
        """Whether it may sign in; who never has waits to be admitted."""
        return "active" if self.active else "disabled" if self.last_sign_in else "waiting"

    @classmethod
    def of_texts(cls, texts: Mapping[str, str]) -> User:
        """The account that is kept as these texts.

        Raises KeyError, ValueError or AccountError if they are not an account.
        """
        check_username(texts["username"])
        last_sign_in = texts["last_sign_in"]
        return cls(
            username=texts["username"],
            password_hash=texts["password_hash"],
            role=Role(texts["role"]),
            created=_moment(texts["created"]),
            last_sign_in=_moment(last_sign_in) if last_sign_in else None,
            active={"true": True, "false": False}[texts["active"].lower()],
            session_version=texts["session_version"],
        )

    @property
    def texts(self) -> dict[str, str]:
        """The account as it is kept, by the names in `COLUMNS`."""
        last_sign_in = self.last_sign_in.isoformat() if self.last_sign_in else ""
        kept = {name: str(getattr(self, name)) for name in COLUMNS}
        created, active = self.created.isoformat(), "true" if self.active else "false"
        return kept | {"created": created, "last_sign_in": last_sign_in, "active": active}


COLUMNS = [field.name for field in fields(User)]


Keep = Callable[
    [Mapping[str, User | None]], None
]  # by key, accounts as they are from now on; None for one that goes


class UserStore(ABC):
    """Where accounts are kept. Every change is whole, and seen by all workers at their next request."""

    @abstractmethod
    def get(self, username: str) -> User | None:
        """The user of that name, whatever its case."""

    @abstractmethod
    def all(self) -> list[User]:
        """Every user, oldest account first."""

    @abstractmethod
    def _changing(self, username: str = "") -> AbstractContextManager[tuple[Mapping[str, User], Keep]]:
        """Accounts by key, and what keeps changes of them; nobody else changes any meanwhile.

        Of a `username`, its account, the first and those that rule are enough.
        """

    def add(
        self,
        username: str,
        password_hash: str,
        *,
        role: Role | None = None,
        active: bool = True,
        only_first: bool = False,
    ) -> User:
        """A new user: `role`, or by default administrator for the first account and viewer for all others.

        Raises AccountError if the name is taken, whatever its case; with `only_first`, if there is any account already.
        """
        check_username(username)
        with self._changing(username) as (users, keep):
            if only_first and users:
                raise AccountError("Another account was made first. Reload the page.")
            if username.casefold() in users:
                raise AccountError("This username is taken. Choose another.", field="username")
            role = role or (Role.VIEWER if users else Role.ADMINISTRATOR)
            version = new_session_version()
            user = User(username, password_hash, role, datetime.now(UTC), None, active, version)
            keep({user.key: user})
        return user

    def change(self, username: str, *, since: User | None = None, **changes: object) -> User:
        """The user with `changes` made.

        Raises AccountError if there is no such user, or the last active administrator would be lost; with `since`, if
        the account's sessions have ended since that user was read.
        """
        if not changes.keys() <= set(COLUMNS) - {"username", "created"}:
            raise TypeError(f"can't change {', '.join(changes)} of an account")
        with self._changing(username) as (users, keep):
            before = _known(users, username)
            if since is not None and since.session_version != before.session_version:
                raise AccountError("This account has changed in the meantime. Sign in again.")
            after = replace(before, **changes)  # type: ignore[arg-type]
            if before.rules and not after.rules:
                _refuse_last(users, before)
            keep({after.key: after})
        return after

    def take(self, given: Iterable[User], *, replace: bool = False) -> list[User]:
        """Keep accounts of another store as they are, and say which: those that are not here; or that differ."""
        with self._changing() as (users, keep):
            lacking = [one for one in given if users.get(one.key) != one]
            taken = lacking if replace else [one for one in lacking if one.key not in users]
            if taken:
                keep({one.key: one for one in taken})
        return taken

    def remove(self, username: str) -> User:
        """The user, who is here no more; raises AccountError if there is no such one, or no other active administrator."""
        with self._changing(username) as (users, keep):
            user = _known(users, username)
            _refuse_last(users, user)
            keep({user.key: None})
        return user


def _known(users: Mapping[str, User], username: str) -> User:
    found = users.get(username.casefold())
    if found is None:
        raise AccountError(f"There is no account named {username}.", field="username")
    return found


def _refuse_last(users: Mapping[str, User], user: User) -> None:
    """Refuse to lose `user` if nobody else of `users` rules."""
    if not any(one.rules for one in users.values() if one.key != user.key):
        raise AccountError(f"{user.username} is the last active administrator. Make another user one first.")


def check_username(username: str) -> None:
    """Refuse a name that could not be told apart, typed, or opened in a spreadsheet.

    Raises AccountError if the name breaks a rule; the message says which.
    """
    if not 3 <= len(username) <= 64:
        raise _refused(f"Usernames have 3 to 64 characters; this one has {len(username)}.")
    if not _USERNAME.fullmatch(username):
        raise _refused(
            "Usernames start with a letter or digit and hold letters a-z, digits and . _ - @ + only. "
            "Leave out spaces, accents and other signs."
        )
    if not any(character.isalpha() for character in username) or _reads_as_number(username):
        raise _refused("This name reads as a number. Add letters, so that spreadsheets leave it alone.")


def is_reserved(username: str) -> bool:
    """Whether the name says that its bearer runs this."""
    return re.sub(r"[\d._+-]", "", username.casefold().partition("@")[0]) in RESERVED


def new_session_version() -> str:
    """A version that no session has been given before."""
    return secrets.token_hex(16)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reads_as_number(username: str) -> bool:
    try:
        float(username)
    except ValueError:
        return False
    return True


def _refused(message: str) -> AccountError:
    return AccountError(message, field="username")
