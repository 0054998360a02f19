"""The file that the settings name is the first version of the default dataset, and has next ones like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import delete

from core.customers.erase import erase
from core.datasets import operators
from core.datasets.alike import alike
from core.datasets.catalogue import Catalogue
from core.datasets.changes import Changes
from core.datasets.removal import Removal
from core.datasets.update import Update
from core.datasets.versions import Way
from core.datasets.workspace import Workspaces
from core.errors import DataError
from core.store.database import opened
from core.store.tables import datasets, version_choices, versions
from tests.datasets.tables import TABLES
from tests.support.postgresql import settled
from tests.support.processes import KILLED, die, started

CARDS = TABLES["cards"]().frame


@pytest.fixture
def house(tmp_path) -> Path:
    return named(tmp_path, CARDS)


def named(folder: Path, frame: pd.DataFrame, name: str = "own") -> Path:
    frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def serve(house: Path) -> Workspaces:
    """As another process sees it."""
    settings = settled(house / "home").model_copy(update={"data": house / "own.csv"})
    return Workspaces(Catalogue(settings, opened(settings)))


def seen(spaces: Workspaces) -> tuple[int, int]:
    """Number of the version, and customers."""
    with spaces.at(""):
        return spaces.current.dataset.version.number, len(spaces.current.live.model.people)


def known(spaces: Workspaces) -> tuple[str, str]:
    with spaces.at(""):
        card = spaces.current.live.model.card
        return card.key, card.profile.names[1]


def test_a_next_file_is_live_for_everybody_and_after_a_restart_until_it_is_taken_back(house):
    spaces, elsewhere = serve(house), serve(house)
    assert [one.dataset.slug for one in alike(list(CARDS), spaces.catalogue)] == [""]
    asked, before = Update(spaces, ""), known(spaces)
    february = named(house, CARDS.iloc[30:], "february") / "february.csv"
    assert asked.would_change(february, Way.REPLACE).gone == 30
    assert asked.go(february, Way.REPLACE, by="eve").number == 2
    assert [seen(one) for one in (spaces, elsewhere, serve(house))] == [(2, len(CARDS) - 30)] * 3
    with spaces.at("", before[0]):
        assert spaces.current.live.version == 1, "links of before open on"
    asked.back(by="ada")
    assert [seen(one) for one in (spaces, elsewhere, serve(house))] == [(1, len(CARDS))] * 3
    assert known(spaces) == before
    with pytest.raises(DataError, match="version 1 of default, which is live"):
        Removal(spaces, "").version(1, by="ada")
    Removal(spaces, "").version(2, by="ada")
    assert [one.number for one in serve(house).catalogue.versions(spaces.dataset("default")).all()] == [1]
    assert (house / "own.csv").exists()


def test_another_file_of_the_operators_is_the_next_version_and_live_and_compared_and_its_segments_go_on(
    house,
):
    before = serve(house)
    with before.at(""):
        live = before.current.live
        live.choose(replace(live.fitted.card.parameters, k=3), by="ada")
        live.name_segment(1, "Our best", by="ada")
    named(house, CARDS.iloc[:-60])
    after = serve(house)
    assert [seen(after), seen(serve(house))] == [(2, len(CARDS) - 60)] * 2
    changes = Changes.from_json(after.dataset("").version.changes)
    assert (changes.new, changes.gone) == (0, 60)
    with after.at(""):
        card = after.current.live.model.card
        assert (card.parameters.k, card.succession.version, card.profile.names[1]) == (3, 1, "Our best")
    Update(after, "").back(by="ada")
    assert seen(serve(house)) == (1, len(CARDS))


def test_a_file_with_other_columns_is_taken_for_what_it_is_and_compared_with_nothing(house):
    serve(house)
    other = TABLES["telecom"]().frame
    named(house, other)
    spaces = serve(house)
    assert seen(spaces) == (2, len(other))
    assert spaces.dataset("").version.changes == ""
    assert not (spaces.dataset("").file.parent / "before.json").exists()


def test_a_house_of_before_keeps_its_model_and_names(house):
    spaces = serve(house)
    with spaces.at(""):
        spaces.current.live.name_segment(1, "Our best", by="ada")
    before, digest = known(spaces), spaces.catalogue.find("").file.read_bytes()
    with spaces.catalogue.database.changing() as connection:
        for table, column in ((datasets, "slug"), (versions, "dataset"), (version_choices, "dataset")):
            connection.execute(delete(table).where(table.c[column] == ""))
    assert known(serve(house)) == before
    assert (before[1], digest) == ("Our best", (house / "own.csv").read_bytes())


def enter_and_die(line, house: Path) -> None:
    operators._enter = die
    serve(house)


def test_killed_while_it_comes_in_the_version_before_is_live_and_the_next_start_takes_it(house):
    serve(house)
    named(house, CARDS.iloc[:300])
    assert started(enter_and_die, house).ended() == KILLED
    assert seen(serve(house)) == (2, 300)


def test_who_was_erased_is_in_no_version_and_no_later_file_of_the_operators(house):
    spaces, who = serve(house), CARDS["CUST_ID"].iloc[7]
    Update(spaces, "").go(named(house, CARDS.iloc[:300], "february") / "february.csv", Way.REPLACE, by="eve")
    erase(spaces, "", who, by="ada")
    kept = spaces.catalogue.each(spaces.dataset(""))
    assert [who in one.file.read_text() for one in kept] == [False, False]
    assert seen(serve(house)) == (2, 299)
    named(house, CARDS.iloc[:200])
    assert seen(serve(house)) == (3, 199)
