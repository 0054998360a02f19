"""A worker of these tests' work as a process of its own: `python -m tests.core.jobs.worker_process HOME ADDRESS`.

With the word `submit` behind, one that submits a job and dies. It imports little: a process that starts is not free.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core import worker  # noqa: F401  sets the threads, before all else
from core.jobs.jobs import Jobs
from core.jobs.kinds import Work
from core.jobs.queue import Queue
from core.jobs.run import Worker
from core.store.database import opened
from tests.core.jobs.test_jobs import HERE, KEY, services
from tests.support.postgresql import settled

WORK = {
    name: Work(name, f"{HERE}:{name.replace('-', '_')}") for name in ("count", "once-deadly", "until-told")
}


def queue_in(home: str, url: str) -> Queue:
    """The queue as another process sees it."""
    return Queue(opened(settled(Path(home), url or None)), Path(home), "a key")


def submit_and_die(queue: Queue) -> None:
    """As a web worker that is killed right after it has asked for something."""
    sys.stdout.write(Jobs(queue, WORK, lambda: KEY).submit("count", {"to": 3}, owner="ada").id)
    sys.stdout.flush()
    os.kill(os.getpid(), 9)


if __name__ == "__main__":
    queue = queue_in(*sys.argv[1:3])
    if "submit" in sys.argv:
        submit_and_die(queue)
    Worker(queue, WORK, services).serve()
