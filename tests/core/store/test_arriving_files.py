"""Files on their way: however many one person begins at once, so many are taken and no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace

import core.store.arriving_files as module
from core.errors import TooMuchError
from core.store.arriving_files import ArrivingFiles
from core.store.staged_files import MOST_EACH, StagedFiles
from tests.support.postgresql import BOTH

pytestmark = BOTH


def test_of_many_that_are_begun_at_once_ten_are_taken(database, tmp_path):
    arriving = ArrivingFiles(StagedFiles(tmp_path, database))

    def begun(number: int) -> str:
        try:
            return arriving.begin("ada", f"{number}.csv", 10).id
        except TooMuchError as refused:
            return str(refused)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(begun, range(16)))
    taken = {one.id for one in arriving.of("ada")}
    assert (len(taken), len(taken & {*answers})) == (MOST_EACH, MOST_EACH)


def test_a_file_that_is_begun_many_times_at_once_is_one(database, tmp_path):
    arriving = ArrivingFiles(StagedFiles(tmp_path, database))
    with ThreadPoolExecutor(8) as pool:
        assert len({one.id for one in pool.map(lambda _: arriving.begin("ada", "a.csv", 10), range(8))}) == 1


def test_what_has_come_is_read_once_however_often_its_sending_is_begun_again(database, tmp_path, monkeypatch):
    arriving, read = ArrivingFiles(StagedFiles(tmp_path, database)), []
    monkeypatch.setattr(
        module, "hashlib", SimpleNamespace(sha256=lambda piece: read.append(piece) or sha256(piece))
    )
    for come, piece in ((0, b"ab"), (2, b"cd")):
        arriving.add(arriving.begin("ada", "a.csv", 5), come, BytesIO(piece))
        said = [arriving.blocks(arriving.begin("ada", "a.csv", 5)) for _ in range(3)]
        assert said == [[sha256(b"abcd"[: come + 2]).hexdigest()]] * 3
    assert read == [b"ab", b"abcd"]
