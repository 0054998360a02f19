"""Jobs with a real store, and a real worker in this process; `test_worker.py` has workers that are killed."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from core.accounts.permissions import Action
from core.accounts.users import Role, User
from core.errors import JobError, StoreError, TooMuchError
from core.jobs.jobs import MOST_STARTS, Jobs
from core.jobs.kinds import Work
from core.jobs.queue import Queue, State
from core.jobs.run import Worker, _Progress
from core.logs import REQUEST, Discreet
from core.progress import Cancelled
from core.store.tables import jobs as table
from tests.support.postgresql import BOTH

pytestmark = BOTH

KEY = "0123456789abcdef"
HERE = "tests.core.jobs.job_work"
WORK = {
    "count": Work("Counting", f"{HERE}:count", Action.VIEW),
    "scoring": Work("Scoring", f"{HERE}:count", Action.VIEW, private=True),
    "refuse": Work("Refusing", f"{HERE}:refuse", Action.VIEW),
    "break": Work("Breaking", f"{HERE}:break_down", Action.VIEW),
    "fill": Work("Filling the disk", f"{HERE}:fill", Action.VIEW),
    "panic": Work("Panicking", f"{HERE}:panic", Action.VIEW),
    "leave": Work("Leaving", f"{HERE}:leave", Action.VIEW),
    "dirty": Work("Leaving things", f"{HERE}:refuse", Action.VIEW, leaves=f"{HERE}:never_clean"),
    "infinite": Work("No JSON", f"{HERE}:infinite", Action.VIEW),
    "without-database": Work("Without a database", f"{HERE}:without_database", Action.VIEW),
    "linger": Work("Lingering", f"{HERE}:linger", Action.VIEW),
    "until-told": Work("Waiting for a sign", f"{HERE}:until_told", Action.VIEW),
}


@pytest.fixture
def queue(database, tmp_path) -> Queue:
    return Queue(database, tmp_path / "home", "a key")


@pytest.fixture
def model():
    """Key of the live model; tests switch it."""
    return [KEY]


@pytest.fixture
def jobs(queue, model) -> Jobs:
    return Jobs(queue, WORK, lambda: model[0])


@pytest.fixture
def worker(queue) -> Worker:
    """A worker that does nothing by itself: tests take its steps."""
    return Worker(queue, WORK, services)


def services():
    """What work is given, as far as it is asked for here: which model it is about."""
    pinned, datasets = [], []

    @contextmanager
    def at(dataset, key):
        datasets.append(dataset)
        pinned.append(key)
        yield
        pinned.pop()

    access = SimpleNamespace(check=lambda *_: None)
    more = {"access": access, "marks_for": lambda _owner: lambda _slug: None}
    return SimpleNamespace(workspaces=SimpleNamespace(at=at), pinned=pinned, datasets=datasets, **more)


def user(name: str, role: Role = Role.VIEWER) -> User:
    return User(name, "", role, datetime.now(UTC), None, True, "1")


def work_off(worker: Worker) -> int:
    """Run everything that waits; how many jobs there were."""
    count = 0
    while worker.take():
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


def test_a_job_runs_at_the_dataset_that_it_is_about_and_is_not_there_at_another(queue, worker):
    looked_at = ["half"]
    jobs = Jobs(queue, WORK, lambda: KEY, lambda: looked_at[0])
    job = jobs.submit("count", {"to": 3}, owner="ada")
    work_off(worker)
    assert worker._served().datasets == ["half"]
    looked_at[0] = ""
    assert jobs.find(job.id) is None
    with pytest.raises(JobError, match="no such calculation"):
        jobs.cancel(job.id, by=user("ada"))
    assert jobs.submit("count", {"to": 3}, owner="ada").id != job.id
    looked_at[0] = "half"
    assert jobs.submit("count", {"to": 3}, owner="ada").id == job.id


def test_equal_jobs_run_once(jobs, worker):
    first = jobs.submit("count", {"to": 3, "by": 1}, owner="ada")
    second = jobs.submit("count", {"by": 1, "to": 3}, owner="bo")
    assert second.id == first.id
    assert work_off(worker) == 1
    assert jobs.submit("count", {"to": 3, "by": 1}, owner="bo").id == first.id
    assert work_off(worker) == 0


def test_many_who_submit_at_once_share_one_job(queue, worker):
    at_once, ids = threading.Barrier(8), []

    def submit() -> None:
        own = Jobs(queue, WORK, lambda: KEY)
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


@pytest.mark.parametrize("kind", ["break", "infinite", "panic", "leave"])
def test_any_other_error_is_a_reference_to_the_log(jobs, worker, caplog, kind):
    REQUEST.set("the-request")
    job = jobs.submit(kind, {}, owner="ada")
    REQUEST.set("")
    caplog.handler.setFormatter(Discreet())
    work_off(worker)
    assert "ERROR core.jobs.run [the-request]: Job" in caplog.text, "by which request it was asked for"
    assert REQUEST.get() == ""
    failed = jobs.find(job.id)
    assert failed.state is State.FAILED
    assert "it is our fault" in failed.error
    assert "Error" not in failed.error
    assert failed.error.rpartition("reference ")[2].rstrip(".") in caplog.text
    assert jobs.result(job.id) is None


def test_no_job_ends_the_thread_that_takes_jobs(jobs, worker):
    bad = [jobs.submit(kind, {}, owner="ada") for kind in ("panic", "leave", "dirty")]
    good = jobs.submit("count", {"to": 3}, owner="ada")
    thread = threading.Thread(target=worker._keep_taking, daemon=True)
    thread.start()
    try:
        until(lambda: jobs.find(good.id).is_over or not thread.is_alive())
    finally:
        worker._stopped.set()
        thread.join()
    assert [jobs.find(job.id).state for job in bad] == [State.FAILED] * 3
    assert jobs.find(good.id).state is State.DONE


def test_a_chore_that_fails_does_not_end_the_worker(worker, monkeypatch, caplog):
    def broken() -> None:
        raise KeyError("a chore")

    done: list[str] = []
    chores = {broken: 60.0, lambda: done.append("beat"): 60.0}
    monkeypatch.setattr(Worker, "_chores", chores)
    due = dict.fromkeys(chores, 0.0)
    for _ in range(2):
        worker._do_chores(due)
    assert done == ["beat"]
    assert "To say that this worker is alive failed" in caplog.text


def test_a_full_disk_is_told_as_one(jobs, worker):
    job = jobs.submit("fill", {}, owner="ada")
    work_off(worker)
    assert jobs.find(job.id).error.startswith("The disk of the server is full")


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


def test_workers_that_ask_at_once_run_each_job_once(jobs, queue):
    ids = [jobs.submit("count", {"to": number}, owner="ada").id for number in range(12)]
    ran, at_once = [], threading.Barrier(6)

    def work() -> None:
        own = Worker(queue, WORK, services)
        at_once.wait()
        ran.append(work_off(own))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ran) == 12
    assert {jobs.find(id).state for id in ids} == {State.DONE}


def test_what_waits_longest_is_run_first(jobs, worker):
    first = jobs.submit("count", {"to": 1}, owner="ada")
    second = jobs.submit("count", {"to": 2}, owner="ada")
    assert worker.take()
    assert [jobs.find(job.id).state for job in (first, second)] == [State.DONE, State.WAITING]


def test_who_asks_for_much_keeps_nobody_else_waiting(jobs, worker):
    many = [jobs.submit("count", {"to": to}, owner="ada") for to in range(3)]
    one = jobs.submit("count", {"to": 3}, owner="bo")
    assert [worker._claimed().id for _ in range(4)] == [many[0].id, one.id, many[1].id, many[2].id]
    assert worker._claimed() is None


def test_without_a_worker_a_job_says_that_nobody_attends(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    assert not job.attended
    worker.beat()
    assert jobs.find(job.id).attended


def test_a_job_whose_worker_is_gone_is_interrupted_not_running_for_ever(jobs, worker, monkeypatch):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    claim(worker, job.id)
    assert jobs.find(job.id).state is State.RUNNING
    monkeypatch.setattr("core.jobs.queue.STALE_SECONDS", 0)
    lost = jobs.find(job.id)
    assert lost.state is State.INTERRUPTED
    assert "The worker stopped in the middle" in lost.error
    again = jobs.submit("count", {"to": 3}, owner="ada", anew=True)
    assert again.id != job.id
    assert jobs.find(job.id).state is State.CANCELLED


def test_the_next_worker_runs_what_was_interrupted(jobs, queue, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    claim(worker, job.id)
    after = Worker(queue, WORK, services)
    after.sweep()
    assert jobs.find(job.id).state is State.WAITING
    work_off(after)
    assert jobs.find(job.id).state is State.DONE


def test_a_job_that_outlives_no_worker_is_given_up_in_words(jobs, queue):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    for _ in range(3):
        claim(Worker(queue, WORK, services), job.id)
        Worker(queue, WORK, services).sweep()
    failed = jobs.find(job.id)
    assert failed.state is State.FAILED
    assert "stopped 3 times" in failed.error


def test_a_worker_that_was_taken_for_dead_gives_up_its_job(jobs, queue, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    progress = claim(worker, job.id)
    Worker(queue, WORK, services).sweep()
    with pytest.raises(Cancelled):
        progress.tell("still at it", 0.5)
    worker._end(progress.row, State.FAILED, error="not mine any more")
    assert jobs.find(job.id).state is State.WAITING


def test_progress_stays_between_nothing_and_all(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    progress = claim(worker, job.id)
    for share, shown in ((-1, 0.0), (0.25, 0.25), (7, 1.0)):
        progress._told = 0.0
        progress.tell("x" * 500, share)
        assert jobs.find(job.id).share == shown
    assert len(jobs.find(job.id).words) == 400


def test_finished_jobs_are_forgotten_after_a_month_and_no_sooner(jobs, worker, queue):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    work_off(worker)
    worker.forget()
    assert jobs.find(job.id).state is State.DONE
    with queue.database.changing() as connection:
        connection.execute(update(table).values(ended=time.time() - 31 * 24 * 3600))
    worker.forget()
    assert jobs.find(job.id) is None


def test_who_can_write_to_the_database_has_nothing_done_in_somebodys_name(jobs, worker, queue, caplog):
    real = jobs.submit("refuse", {"to": 1}, owner="ada")
    other = Jobs(replace(queue, key="another key"), WORK, lambda: KEY).submit(
        "count", {"to": 1}, owner="boss"
    )
    taken_over = jobs.submit("count", {"to": 2}, owner="ada")
    with queue.database.changing() as connection:
        connection.execute(update(table).where(table.c.id == taken_over.id).values(owner="boss"))
    assert work_off(worker) == 3
    assert [jobs.find(job.id) for job in (other, taken_over)] == [None, None]
    assert [jobs.result(job.id) for job in (other, taken_over)] == [None, None]
    assert jobs.find(real.id).state is State.FAILED
    assert "not signed with our key: a job" in caplog.text
    with queue.database.reading() as connection:
        assert set(connection.scalars(select(table.c.state))) == {"failed"}


def test_what_waits_under_another_key_is_asked_for_anew(jobs, worker, queue):
    before = Jobs(replace(queue, key="the key before"), WORK, lambda: KEY).submit(
        "count", {"to": 1}, owner="ada"
    )
    job = jobs.submit("count", {"to": 1}, owner="ada")
    assert job.id != before.id
    assert work_off(worker) == 1
    assert jobs.find(job.id).state is State.DONE


def test_jobs_hang_on_their_dataset(jobs, queue):
    elsewhere = Jobs(queue, WORK, lambda: KEY, lambda: "shop")
    job = jobs.submit("count", {"to": 1}, owner="ada")
    assert elsewhere.submit("count", {"to": 1}, owner="ada").id != job.id
    assert elsewhere.find(job.id) is None
    with pytest.raises(JobError, match="no such calculation"):
        elsewhere.cancel(job.id, by=user("ada"))


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


def claim(worker: Worker, id: str):
    """Take a job as far as a worker comes that is killed in the middle of it; its way to tell."""
    worker.beat()
    row = worker._claimed()
    assert row.id == id
    progress = _Progress(worker._queue, row.claim)
    progress.row = row
    return progress


def until(happened, *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_a_worker_that_ends_puts_back_what_it_runs_and_is_gone(jobs, worker):
    job, cancelled = (jobs.submit("count", {"to": to}, owner="ada") for to in (1, 2))
    worker.beat()
    for each in (job, cancelled):
        claim(worker, each.id)
    jobs.cancel(cancelled.id, by=user("ada"))
    worker.put_back()
    assert (jobs.find(job.id).state, jobs.find(job.id).attended) == (State.WAITING, False)
    assert jobs.find(cancelled.id).state is State.CANCELLED


def test_what_is_finished_while_the_database_is_gone_is_written_down_when_it_is_back(
    jobs, worker, monkeypatch
):
    job, failures = (
        jobs.submit("count", {"to": 1}, owner="ada"),
        iter([StoreError("gone"), StoreError("gone")]),
    )
    change = worker._change

    def changed(*given):
        if failure := next(failures, None):
            raise failure
        return change(*given)

    monkeypatch.setattr("core.jobs.run.BEAT_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_change", changed)
    work_off(worker)
    assert (jobs.find(job.id).state, jobs.result(job.id)["counted"]) == (State.DONE, 1)


@pytest.mark.parametrize(("times", "state"), [(5, State.DONE), (20, State.FAILED)])
def test_work_whose_database_is_gone_in_the_middle_is_done_once_it_is_back(
    jobs, worker, tmp_path, times, state
):
    (tmp_path / "gone").touch()
    job = jobs.submit("without-database", {"file": str(tmp_path / "gone"), "times": times}, owner="ada")
    work_off(worker)
    found = jobs.find(job.id)
    assert found.state is state
    assert found.error == "" or "The database was gone 20 times" in found.error


def test_names_of_owners_are_compared_whatever_their_case(jobs):
    job = replace(jobs.submit("count", {"to": 1}, owner="Ada"), owner="ADA")
    assert job.may_be_changed_by(user("ada"))


def test_a_worker_that_was_heard_of_in_the_future_is_gone_too(jobs, worker, database):
    """The clock was wrong, and was set back by an hour after the worker had died."""
    job = jobs.submit("count", {"to": 3}, owner="ada")
    claim(worker, job.id)
    database.change(update(table).values(beat=time.time() + 3600))
    assert jobs.find(job.id).state is State.INTERRUPTED
