"""Removing a version, or a whole dataset: what hangs on it, and taking it away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout
from sqlalchemy import Connection, delete, select

from core.accounts import audit
from core.accounts.audit import Event
from core.data.remarks import counted
from core.datasets import unserved
from core.datasets.catalogue import DEFAULT, Dataset
from core.datasets.deployments import settings_of
from core.datasets.versions import LIVE
from core.datasets.workspace import Workspaces, recipe_of
from core.errors import DataError
from core.model.registry import Registry
from core.numbers import listed, to_tell
from core.store.kept_files import KeptFiles, reports_in
from core.store.tables import (
    FOUND_OF_MODEL,
    SAID_OF_MODEL,
    deployments,
    saved_views,
    segment_names,
    staged_files,
    versions,
)

PATIENCE_SECONDS = 3  # of a page, for others who change the files of a dataset


@dataclass(frozen=True)
class Hanging:
    """What hangs on a version, or on a dataset."""

    # Versions; models; segments that people named or noted something about.
    versions: int
    models: int
    names: int
    # Saved views, and of how many people. Those of a version stay, and say that its segments are not kept.
    views: int
    owners: int
    # Files, and their bytes together.
    files: int
    size: int

    def words(self, *, whole: bool) -> list[str]:
        """What goes with a version, or with the `whole` dataset, in sentences."""
        gone = [
            *([counted(self.versions, "version").lower()] if whole else []),
            counted(self.models, "model").lower(),
            *([f"names and notes of {counted(self.names, 'segment').lower()}"] if self.names else []),
            f"{counted(self.files, 'file').lower()} ({to_tell(self.size / 1e6, ',.1f')} MB)",
        ]
        said = [f"Gone with it: {listed(gone)}."]
        if self.views:
            people = counted(self.owners, "person", "people").lower()
            fate = "They go too." if whole else "They stay, and say that their segments are not kept."
            said.append(f"Saved views on it: {to_tell(self.views)}, of {people}. {fate}")
        return said


@dataclass(frozen=True)
class Removal:
    """What can be taken away of a dataset; `slug` names it.

    Who makes a version of it, or erases somebody, is waited for, at most `patience` seconds if that is not below 0.
    """

    spaces: Workspaces
    slug: str
    patience: float = -1

    def hanging(self, number: int | None = None) -> Hanging:
        """What hangs on the version of that number, or on the dataset.

        Raises DataError or NoSuchDatasetError if there is no such version or dataset, or all of the default one is
        meant.
        """
        dataset = self._dataset()
        models = dataset.home / "models"
        if number is None:
            self._check_added()
            kept = len(self.spaces.catalogue.each(dataset))
            return self._hanging(kept, unserved.models(models), [dataset.home], whole=True)
        found = self.of_versions()
        return found[self.spaces.catalogue.versions(dataset).find(number).number]

    def of_versions(self) -> dict[int, Hanging]:
        """What hangs on each version, by its number; raises NoSuchDatasetError if there is no such dataset."""
        dataset, found = self._dataset(), {}
        keys = self._keys(dataset)
        for one in self.spaces.catalogue.each(dataset):
            own = [one.file] if one.file.parent == dataset.home else [one.file.parent]
            ours = keys.get(one.version.number, [])
            places = [*own, *(dataset.home / "models" / key for key in ours)]
            found[one.version.number] = self._hanging(1, ours, places, whole=False)
        return found

    def version(self, number: int, *, by: str, live: int | None = None) -> None:
        """Take a version away: at once for everybody, then its files.

        `live`: the version that was live when what hangs on it was told; the live one unless said. Raises DataError or
        NoSuchDatasetError if it is the live one, or not kept, or another version has been made live meanwhile.
        """
        catalogue = self.spaces.catalogue
        with self._alone():
            dataset = self._dataset()
            self._check_live(dataset, live)
            version = self._at(dataset, number)
            keys = self._keys(dataset)[number]
            settings = settings_of(_digest(version), recipe_of(version, catalogue.settings))
            with catalogue.database.changing("datasets") as connection:
                _check_other(connection, self.slug, number)
                _forget(connection, self.slug, number, keys, settings)
            unserved.clear(catalogue, dataset, keys)
        audit.record(Event.VERSION_REMOVED, user=by, dataset=self.slug, version=number)

    def dataset(self, *, by: str, live: int | None = None) -> None:
        """Take the dataset away with all that hangs on it.

        Raises DataError or NoSuchDatasetError if it is the default one, there is none, or another version has been
        made live meanwhile.
        """
        self._check_added()
        with self._alone():
            dataset = self._dataset()
            self._check_live(dataset, live)
            self.spaces.catalogue.remove(self.slug)
            self._drop_passing(dataset)
        audit.record(Event.DATASET_REMOVED, user=by, dataset=self.slug)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with ExitStack() as held:
            try:
                held.enter_context(self.spaces.catalogue.alone(self._dataset(), timeout=self.patience))
            except Timeout:
                raise DataError(
                    f"The versions of {self.slug or DEFAULT} are being changed at this moment: a file comes in, or somebody is "
                    "erased. Wait until that is done, and try again."
                ) from None
            yield

    def _drop_passing(self, dataset: Dataset) -> None:
        """Files that were scored for it, reports of it, and what is still known of those that it was made of."""
        home, name = self.spaces.catalogue.settings.home, dataset.home.name
        KeptFiles(home / "scored", name).drop_all()
        reports_in(home, name).drop_all()
        self.spaces.catalogue.database.change(delete(staged_files).where(staged_files.c.made == self.slug))

    def _check_added(self) -> None:
        if self.slug in ("", DEFAULT):
            raise DataError(
                "Found the default dataset. Expected one that was added: the default one is the file that "
                "PARTERRE_DATA names, and its versions. To serve another file there, set PARTERRE_DATA."
            )

    def _dataset(self) -> Dataset:
        return self.spaces.catalogue.find(self.slug)

    def _check_live(self, dataset: Dataset, live: int | None) -> None:
        if live not in (None, dataset.version.number):
            raise DataError(
                f"Another version of {self.slug or DEFAULT} was made live meanwhile. Look at what hangs on it once more, and "
                "decide again."
            )

    def _at(self, dataset: Dataset, number: int) -> Dataset:
        catalogue = self.spaces.catalogue
        return catalogue.at(dataset, catalogue.versions(dataset).find(number))

    def _keys(self, dataset: Dataset) -> dict[int, list[str]]:
        """By version, the models that are of its file alone."""
        digests = {one.version.number: _digest(one) for one in self.spaces.catalogue.each(dataset)}
        several = {one for one, count in Counter(digests.values()).items() if count > 1}
        made = unserved.models(dataset.home / "models").items()
        return {
            number: [key for key, made_of in made if made_of == digest and digest not in several]
            for number, digest in digests.items()
        }

    def _hanging(self, count: int, keys: Collection[str], places: list[Path], *, whole: bool) -> Hanging:
        files = list(_sizes(places))
        with self.spaces.catalogue.database.reading() as connection:
            said = connection.scalars(
                select(segment_names.c.model).where(segment_names.c.dataset == self.slug)
            ).all()
            saved = connection.execute(
                select(saved_views.c.owner, saved_views.c.address).where(saved_views.c.dataset == self.slug)
            ).all()
        names = [key for key in said if whole or key in keys]
        views = [one for one in saved if whole or any(key in one.address for key in keys)]
        owners = {one.owner for one in views}
        return Hanging(count, len(keys), len(names), len(views), len(owners), len(files), sum(files))


def _check_other(connection: Connection, slug: str, number: int) -> None:
    """That another version is live, whoever has made one so up to this moment."""
    if number == connection.scalar(select(LIVE), {"slug": slug}):
        raise DataError(
            f"Found version {number} of {slug or DEFAULT}, which is live. Expected another one. Make another version live first, "
            "or remove the dataset."
        )


def _forget(connection: Connection, slug: str, number: int, keys: list[str], settings: str) -> None:
    """Rows of a version; that it was live once stays known, and its number comes no second time."""
    this = (versions.c.dataset == slug) & (versions.c.number == number)
    connection.execute(delete(versions).where(this))
    for table in (*SAID_OF_MODEL, *FOUND_OF_MODEL):
        about = (table.c.dataset == slug) & table.c.model.in_(keys)
        connection.execute(delete(table).where(about))
    if keys:
        chosen = (deployments.c.dataset == slug) & (deployments.c.settings == settings)
        connection.execute(delete(deployments).where(chosen))


def _digest(version: Dataset) -> str:
    return Registry(version.home / "models").digest(version.file)


def _sizes(places: list[Path]) -> Iterator[int]:
    for place in places:
        for one in place.rglob("*") if place.is_dir() else [place]:
            with suppress(FileNotFoundError):  # it goes at this moment
                if one.is_file():
                    yield one.stat().st_size
