"""Files of ours, which are for nobody else on the machine."""

from __future__ import annotations

import errno

import pytest

from core.store import files
from core.store.files import close_to_others, has_room, is_full, lock, private_folder, write_whole


def mode(path) -> int:
    return path.stat().st_mode & 0o777


def test_folders_that_we_make_are_closed_to_others_with_those_above(tmp_path):
    private_folder(tmp_path / "a" / "b")
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]


def test_a_home_that_was_open_is_closed(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    close_to_others(home)
    assert mode(home) == 0o700


def test_nobody_else_can_hold_a_lock_of_ours(tmp_path):
    with lock(tmp_path / "new" / "one.lock", keep=True):
        assert (mode(tmp_path / "new"), mode(tmp_path / "new" / "one.lock")) == (0o700, 0o600)


def test_what_is_written_whole_lies_in_a_closed_folder(tmp_path):
    write_whole(tmp_path / "new" / "file", b"x")
    assert (mode(tmp_path / "new"), mode(tmp_path / "new" / "file")) == (0o700, 0o600)


def test_files_of_visitors_leave_the_disk_room_for_accounts(tmp_path, monkeypatch):
    assert has_room(tmp_path, 0)
    monkeypatch.setattr(files, "FREE_BYTES", 10**18)
    assert not has_room(tmp_path, 0)


@pytest.mark.parametrize(
    ("number", "full"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False)]
)
def test_a_full_disk_is_told_from_other_faults(number, full):
    assert is_full(OSError(number, "x")) is full
