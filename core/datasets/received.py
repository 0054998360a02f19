"""A file that a program sent: looked at and made a dataset, or a version of one, in one piece of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.datasets.next_file import live_work
from core.datasets.staged import found, look_work, make_work, of
from core.errors import DataError
from core.progress import Tell, silent

if TYPE_CHECKING:
    from core.services import Services

DATASET, VERSION = "received-dataset", "received-version"  # the kinds of work
_LOOKED = 0.3  # of all work, once the file has been looked at


def dataset_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: make a dataset of the file as its columns are guessed; raises DataError if that can't be."""
    _look(services, arguments, tell)
    return make_work(services, arguments, _later(tell))


def version_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: make the file the live version of `arguments["slug"]`; raises DataError if that can't be."""
    _look(services, arguments, tell)
    return live_work(services, arguments, _later(tell))


def _look(services: Services, arguments: Mapping[str, Any], tell: Tell) -> None:
    staged = found(of(services), arguments)
    if staged.made:  # by a worker that was killed right afterwards
        return
    look_work(
        services,
        {"id": staged.id, "mapping": staged.mapping},
        lambda words, share: tell(words, share * _LOOKED),
    )
    look = found(of(services), arguments).look or {}
    if look.get("refused") or not look.get("schema"):
        raise DataError(look.get("refused") or "Found no table of customers in this file.")


def _later(tell: Tell) -> Tell:
    return lambda words, share: tell(words, _LOOKED + share * (1 - _LOOKED))
