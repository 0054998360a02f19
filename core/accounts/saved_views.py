"""Saved views: what a user looked at, under a name; one small file per user."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout

from core.errors import ParterreError, StoreError
from core.store.files import lock, write_whole

MOST_VIEWS = 100
LONGEST_NAME = 60
LONGEST_ADDRESS = 4000
LOCK_SECONDS = 20
# A path of ours and a query: no host, no fragment, nothing that a browser drops or turns into a slash.
_ADDRESS = re.compile(r"/(?!/)[A-Za-z0-9/_-]*(\?[\x21\x22\x24-\x5b\x5d-\x7e]*)?")


class ViewsError(ParterreError):
    """A view that can't be saved or renamed as asked; `field` names what is wrong."""

    def __init__(self, message: str, *, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


class NoSuchViewError(ViewsError):
    """A view that this user does not have, whoever else may."""

    @classmethod
    def made(cls) -> NoSuchViewError:
        """The same words for a deleted view and for somebody else's."""
        return cls("You have no such view. It may have been deleted in another window.", field="id")


@dataclass(frozen=True)
class SavedView:
    """An address of ours under a name of the user's."""

    id: str
    name: str
    address: str
    saved: str  # when, ISO 8601

    @property
    def key(self) -> str:
        """The name as compared: whatever its case and its way of writing accents."""
        return unicodedata.normalize("NFKC", self.name).casefold()


class ViewsStore:
    """The views of all users in `folder`; every change replaces one user's file under a lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self, username: str) -> list[SavedView]:
        """The user's views, by name.

        Raises
        ------
        StoreError
            If the file is not as we wrote it; it is left as it is.
        """
        return sorted(_read(self._path(username)), key=lambda view: view.key)

    def add(self, username: str, name: str, address: str) -> SavedView:
        """A new view.

        Raises
        ------
        ViewsError
            If the name or the address can't be used, the name is taken, or there are 100 views already.
        """
        view = SavedView(secrets.token_hex(8), checked_name(name), checked_address(address), _now())
        with self._changing(username) as views:
            if len(views) >= MOST_VIEWS:
                raise ViewsError(f"You have {MOST_VIEWS} views, which is as many as fit. Delete one first.")
            _refuse_taken(view, views)
            views.append(view)
        return view

    def rename(self, username: str, id: str, name: str) -> SavedView:
        """The view under another name.

        Raises
        ------
        NoSuchViewError
            If this user has no view of that id.
        ViewsError
            If the name can't be used or is taken.
        """
        name = checked_name(name)
        with self._changing(username) as views:
            place = _place(id, views)
            view = replace(views[place], name=name)
            _refuse_taken(view, views)
            views[place] = view
        return view

    def replace(self, username: str, id: str, address: str) -> SavedView:
        """The view with another address under its name.

        Raises
        ------
        NoSuchViewError
            If this user has no view of that id.
        ViewsError
            If the address can't be used.
        """
        address = checked_address(address)
        with self._changing(username) as views:
            place = _place(id, views)
            views[place] = replace(views[place], address=address, saved=_now())
            return views[place]

    def remove(self, username: str, id: str) -> None:
        """Forget a view.

        Raises
        ------
        NoSuchViewError
            If this user has no view of that id.
        """
        with self._changing(username) as views:
            del views[_place(id, views)]

    def _path(self, username: str) -> Path:
        """A file name that holds nothing of what the user typed."""
        return self._folder / f"{hashlib.sha256(username.casefold().encode()).hexdigest()}.json"

    @contextmanager
    def _changing(self, username: str) -> Iterator[list[SavedView]]:
        """The user's views to change; written when the block ends without an error."""
        path = self._path(username)
        with _locked(path):
            views = _read(path)
            yield views
            write_whole(path, _to_json(views))
            # What writers that were killed left behind.
            for leftover in path.parent.glob(f".{path.name}.*.tmp"):
                leftover.unlink(missing_ok=True)


def checked_name(name: str) -> str:
    """The name as it is kept: without spaces around it.

    Raises
    ------
    ViewsError
        If it has not 1 to 60 characters, or one that can't be seen.
    """
    name = unicodedata.normalize("NFC", name[: LONGEST_ADDRESS + 1].strip())
    if not name:
        raise ViewsError("Give the view a name, such as “Families with high income”.")
    if len(name) > LONGEST_NAME:
        raise ViewsError(f"Names have at most {LONGEST_NAME} characters. Shorten this one.")
    if not name.isprintable():
        raise ViewsError("This name holds a character that can't be seen. Type it without.")
    return name


def checked_address(address: str) -> str:
    """The address if it is a path of ours and a query, and nothing else.

    Raises
    ------
    ViewsError
        If it is anything else: another host, a script, a fragment.
    """
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise ViewsError(
            "Found an address that is no page of Parterre. Open the page that you want to save, and save it there.",
            field="address",
        )
    return address


def _refuse_taken(view: SavedView, views: Sequence[SavedView]) -> None:
    if any(other.key == view.key and other.id != view.id for other in views):
        raise ViewsError("You have a view of this name. Choose another name, or delete that view first.")


def _place(id: str, views: Sequence[SavedView]) -> int:
    for place, view in enumerate(views):
        if view.id == id:
            return place
    raise NoSuchViewError.made()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    held = lock(path.with_name(f"{path.name}.lock"), timeout=LOCK_SECONDS, keep=True)
    try:
        held.acquire()
    except Timeout as error:
        raise StoreError(
            f"{path.name}: still locked after {LOCK_SECONDS} seconds. Try again; "
            "if it lasts, look for a stopped process that holds it."
        ) from error
    try:
        yield
    finally:
        held.release()


def _read(path: Path) -> list[SavedView]:
    try:
        return _parse(path.read_bytes())
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError, ViewsError) as error:
        raise StoreError(
            f"{path.name}: found what is no file of saved views. Expected a list of views as Parterre wrote it. "
            "It is left as it is; repair it, or delete it to start again without views."
        ) from error


def _parse(content: bytes) -> list[SavedView]:
    views = [
        SavedView(**{field.name: _text(row[field.name]) for field in fields(SavedView)})
        for row in json.loads(content)["views"]
    ]
    for view in views:
        checked_name(view.name)
        checked_address(view.address)
    return views


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _to_json(views: Sequence[SavedView]) -> bytes:
    return json.dumps({"views": [asdict(view) for view in views]}, ensure_ascii=False, indent=1).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
