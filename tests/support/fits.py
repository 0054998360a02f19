"""Fits that tests share: what one test had fitted is copied for the next one, whose own it is then."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from core.data.read import Read
from core.model import registry
from core.model.refits import refits
from core.model.registry import Cut, Recipe
from core.store.files import lock
from tests.support.forks import everybodys

REFITS = 20  # how firmly somebody sits in a segment is told in steps of 5%, in less than half of the time


@dataclass(frozen=True)
class Shared:
    """In the place of `registry._make`: it makes each model once, under `kept`, for all processes of a run.

    A model is another one for a file of another name, which stands in its card, and by another limit of size.
    """

    kept: Path
    make: Callable[..., None] = registry._make

    def __call__(
        self,
        folder: Path,
        key: str,
        digest: str,
        recipe: Recipe,
        source: Callable[[Recipe], Read],
        cut: Cut | None,
    ) -> None:
        if source is not registry._read:
            return self.make(folder, key, digest, recipe, source, cut)
        known = self.kept / f"{recipe.max_mb}-{recipe.data.name}"
        with lock(known / f"{key}.lock"):
            if not (known / key).exists():
                self.make(known, key, digest, recipe, source, cut)
        shutil.copytree(known / key, folder / key)
        return None


@pytest.fixture(scope="session", autouse=True)
def shared_fits(tmp_path_factory):
    """Nothing is fitted twice in a run, but where a test asks for it by `fitted_anew`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_make", Shared(everybodys(tmp_path_factory) / "fits"))
        patch.setattr(registry, "refits", partial(refits, times=REFITS))
        yield


@pytest.fixture
def fitted_anew(shared_fits, monkeypatch):
    """For tests of fitting itself: as the product does it."""
    monkeypatch.setattr(registry, "_make", registry._make.make)
    monkeypatch.setattr(registry, "refits", refits)
