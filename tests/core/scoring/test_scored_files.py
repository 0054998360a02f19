from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from core.errors import DataError, NoRoomError, TooMuchError
from core.jobs.jobs import Jobs
from core.jobs.kinds import WORK
from core.jobs.queue import Queue, State
from core.jobs.run import Worker
from core.progress import Cancelled
from core.scoring.batch import Note, Scored
from core.scoring.scored_files import KEEP_SECONDS, MOST_EACH, ScoredFiles, score_sent
from tests.core.conftest import SAMPLE
from tests.core.jobs.test_jobs import KEY, claim, user, work_off
from tests.core.jobs.test_jobs import services as worker_services
from tests.support.personality import PERSONALITY, PERSONALITY_TEMPLATE
from tests.support.postgresql import BOTH

RESULT = Scored(
    pd.DataFrame({"ID": ["a", "b"], "Segment": [1, 1], "Segment_Name": ["Rich", "Rich"]}), (Note("odd", 1),)
)


@pytest.fixture
def files(database, tmp_path) -> ScoredFiles:
    return ScoredFiles(database, tmp_path / "scored")


def keep(files, owner="vera"):
    return files.keep(RESULT, owner=owner, name="new.csv", model="m")


@BOTH
def test_what_is_kept_is_found_by_its_owner(files):
    kept = keep(files)
    assert files.find(kept.id, "vera") == kept
    pd.testing.assert_frame_equal(files.people(kept, PERSONALITY).frame(), RESULT.table, check_dtype=False)
    assert kept.sizes == {"Rich": 2}


def test_nobody_else_finds_it(files):
    assert files.find(keep(files).id, "mallory") is None


@pytest.mark.parametrize(
    "identity",
    ["", "..", "../../users.csv", "x" * 32, "." + "x" * 31, "/" * 32, None, 7, [], {}, "x" * 10_000],
)
def test_an_id_that_is_none_finds_nothing(files, identity):
    keep(files)
    assert files.find(identity, "vera") is None


def test_ids_can_not_be_counted_up(files):
    assert len({keep(files, owner=str(place)).id for place in range(20)}) == 20


def age(files, kept, monkeypatch):
    monkeypatch.setattr("core.scoring.scored_files.time.time", lambda: kept.made + KEEP_SECONDS + 1)


@BOTH
def test_after_an_hour_it_is_not_found_and_the_next_sweep_deletes_it(files, monkeypatch):
    kept = keep(files)
    age(files, kept, monkeypatch)
    assert files.find(kept.id, "vera") is None
    files.sweep()
    assert list(files.folder.iterdir()) == []


def test_a_file_that_is_being_written_is_not_swept_but_one_left_behind_is(files):
    keep(files)
    fresh, old = files.folder / ".fresh", files.folder / ".old"
    fresh.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    files.sweep()
    assert fresh.exists()
    assert not old.exists()


@BOTH
def test_only_the_newest_of_each_user_are_kept(files):
    other = keep(files, owner="otto")
    every = [keep(files) for _ in range(MOST_EACH + 2)]
    assert [files.find(one.id, "vera") is not None for one in every] == [False] * 2 + [True] * MOST_EACH
    assert files.find(other.id, "otto") is not None


def test_files_are_for_the_process_only(files):
    kept = keep(files)
    assert (files.folder / kept.id).stat().st_mode & 0o077 == 0


def test_a_file_of_another_dataset_is_not_there(files):
    kept = keep(files)
    assert replace(files, dataset="shop").find(kept.id, "vera") is None


def test_what_was_deleted_meanwhile_is_an_empty_table(files):
    kept = keep(files)
    (files.folder / kept.id / "customers.arrow").unlink()
    assert len(files.people(kept, PERSONALITY)) == 0


@BOTH
def test_what_was_sent_waits_for_its_owner_and_gives_way_to_what_was_scored(files):
    sent = files.receive(b"ID\n1\n", owner="vera", name="new.csv")
    assert files.waiting(sent.id, "vera") == sent
    assert files.waiting(sent.id, "mallory") is None
    assert files.find(sent.id, "vera") is None
    assert files.content(sent) == b"ID\n1\n"
    files.finish(sent, RESULT, "m")
    assert files.find(sent.id, "vera").customers == 2
    assert files.content(sent) == b""


