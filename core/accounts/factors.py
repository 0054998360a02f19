"""The second factor: codes of an app (TOTP), each good once, and recovery codes for whoever lost the app."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, delete, insert, select, update

from core.accounts import codes
from core.accounts.choices import HouseChoice
from core.accounts.users import User
from core.errors import AccountError
from core.store.database import Database
from core.store.tables import recovery_codes, second_factors

ISSUER = "Parterre"
RECOVERY_CODES = 10
STEP_SECONDS, DIGITS = 30, 6
# Steps before and after the present one whose codes are taken as well: clocks differ.
AROUND = (0, -1, 1)
WRONG = "This is not the code of this moment, or it has been used. Wait for the next one of your app."
NO_KEY = (
    "The second factor of this account was kept with a key that is not here any more. A recovery code still opens; "
    "else ask the administrator to reset the second factor."
)
WAYS: Mapping[str, str] = MappingProxyType(
    {
        "own": "The second step is up to each: an account may have one, none has to.",
        "everybody": "Everybody who signs in with a password needs a code of an app besides; who has none yet sets it up "
        "before anything else opens.",
    }
)
_mine, _code = second_factors.c, recovery_codes.c


@dataclass(frozen=True)
class Factors:
    """Those of all accounts; secrets are encrypted in the database by `box` (Fernet: AES-128-CBC, HMAC-SHA256)."""

    database: Database
    box: MultiFernet
    choice: HouseChoice

    @classmethod
    def of(cls, database: Database, keys: Sequence[str], setting: str = "") -> Factors:
        """With keys derived from those that sign sessions: the one of today, and older ones.

        `setting` is the operator's word on who needs a second factor; empty leaves it to administrators.
        """
        chosen = HouseChoice(
            "second-step", WAYS, setting or "own", "PARTERRE_SECOND_STEP", None if setting else database
        )
        return cls(database, MultiFernet([Fernet(_derived(key)) for key in keys]), chosen)

    @property
    def demanded(self) -> bool:
        """Whether a password alone lets nobody in."""
        return self.choice.way == "everybody"

    def is_on(self, user: User) -> bool:
        """Whether the account asks for a code."""
        return (
            self.database.row(select(_mine.account).where(_mine.account == user.key, _mine.is_on == 1))
            is not None
        )

    def left(self, user: User) -> int:
        """How many recovery codes there are still."""
        return len(self.database.rows(select(_code.digest).where(_code.account == user.key)))

    def begin(self, user: User) -> str:
        """The address of a new secret, for an app to scan; it counts once a code of it was typed.

        Raises AccountError if the second factor is on.
        """
        secret = pyotp.random_base32()
        row = {
            "account": user.key,
            "secret": self.box.encrypt(secret.encode()).decode(),
            "step": 0,
            "is_on": 0,
        }
        with self.database.changing("factors", user.key) as connection:
            connection.execute(delete(second_factors).where(_mine.account == user.key, _mine.is_on == 0))
            if connection.execute(select(_mine.account).where(_mine.account == user.key)).first():
                raise AccountError("The second factor is on. Turn it off first, to use another app.")
            connection.execute(insert(second_factors), row)
        return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)

    def confirm(self, user: User, code: str) -> list[str]:
        """Turn it on, by a code of the secret that was begun; the recovery codes, to be shown once.

        Raises AccountError if it is not the code of this moment.
        """
        with self.database.changing("factors", user.key) as connection:
            if not self._spent(connection, user, code, is_on=0):
                raise AccountError(WRONG, field="code")
            return _renewed(connection, user)

    def spend(self, user: User, code: str) -> bool:
        """Whether a code opens: the one of this moment, or a recovery code; neither does so again.

        Raises AccountError if the secret can't be decrypted any more.
        """
        with self.database.changing("factors", user.key) as connection:
            if len(codes.bare(code)) == DIGITS:
                return self._spent(connection, user, code, is_on=1)
            own = (_code.account == user.key) & (_code.digest == codes.digest(code))
            return bool(connection.execute(delete(recovery_codes).where(own)).rowcount)

    def renew(self, user: User) -> list[str]:
        """New recovery codes in the place of those there are."""
        with self.database.changing("factors", user.key) as connection:
            return _renewed(connection, user)

    def off(self, user: User) -> bool:
        """Ask for no code any more; whether there was something to forget."""
        with self.database.changing("factors", user.key) as connection:
            connection.execute(delete(recovery_codes).where(_code.account == user.key))
            return bool(connection.execute(delete(second_factors).where(_mine.account == user.key)).rowcount)

    def encrypt_anew(self) -> None:
        """With the key of today, what was encrypted with an older one."""
        with self.database.changing("factors") as connection:
            for row in connection.execute(select(second_factors)).all():
                try:
                    secret = self.box.rotate(row.secret.encode()).decode()
                except InvalidToken:
                    continue
                connection.execute(
                    update(second_factors).where(_mine.account == row.account).values(secret=secret)
                )

    def _spent(self, connection: Connection, user: User, code: str, *, is_on: int) -> bool:
        """Whether this is a code later than the last one that was used; if so, it is the last one from now on."""
        own = (_mine.account == user.key) & (_mine.is_on == is_on)
        row = connection.execute(select(_mine.secret, _mine.step).where(own)).first()
        step = _step(self._opened(row.secret), codes.bare(code)) if row else None
        if row is None or step is None or step <= row.step:
            return False
        connection.execute(update(second_factors).where(own).values(step=step, is_on=1))
        return True

    def _opened(self, secret: str) -> str:
        try:
            return self.box.decrypt(secret.encode()).decode()
        except InvalidToken as error:
            raise AccountError(NO_KEY) from error


def _step(secret: str, code: str) -> int | None:
    """The step of time that `code` is of, among those about now."""
    totp, now = pyotp.TOTP(secret), int(time.time()) // STEP_SECONDS
    steps = (now + around for around in AROUND)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)), None)


def _renewed(connection: Connection, user: User) -> list[str]:
    made = [codes.made() for _ in range(RECOVERY_CODES)]
    connection.execute(delete(recovery_codes).where(_code.account == user.key))
    connection.execute(
        insert(recovery_codes), [{"account": user.key, "digest": codes.digest(code)} for code in made]
    )
    return made


def _derived(key: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"parterre second factor").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
