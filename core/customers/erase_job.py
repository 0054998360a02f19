"""Erasing a customer as long work: a page asks for it, the worker does it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.customers.erase import finish
from core.errors import DataError
from core.progress import Tell
from core.store.database import Database
from core.store.erasures import Erasures

if TYPE_CHECKING:
    from core.services import Services


def erase_work(services: Services, arguments: Mapping[str, Any], tell: Tell) -> dict[str, object]:
    """The job: erase the customer of `arguments["erasure"]`, for who asked, `arguments["by"]`.

    Raises DataError or ModelError if that may not be, or can't be done.
    """
    begun = Erasures(services.database).find(int(arguments["erasure"]))
    if begun is None:
        raise DataError("This erasure is not known any more. Ask for it again on the customer's page.")
    return {"erasure": finish(services.workspaces, begun, tell).number}


def forget_asked(_home: Path, arguments: Mapping[str, Any], database: Database) -> None:
    """Nobody erases the customer any more, and nothing has changed: a later start does not either."""
    Erasures(database).drop(int(arguments["erasure"]))
