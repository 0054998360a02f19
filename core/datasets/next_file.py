"""A file that waits as the next one of a dataset: the long work on what it would change, and on making it live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.accounts.permissions import Action
from core.datasets.alike import Alike, alike
from core.datasets.catalogue import DEFAULT, Catalogue
from core.datasets.staged import GONE, file_of, found, of
from core.datasets.update import Update
from core.datasets.versions import Way
from core.errors import DataError
from core.progress import Tell, silent
from core.store.files import named_after
from core.store.staged_files import Staged

if TYPE_CHECKING:
    from core.services import Services

COMPARE, LIVE = "compare", "version"  # the kinds of work
WAYS = (Way.REPLACE, Way.BY_KEY)


def offered(look: Mapping[str, Any], catalogue: Catalogue) -> list[Alike]:
    """Datasets that a file which was looked at could be the next one of, or nearly."""
    return alike([one["column"] for one in look["columns"]], catalogue) if look["columns"] else []


def compare_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: what the file would change in the dataset `arguments["slug"]`, each way; nothing is changed.

    Raises DataError or NoSuchDatasetError if the file or the dataset is gone.
    """
    slug = arguments["slug"]
    services.access.check(found(of(services), arguments).owner, Action.UPDATE_DATASET, slug)
    after = services.workspaces.catalogue.find(slug).version.number
    ways = {}
    for place, way in enumerate(WAYS):
        staged = found(of(services), arguments)
        asked = Update(services.workspaces, slug, _half(tell, place / len(WAYS)), sheet_of(staged))
        try:
            changes = asked.would_change(file_of(services, staged), way)
            ways[way.value] = {"refused": "", "changes": changes.to_json()}
        except DataError as error:
            ways[way.value] = {"refused": str(error), "changes": ""}
    return {"after": after, "ways": ways}


def live_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: make the file the live version, as it was told, for its owner, who asked: `arguments["by"]`.

    Raises DataError or ModelError if the file is gone or somebody else's, no segments can be made of it, or another
    version is live since.
    """
    files, by, slug = of(services), str(arguments["by"]), arguments["slug"]
    staged = found(files, arguments)
    services.access.check(by, Action.UPDATE_DATASET, slug)
    if by.casefold() != staged.owner:
        raise DataError(GONE)
    if not staged.made:
        asked = Update(services.workspaces, slug, tell, sheet_of(staged), asked=named_after(arguments))
        asked.go(file_of(services, staged), Way(arguments["way"]), by=by, after=arguments["after"])
        files.made(staged, slug or DEFAULT)
    live = services.workspaces.catalogue.find(slug).version.number
    return {"slug": slug, "version": live, "before": arguments["after"]}


def sheet_of(staged: Staged) -> str:
    """The sheet of a file that was looked at, where it has several; empty of any other."""
    look = staged.look or {}
    return str(look["read"]["sheet"]) if len(look.get("sheets", ())) > 1 else ""


def _half(tell: Tell, start: float) -> Tell:
    return lambda words, share: tell(words, start + share / len(WAYS))
