"""Accounts in one CSV file: the embedded default, safe under many workers."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout

from core.accounts.users import (
    LostAccountsError,
    Role,
    User,
    check_username,
    new_session_version,
)
from core.errors import AccountError, StoreError
from core.store.files import lock, write_whole

COLUMNS = [field.name for field in fields(User)]
LOCK_SECONDS = 20
MARK = "Accounts were made here. If {name} is gone, put it back from a backup; to begin anew, delete this file.\n"
# A file that changed this recently may change again without its time stamp showing it.
SETTLED_NANOSECONDS = 2_000_000_000


@dataclass(frozen=True)
class _Snapshot:
    """The file as read, and what the file system said of it then."""

    signature: tuple[int, int, int, int]
    users: Mapping[str, User]
    settled: bool


class CsvUserStore:
    """A `UserStore` in the CSV file at `path`; every change replaces the file under a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._snapshot: _Snapshot | None = None

    def get(self, username: str) -> User | None:
        """The user of that name, whatever its case."""
        return self._users().get(username.casefold())

    def all(self) -> list[User]:
        """Every user, oldest account first."""
        return list(self._users().values())

    def add(
        self,
        username: str,
        password_hash: str,
        *,
        role: Role | None = None,
        active: bool = True,
        only_first: bool = False,
    ) -> User:
        """A new user; who is first, and so administrator, is decided under the lock."""
        check_username(username)
        with self._locked():
            users = dict(_read(self._path))
            if only_first and users:
                raise AccountError("Another account was made first. Reload the page.")
            if username.casefold() in users:
                raise AccountError("This username is taken. Choose another.", field="username")
            user = _new_user(username, password_hash, role or _role_of_next(users), active=active)
            self._write({**users, user.key: user})
        return user

    def change(self, username: str, *, since: User | None = None, **changes: object) -> User:
        """The user with `changes` made, never at the price of the last active administrator."""
        if not changes.keys() <= set(COLUMNS) - {"username", "created"}:
            raise TypeError(f"can't change {', '.join(changes)} of an account")
        with self._locked():
            users = dict(_read(self._path))
            before = users.get(username.casefold())
            if before is None:
                raise AccountError(f"There is no account named {username}.", field="username")
            after = replace(before, **changes)  # type: ignore[arg-type]
            if since is not None and since.session_version != before.session_version:
                raise AccountError("This account has changed in the meantime. Sign in again.")
            users[after.key] = after
            if _rules(before) and not any(_rules(user) for user in users.values()):
                raise AccountError(
                    f"{before.username} is the last active administrator. Make another user one first."
                )
            self._write(users)
        return after

    def _users(self) -> Mapping[str, User]:
        snapshot = self._snapshot
        if snapshot is None or not snapshot.settled or snapshot.signature != _signature(self._path):
            snapshot = _take(self._path)
            self._snapshot = snapshot
        return snapshot.users

    @contextmanager
    def _locked(self) -> Iterator[None]:
        held = lock(self._path.with_name(f"{self._path.name}.lock"), timeout=LOCK_SECONDS, keep=True)
        try:
            held.acquire()
        except Timeout as error:
            raise StoreError(
                f"{self._path.name}: still locked after {LOCK_SECONDS} seconds. Try again; "
                "if it lasts, look for a stopped process that holds it."
            ) from error
        try:
            yield
        finally:
            held.release()

    def _write(self, users: Mapping[str, User]) -> None:
        """Write the file, and sweep away what writers that were killed left behind."""
        write_whole(self._path, _to_csv(users.values()).encode())
        for leftover in self._path.parent.glob(f".{self._path.name}.*.tmp"):
            leftover.unlink(missing_ok=True)
        if not _marker(self._path).exists():
            write_whole(_marker(self._path), MARK.format(name=self._path.name).encode())


def _rules(user: User) -> bool:
    return user.active and user.role is Role.ADMINISTRATOR


def _role_of_next(users: Mapping[str, User]) -> Role:
    return Role.VIEWER if users else Role.ADMINISTRATOR


def _new_user(username: str, password_hash: str, role: Role, *, active: bool) -> User:
    return User(
        username=username,
        password_hash=password_hash,
        role=role,
        created=datetime.now(UTC),
        last_sign_in=None,
        active=active,
        session_version=new_session_version(),
    )


def _signature(path: Path) -> tuple[int, int, int, int] | None:
    try:
        return _signature_of(path.stat())
    except FileNotFoundError:
        return None


def _signature_of(stat: os.stat_result) -> tuple[int, int, int, int]:
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size


def _take(path: Path) -> _Snapshot:
    """The file now, with the signature of the very file that was read, even if it is replaced meanwhile."""
    try:
        with path.open("rb") as handle:
            stat = os.fstat(handle.fileno())
            users = _parse(handle.read(), path)
    except FileNotFoundError:
        _refuse_if_lost(path)
        return _Snapshot(signature=(0, 0, 0, 0), users={}, settled=False)
    settled = time.time_ns() - stat.st_mtime_ns > SETTLED_NANOSECONDS
    return _Snapshot(_signature_of(stat), users, settled)


def _marker(path: Path) -> Path:
    return path.with_name(f"{path.name}.made")


def _refuse_if_lost(path: Path) -> None:
    """Without this, the next visitor would be the first, and so the administrator."""
    if _marker(path).exists() and not path.exists():
        raise LostAccountsError(
            f"{path.name} is gone, so nobody can sign in or sign up. If you run this Parterre: put {path.name} back "
            f"from a backup; to begin anew without accounts, delete {_marker(path).name} beside it as well."
        )


def _read(path: Path) -> Mapping[str, User]:
    return _take(path).users


def _parse(content: bytes, path: Path) -> dict[str, User]:
    """Users by key, in the order of the file."""
    users: dict[str, User] = {}
    for line, row in enumerate(_rows(content, path), start=2):
        try:
            user = _from_row(row)
            check_username(user.username)
        except (KeyError, ValueError, AccountError) as error:
            raise _damaged(path, f"line {line}, which is not an account") from error
        if user.key in users:
            raise _damaged(path, f"two accounts named {user.username}")
        users[user.key] = user
    if not users:
        raise _damaged(path, "no accounts at all")
    return users


def _rows(content: bytes, path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path, "a text that is not a table") from error
    if not rows or rows[0] != COLUMNS:
        raise _damaged(path, "a table without the header of an accounts file")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise _damaged(path, f"{len(row)} values in line {line}")
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]


def _from_row(row: Mapping[str, str]) -> User:
    last_sign_in = row["last_sign_in"]
    return User(
        username=row["username"],
        password_hash=row["password_hash"],
        role=Role(row["role"]),
        created=_moment(row["created"]),
        last_sign_in=_moment(last_sign_in) if last_sign_in else None,
        active={"true": True, "false": False}[row["active"].lower()],
        session_version=row["session_version"],
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _to_csv(users: Iterable[User]) -> str:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_to_row(user) for user in users)
    return sheet.getvalue()


def _to_row(user: User) -> list[str]:
    return [
        user.username,
        user.password_hash,
        user.role.value,
        user.created.isoformat(),
        user.last_sign_in.isoformat() if user.last_sign_in else "",
        "true" if user.active else "false",
        user.session_version,
    ]


def _damaged(path: Path, found: str) -> StoreError:
    return StoreError(
        f"{path.name}: found {found}. Expected an accounts file with the columns {', '.join(COLUMNS)}. "
        "It is left as it is; repair it or put a backup in its place."
    )
