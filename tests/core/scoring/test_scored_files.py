from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pandas as pd
import pytest

from core.errors import DataError, TooMuchError
from core.jobs.jobs import Jobs
from core.jobs.kinds import WORK
from core.jobs.queue import Queue, State
from core.jobs.run import Worker
from core.progress import Cancelled
from core.scoring import scored_files
from core.scoring.batch import Note, Scored
from core.scoring.scored_files import MOST_EACH, content_of, drop_sent, is_scored, receive, score_sent
from core.store.kept_files import KeptFiles
from tests.core.conftest import SAMPLE
from tests.core.jobs.test_jobs import KEY, claim, user, work_off
from tests.core.jobs.test_jobs import services as worker_services
from tests.support.personality import PERSONALITY_TEMPLATE

RESULT = Scored(
    pd.DataFrame({"ID": ["a", "b"], "Segment": [1, 1], "Segment_Name": ["Rich", "Rich"]}), (Note("odd", 1),)
)


@pytest.fixture
def services(tmp_path, model):
    return SimpleNamespace(
        settings=SimpleNamespace(home=tmp_path),
        dataset=SimpleNamespace(home=tmp_path, template=PERSONALITY_TEMPLATE),
        model=model,
        schema=model.schema,
    )


@pytest.fixture
def files(services) -> KeptFiles:
    return scored_files.of(services)


def keep(files, owner="vera"):
    return scored_files.keep(files, RESULT, "m", owner=owner, name="new.csv")


def send(files, content=b"x", owner="vera"):
    return receive(files, content, owner=owner, name="new.csv")


def test_what_was_scored_is_told_and_read_again(files, services):
    kept = files.find(keep(files).id, "vera")
    assert kept.told == {"model": "m", "customers": 2, "notes": [["odd", 1]], "sizes": {"Rich": 2}}
    found = scored_files.people(services, kept).frame()
    pd.testing.assert_frame_equal(found, RESULT.table, check_dtype=False)


def test_only_the_newest_of_each_user_are_kept(files):
    other = keep(files, owner="otto")
    every = [keep(files) for _ in range(MOST_EACH + 2)]
    assert [files.find(one.id, "vera") is not None for one in every] == [False] * 2 + [True] * MOST_EACH
    assert files.find(other.id, "otto") is not None


def test_what_was_deleted_meanwhile_is_an_empty_table(files, services):
    kept = keep(files)
    files.path(kept, "customers.arrow").unlink()
    assert len(scored_files.people(services, kept)) == 0


def test_what_was_sent_waits_and_gives_way_to_what_was_scored(files):
    sent = send(files, b"ID\n1\n")
    assert files.find(sent.id, "vera") == sent
    assert not is_scored(sent)
    assert content_of(files, sent) == b"ID\n1\n"
    scored_files.keep(files, RESULT, "m", sent=sent)
    assert is_scored(files.find(sent.id, "vera"))
    assert content_of(files, sent) == b""


def test_the_work_scores_what_waits(files, services, model):
    sent = send(files, SAMPLE.read_bytes())
    (files.folder / f".{sent.id}" / "customers.arrow").mkdir(parents=True)  # of a worker that was killed
    assert score_sent(services, {"id": sent.id}) == {"id": sent.id, "customers": len(model.people)}
    assert score_sent(services, {"id": sent.id})["id"] == sent.id, (
        "who was killed before it was written down does it again"
    )
    assert sum(files.find(sent.id, "vera").told["sizes"].values()) == len(model.people)


@pytest.mark.parametrize(
    "arguments", [{}, {"id": "x"}, {"id": "../../users.csv"}, {"id": None}, {"id": "x" * 32}]
)
def test_the_work_refuses_what_is_not_there(services, arguments):
    with pytest.raises(DataError, match="no longer kept"):
        score_sent(services, arguments)


def test_the_work_says_what_is_wrong_with_a_file(files, services):
    sent = send(files, b"Name,Town\nAda,London\n")
    with pytest.raises(DataError, match="no column for Age"):
        score_sent(services, {"id": sent.id})


def test_files_that_wait_count_in_the_limit_of_their_owner(files):
    waiting = [send(files) for _ in range(MOST_EACH)]
    with pytest.raises(TooMuchError, match="wait to be scored"):
        send(files)
    send(files, owner="otto")
    drop_sent(files.folder.parent, {"id": waiting[0].id})
    send(files)


def test_of_many_files_at_the_same_moment_no_more_than_the_limit_wait(files):
    def is_taken(_: int) -> bool:
        try:
            send(files, b"x" * 100_000)
        except TooMuchError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(is_taken, range(16))) == MOST_EACH


@pytest.mark.parametrize("how", ["fails", "is cancelled", "is cancelled while it waits"])
def test_the_content_is_dropped_when_its_job(files, database, how):
    queue = Queue(database, files.folder.parent, "a key")
    jobs, worker = Jobs(queue, WORK, lambda: KEY), Worker(queue, WORK, worker_services)
    sent = send(files, b"no table")
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
    assert content_of(files, sent) == b""
    assert not jobs.may_start_again(jobs.find(job.id), user("vera"))
    assert files.find(sent.id, "vera") == sent
