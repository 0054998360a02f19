"""Files of customers that were sent, and their segments, kept for an hour for the one who sent them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow.lib import ArrowException

from core.accounts import audit
from core.accounts.audit import Event
from core.data.people import People
from core.errors import DataError, TooMuchError
from core.numbers import to_tell
from core.progress import Tell, silent
from core.scoring.batch import Scored, score_file
from core.store.kept_files import Kept, KeptFiles

if TYPE_CHECKING:
    from core.services import Services

WAIT_SECONDS = 30
MOST_EACH = 3  # of one user: of scored files older ones go, of waiting ones no more are taken
_TABLE, _CONTENT = "customers.arrow", "sent.csv"


def of(services: Services) -> KeptFiles:
    """Where they are kept. A dataset is known by its folder: another one may come to have its slug."""
    return KeptFiles(services.settings.home / "scored", services.dataset.home.name)


def receive(files: KeptFiles, content: bytes, *, owner: str, name: str) -> Kept:
    """Keep a file until it is scored.

    Raises TooMuchError if too many files of this owner wait already, NoRoomError if there is no room.
    """
    with files.alone():
        if sum(files.path(one, _CONTENT).exists() for one in files.of(owner)) >= MOST_EACH:
            raise TooMuchError(
                f"{MOST_EACH} files of yours wait to be scored, which is the most. Send the next one when one "
                "of them is done, or cancel one.",
                WAIT_SECONDS,
            )
        kept = files.keep(
            owner, name, lambda folder: (folder / _CONTENT).write_bytes(content), size=len(content)
        )
    audit.record(Event.UPLOAD, user=owner, what="to be scored", size=len(content))
    return kept


def keep(
    files: KeptFiles, scored: Scored, model: str, *, owner: str = "", name: str = "", sent: Kept | None = None
) -> Kept:
    """Keep what was scored with `model`, in the place of what was `sent` if that waited; older ones go.

    Raises NoRoomError if there is no room.
    """
    sizes = scored.table["Segment_Name"].value_counts()
    told = {
        "model": model,
        "customers": len(scored.table),
        "notes": [(note.words, note.rows) for note in scored.notes],
        "sizes": {str(name): int(size) for name, size in sizes.items()},
    }

    def write(folder: Path) -> None:
        People.write(scored.table, folder / _TABLE)

    if sent is None:
        size = int(scored.table.memory_usage(deep=False).sum())
        kept = files.keep(owner, name, write, told, size=size)
    else:
        kept = files.change(sent, write, told)
        files.path(kept, _CONTENT).unlink(missing_ok=True)
    for older in [one for one in files.of(kept.owner) if is_scored(one)][MOST_EACH:]:
        files.drop(older)
    return kept


def is_scored(kept: Kept) -> bool:
    """Whether it has been scored, and no longer waits."""
    return "customers" in kept.told


def content_of(files: KeptFiles, sent: Kept) -> bytes:
    """What was sent; nothing if it has gone meanwhile."""
    try:
        return files.path(sent, _CONTENT).read_bytes()
    except OSError:
        return b""


def people(services: Services, kept: Kept) -> People:
    """The customers; none if the file has gone meanwhile."""
    try:
        return People.open(of(services).path(kept, _TABLE), services.schema)
    except (OSError, ArrowException):
        return People(pa.table({}), services.schema)


def score_sent(services: Services, arguments: Mapping[str, object], tell: Tell = silent) -> dict[str, object]:
    """The long work: score a file that waits; called in the worker.

    Raises DataError if it is gone, or no customer file.
    """
    files, model = of(services), services.model
    sent = files.find(arguments.get("id"))
    if sent and is_scored(sent):  # by a worker that was killed right afterwards
        drop_sent(services.settings.home, arguments)
        return {"id": sent.id, "customers": sent.told["customers"]}
    content = content_of(files, sent) if sent else b""
    if sent is None or not content:
        raise DataError(
            "The file is no longer kept: results and files are deleted after an hour. Send it again."
        )
    tell(f"Reading and scoring {sent.name}", 0.1)
    scored = score_file(content, model, services.dataset.template, name=sent.name)
    tell(f"Keeping {to_tell(len(scored.table))} customers", 0.8)
    kept = keep(files, scored, model.card.key, sent=sent)
    return {"id": kept.id, "customers": kept.told["customers"]}


def drop_sent(home: Path, arguments: Mapping[str, object], _database: object = None) -> None:
    """Drop the content of a file whose scoring failed or was cancelled; that it was sent stays known."""
    files = KeptFiles(home / "scored")
    if sent := files.find(arguments.get("id")):
        files.path(sent, _CONTENT).unlink(missing_ok=True)
