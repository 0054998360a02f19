"""Saved views: what a user looked at, under a name."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, delete, insert, select, update

from core.errors import ParterreError
from core.store.database import Database
from core.store.tables import saved_views as table
from core.store.times import now

MOST_VIEWS = 100
LONGEST_NAME = 60
LONGEST_ADDRESS = 4000
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


@dataclass(frozen=True)
class ViewsStore:
    """The views of all users of a dataset."""

    database: Database
    dataset: str = ""

    def all(self, username: str) -> list[SavedView]:
        """The user's views, by name."""
        with self.database.reading() as connection:
            return sorted(self._all(connection, username), key=lambda view: view.key)

    def add(self, username: str, name: str, address: str) -> SavedView:
        """A new view.

        Raises ViewsError if the name or the address can't be used, the name is taken, or there are 100 views already.
        """
        view = SavedView(secrets.token_hex(8), checked_name(name), checked_address(address), now())
        with self._changing(username) as (connection, views):
            if len(views) >= MOST_VIEWS:
                raise ViewsError(f"You have {MOST_VIEWS} views, which is as many as fit. Delete one first.")
            _refuse_taken(view, views)
            owned = {"dataset": self.dataset, "owner": username.casefold()}
            connection.execute(insert(table), owned | asdict(view))
        return view

    def rename(self, username: str, id: str, name: str) -> SavedView:
        """The view under another name.

        Raises NoSuchViewError if this user has no view of that id, ViewsError if the name can't be used or is taken.
        """
        return self._change(username, id, name=checked_name(name))

    def replace(self, username: str, id: str, address: str) -> SavedView:
        """The view with another address under its name.

        Raises NoSuchViewError if this user has no view of that id, ViewsError if the address can't be used.
        """
        return self._change(username, id, address=checked_address(address), saved=now())

    def remove(self, username: str, id: str) -> None:
        """Forget a view; raises NoSuchViewError if this user has no view of that id."""
        with self._changing(username) as (connection, views):
            connection.execute(delete(table).where(table.c.id == _found(id, views).id))

    def _change(self, username: str, id: str, **changes: str) -> SavedView:
        with self._changing(username) as (connection, views):
            view = replace(_found(id, views), **changes)
            _refuse_taken(view, views)
            connection.execute(update(table).where(table.c.id == view.id).values(**changes))
        return view

    @contextmanager
    def _changing(self, username: str) -> Iterator[tuple[Connection, list[SavedView]]]:
        """The user's views, which nobody else changes meanwhile."""
        with self.database.changing("views", self.dataset, username.casefold()) as connection:
            yield connection, self._all(connection, username)

    def _all(self, connection: Connection, username: str) -> list[SavedView]:
        own = (table.c.dataset == self.dataset) & (table.c.owner == username.casefold())
        rows = connection.execute(select(table).where(own))
        return [SavedView(row.id, row.name, row.address, row.saved) for row in rows]


def checked_name(name: str) -> str:
    """The name as it is kept: without spaces around it.

    Raises ViewsError if it has not 1 to 60 characters, or one that can't be seen.
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

    Raises ViewsError if it is anything else: another host, a script, a fragment.
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


def _found(id: str, views: Sequence[SavedView]) -> SavedView:
    for view in views:
        if view.id == id:
            return view
    raise NoSuchViewError.made()
