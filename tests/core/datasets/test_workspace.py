"""Several datasets in one home: each with a live model, names and findings of its own."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import update

import core.datasets.workspace
from core.datasets.catalogue import Catalogue
from core.datasets.workspace import Workspaces
from core.errors import DataError, NoSuchDatasetError
from core.settings import ROOT
from core.store.database import opened
from core.store.tables import versions
from tests.datasets.tables import TABLES
from tests.support.personality import Parameters
from tests.support.postgresql import settled

SAMPLE = ROOT / "data" / "customers.csv"


@pytest.fixture(scope="module")
def half(tmp_path_factory) -> Path:
    """Every other customer of the sample."""
    file = tmp_path_factory.mktemp("half") / "every other.csv"
    pd.read_csv(SAMPLE, sep=None, engine="python", dtype=str).iloc[::2].to_csv(file, index=False)
    return file


def again(home: Path) -> Workspaces:
    """As another process sees them."""
    settings = settled(home)
    return Workspaces(Catalogue(settings, opened(settings)))


@pytest.fixture
def spaces(tmp_path) -> Workspaces:
    return again(tmp_path)


def customers(spaces: Workspaces) -> int:
    return len(spaces.current.live.model.people)


def test_a_block_is_about_one_dataset_and_after_it_the_default_one_is_back(spaces, half):
    added = spaces.add(half, "Second shop")
    everybody = customers(spaces)
    with spaces.at(added.slug):
        assert customers(spaces) == (everybody + 1) // 2
        with spaces.at("default"):
            assert customers(spaces) == everybody
        assert spaces.current.dataset == added
    assert customers(spaces) == everybody


def test_two_threads_are_about_two_datasets(spaces, half):
    slug, seen = spaces.add(half).slug, {}

    def look(name: str) -> None:
        with spaces.at(name):
            both.wait()
            seen[name] = customers(spaces)

    both = threading.Barrier(2, timeout=30)
    threads = [threading.Thread(target=look, args=(name,)) for name in ("", slug)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[slug] < seen[""]


def test_another_process_finds_what_was_added(spaces, half, tmp_path):
    elsewhere = again(tmp_path)
    added = spaces.add(half, "Second shop")
    assert [one.title for one in elsewhere.catalogue.all()] == ["customers", "Second shop"]
    with elsewhere.at(added.slug):
        assert elsewhere.current.dataset.title == "Second shop"


def test_names_and_the_live_model_of_one_are_not_those_of_the_other_even_of_the_same_file(spaces):
    slug = spaces.add(SAMPLE, "The same again").slug
    before = spaces.current.live.model.card.key
    with spaces.at(slug):
        spaces.current.live.name_segment(1, "Cellar friends", by="ada")
        assert spaces.current.live.model.card.profile.segment(1).name == "Cellar friends"
    assert spaces.current.live.model.card.profile.segment(1).name != "Cellar friends"
    with spaces.at(slug):
        spaces.current.live.choose(Parameters(k=4), by="ada")
    assert spaces.current.live.model.card.key == before


def test_findings_of_one_are_not_those_of_the_other(spaces):
    slug, key = spaces.add(SAMPLE).slug, spaces.current.live.model.card.key
    spaces.current.findings.write(key, "evidence", 1)
    with spaces.at(slug):
        assert spaces.current.findings.read(key, "evidence", bool) is None


def test_no_more_are_open_than_fit_and_a_closed_one_opens_again(spaces, half, monkeypatch):
    monkeypatch.setattr(core.datasets.workspace, "MOST_OPEN", 1)
    first, second = spaces.add(half, "First").slug, spaces.add(half, "Second").slug
    for slug in (first, second, first):
        with spaces.at(slug):
            assert spaces.current.dataset.slug == slug
    assert len(spaces._others) == 1


@pytest.mark.parametrize(
    ("titles", "slugs"),
    [
        (["Café Zürich"], ["cafe-zurich"]),
        (["Shop", "shop", "SHOP!"], ["shop", "shop-2", "shop-3"]),
        (["default"], ["default-2"]),
        (["顧客"], ["dataset"]),
        (["../../etc/passwd"], ["etc-passwd"]),
    ],
)
def test_a_slug_is_made_of_the_title_and_is_nobody_elses(spaces, half, titles, slugs):
    assert [spaces.add(half, title).slug for title in titles] == slugs


@pytest.mark.parametrize("title", [" ", "a" * 81, "a\x00b"])
def test_what_can_be_no_title_is_told(spaces, half, title):
    if title.strip():
        with pytest.raises(DataError, match="Expected 1 to 80 letters"):
            spaces.add(half, title)
    else:
        assert spaces.add(half, title.strip()).title == "every other"


@pytest.mark.parametrize("content", [None, b"", b"name,colour\nrose,red\n"])
def test_a_file_that_holds_no_customers_leaves_nothing(spaces, tmp_path, content):
    file = tmp_path / "odd.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError):
        spaces.add(file)
    assert len(spaces.catalogue.all()) == 1
    assert list(spaces.catalogue.folder.iterdir()) == []


@pytest.mark.parametrize("slug", ["nothing", "../..", "' OR 1=1 --", "a" * 1000])
def test_a_dataset_that_is_not_there_is_told(spaces, slug):
    with pytest.raises(NoSuchDatasetError, match="Found no dataset"), spaces.at(slug):
        pass


def test_the_file_may_go_once_it_was_added(spaces, half, tmp_path):
    own = tmp_path / "own.csv"
    own.write_bytes(half.read_bytes())
    slug = spaces.add(own).slug
    own.unlink()
    elsewhere = again(tmp_path)
    with elsewhere.at(slug):
        assert customers(elsewhere) > 0


def test_what_is_removed_is_gone_for_every_process_and_leaves_nothing(spaces, half, tmp_path):
    elsewhere = again(tmp_path)
    added = spaces.add(half, "Second shop")
    with elsewhere.at(added.slug):
        live = elsewhere.current.live
        live.name_segment(1, "Cellar friends", by="ada")
        elsewhere.current.findings.write(live.model.card.key, "evidence", 1)
    spaces.catalogue.remove(added.slug)
    assert not added.home.exists()
    with pytest.raises(NoSuchDatasetError), elsewhere.at(added.slug):
        pass
    assert elsewhere.catalogue.all() == spaces.catalogue.all()[:1]
    again_added = spaces.add(half, "Second shop")
    assert again_added.slug == added.slug
    with elsewhere.at(added.slug):
        assert elsewhere.current.dataset.home == again_added.home
        assert not elsewhere.current.live.namings
        assert elsewhere.current.findings.read(live.model.card.key, "evidence", bool) is None


@pytest.mark.parametrize("slug", ["", "default", "nothing", "../models"])
def test_the_default_one_and_what_is_not_there_can_not_be_removed(spaces, slug):
    with pytest.raises((DataError, NoSuchDatasetError)):
        spaces.catalogue.remove(slug)
    assert customers(spaces) > 0


def test_what_a_killed_command_left_is_swept_once_it_is_a_day_old(spaces, half, tmp_path):
    added = spaces.add(half)
    left, young = (spaces.catalogue.folder / name for name in ("0123456789abcdef", "fedcba9876543210"))
    for folder in (left, young):
        folder.mkdir()
    day = time.time() - 25 * 3600
    for folder in (left, added.home):
        os.utime(folder, (day, day))
    again(tmp_path)
    assert {one.name for one in spaces.catalogue.folder.iterdir()} == {added.home.name, young.name}
    assert added.file.exists()


def test_what_a_killed_removal_left_of_a_first_version_is_swept(spaces, half, tmp_path):
    added = spaces.add(half)
    os.utime(added.file, (0, 0))
    with spaces.catalogue.database.changing() as connection:
        connection.execute(update(versions).values(folder="versions/2", number=2))
    spaces.catalogue.sweep()
    assert not added.file.exists()
    assert (added.home / "models").is_dir()


def test_a_model_that_has_to_be_made_anew_is_made_at_the_start(spaces, half, tmp_path):
    added = spaces.add(half)
    shutil.rmtree(added.home / "models")
    again(tmp_path)
    assert [one for one in (added.home / "models").iterdir() if (one / "card.json").exists()]


def test_a_dataset_that_can_not_be_opened_does_not_stop_the_start(spaces, half, tmp_path):
    added = spaces.add(half)
    shutil.rmtree(added.home)
    assert customers(again(tmp_path)) > 0


def named(home: Path, table: pd.DataFrame) -> Workspaces:
    """A house whose own file, in its settings, is this table."""
    home.mkdir(exist_ok=True)
    table.to_csv(home / "own.csv", index=False)
    settings = settled(home).model_copy(update={"data": home / "own.csv"})
    return Workspaces(Catalogue(settings, opened(settings)))


def test_the_file_of_the_settings_may_be_any_table_of_customers(tmp_path, monkeypatch):
    table = TABLES["telecom"]().frame
    first = named(tmp_path, table).current
    assert first.dataset.schema.events == ("Churn",)
    assert len(first.live.model.people) == len(table)
    monkeypatch.setattr(core.datasets.operators, "own_schema", None)
    assert named(tmp_path, table).current.dataset.schema == first.dataset.schema, "it is guessed once"


def test_the_known_table_with_something_wrong_is_not_taken_for_another(tmp_path):
    sample = pd.read_csv(SAMPLE, dtype=str)
    with pytest.raises(DataError, match="no column for Income"):
        named(tmp_path, sample.drop(columns="Income"))
    assert not list(tmp_path.glob("schema-*"))


def test_of_orders_it_is_said_what_they_are(tmp_path):
    sold = {
        "order_id": range(300),
        "customer_id": [n % 70 for n in range(300)],
        "total": [9.5 + n % 13 for n in range(300)],
    }
    with pytest.raises(DataError, match="no day on which they were made"):
        named(tmp_path, pd.DataFrame(sold))
