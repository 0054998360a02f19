"""A page that has long work done, as pages of the product do, and Parterre with it: for tests of the panel.

Its server is `gunicorn "tests.support.job_pages:create_server()"`, its worker `python -m tests.support.job_pages`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from app import VIEWS, create_app
from callbacks import progress
from callbacks.frame.view import View
from core import worker
from core.accounts.permissions import Action
from core.jobs.queue import State
from core.settings import load
from core.store.database import opened
from core.store.tables import workers
from layouts.components import page
from tests.core.jobs.test_jobs import WORK
from tests.support.postgresql import settled

__all__ = ["LONG", "WORK"]


def draw(services, query):
    arguments = {name: value for name, value in query.items() if name not in ("kind", "to")}
    job = progress.start(services, query.get("kind", "count"), arguments | {"to": int(query.get("to", 3))})
    if job.state is State.DONE:
        return page("Long work", f"The result is {services.jobs.result(job.id)}.")
    return page("Long work", "It is not known yet.", progress.panel(services, job))


def worker_pid(home: Path) -> int | None:
    """The process that says that it runs the jobs of a home."""
    database = opened(settled(home))
    with database.reading() as connection:
        pid = connection.scalar(select(workers.c.pid).order_by(workers.c.beat.desc()).limit(1))
    database.close()
    return pid


LONG = View("long", "/long", "Long work", Action.VIEW, draw)


def create_server():
    return create_app(load(), (*VIEWS, LONG), WORK).server


if __name__ == "__main__":
    worker.serve(load(), WORK)
