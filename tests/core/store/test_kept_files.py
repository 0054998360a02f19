from __future__ import annotations

import errno
import os
import time
from dataclasses import replace

import pytest

from core.errors import NoRoomError
from core.store.kept_files import KEEP_SECONDS, KeptFiles, sweep


@pytest.fixture
def files(tmp_path) -> KeptFiles:
    return KeptFiles(tmp_path / "scored")


def keep(files, owner="vera", **more):
    return files.keep(owner, "new.csv", lambda folder: (folder / "a").write_bytes(b"x"), **more)


def test_what_is_kept_is_found_by_its_owner(files):
    kept = keep(files, told={"rows": 2})
    assert files.find(kept.id, "vera") == kept
    assert files.path(kept, "a").read_bytes() == b"x"


def test_nobody_else_finds_it_and_nobody_at_another_dataset(files):
    kept = keep(files)
    assert files.find(kept.id, "mallory") is None
    assert replace(files, dataset="shop").find(kept.id, "vera") is None


@pytest.mark.parametrize(
    "identity",
    ["", "..", "../../users.csv", "x" * 32, "." + "x" * 31, "/" * 32, None, 7, [], {}, "x" * 10_000],
)
def test_an_id_that_is_none_finds_nothing(files, identity):
    keep(files)
    assert files.find(identity) is None


def test_ids_can_not_be_counted_up(files):
    assert len({keep(files).id for _ in range(20)}) == 20


def test_the_newest_of_an_owner_come_first(files):
    first, _, last = keep(files), keep(files, owner="otto"), keep(files)
    assert files.of("vera") == [last, first]


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_damaged_is_not_there(files, damage):
    kept = keep(files)
    files.path(kept, "about.json").write_bytes(damage)
    assert files.find(kept.id) is None


def test_after_an_hour_it_is_not_found_and_the_next_sweep_deletes_it(files, monkeypatch):
    kept = keep(files)
    monkeypatch.setattr("core.store.kept_files.time.time", lambda: kept.made + KEEP_SECONDS + 1)
    assert files.find(kept.id, "vera") is None
    sweep(files.folder)
    assert list(files.folder.iterdir()) == []


def test_a_file_that_is_being_written_is_not_swept_but_one_left_behind_is(files):
    keep(files)
    fresh, old = files.folder / ".fresh", files.folder / ".old"
    fresh.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    keep(files)
    assert fresh.exists()
    assert not old.exists()


def test_what_is_changed_lives_an_hour_from_then(files, monkeypatch):
    kept = keep(files)
    later = time.time() + 3000
    monkeypatch.setattr("core.store.kept_files.time.time", lambda: later)
    changed = files.change(kept, lambda folder: (folder / "b").write_bytes(b"y"), {"rows": 1})
    assert files.find(kept.id, "vera") == changed == replace(kept, made=changed.made, told={"rows": 1})
    assert changed.made > kept.made + 2900
    assert [files.path(kept, name).read_bytes() for name in "ab"] == [b"x", b"y"]


def test_files_are_for_the_process_only(files):
    assert (files.folder / keep(files).id).stat().st_mode & 0o077 == 0


def test_everybody_together_has_so_much_room(files, monkeypatch):
    monkeypatch.setattr("core.store.kept_files.MOST_BYTES", 1000)
    keep(files, size=700)
    with pytest.raises(NoRoomError, match="Found no room"):
        keep(files, owner="otto", size=1000)


def test_nothing_is_kept_that_would_fill_the_disk(files, monkeypatch):
    monkeypatch.setattr("core.store.files.FREE_BYTES", 10**18)
    with pytest.raises(NoRoomError, match="disk is full"):
        keep(files)


def test_what_can_not_be_kept_whole_leaves_nothing(files):
    def full(folder):
        (folder / "half").write_bytes(b"x")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        files.keep("vera", "new.csv", full)
    assert list(files.folder.iterdir()) == []


def test_what_is_too_old_to_be_found_is_dropped_with_the_rest(files):
    kept = keep(files)
    replace(files, seconds=-1).drop_all()
    assert not (files.folder / kept.id).exists()
