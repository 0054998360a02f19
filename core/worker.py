"""The worker process: `python -m core.worker`. It runs long work, so that pages never wait for it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import load_dotenv

# Before numpy is imported: long work leaves a core to those who look at pages.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from core import logs
from core.data.freed import one_heap
from core.errors import ParterreError
from core.numbers import plain
from core.settings import ROOT, Settings, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.jobs.kinds import Work
    from core.services import Services

COURTESY = 10  # niceness: where there are too few cores, pages come first


def main() -> None:
    """Run jobs until the process is told to stop; what it can't start with is said in a sentence."""
    one_heap()  # jobs are threads
    if not os.environ.get("FLASK_SKIP_DOTENV"):
        load_dotenv(ROOT / ".env")
    try:
        settings = load()
        logs.begin(settings.log_level, as_json=settings.production)
        step_back()
        serve(settings)
    except ParterreError as error:
        raise SystemExit(f"Parterre's worker can't start. {plain(str(error))}") from None


def step_back() -> None:
    """Let pages go first, also where Linux shares processors out by sessions, within which alone niceness counts."""
    os.nice(COURTESY)
    if os.getsid(0) == os.getpid():  # else it is the session of others as well
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(COURTESY))


def serve(settings: Settings, work: Mapping[str, Work] | None = None) -> None:
    """Run the jobs of the database that the settings name."""
    from core.jobs.kinds import WORK
    from core.jobs.queue import Queue
    from core.jobs.run import Worker
    from core.store import restore
    from core.store.database import opened

    restore.finish(settings)
    Worker(Queue.of(settings, opened(settings)), work or WORK, lambda: services_of(settings)).serve()


def services_of(settings: Settings) -> Services:
    """Customers and model, which take a second to load: not before there is something to do with them."""
    from core.services import create_services

    return create_services(settings)


if __name__ == "__main__":
    main()
