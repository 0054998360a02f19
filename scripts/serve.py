"""Web server and worker together: `make run`, and what the container starts.

The server decides: when it ends, the worker is ended too. A worker that ends by itself is started again,
and pages are served meanwhile. (honcho, the ready-made way, ends both when one ends, and marks every line.)
"""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
WEB = (sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_server()")
WORKER = (sys.executable, "-m", "core.worker")
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0

Process = subprocess.Popen[bytes]


@dataclass
class Serving:
    """The two processes, and whether they have been told to end."""

    web: Process
    told: Event = field(default_factory=Event)

    def stop(self, number: int, _frame: FrameType | None) -> None:
        """Pass a signal on to the server; Ctrl-C reaches it by itself, a `kill` of this process does not."""
        self.told.set()
        with suppress(ProcessLookupError):
            self.web.send_signal(signal.SIGINT if number == signal.SIGINT else signal.SIGTERM)

    def attend(self) -> None:
        """Keep a worker running for as long as the server does."""
        pause = 1.0
        while self.goes_on():
            worker = start(WORKER)
            while self.goes_on() and worker.poll() is None:
                self.told.wait(LOOK_SECONDS)
            code = worker.poll()
            if code is None:
                end(worker)
            elif self.goes_on():
                say(f"The worker ended (exit code {code}). It is started again in {pause:.0f} s.")
                self.told.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def goes_on(self) -> bool:
        """Whether the server runs, and nobody has told it to end."""
        return self.web.poll() is None and not self.told.is_set()


def main() -> int:
    """Serve until the server ends, or a signal ends both; the server's exit code."""
    serving = Serving(start(WEB))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, serving.stop)
    try:
        serving.attend()
    finally:
        code = serving.web.wait()
    return code


def start(command: tuple[str, ...]) -> Process:
    """A process that writes where this one writes."""
    return subprocess.Popen(command, cwd=ROOT)  # noqa: S603  # one of our own two commands


def end(process: Process) -> None:
    """Ask the process to end; after five seconds, end it."""
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def say(line: str) -> None:
    """One line beside what the two say."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