def test_what_was_sent_is_swept_after_an_hour_too(files, monkeypatch):
    sent = files.receive(b"x", owner="vera", name="new.csv")
    age(files, sent, monkeypatch)
    assert files.waiting(sent.id, "vera") is None
    files.sweep()
    assert list(files.folder.iterdir()) == []


def services(files, model):
    return SimpleNamespace(
        settings=SimpleNamespace(home=files.folder.parent),
        database=files.database,
        dataset=SimpleNamespace(slug="", template=PERSONALITY_TEMPLATE),
        model=model,
    )


def test_the_work_scores_what_waits(files, model):
    content = SAMPLE.read_bytes()
    sent = files.receive(content, owner="vera", name="customers.csv")
    assert score_sent(services(files, model), {"id": sent.id}) == {
        "id": sent.id,
        "customers": len(model.people),
    }
    kept = files.find(sent.id, "vera")
    assert sum(kept.sizes.values()) == len(model.people)


@pytest.mark.parametrize(
    "arguments", [{}, {"id": "x"}, {"id": "../../users.csv"}, {"id": None}, {"id": "x" * 32}]
)
def test_the_work_refuses_what_is_not_there(files, model, arguments):
    with pytest.raises(DataError, match="no longer kept"):
        score_sent(services(files, model), arguments)


def test_the_work_says_what_is_wrong_with_a_file(files, model):
    sent = files.receive(b"Name,Town\nAda,London\n", owner="vera", name="new.csv")
    with pytest.raises(DataError, match="no column for Age"):
        score_sent(services(files, model), {"id": sent.id})


@BOTH
def test_files_that_wait_count_in_the_limit_of_their_owner(files):
    waiting = [files.receive(b"x", owner="vera", name="new.csv") for _ in range(MOST_EACH)]
    with pytest.raises(TooMuchError, match="wait to be scored"):
        files.receive(b"x", owner="vera", name="new.csv")
    files.receive(b"x", owner="otto", name="new.csv")
    files.give_up(waiting[0].id)
    files.receive(b"x", owner="vera", name="new.csv")


@BOTH
def test_of_many_files_at_the_same_moment_no_more_than_the_limit_wait(files):
    def send(_: int) -> bool:
        try:
            files.receive(b"x" * 100_000, owner="vera", name="new.csv")
        except TooMuchError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(16))) == MOST_EACH


def test_everybody_together_has_so_much_room(files, monkeypatch):
    monkeypatch.setattr("core.scoring.scored_files.MOST_BYTES", 1000)
    files.receive(b"x" * 700, owner="vera", name="new.csv")
    with pytest.raises(NoRoomError, match="Found no room"):
        files.receive(b"x" * 700, owner="otto", name="new.csv")


def test_nothing_is_received_that_would_fill_the_disk(files, monkeypatch):
    monkeypatch.setattr("core.store.files.FREE_BYTES", 10**18)
    with pytest.raises(NoRoomError, match="disk is full"):
        files.receive(b"x", owner="vera", name="new.csv")
    with pytest.raises(NoRoomError, match="disk is full"):
        keep(files)


def test_a_file_that_can_not_be_kept_whole_leaves_nothing(files, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        files.receive(b"x", owner="vera", name="new.csv")
    assert list(files.folder.iterdir()) == []


@pytest.mark.parametrize("how", ["fails", "is cancelled", "is cancelled while it waits"])
def test_the_content_is_dropped_when_its_job(files, database, how):
    queue = Queue(database, files.folder.parent, "a key")
    jobs, worker = Jobs(queue, WORK, lambda: KEY), Worker(queue, WORK, worker_services)
    sent = files.receive(b"no table", owner="vera", name="new.csv")
    job = jobs.submit("scoring", {"id": sent.id}, owner="vera")
    if how == "is cancelled while it waits":
        jobs.cancel(job.id, by=user("vera"))
    elif how == "is cancelled":
        claimed = claim(worker, job.id)
        jobs.cancel(job.id, by=user("vera"))
        with pytest.raises(Cancelled):
            claimed.tell("still at it", 0.5)
        worker._end(claimed.row, State.CANCELLED)
    else:
        work_off(worker)
    assert jobs.find(job.id).state in (State.FAILED, State.CANCELLED)
    assert files.content(sent) == b""
    assert not jobs.may_start_again(jobs.find(job.id), user("vera"))
    assert files.waiting(sent.id, "vera") == sent
