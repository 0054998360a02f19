"""A version or a dataset goes with what hangs on it, which is said before; nothing else does."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from core.accounts.saved_views import ViewsStore
from core.datasets import removal, unserved
from core.datasets.marks import Marks
from core.datasets.removal import Removal
from core.datasets.update import Update
from core.datasets.versions import Way
from core.datasets.workspace import Workspaces
from core.errors import DataError, ModelError, NoSuchDatasetError
from core.numbers import plain
from core.store.kept_files import KeptFiles
from tests.core.datasets.test_update import CARDS, customers, february, written
from tests.core.datasets.test_workspace import again


@pytest.fixture
def spaces(tmp_path) -> Workspaces:
    """Two versions of some cards, of which the second is live."""
    spaces = again(tmp_path / "home")
    spaces.add(written(tmp_path, CARDS.frame, "january"), "Cards", CARDS.schema, by="ada")
    Update(spaces, "cards").go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    return spaces


def test_a_version_goes_with_its_models_and_the_live_one_is_as_it_was(spaces, tmp_path):
    elsewhere, asked = again(tmp_path / "home"), Removal(spaces, "cards")
    before = customers(elsewhere)
    cards = spaces.catalogue.find("cards")
    first = next(one for one in spaces.catalogue.each(cards) if one.version.number == 1)
    with elsewhere.at("cards"):
        old, live = elsewhere.current.live.model.card.succession.model, elsewhere.current.live.model.card.key
    ViewsStore(spaces.catalogue.database, "cards").add("ada", "Old", f"/customers?Segment=2&model={old}")
    with elsewhere.at("cards", old):
        assert len(elsewhere.current.live.model.people) == 400
    hanging = asked.hanging(1)
    assert (hanging.models, hanging.views, hanging.owners) == (1, 1, 1)
    assert [plain(one) for one in hanging.words(whole=False)] == [
        f"Gone with it: one model and {hanging.files} files ({hanging.size / 1e6:.1f} MB).",
        "Saved views on it: 1, of one person. They stay, and say that their segments are not kept.",
    ]
    for number, shown, words in (
        (2, None, "which is live"),
        (7, None, "no version 7"),
        (1, 1, "made live meanwhile"),
    ):
        with pytest.raises(DataError, match=words):
            asked.version(number, by="ada", live=shown)
    asked.version(1, by="ada", live=2)
    assert not first.file.exists()
    assert [path.name for path in (cards.home / "models").iterdir() if path.is_dir()] == [live]
    assert customers(elsewhere).equals(before)
    with pytest.raises(ModelError, match="no model"), elsewhere.at("cards", old):
        pass
    with pytest.raises(DataError, match="no version 1"):
        asked.version(1, by="ada")
    with pytest.raises(DataError, match="It is the first"):
        Update(spaces, "cards").back(by="ada")
    version = Update(spaces, "cards").go(tmp_path / "january.csv", Way.REPLACE, by="eve")
    assert (version.number, len(customers(again(tmp_path / "home")))) == (3, 400)


def test_a_dataset_goes_with_all_that_hangs_on_it_if_it_is_as_it_was_shown(spaces, tmp_path):
    asked, home = Removal(spaces, "cards"), spaces.catalogue.find("cards").home
    scored = KeptFiles(tmp_path / "home" / "scored", home.name)
    kept = scored.keep("ada", "new.csv", lambda folder: (folder / "sent.csv").write_bytes(b"ID\n1\n"))
    hanging = asked.hanging()
    assert (hanging.versions, hanging.models) == (2, 2)
    assert hanging.files == sum(path.is_file() for path in home.rglob("*"))
    with pytest.raises(DataError, match="made live meanwhile"):
        asked.dataset(by="ada", live=1)
    asked.dataset(by="ada", live=2)
    assert (home.exists(), scored.find(kept.id)) == (False, None)
    with pytest.raises(NoSuchDatasetError):
        asked.hanging()
    for does in (Removal(spaces, "default").hanging, lambda: Removal(spaces, "").dataset(by="ada")):
        with pytest.raises(DataError, match="Found the default dataset"):
            does()


def test_a_version_that_is_removed_and_made_live_at_the_same_moment_is_one_of_both(spaces, monkeypatch):
    asked, real = Update(spaces, "cards"), removal.recipe_of

    def meanwhile(*given: object) -> object:
        asked.back(by="eve", to=1)
        return real(*given)

    monkeypatch.setattr(removal, "recipe_of", meanwhile)
    with pytest.raises(DataError, match="which is live"):
        Removal(spaces, "cards").version(1, by="ada", live=2)
    monkeypatch.undo()
    assert (spaces.catalogue.find("cards").version.number, len(customers(spaces))) == (1, 400)

    def gone(*_: object) -> None:
        monkeypatch.undo()
        Removal(spaces, "cards").version(2, by="ada", live=1)

    monkeypatch.setattr(Marks, "check", gone)
    with pytest.raises(DataError, match="no version 2"):
        asked.back(by="eve", to=2)
    assert (spaces.catalogue.find("cards").version.number, len(customers(spaces))) == (1, 400)


def test_a_fit_that_began_on_a_file_before_it_went_is_waited_for_and_goes_too(spaces, monkeypatch):
    cards = spaces.catalogue.find("cards")
    first = next(one for one in spaces.catalogue.each(cards) if one.version.number == 1)
    models, real, there = cards.home / "models", unserved.lock, []

    def waited(path: Path) -> AbstractContextManager[None]:
        there.append(first.file.exists())
        return real(path)

    (models / "fit.lock").touch()
    monkeypatch.setattr(unserved, "lock", waited)
    Removal(spaces, "cards").version(1, by="ada", live=2)
    assert {*there} == {False}


def test_who_asks_on_a_page_while_files_are_changed_is_told_so_and_keeps_no_thread(spaces):
    cards = spaces.catalogue.find("cards")
    with spaces.catalogue.alone(cards):
        for removes in (
            lambda: Removal(spaces, "cards", 0).version(1, by="ada", live=2),
            lambda: Removal(spaces, "cards", 0).dataset(by="ada", live=2),
        ):
            with pytest.raises(DataError, match="being changed at this moment"):
                removes()
    assert spaces.catalogue.find("cards") == cards


def test_what_hangs_on_all_versions_is_looked_for_once(spaces, monkeypatch):
    asked, real = Counter[str](), unserved.models

    def counted(folder: Path) -> dict[str, str]:
        asked["models"] += 1
        return real(folder)

    monkeypatch.setattr(unserved, "models", counted)
    found = Removal(spaces, "cards").of_versions()
    assert ({*found}, asked["models"]) == ({1, 2}, 1)
    assert found[1] == Removal(spaces, "cards").hanging(1)
    assert found[1].models == found[2].models == 1
