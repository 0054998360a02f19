"""Coming in and going out: sign-up, sign-in, sign-out, change of password."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.accounts import leaked, passwords
from core.accounts.admission import Admission, refuse_reserved
from core.accounts.attempts import (
    Attempts,
    Counted,
    TooManyAttemptsError,
    counted_for,
    counted_for_code,
    of_address,
)
from core.accounts.factors import WRONG, Factors
from core.accounts.invites import GONE as GONE_INVITE
from core.accounts.invites import Invite, Invites
from core.accounts.resets import GONE, Resets
from core.accounts.users import User, UserStore, check_username, new_session_version
from core.errors import AccountError, StoreError

LOG = logging.getLogger(__name__)
# One sentence for no such user, a wrong password and an account that is switched off.
REFUSED = "The username or the password is not right. Check both and try again."
LEAKED = (
    "This password is among those that have leaked elsewhere. Choose another, here and wherever you use it."
)
FORGIVEN = frozenset({"account", "device", "code"})


@dataclass(frozen=True)
class Entry:
    """The door: the accounts behind it, and the attempts made at it."""

    users: UserStore
    attempts: Attempts
    words: tuple[str, ...] = ()
    admission: Admission = field(default_factory=Admission)
    factors: Factors | None = None
    resets: Resets | None = None
    invites: Invites | None = None
    leaks: str = ""

    def sign_up(self, username: str, password: str, *, address: str | None, code: str = "") -> User:
        """A new account that has signed in; one that has to be admitted is not active, and has not.

        Raises AccountError if there may be no such account; `field` says what of the form is wrong.
        """
        self._check_newcomer(username, password, address)
        is_first = not self.users.all()
        self.admission.check(username, is_first=is_first, code=code)
        user = self.users.add(
            username,
            passwords.hash_password(password),
            active=is_first or self.admission.way == "open",
            only_first=self.admission.only_first(is_first=is_first),
        )
        self.admission.made(user)
        return self.users.change(user.username, last_sign_in=datetime.now(UTC)) if user.active else user

    def accept(
        self, secret: str, username: str, password: str, *, address: str | None
    ) -> tuple[User, Invite]:
        """A new account that has signed in, by an invitation that is used up.

        Raises AccountError if the invitation opens nothing, or there may be no such account: then it stays good.
        """
        invite = self.invited(secret)
        self._check_newcomer(username, password, address)
        refuse_reserved(username)
        if invite is None or self.invites is None:
            raise AccountError(GONE_INVITE)
        user = self.invites.accept(secret, username, passwords.hash_password(password))
        return self.came_in(user), invite

    def invited(self, secret: str) -> Invite | None:
        """The invitation of a link, while it opens something."""
        return self.invites.find(secret) if self.invites and self.admission.way != "closed" else None

    def _check_newcomer(self, username: str, password: str, address: str | None) -> None:
        check_username(username)
        passwords.check_password(password, username, self.words)
        self.attempts.take("sign-up", of_address(address))
        self._refuse_leaked(password)

    def sign_in(
        self, username: str, password: str, *, address: str | None, device: str | None = None
    ) -> User:
        """The user of that name and password, who is in unless `asks_more`.

        `device` is a browser that has signed in with that name before.
        Raises AccountError in the same words and after the same work, whatever was wrong; TooManyAttemptsError if the
        name or the address has failed too often.
        """
        user = self._recognise(username, password, counted_for(username, address, device))
        changes: dict[str, object] = {} if self.asks_more(user) else {"last_sign_in": datetime.now(UTC)}
        if passwords.needs_rehash(user.password_hash):
            changes["password_hash"] = passwords.hash_password(password)
        return self._written(user, changes)

    def asks_code(self, user: User) -> bool:
        """Whether the account has a second factor, without which nobody comes in."""
        return self.factors is not None and self.factors.is_on(user)

    def asks_more(self, user: User) -> bool:
        """Whether the password alone lets nobody in: by a second factor, or since everybody needs one."""
        return self.asks_code(user) or (self.factors is not None and self.factors.demanded)

    def first_code(self, user: User, code: str) -> tuple[User, list[str]]:
        """The user, who is in by the first code of the app that they set up, and their recovery codes.

        Raises AccountError if it is not the code of this moment.
        """
        if self.factors is None:
            raise AccountError(WRONG, field="code")
        recovery = self.factors.confirm(user, code)
        return self.came_in(user), recovery

    def second_step(self, user: User, code: str, *, address: str | None) -> User:
        """The user, who is in by a code of the second factor.

        Raises AccountError if the code is wrong, or was used before; TooManyAttemptsError if there were too many
        wrong ones.
        """
        counted = counted_for_code(user.username, address)
        self.attempts.take_all(counted)
        if self.factors is None or not self.factors.spend(user, code):
            raise AccountError(WRONG, field="code")
        self._forgive(counted)
        return self.came_in(user)

    def came_in(self, user: User) -> User:
        """The user, who is in from now on."""
        return self._written(user, {"last_sign_in": datetime.now(UTC)})

    def _written(self, user: User, changes: dict[str, object]) -> User:
        try:
            return self.users.change(user.username, since=user, **changes)
        except (StoreError, OSError) as error:
            # A disk that takes no more keeps nobody out.
            LOG.error("%s has signed in, which can't be written down: %s", user.username, error)
            return user

    def end_sessions(self, user: User) -> User:
        """The user, whose sessions have all ended."""
        return self.users.change(user.username, since=user, session_version=new_session_version())

    def change_password(
        self, username: str, current: str, new: str, *, address: str | None, device: str | None = None
    ) -> User:
        """The user with the new password; all sessions of the old one have ended.

        Raises AccountError if the current password is wrong (`field` "current") or the new one is no good
        ("password").
        """
        passwords.check_password(new, username, self.words)
        user = self.confirm(username, current, address=address, device=device)
        self._refuse_leaked(new)
        if new == current:
            raise AccountError("This is the password you have now. Choose another.", field="password")
        return self._renew(user, new)

    def confirm(self, username: str, current: str, *, address: str | None, device: str | None = None) -> User:
        """The user, who has typed the password once more; raises AccountError if it is wrong (`field` "current")."""
        try:
            return self._recognise(username, current, counted_for(username, address, device))
        except TooManyAttemptsError:
            raise
        except AccountError as error:
            raise AccountError("This is not your current password.", field="current") from error

    def reset_password(self, username: str, new: str) -> User:
        """The user with the new password, whatever the old one was; all sessions have ended."""
        user = self.users.get(username)
        if user is None:
            raise AccountError(f"There is no account named {username}.", field="username")
        self.check(new, user.username)
        return self._renew(user, new)

    def check(self, password: str, username: str) -> None:
        """Refuse a password that is easily guessed, or has leaked; raises AccountError in words that say which."""
        passwords.check_password(password, username, self.words)
        self._refuse_leaked(password)

    def _refuse_leaked(self, password: str) -> None:
        if self.leaks and leaked.is_known_to(self.leaks, password):
            raise AccountError(LEAKED, field="password")

    def is_good(self, secret: str) -> bool:
        """Whether a link for a new password still opens something."""
        return self._owner(secret) is not None

    def reset_by_link(self, secret: str, new: str) -> User:
        """The user with the new password, by a link that is used up; all sessions have ended.

        Raises AccountError if the link is not good any more, or the password is no good (`field` "password").
        """
        user = self._owner(secret)
        if user is None or self.resets is None:
            raise AccountError(GONE)
        self.check(new, user.username)
        if not self.resets.spend(secret):
            raise AccountError(GONE)
        return self._renew(user, new)

    def _owner(self, secret: str) -> User | None:
        link = self.resets.find(secret) if self.resets else None
        user = self.users.get(link.account) if link else None
        return user if link and user and user.active and link.replaces(user) else None

    def _renew(self, user: User, password: str) -> User:
        return self.users.change(
            user.username,
            since=user,
            password_hash=passwords.hash_password(password),
            session_version=new_session_version(),
        )

    def _recognise(self, username: str, password: str, counted: list[Counted]) -> User:
        """The user of that name and password; only failures stay counted."""
        self.attempts.take_all(counted)
        user = self.users.get(username)
        right = passwords.verify(password, user.password_hash if user else None)
        if user is None or not right or not user.active:
            raise AccountError(REFUSED)
        self._forgive(counted)
        return user

    def _forgive(self, counted: list[Counted]) -> None:
        for limit, who in counted:
            # Who guesses at one account can't have an address or a name forgiven by signing in with another.
            (self.attempts.forgive if limit in FORGIVEN else self.attempts.give_back)(limit, who)
