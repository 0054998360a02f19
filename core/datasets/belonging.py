"""Files that wait and belong together: found by the worker, and kept as one archive when somebody puts them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

from core.datasets import staged as work
from core.datasets.joining_told import in_words, of_files
from core.datasets.parts import names_of
from core.datasets.together import put_together
from core.errors import DataError, ParterreError
from core.numbers import to_tell
from core.progress import Tell, silent
from core.store.arriving_files import ArrivingFiles
from core.store.files import passing_folder
from core.store.staged_files import MOST_EACH, Staged, StagedFiles

if TYPE_CHECKING:
    from core.services import Services

KIND = "belong"
LEAST = 2
_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".parquet", ".gz")


def belong_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: which of the files `arguments["ids"]` belong together, and by what; nothing is kept of it."""
    files = work.of(services)
    known = [one for one in map(files.find, arguments["ids"]) if one is not None and not one.made]
    if len(known) < LEAST:
        return {"words": [], "ids": []}
    with passing_folder(services.settings.home) as folder:
        paths = [files.path(one) for one in known]
        try:
            made = put_together(paths, folder, {}, max_mb=services.settings.max_file_mb, forgiving=True, tell=tell)  # fmt: skip
        except ParterreError:
            return {"words": [], "ids": []}  # nothing that belongs together
    words = [of_files(one) for one in made.parts if one.rows_of and one.name in made.used]
    words += [in_words(one) for one in made.whole.steps]
    named = [one.id for one, name in zip(known, names_of(paths), strict=True) if name in made.files_used]
    return {"words": words, "ids": named}


def check_ids(ids: object) -> list[str]:
    """The ids of files that somebody wants put together; raises DataError if they are none, too few or too many."""
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise DataError("Found no files. Expected the ids of files that wait. Reload the page.")
    known = list(dict.fromkeys(ids))
    if not LEAST <= len(known) <= MOST_EACH:
        raise DataError(
            f"Found {to_tell(len(known))} of the files that wait. Expected {LEAST} to {MOST_EACH} that belong "
            "together. Tick these."
        )
    return known


def keep_together(services: Services, parts: Sequence[Staged], owner: str) -> Staged:
    """Keep several files as one more, an archive of them, for who sent them.

    Raises DataError if they are larger than one file may be, TooMuchError or NoRoomError if no more can be kept.
    """
    files, most = work.of(services), services.settings.max_file_mb
    if (size := sum(one.size for one in parts)) > most * 1_000_000:
        raise DataError(
            f"Found {to_tell(size / 1e6, ',.1f')} MB in all. Expected at most {to_tell(most)} MB. Put fewer together, "
            "or raise PARTERRE_MAX_FILE_MB."
        )
    with passing_folder(services.settings.home) as folder:
        held, names = folder / "together.zip", set[str]()
        try:
            with ZipFile(held, "w", ZIP_STORED) as archive:
                for one in parts:
                    archive.write(files.path(one), _free(one.name, names))
        except FileNotFoundError:  # somebody has removed it since
            raise DataError(work.GONE) from None
        return _arrived(files, held, owner, _called([PurePath(one.name).stem[:30] for one in parts]))


def _arrived(files: StagedFiles, held: Path, owner: str, name: str) -> Staged:
    """A file of ours that waits as one that was sent."""
    coming = ArrivingFiles(files)
    arriving = coming.begin(owner, name, held.stat().st_size, anew=True)
    with ExitStack() as undone, held.open("rb") as opened:
        undone.callback(files.drop, arriving.id)
        coming.add(arriving, 0, opened)
        kept = files.find(arriving.id)
        if kept is None:
            raise DataError(work.GONE)
        undone.pop_all()
        return kept


def _called(stems: Sequence[str]) -> str:
    more = stems[1] if len(stems) == LEAST else f"{len(stems) - 1} more"
    return f"{stems[0]} and {more}.zip"


def _free(name: str, taken: set[str]) -> str:
    """A name for a table in an archive that no other has there; what it is is seen in its content."""
    found = name if name.lower().endswith(_TABLES) else f"{name}.csv"
    stem, suffix, number = PurePath(found).stem, PurePath(found).suffix, 2
    while found.casefold() in taken:
        found, number = f"{stem} ({number}){suffix}", number + 1
    taken.add(found.casefold())
    return found
