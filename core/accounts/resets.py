"""Links by which the owner of an account chooses a new password, once; and where such a link may be sent."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from core.accounts.codes import hashed
from core.accounts.users import User
from core.errors import AccountError
from core.store.database import Database
from core.store.tables import account_emails as emails
from core.store.tables import reset_links as links

HOURS = 24  # of a link that an administrator hands over
MAILED_HOURS = 1.0
EMAIL = re.compile(r"[\w.!#$%&'*+/^{|}~-]+@([\w-]+\.)+[A-Za-z0-9-]{2,}")
LONGEST_EMAIL = 254
GONE = "This link opens nothing: it was used, is too old, or the password has changed since. Ask for another one."


@dataclass(frozen=True)
class Link:
    """Whom a link is for, and the password that it replaces, as a hash of its hash."""

    account: str
    password: str

    def replaces(self, user: User) -> bool:
        """Whether the user's password is still the one that it was made to replace."""
        return self.password == hashed(user.password_hash)


@dataclass(frozen=True)
class Resets:
    """Those of all accounts; of a link only a hash is kept."""

    database: Database

    def make(self, user: User, hours: float = HOURS) -> str:
        """What the address of a new link ends in, to be told once."""
        secret, now = secrets.token_urlsafe(32), time.time()
        row = {"digest": hashed(secret), "account": user.key, "password": hashed(user.password_hash)}
        with self.database.changing("resets") as connection:
            connection.execute(delete(links).where(links.c.expires <= now))
            connection.execute(insert(links), row | {"expires": now + hours * 3600})
        return secret

    def find(self, secret: str) -> Link | None:
        """Whom the link is for, while it is good."""
        good = (links.c.digest == hashed(secret)) & (links.c.expires > time.time())
        row = self.database.row(select(links).where(good))
        return Link(row.account, row.password) if row else None

    def spend(self, secret: str) -> bool:
        """Use the link up; whether nobody has done so before."""
        return bool(self.database.change(delete(links).where(links.c.digest == hashed(secret)), "resets"))

    def email(self, user: User) -> str:
        """Where a link may be sent: where its owner has said, else to a username that is an address."""
        row = self.database.row(select(emails.c.email).where(emails.c.account == user.key))
        return row.email if row else user.username if EMAIL.fullmatch(user.username) else ""

    def keep_email(self, user: User, email: str) -> None:
        """Where links are to be sent from now on; empty: where the username says, if it does.

        Raises AccountError if it is no e-mail address.
        """
        if email and (len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email)):
            raise AccountError(
                f"Found {email[:80]!r}. Expected an e-mail address such as ada@example.com.", field="email"
            )
        with self.database.changing("emails", user.key) as connection:
            connection.execute(delete(emails).where(emails.c.account == user.key))
            if email:
                connection.execute(insert(emails), {"account": user.key, "email": email})
