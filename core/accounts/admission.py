"""Who may make an account, and the code that the first one takes where strangers may come by."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.accounts import codes
from core.accounts.users import User, is_reserved
from core.errors import AccountError
from core.settings import Settings
from core.store.files import write_whole

Way = Literal["open", "approval", "closed"]
CLOSED = "Sign-up is closed. Ask the administrator for an account."
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
    """How newcomers get an account; `code` is asked for from the first of all, who is the administrator."""

    way: Way = "open"
    code: FirstCode | None = None

    @classmethod
    def of(cls, settings: Settings) -> Admission:
        """As the settings have it."""
        return cls(settings.admits, first_code(settings) if settings.asks_code else None)

    def check(self, username: str, *, is_first: bool, code: str) -> None:
        """Refuse who may not make an account.

        Raises
        ------
        AccountError
            In words for the visitor; `field` says which field they are about.
        """
        if is_first:
            if self.code and not self.code.is_right(code):
                raise AccountError(WRONG_CODE, field="code")
        elif self.way == "closed":
            raise AccountError(CLOSED)
        elif is_reserved(username):
            raise AccountError("This name is kept for those who run this. Choose another.", field="username")

    def only_first(self, *, is_first: bool) -> bool:
        """Whether the account may be made only if it is still the first when it is written."""
        return is_first and (self.way != "open" or self.code is not None)

    def made(self, user: User) -> None:
        """What has to be done once an account is there."""
        if self.code and user.active:
            self.code.spend()


def first_code(settings: Settings) -> FirstCode:
    """The code of this home."""
    return FirstCode(settings.home / "first_code")
