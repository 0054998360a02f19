"""`--forks=4`: tests in four processes, each a copy of the one that has imported and collected all of them.

Files are handed out in their order, each to whoever is free; a file's tests run in one process. The same by
pytest-xdist costs a minute of a core more, since each of its processes imports and collects for itself.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Sequence
from itertools import groupby, pairwise
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import SimpleNamespace

import pytest
from _pytest.config import create_terminal_writer

from tests.support.processes import forking

File = Sequence[pytest.Item]
number: int | None = None  # of this process, where there are several


def everybodys(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run share."""
    return factory.getbasetemp() if number is None else factory.getbasetemp().parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forks", type=int, default=0, help="how many processes share the tests")


def pytest_collection(session: pytest.Session) -> None:
    """The server that forks for tests imports meanwhile what it needs, once for all processes."""
    if session.config.option.forks and not session.config.option.collectonly:
        gc.disable()  # nearly all of what is made now stays
        forking.ensure_running()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    several = session.config.option.forks
    if not several or session.testsfailed or session.config.option.collectonly:
        return None
    session.config.get_terminal_writer().line()
    session.config.pluginmanager.get_plugin("terminalreporter").showfspath = False
    session.config._tmp_path_factory.getbasetemp()
    files = [list(tests) for _, tests in groupby(session.items, key=lambda item: item.path)]
    gc.freeze()  # what is there now is looked through no more
    gc.enable()
    gc.set_threshold(100_000, 50, 100)  # at those of Python a seventh of all processor time went into looking
    lines: list[Connection] = []
    for one in range(several):
        lines.append(begun(session, one, files, lines))
    Host(session, files, lines).serve()
    return True


def begun(
    session: pytest.Session, one: int, files: Sequence[File], others: Sequence[Connection]
) -> Connection:
    """A process of its own, and the line to it."""
    ours, theirs = Pipe()
    if os.fork():
        theirs.close()
        return ours
    for line in (ours, *others):
        line.close()
    try:
        be(session, one)
        session.config.pluginmanager.register(Teller(session.config, theirs))
        run(session, files, theirs)
    finally:
        os._exit(0)


def be(session: pytest.Session, one: int) -> None:
    """For the process itself: what it may not share with the others."""
    global number
    number = one
    forking.ensure_running = bool  # it is the first process's, and runs
    plugins, temporary = session.config.pluginmanager, session.config._tmp_path_factory
    plugins.unregister(name="terminalreporter")
    writer = create_terminal_writer(session.config)  # what a test that takes too long is told by
    plugins.register(SimpleNamespace(_tw=writer), "terminalreporter")
    capture = plugins.get_plugin("capturemanager")
    capture.stop_global_capturing()
    capture.start_global_capturing()
    temporary._basetemp = temporary.mktemp(f"fork-{one}", numbered=False)


def run(session: pytest.Session, files: Sequence[File], line: Connection) -> None:
    """For the process itself: one file after the other; the next is asked for at the last test of one."""

    def asked() -> File:
        line.send(("next", None))
        place = line.recv()
        return files[place] if place is not None else ()

    protocol = session.config.hook.pytest_runtest_protocol
    tests = asked()
    while tests:
        for item, following in pairwise(tests):
            protocol(item=item, nextitem=following)
        last, tests = tests[-1], asked()
        protocol(item=last, nextitem=tests[0] if tests else None)
    line.send(("end", None))


class Teller:
    """Tells the first process what happens here."""

    def __init__(self, config: pytest.Config, line: Connection) -> None:
        self.config, self.line = config, line

    def pytest_runtest_logstart(self, nodeid: str, location: tuple) -> None:
        self.line.send(("start", (nodeid, location)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self.config.hook.pytest_report_to_serializable(config=self.config, report=report)
        self.line.send(("report", told))

    def pytest_runtest_logfinish(self, nodeid: str, location: tuple) -> None:
        self.line.send(("finish", (nodeid, location)))


class Host:
    """The first process: hands files out, and tells pytest what the others say."""

    def __init__(self, session: pytest.Session, files: Sequence[File], lines: list[Connection]) -> None:
        self.session, self.config, self.lines = session, session.config, lines
        self.left = deque(range(len(files)))
        self.running: dict[Connection, tuple] = {}
        self.run = 0

    def serve(self) -> None:
        while self.lines:
            for line in wait(self.lines):
                try:
                    what, told = line.recv()
                except (EOFError, ConnectionError):
                    what, told = "end", None
                getattr(self, what)(line, told)
        missed = len(self.session.items) - self.run
        self.session.shouldfail = self.session.shouldfail or (missed and f"{missed} tests were not run")
        if self.session.shouldfail:
            raise self.session.Failed(self.session.shouldfail)

    def next(self, line: Connection, _: None) -> None:
        line.send(self.left.popleft() if self.left and not self.session.shouldfail else None)

    def start(self, line: Connection, told: tuple) -> None:
        self.running[line] = told

    def report(self, _: Connection, told: dict) -> None:
        report = self.config.hook.pytest_report_from_serializable(config=self.config, data=told)
        self.config.hook.pytest_runtest_logreport(report=report)

    def finish(self, line: Connection, told: tuple) -> None:
        self.config.hook.pytest_runtest_logfinish(nodeid=told[0], location=told[1])
        self.running.pop(line, None)
        self.run += 1

    def end(self, line: Connection, _: None) -> None:
        self.lines.remove(line)
        if line in self.running:
            died = pytest.TestReport(*self.running[line], {}, "failed", "its process died", "call")
            self.config.hook.pytest_runtest_logreport(report=died)
