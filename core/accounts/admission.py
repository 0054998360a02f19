"""Who may make an account, and the code that the first one takes where strangers may come by."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from core.accounts import codes
from core.accounts.choices import HouseChoice
from core.accounts.users import User, is_reserved
from core.errors import AccountError
from core.settings import Settings
from core.store.database import Database
from core.store.files import write_whole

Way = Literal["open", "approval", "invited", "closed"]
WAYS: Mapping[str, str] = MappingProxyType(
    {
        "open": "Anybody who reaches this address can make an account.",
        "approval": "Anybody can ask for an account; an administrator admits them.",
        "invited": "Only who is invited can make an account.",
        "closed": "Nobody can make an account, and invitations open nothing.",
    }
)
CLOSED = "Sign-up is closed. Ask the administrator for an account."
INVITED = (
    "Accounts are made by invitation. Ask an administrator for one: it is a link, by which you choose your username and "
    "password."
)
WRONG_CODE = "This is not the code. The latest start of Parterre printed it where it was started; a new start prints a new one."


@dataclass(frozen=True)
class FirstCode:
    """A code that is told once, at a start, and kept in the file at `path` as a hash, for all workers."""

    path: Path

    def make(self) -> str:
        """A new code; those of earlier starts are worth nothing any more."""
        code = codes.made()
        write_whole(self.path, codes.digest(code).encode())
        return code

    def is_right(self, typed: str) -> bool:
        """Whether `typed` is the code, whatever its case and hyphens."""
        try:
            kept = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return False
        return hmac.compare_digest(codes.digest(typed), kept)

    def spend(self) -> None:
        """Take the code back: an account has been made with it."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Admission:
    """How newcomers get an account; `code` is asked for from the first of all, who is the administrator.

    With a database, administrators choose the way, which is `usual` until then.
    """

    usual: Way = "open"
    code: FirstCode | None = None
    database: Database | None = None

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Admission:
        """As the settings have it, and where they leave it open, as an administrator has."""
        code = first_code(settings) if settings.asks_code else None
        return cls(settings.admits, code, None if settings.signup else database)

    @property
    def choice(self) -> HouseChoice:
        """Who may make an account, as it is chosen."""
        return HouseChoice("sign-up", WAYS, self.usual, "PARTERRE_SIGNUP", self.database)

    @property
    def way(self) -> str:
        """The way of this moment, in every process."""
        return self.choice.way

    @property
    def refusal(self) -> str:
        """What a stranger is told who can't make an account; nothing where anybody can."""
        return {"closed": CLOSED, "invited": INVITED}.get(self.way, "")

    def check(self, username: str, *, is_first: bool, code: str) -> None:
        """Refuse who may not make an account.

        Raises AccountError in words for the visitor; `field` says which field they are about.
        """
        if is_first:
            if self.code and not self.code.is_right(code):
                raise AccountError(WRONG_CODE, field="code")
        elif refusal := self.refusal:
            raise AccountError(refusal)
        else:
            refuse_reserved(username)

    def only_first(self, *, is_first: bool) -> bool:
        """Whether the account may be made only if it is still the first when it is written."""
        return is_first and (self.way != "open" or self.code is not None)

    def made(self, user: User) -> None:
        """What has to be done once an account is there."""
        if self.code and user.active:
            self.code.spend()


def refuse_reserved(username: str) -> None:
    """Refuse a name whose bearer would be taken for who runs this."""
    if is_reserved(username):
        raise AccountError("This name is kept for those who run this. Choose another.", field="username")


def first_code(settings: Settings) -> FirstCode:
    """The code of this home."""
    return FirstCode(settings.home / "first_code")
