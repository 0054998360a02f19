"""Users, and what a store of users can do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

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


class UserStore(Protocol):
    """Where accounts are kept. Every change is whole, and seen by all workers at their next request."""

    def get(self, username: str) -> User | None:
        """The user of that name, whatever its case."""
        ...

    def all(self) -> list[User]:
        """Every user, oldest account first."""
        ...

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

        Raises
        ------
        AccountError
            If the name is taken, whatever its case; with `only_first`, if there is any account already.
        """
        ...

    def change(self, username: str, *, since: User | None = None, **changes: object) -> User:
        """The user with `changes` made.

        Raises
        ------
        AccountError
            If there is no such user, or the last active administrator would be lost; with `since`, if the
            account's sessions have ended since that user was read.
        """
        ...


def check_username(username: str) -> None:
    """Refuse a name that could not be told apart, typed, or opened in a spreadsheet.

    Raises
    ------
    AccountError
        If the name breaks a rule; the message says which.
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
    return secrets.token_hex(12)


def _reads_as_number(username: str) -> bool:
    try:
        float(username)
    except ValueError:
        return False
    return True


def _refused(message: str) -> AccountError:
    return AccountError(message, field="username")
