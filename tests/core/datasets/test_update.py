"""Next month's file: what it would change is told, and then it is live whole, or not at all."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import delete

import core.datasets.update as module
from core.datasets.alike import alike
from core.datasets.changes import Changes
from core.datasets.changes_told import told
from core.datasets.in_common import heirs
from core.datasets.update import Update
from core.datasets.versions import Versions, Way
from core.datasets.workspace import Workspaces
from core.errors import DataError
from core.model import registry
from core.numbers import Numbers, plain
from core.store.tables import version_choices, versions
from tests.core.datasets.test_workspace import again
from tests.datasets.tables import TABLES
from tests.support.processes import KILLED, die, started

CARDS = TABLES["cards"]()
LOST = next(name for name in CARDS.schema.columns if name not in (*CARDS.schema.basis, "ID"))
SPARE = CARDS.schema[LOST].column  # a column that segments can do without


@pytest.fixture
def spaces(tmp_path) -> Workspaces:
    return again(tmp_path / "home")


@pytest.fixture
def cards(spaces, tmp_path) -> Update:
    spaces.add(written(tmp_path, CARDS.frame, "january"), "Cards", CARDS.schema, by="ada")
    return Update(spaces, "cards")


def written(folder: Path, frame: pd.DataFrame, name: str) -> Path:
    file = folder / f"{name}.csv"
    frame.to_csv(file, index=False)
    return file


def february() -> pd.DataFrame:
    """30 are gone, 10 new, and a third of those who stay owe half as much again."""
    frame = CARDS.frame.iloc[30:].copy()
    frame.loc[frame.index[:120], "BALANCE"] = (frame["BALANCE"] * 1.5).round(2)
    return pd.concat([frame, CARDS.frame.iloc[:10].assign(CUST_ID=[f"N{number}" for number in range(10)])])


def customers(spaces: Workspaces) -> pd.DataFrame:
    with spaces.at("cards"):
        return spaces.current.live.model.table.set_index("ID")


def words(changes: Changes) -> str:
    return plain(" ".join(told(changes, CARDS.schema, Numbers())))


def test_what_would_change_is_told_and_nothing_is_changed(cards, spaces, tmp_path):
    found = cards.would_change(written(tmp_path, february(), "february"), Way.REPLACE)
    assert (found.before, found.after, found.new, found.gone, found.changed) == (400, 380, 10, 30, 120)
    assert found.columns == (("BALANCE", 120),)
    assert words(found).startswith(
        "400 customers become 380: 10 new, 30 gone, 370 in both, of whom 120 have changed. "
        "Changed: Balance (120 customers)."
    )
    assert (len(customers(spaces)), spaces.catalogue.find("cards").version.number) == (400, 1)
    assert list((tmp_path / "home" / "tmp").iterdir()) == []
    assert Changes.from_json(found.to_json()) == found


@pytest.mark.parametrize("way", [Way.REPLACE, Way.BY_KEY])
@pytest.mark.parametrize(("before", "what"), [("00", "zeros"), ("K-0", "letters, signs or zeros")])
def test_what_stands_before_ids_that_are_else_those_of_before_is_told(before, what, way, spaces, tmp_path):
    frame = CARDS.frame.assign(CUST_ID=range(7001, 7001 + len(CARDS.frame)))
    spaces.add(written(tmp_path, frame, "january"), "Cards", CARDS.schema, by="ada")
    again = written(tmp_path, frame.assign(CUST_ID=before + frame["CUST_ID"].astype(str)), "february")
    found = Update(spaces, "cards").would_change(again, way)
    assert f"Of those who are new, 400 have an ID of before but for {what} before its number" in words(found)
    assert found.otherwise == (what, 400)


def test_what_is_left_out_of_a_file_is_told_when_it_is_joined_as_well(cards, tmp_path):
    again = CARDS.frame.iloc[40:48].assign(BALANCE=1.0)
    file = written(tmp_path, pd.concat([february(), again]), "february")
    assert "8 customers with the ID of an earlier row" in words(cards.would_change(file, Way.BY_KEY))


def test_a_file_that_is_called_like_one_of_ours_is_kept_beside_it(cards, spaces, tmp_path):
    february().to_parquet(tmp_path / "before.parquet")
    version = cards.go(tmp_path / "before.parquet", Way.REPLACE, by="ada")
    assert (version.file, version.rows, len(customers(spaces))) == ("file-before.parquet", 380, 380)


def test_a_file_that_replaces_is_live_at_once_for_every_process_and_undone_by_going_back(
    cards, spaces, tmp_path
):
    elsewhere = again(tmp_path / "home")
    assert len(customers(elsewhere)) == 400
    version = cards.go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    assert (version.number, version.rows, version.who, version.way) == (2, 380, "eve", Way.REPLACE)
    assert "N3" in customers(elsewhere).index
    assert cards.back(by="ada").number == 1
    assert "N3" not in customers(elsewhere).index
    cards.back(by="ada", to=2)
    assert len(customers(spaces)) == 380
    kept = spaces.catalogue.versions(spaces.catalogue.find("cards"))
    assert [one.number for one in kept.all()] == [1, 2]
    assert [(one.version, one.who) for one in kept.history()] == [
        (1, "ada"),
        (2, "eve"),
        (1, "ada"),
        (2, "ada"),
    ]


def test_the_next_file_is_the_sheet_that_is_named_and_each_version_keeps_its_own(cards, spaces, tmp_path):
    file = tmp_path / "months.xlsx"
    with pd.ExcelWriter(file) as book:
        for title, rows in (("January", CARDS.frame), ("February", february())):
            rows.to_excel(book, sheet_name=title, index=False)
    assert cards.would_change(file, Way.REPLACE).after == 400
    second = replace(cards, sheet="February")
    assert second.would_change(file, Way.BY_KEY).after == 410
    second.go(file, Way.REPLACE, by="ada")
    assert len(customers(again(tmp_path / "home"))) == 380
    assert cards.would_change(file, Way.REPLACE).changed == 0, "as in the version before unless said"
    with pytest.raises(DataError, match="found no sheet 'March' with data"):
        replace(cards, sheet="March").would_change(file, Way.REPLACE)


def test_an_update_by_key_keeps_those_who_are_not_in_the_file_and_columns_that_it_lacks(
    cards, spaces, tmp_path
):
    few = february().iloc[-60:].drop(columns=SPARE).assign(NOTE="called")
    before = customers(spaces)
    cards.go(written(tmp_path, few, "february"), Way.BY_KEY, by="eve")
    after = customers(spaces)
    assert len(after) == 410
    assert set(after.index) - set(before.index) == {f"N{number}" for number in range(10)}
    untouched = before.index.difference(few["CUST_ID"])
    columns = [name for name in CARDS.schema.columns if name != "ID"]
    assert after.loc[few["CUST_ID"].iloc[:50], LOST].equals(before.loc[few["CUST_ID"].iloc[:50], LOST])
    pd.testing.assert_frame_equal(before.loc[untouched, columns], after.loc[untouched, columns])
    assert after.loc[few["CUST_ID"], "NOTE"].eq("called").all()
    assert after.loc[untouched, "NOTE"].eq("").all()


def test_a_file_of_customers_by_their_id_tells_which_two_it_is_of_however_often_it_grows(
    cards, spaces, tmp_path
):
    for month in ("february", "march"):
        version = cards.go(written(tmp_path, february(), month), Way.BY_KEY, by="eve")
        assert version.file == f"january with {month}.csv"
        with spaces.at("cards"):
            assert spaces.current.live.model.card.data.name == version.file


def test_of_customers_whom_no_column_names_nobody_is_said_to_be_new(spaces, tmp_path):
    table = TABLES["wholesale"]()
    spaces.add(written(tmp_path, table.frame, "january"), "Any", table.schema)
    asked, file = Update(spaces, "any"), written(tmp_path, table.frame[::-1], "february")
    found = asked.would_change(file, Way.REPLACE)
    assert (found.new, found.gone, found.changed) == (None, None, 0)
    assert "nobody can say who is new or gone" in words(found)
    with pytest.raises(DataError, match="no column that names customers"):
        asked.would_change(file, Way.BY_KEY)


def test_names_notes_and_numbers_go_on_and_names_that_are_not_true_any_more_do_not(cards, spaces, tmp_path):
    with spaces.at("cards"):
        live = spaces.current.live
        live.name_segment(2, "Cash lovers", by="ada")
        live.note_segment(3, "Ring them up in May", by="ada")
        old = live.model.table.set_index("ID")["Segment"]
        was = {one.number: one.name for one in live.model.card.profile.segments}
    of = CARDS.frame["CUST_ID"].map(old)
    rich = CARDS.frame.assign(PURCHASES=CARDS.frame["PURCHASES"].mask(of == 6, 1.0).mask(of == 3, 9_000.0))
    cards.go(written(tmp_path, rich.iloc[5:], "february"), Way.REPLACE, by="eve")
    with spaces.at("cards"):
        live = spaces.current.live
        came, new = live.model.card.succession, live.model.table.set_index("ID")["Segment"]
        now = {one.number: one.name for one in live.model.card.profile.segments}
    assert {2, 3, 4}.issubset(came.names)
    for number in came.names:
        both = pd.concat([old, new], axis=1, join="inner").set_axis(["old", "new"], axis=1)
        assert (both.query("old == @number")["new"] == number).mean() >= 0.5
    assert now[2] == "Cash lovers"
    assert now[4] == was[4], "as true as it was"
    assert now[3] != was[3], "they are budget customers no longer"
    assert live.namings[3].note.text == "Ring them up in May"
    assert live.namings[2].name.by == "ada"
    assert spaces.catalogue.find("cards").version.segments == 6


def test_models_of_other_versions_still_open_and_which_was_live_when_is_known(cards, spaces, tmp_path):
    with spaces.at("cards"):
        first = spaces.current.live.model.card.key
    cards.go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    with spaces.at("cards", first):
        assert len(spaces.current.live.model.people) == 400
        assert (spaces.current.live.version, spaces.current.live.is_older) == (1, True)
    with spaces.at("cards"):
        live = spaces.current.live
        change = live.changed_since(first)
        assert (change.by, change.version, change.before, change.after) == ("eve", 2, 6, 6)
        assert live.version is None
        assert live.key_at("2000-01-01T00:00:00+00:00") == ""
        assert live.key_at("2999-01-01T00:00:00+00:00") == live.model.card.key
        found = heirs(live._of(first).model, live.model)
        assert {number: heir.after.number for number, heir in found.items()} == {n: n for n in range(1, 7)}
    cards.back(by="ada")
    with spaces.at("cards"):
        assert spaces.current.live.model.card.key == first
        assert spaces.current.live.changed_since("0" * 16).by == "ada"


def test_columns_that_come_and_go_are_told(cards, tmp_path):
    frame = CARDS.frame.drop(columns=SPARE).assign(SHOP="north")
    found = cards.would_change(written(tmp_path, frame, "february"), Way.REPLACE)
    assert (found.new_columns, found.missing_columns) == (("SHOP",), (LOST,))
    assert "New columns: SHOP." in words(found)


@pytest.mark.parametrize("way", [Way.REPLACE, Way.BY_KEY])
def test_a_new_column_of_secrets_is_not_read_and_that_is_said(cards, spaces, tmp_path, way):
    secret = february().assign(Password=[f"pw{n}!x" for n in range(380)], NOTE="called")
    file = written(tmp_path, secret, "february")
    found = cards.would_change(file, way)
    assert (found.hidden, found.new_columns) == (("Password",), ("NOTE",))
    assert "Not read, since nobody is to see secrets here: Password." in words(found)
    cards.go(file, way, by="ada")
    assert "Password" not in customers(again(tmp_path / "home"))
    assert "NOTE" in customers(spaces)


def test_a_file_without_what_segments_are_built_on_is_refused_and_nothing_is_left(cards, spaces, tmp_path):
    lost = CARDS.schema[CARDS.schema.basis[0]].column
    file = written(tmp_path, CARDS.frame.drop(columns=lost), "february")
    for does in (cards.would_change, lambda *asked: cards.go(*asked, by="eve")):
        with pytest.raises(DataError, match="no column for"):
            does(file, Way.REPLACE)
    assert list((spaces.catalogue.find("cards").home / "versions").iterdir()) == []
    assert len(customers(spaces)) == 400


def test_what_was_told_of_another_version_is_not_done(cards, spaces, tmp_path):
    file = written(tmp_path, february(), "february")
    cards.go(file, Way.REPLACE, by="eve")
    with pytest.raises(DataError, match="made live meanwhile"):
        cards.go(file, Way.REPLACE, by="bob", after=1)
    assert len(list((spaces.catalogue.find("cards").home / "versions").iterdir())) == 1
    with pytest.raises(DataError, match="made live meanwhile"):
        cards.back(by="bob", after=1)
    assert spaces.catalogue.find("cards").version.number == 2


@pytest.mark.parametrize("place", ["copying", "fitting", "the row"])
def test_a_disk_that_is_full_leaves_the_old_version_live(cards, spaces, tmp_path, monkeypatch, place):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    where = {
        "copying": (module.shutil, "copyfile"),
        "fitting": (registry, "_make"),
        "the row": (Versions, "add"),
    }
    monkeypatch.setattr(*where[place], full)
    with pytest.raises(OSError, match="No space left"):
        cards.go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    monkeypatch.undo()
    assert len(customers(spaces)) == 400
    assert list((spaces.catalogue.find("cards").home / "versions").iterdir()) == []
    assert cards.go(tmp_path / "february.csv", Way.REPLACE, by="eve").number == 2


def update_and_die(line, home, file):
    Versions.add = die
    Update(again(home), "cards").go(file, Way.REPLACE, by="eve")


def test_a_process_killed_in_the_middle_leaves_the_old_version_live_and_what_it_left_is_swept(
    cards, spaces, tmp_path
):
    file, home = written(tmp_path, february(), "february"), tmp_path / "home"
    assert started(update_and_die, home, file).ended() == KILLED
    (left,) = (spaces.catalogue.find("cards").home / "versions").iterdir()
    assert (len(customers(again(home))), left.exists()) == (400, True)
    os.utime(left, (0, 0))
    again(home)
    assert not left.exists()
    assert cards.go(file, Way.REPLACE, by="eve").number == 2
    again(home)
    assert len(customers(spaces)) == 380


def test_going_back_from_the_first_is_refused_in_words(cards):
    with pytest.raises(DataError, match="It is the first"):
        cards.back(by="ada")
    with pytest.raises(DataError, match="no version 7"):
        cards.back(by="ada", to=7)


def test_with_a_dataset_its_versions_go(cards, spaces, tmp_path):
    cards.go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    home = spaces.catalogue.find("cards").home
    spaces.catalogue.remove("cards")
    assert not home.exists()
    with spaces.catalogue.database.changing() as connection:
        of_it = (delete(one).where(one.c.dataset == "cards") for one in (versions, version_choices))
        assert [connection.execute(one).rowcount for one in of_it] == [0, 0]


def test_of_which_dataset_a_file_is_the_next_is_told_by_its_columns(cards, spaces):
    header = list(CARDS.frame)
    (found,) = alike([*header[:-1], header[-1].lower(), "SHOP"], spaces.catalogue)
    assert (found.dataset.slug, found.share, found.lacking, found.more) == ("cards", 1.0, (), ("SHOP",))
    assert alike(["name", "colour"], spaces.catalogue) == []
    assert alike(list(TABLES["telecom"]().frame), spaces.catalogue) == []
