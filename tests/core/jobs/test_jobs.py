"""Jobs with a real store, and a real worker in this process; `test_worker.py` has workers that are killed."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.accounts.users import Role, User
from core.errors import JobError, SettingsError, TooMuchError
from core.jobs.jobs import MOST_STARTS, Jobs, State
from core.jobs.kinds import Work
from core.jobs.run import Worker
from core.jobs.store import Store
from core.progress import Cancelled

KEY = "0123456789abcdef"
HERE = "tests.core.jobs.job_work"
WORK = {
    "count": Work("Counting", f"{HERE}:count"),
    "scoring": Work("Scoring", f"{HERE}:count", private=True),
    "refuse": Work("Refusing", f"{HERE}:refuse"),
    "break": Work("Breaking", f"{HERE}:break_down"),
    "infinite": Work("No JSON", f"{HERE}:infinite"),
    "linger": Work("Lingering", f"{HERE}:linger"),
    "until-told": Work("Waiting for a sign", f"{HERE}:until_told"),
}


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def model():
    """Key of the live model; tests switch it."""
    return [KEY]


@pytest.fixture
def jobs(home, model) -> Jobs:
    return Jobs(Store(home), WORK, lambda: model[0])


@pytest.fixture
def worker(home) -> Worker:
    """A worker that does nothing by itself: tests take its steps."""
    return Worker(Store(home), WORK, services)


def services():
    """What work is given, as far as it is asked for here: which model it is about."""
    pinned = []

    @contextmanager
    def at(_dataset, key):
        pinned.append(key)
        yield
        pinned.pop()

    return SimpleNamespace(workspaces=SimpleNamespace(at=at), pinned=pinned)


def user(name: str, role: Role = Role.VIEWER) -> User:
    return User(name, "", role, datetime.now(UTC), None, True, "1")


def work_off(worker: Worker) -> int:
    """Run everything that is in the queue; how many tasks there were."""
    huey, count = worker._store.huey, 0
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
        count += 1
    return count


def test_a_job_waits_then_is_done_and_its_result_is_kept(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    assert (job.state, job.owner, job.model, job.share) == (State.WAITING, "ada", KEY, 0.0)
    assert jobs.result(job.id) is None
    work_off(worker)
    done = jobs.find(job.id)
    assert (done.state, done.share, done.error) == (State.DONE, 1.0, "")
    assert 0 < done.created <= done.started <= done.ended
    assert jobs.result(job.id) == {"counted": 3, "model": KEY}


def test_equal_jobs_run_once(jobs, worker):
    first = jobs.submit("count", {"to": 3, "by": 1}, owner="ada")
    second = jobs.submit("count", {"by": 1, "to": 3}, owner="bo")
    assert second.id == first.id
    assert work_off(worker) == 1
    assert jobs.submit("count", {"to": 3, "by": 1}, owner="bo").id == first.id
    assert work_off(worker) == 0


def test_many_who_submit_at_once_share_one_job(home, worker):
    at_once, ids = threading.Barrier(8), []

    def submit() -> None:
        own = Jobs(Store(home), WORK, lambda: KEY)
        at_once.wait()
        ids.append(own.submit("count", {"to": 3}, owner="ada").id)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
    assert work_off(worker) == 1


@pytest.mark.parametrize(("kind", "arguments"), [("count", {"to": 4}), ("scoring", {"to": 3})])
def test_other_work_or_other_arguments_are_another_job(jobs, kind, arguments):
    assert jobs.submit("count", {"to": 3}, owner="ada").id != jobs.submit(kind, arguments, owner="ada").id


def test_the_same_work_about_another_model_is_another_job(jobs, model, worker):
    first = jobs.submit("count", {"to": 3}, owner="ada")
    model[0] = KEY[::-1]
    second = jobs.submit("count", {"to": 3}, owner="ada")
    work_off(worker)
    assert jobs.result(first.id)["model"] == KEY
    assert jobs.result(second.id)["model"] == KEY[::-1]


def test_private_work_is_shared_with_nobody_and_seen_by_its_owner_and_administrators(jobs):
    of_ada = jobs.submit("scoring", {"to": 3}, owner="ada")
    assert jobs.submit("scoring", {"to": 3}, owner="bo").id != of_ada.id
    assert jobs.submit("scoring", {"to": 3}, owner="Ada").id == of_ada.id
    assert jobs.may_see(of_ada, user("ada"))
    assert jobs.may_see(of_ada, user("root", Role.ADMINISTRATOR))
    assert not jobs.may_see(of_ada, user("bo"))
    assert jobs.may_see(jobs.submit("count", {"to": 3}, owner="ada"), user("bo"))


def test_what_goes_wrong_in_words_of_ours_is_told_as_it_is(jobs, worker):
    job = jobs.submit("refuse", {}, owner="ada")
    work_off(worker)
    failed = jobs.find(job.id)
    assert (failed.state, failed.error) == (
        State.FAILED,
        "Found two customers. Expected more. Use a larger file.",
    )
    assert jobs.submit("refuse", {}, owner="ada").id == job.id


@pytest.mark.parametrize("kind", ["break", "infinite"])
def test_any_other_error_is_a_reference_to_the_log(jobs, worker, caplog, kind):
    job = jobs.submit(kind, {}, owner="ada")
    work_off(worker)
    failed = jobs.find(job.id)
    assert failed.state is State.FAILED
    assert "it is our fault" in failed.error
    assert "Error" not in failed.error
    assert failed.error.rpartition("reference ")[2].rstrip(".") in caplog.text
    assert jobs.result(job.id) is None


def test_who_tries_again_gets_a_new_job_and_the_others_with_them(jobs, worker):
    first = jobs.submit("refuse", {}, owner="ada")
    work_off(worker)
    again = jobs.submit("refuse", {}, owner="bo", anew=True)
    assert again.id != first.id
    assert jobs.submit("refuse", {}, owner="ada").id == again.id
    assert jobs.submit("refuse", {}, owner="ada", anew=True).id == again.id, "it is under way already"


def test_what_has_its_result_or_is_under_way_is_not_started_again(jobs, worker):
    job = jobs.submit("count", {"to": 1}, owner="ada")
    with pytest.raises(JobError, match="that is waiting"):
        jobs.again(job.id, by=user("ada"))
    work_off(worker)
    with pytest.raises(JobError, match="that is done"):
        jobs.again(job.id, by=user("boss", Role.ADMINISTRATOR))
    assert not jobs.may_start_again(jobs.find(job.id), user("ada"))


def test_what_did_not_work_is_started_again_by_its_owner_or_an_administrator_in_their_name(jobs, worker):
    job = jobs.submit("refuse", {"by": "ada"}, owner="ada")
    work_off(worker)
    with pytest.raises(JobError, match="of ada"):
        jobs.again(job.id, by=user("eve"))
    again = jobs.again(job.id, by=user("boss", Role.ADMINISTRATOR))
    assert (again.owner, again.arguments) == ("boss", {"by": "boss"})
    assert again.id != job.id


def test_twenty_an_hour_are_started_again_and_then_somebody_elses(jobs, monkeypatch):
    id = jobs.submit("count", {"to": 1}, owner="ada").id
    for _ in range(MOST_STARTS):
        jobs.cancel(id, by=user("ada"))
        id = jobs.again(id, by=user("ada")).id
    jobs.cancel(id, by=user("ada"))
    with pytest.raises(TooMuchError, match="within an hour") as refused:
        jobs.again(id, by=user("Ada"))
    assert 3590 <= refused.value.wait <= 3600
    assert jobs.again(id, by=user("boss", Role.ADMINISTRATOR)).state is State.WAITING


def test_a_waiting_job_is_cancelled_at_once_and_never_run(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    assert jobs.cancel(job.id, by=user("ada")).state is State.CANCELLED
    work_off(worker)
    assert jobs.find(job.id).state is State.CANCELLED
    assert jobs.result(job.id) is None


def test_a_running_job_stops_when_it_next_tells(jobs, worker):
    job = jobs.submit("linger", {}, owner="ada")
    running = threading.Thread(target=work_off, args=[worker])
    running.start()
    until(lambda: jobs.find(job.id).words == "Lingering")
    assert jobs.find(job.id).state is State.RUNNING
    assert jobs.cancel(job.id, by=user("ada")).words == "Stopping"
    running.join(timeout=30)
    assert jobs.find(job.id).state is State.CANCELLED


def test_only_the_owner_or_an_administrator_may_cancel(jobs):
    job = jobs.submit("count", {"to": 3}, owner="Ada")
    with pytest.raises(JobError, match="Only Ada or an administrator"):
        jobs.cancel(job.id, by=user("mallory"))
    assert jobs.find(job.id).state is State.WAITING
    assert jobs.cancel(job.id, by=user("root", Role.ADMINISTRATOR)).state is State.CANCELLED


def test_what_is_over_stays_as_it_is_when_it_is_cancelled(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    work_off(worker)
    assert jobs.cancel(job.id, by=user("ada")).state is State.DONE


@pytest.mark.parametrize("id", ["", "x", "../../etc/passwd", "job:x", "é" * 2000, "%", "*"])
def test_a_forged_id_finds_nothing(jobs, id):
    jobs.submit("count", {"to": 3}, owner="ada")
    assert jobs.find(id) is None
    with pytest.raises(JobError, match="no such calculation"):
        jobs.cancel(id, by=user("ada"))


def test_ids_can_not_be_guessed(jobs):
    ids = {jobs.submit("count", {"to": n}, owner="ada").id for n in range(50)}
    assert len(ids) == 50
    assert min(len(id) for id in ids) >= 22


@pytest.mark.parametrize(
    ("kind", "arguments", "words"),
    [
        ("format-disk", {}, "Expected one of count"),
        ("count", {"to": float("nan")}, "no JSON"),
        ("count", {"to": {1, 2}}, "no JSON"),
        ("count", {"to": "x" * 200_000}, "Ask for less"),
    ],
    ids=["no such work", "not a number", "no JSON", "too large"],
)
def test_what_can_not_be_done_is_refused_in_words(jobs, kind, arguments, words):
    with pytest.raises(JobError, match=words):
        jobs.submit(kind, arguments, owner="ada")


def test_a_job_that_was_never_queued_is_found(jobs, worker, monkeypatch):
    monkeypatch.setattr(jobs, "_run", lambda *_: None)
    job = jobs.submit("count", {"to": 3}, owner="ada")
    assert work_off(worker) == 0
    monkeypatch.setattr("core.jobs.run.SWEEP_SECONDS", -1)
    worker.sweep()
    worker.sweep()
    assert work_off(worker) == 1
    assert jobs.find(job.id).state is State.DONE


def test_a_job_that_is_queued_twice_runs_once(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    jobs._run(job.id, 1)
    work_off(worker)
    ended = jobs.find(job.id).ended
    jobs._run(job.id, 1)
    work_off(worker)
    assert jobs.find(job.id).ended == ended


def test_without_a_worker_a_job_says_that_nobody_attends(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    assert not job.attended
    worker.beat()
    assert jobs.find(job.id).attended


def test_a_job_whose_worker_is_gone_is_interrupted_not_running_for_ever(jobs, worker, monkeypatch):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    claim(worker, job.id)
    assert jobs.find(job.id).state is State.RUNNING
    monkeypatch.setattr("core.jobs.jobs.STALE_SECONDS", 0)
    lost = jobs.find(job.id)
    assert lost.state is State.INTERRUPTED
    assert "The worker stopped in the middle" in lost.error
    again = jobs.submit("count", {"to": 3}, owner="ada", anew=True)
    assert again.id != job.id
    assert jobs.find(job.id).state is State.CANCELLED


def test_the_next_worker_runs_what_was_interrupted(jobs, home, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    claim(worker, job.id)
    after = Worker(Store(home), WORK, services)
    after.sweep()
    assert jobs.find(job.id).state is State.WAITING
    work_off(after)
    assert jobs.find(job.id).state is State.DONE


def test_a_job_that_outlives_no_worker_is_given_up_in_words(jobs, home):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    for _ in range(3):
        claim(Worker(Store(home), WORK, services), job.id)
        Worker(Store(home), WORK, services).sweep()
    failed = jobs.find(job.id)
    assert failed.state is State.FAILED
    assert "stopped 3 times" in failed.error


def test_a_worker_that_was_taken_for_dead_gives_up_its_job(jobs, home, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    progress = claim(worker, job.id)
    Worker(Store(home), WORK, services).sweep()
    with pytest.raises(Cancelled):
        progress.tell("still at it", 0.5)
    worker._end(job.id, 1, State.FAILED, error="not mine any more")
    assert jobs.find(job.id).state is State.WAITING


def test_progress_stays_between_nothing_and_all(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    progress = claim(worker, job.id)
    for share, shown in ((-1, 0.0), (0.25, 0.25), (7, 1.0)):
        progress._told = 0.0
        progress.tell("x" * 500, share)
        assert jobs.find(job.id).share == shown
    assert len(jobs.find(job.id).words) == 200


def test_finished_jobs_are_forgotten_after_a_month_and_no_sooner(jobs, worker, home):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    work_off(worker)
    worker.forget()
    assert jobs.find(job.id).state is State.DONE
    store = Store(home)
    (said,) = store.read(f"state:{job.id}")
    store.put(f"state:{job.id}", said | {"ended": time.time() - 31 * 24 * 3600})
    worker.forget()
    assert jobs.find(job.id) is None
    assert store.names("") == []


def test_the_store_is_for_its_owner_only(jobs, home):
    assert (home / "jobs.sqlite").stat().st_mode & 0o077 == 0


def test_a_damaged_store_is_set_aside(home, caplog):
    home.mkdir()
    (home / "jobs.sqlite").write_bytes(b"this is no database, by no means" * 100)
    assert Jobs(Store(home), WORK, lambda: KEY).submit("count", {"to": 1}, owner="ada").state is State.WAITING
    assert "jobs.sqlite is damaged" in caplog.text
    assert len(list(home.glob("damaged-*-jobs.sqlite"))) == 1


def test_who_can_write_to_the_store_puts_no_job_there_in_somebodys_name(jobs, worker, caplog):
    real = jobs.submit("refuse", {"to": 1}, owner="ada")
    storage = worker._store.huey.storage
    forged = json.dumps(
        {"kind": "count", "arguments": {"to": 1}, "model": KEY, "owner": "boss", "created": 1.0}
    )
    other = Store(worker._store.home, key="another key")
    storage.put_data("job:forged", forged.encode())
    storage.put_data("job:signed", other._sealed("job:signed", json.loads(forged)))
    # What is signed under one name is nothing under another.
    storage.put_data("job:moved", storage.peek_data(f"job:{real.id}"))
    for id in ("forged", "signed", "moved"):
        worker._enqueue(id, 1)
    work_off(worker)
    assert [jobs.find(id) for id in ("forged", "signed", "moved")] == [None, None, None]
    assert [jobs.result(id) for id in ("forged", "signed", "moved")] == [None, None, None]
    assert jobs.find(real.id).state is State.FAILED
    assert "not signed with our key: a job" in caplog.text


def test_jobs_are_forgotten_while_the_worker_runs(worker, monkeypatch):
    done = []
    for chore in ("beat", "sweep", "forget", "tidy"):
        monkeypatch.setattr(worker, chore, lambda chore=chore: done.append(chore))
    due = dict.fromkeys(worker._chores, 0.0)
    worker._do_chores(due)
    worker._do_chores(due)
    assert sorted(done) == ["beat", "forget", "sweep", "tidy"]
    due[worker.forget] = 0.0
    worker._do_chores(due)
    assert done.count("forget") == 2


def test_the_log_says_kind_and_place_of_a_failure_and_nothing_of_a_customer(jobs, worker, caplog):
    caplog.set_level("INFO")
    job = jobs.submit("refuse", {}, owner="ada")
    work_off(worker)
    assert f"Job {job.id} (refuse) failed: ModelError in refuse, job_work.py line " in caplog.text
    assert "two customers" not in caplog.text
    assert "two customers" in jobs.find(job.id).error


def test_the_store_runs_no_code_that_somebody_wrote_into_it(jobs, worker, tmp_path):
    import pickle

    class Touch:
        def __reduce__(self):
            return (open, (str(tmp_path / "proof"), "w"))

    worker._store.huey.storage.enqueue(pickle.dumps(Touch()))
    with pytest.raises(ValueError, match=r"decode|codec|Expecting"):
        work_off(worker)
    assert not (tmp_path / "proof").exists()


@pytest.mark.parametrize("url", ["http://example.org", "localhost:6379", "file:///etc/passwd"])
def test_a_wrong_redis_address_is_told_without_showing_it(home, url):
    with pytest.raises(SettingsError, match="REDIS_URL: found no Redis address") as refused:
        Store(home, url)
    assert url not in str(refused.value)


def test_kinds_of_the_product_can_all_be_done():
    from core.jobs import kinds as work

    assert all(callable(one.doing()) and one.title for one in work.WORK.values())


def claim(worker: Worker, id: str):
    """Take a job as far as a worker comes that is killed in the middle of it; its way to tell."""
    from core.jobs.run import _Progress

    task = worker._store.huey.dequeue()
    _, attempt = task.args
    me = worker._me | {"time": time.time()}
    assert worker._store.put_if_empty(f"claim:{id}:{attempt}", me)
    (said,) = worker._store.read(f"state:{id}")
    worker._store.put(f"beat:{id}", me)
    worker._store.put(f"state:{id}", {**(said or {}), "state": "running", "attempt": attempt})
    return _Progress(worker._store, id, attempt)


def until(happened, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_the_claim_of_these_tests_is_what_a_worker_writes(jobs, worker):
    """`claim` imitates a worker up to the moment of its death; here a real one runs that far."""
    job = jobs.submit("linger", {}, owner="ada")
    running = threading.Thread(target=work_off, args=[worker])
    running.start()
    until(lambda: jobs.find(job.id).words == "Lingering")
    real = worker._store.read(f"claim:{job.id}:1", f"state:{job.id}", f"beat:{job.id}")
    jobs.cancel(job.id, by=user("ada"))
    running.join(timeout=30)
    assert real[0]["token"] == real[2]["token"] == worker._me["token"]
    assert (real[1]["state"], real[1]["attempt"]) == ("running", 1)


def test_names_of_owners_are_compared_whatever_their_case(jobs):
    job = replace(jobs.submit("count", {"to": 1}, owner="Ada"), owner="ADA")
    assert job.may_be_changed_by(user("ada"))
