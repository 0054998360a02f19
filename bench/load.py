"""`python -m bench.load`: a hundred people who click once a second, on a real server of two workers, and what disturbs them.

Each click is what a browser sends: a question of the filters of a page, or a page that is opened. It is timed from the
moment that it was due, so that one which waits for the one before is not forgiven. What the clicks cost the server in
processor time, and what everything else on the machine took meanwhile, stands beside: on a busy machine only the first
says anything. The model is made once in `PARTERRE_HOME/bench`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit

from bench.browsing import Browser, Wire, encoded
from bench.rows import Row, keep, table
from bench.scale import drawn, sizes
from core.settings import load
from tests.callbacks.dash_client import UPDATE, Visitor, components
from tests.support.server import Server, serving

# Where people are, how many of twenty; with charts or without.
PAGES = {
    ("/", ""): 10,
    ("/", "?show=charts"): 3,
    ("/explore", ""): 3,
    ("/segments", ""): 3,
    ("/campaigns", ""): 1,
}
Place = tuple[str, str]
OPENED_EVERY = 20  # clicks of which one opens a page
IN_A_ROW = 2  # filters on top of one another before they are cleared
GUESSERS, SENT_MB, LINE_MB, PIECE = 16, 500, 25, 4_000_000
ASKS, ANSWERS = "filters-ask.data", "filters-answer.data"
ENCODINGS = "gzip, deflate, br, zstd"
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Questions:
    """What can be clicked, as it is sent: the fields that charts have with their codes, and the pages themselves."""

    ask: dict
    openings: dict[Place, bytes]
    fields: dict[str, list[int]]

    @classmethod
    def of(cls, visitor: Visitor) -> Questions:
        openings, fields = {}, dict[str, list[int]]()
        for page, search in PAGES:
            where = {"shell-address.pathname": page, "shell-address.search": search}
            openings[page, search] = encoded(
                visitor.body("shell-page.children", where, "shell-address.pathname")
            )
            drawn = components(visitor.page(page, search))
            specs = [one["props"]["data"] for one in drawn if "charts" in (one["props"].get("data") or {})]
            fields |= {chart["field"]: chart["codes"] for spec in specs for chart in spec["charts"].values()}
        return cls(visitor.body(ANSWERS, {ASKS: None}, ASKS), openings, fields)

    def click(self, place: Place, clauses: dict[str, list[int]], n: int) -> bytes:
        """A bar is clicked, on top of the filters that are there, or they are cleared."""
        if len(clauses) >= IN_A_ROW:
            clauses.clear()
        else:
            name = random.choice([*self.fields])
            clauses[name] = [random.choice(self.fields[name])]
        page, search = place
        options = dict(parse_qsl(search.removeprefix("?")))
        asked = {"page": page, "n": n, "words": False, "clauses": clauses, "pieces": [], "options": options}
        return encoded(self.ask | {"inputs": [self.ask["inputs"][0] | {"value": asked}]})


@dataclass
class Clicks:
    """What came of the clicks of a phase."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0


class Crowd:
    """People who click once a second each, until they are told to stop."""

    def __init__(self, people: Sequence[Visitor], questions: Questions) -> None:
        self.questions, self.now, self.done = questions, Clicks(), Event()
        began = time.monotonic() + 0.5
        self.threads = [
            Thread(target=self._clicking, args=(one, began + place / len(people), place), daemon=True)
            for place, one in enumerate(people)
        ]
        for thread in self.threads:
            thread.start()

    def phase(self) -> Clicks:
        """What is clicked from now on."""
        self.now = Clicks()
        return self.now

    def stop(self) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join()

    def _clicking(self, person: Visitor, due: float, first: int) -> None:
        place, clauses, line = ("/", ""), dict[str, list[int]](), line_of(person)
        # Not all open another page within the same second.
        for number in count(1 + first % OPENED_EVERY):
            if self.done.wait(max(0.0, due - time.monotonic())):
                return
            clicks = self.now
            if number % OPENED_EVERY == 0:
                place, clauses = random.choices([*PAGES], [*PAGES.values()])[0], {}
                body = self.questions.openings[place]
            else:
                body = self.questions.click(place, clauses, number)
            trouble = asked(line, body)
            waited = time.monotonic() - due
            # Clicks that could not be made meanwhile would have waited as well; the next is at the person's own moment
            # again, for people don't fall into step with one another.
            clicks.seconds += [waited - one for one in range(int(waited) + 1)]
            if trouble:
                clicks.errors[trouble] += 1
            due += 1 + int(waited)


def asked(line: Wire, body: bytes) -> str:
    """Post a question; what went wrong, or nothing."""
    try:
        status, answer = line.post(body)
    except OSError as error:
        return type(error).__name__
    return "" if status == 200 and len(answer) > 200 else f"{status} {answer[:80].decode(errors='replace')}"


def line_of(person: Visitor) -> Wire:
    """A line of somebody who is signed in."""
    browser: Browser = person.client  # type: ignore[assignment]
    about = {"X-CSRFToken": person.token, "X-Forwarded-Proto": "http", "Accept-Encoding": ENCODINGS}
    return Wire(browser, UPDATE, about | {"Content-Type": "application/json"})


@dataclass(frozen=True)
class Gauge:
    """What the server has used: processor seconds, memory of its own in bytes; seconds of the machine, and ours."""

    server: float
    memory: int
    machine: float
    ours: float

    @classmethod
    def of(cls, server: Server) -> Gauge:
        pids = [server.pid, *server.workers()]
        busy = sum(int(one) for one in Path("/proc/stat").read_text().split("\n")[0].split()[1:4])
        return cls(sum(map(processor, pids)), sum(map(memory, pids)), busy / TICK, time.process_time())


def processor(pid: int) -> float:
    """Seconds of a process with the children that it has waited for."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, told[11:15])) / TICK


def memory(pid: int) -> int:
    """Bytes, of shared pages the part of each that shares them."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(told.partition("\nPss:")[2].split()[0]) * 1000


def measured(
    what: str, server: Server, crowd: Crowd, seconds: float, customers: int
) -> tuple[Clicks, list[Row]]:
    """A phase: what was clicked, and its rows."""
    before, samples = Gauge.of(server), list[int]()
    clicks, began = crowd.phase(), time.monotonic()
    while (left := began + seconds - time.monotonic()) > 0:
        time.sleep(min(left, max(0.5, seconds / 40)))
        samples.append(Gauge.of(server).memory)
    after, lasted = Gauge.of(server), time.monotonic() - began
    used, all_ = after.server - before.server, after.machine - before.machine
    others, ours = (all_ - used) / lasted / (os.cpu_count() or 1), after.ours - before.ours
    row = Row(
        bench="load", what=f"{what}: p95", n=customers, seconds=clicks.p95, requests=len(clicks.seconds)
    )
    half = len(samples) // 2
    rows = [
        row,
        row | {"what": f"{what}: slowest", "seconds": max(clicks.seconds, default=0.0)},
        row | {"what": f"{what}: processor time a click", "seconds": used / max(1, len(clicks.seconds))},
        row
        | {
            "what": f"{what}: memory, 1st half's most",
            "seconds": 0.0,
            "bytes": max(samples[:half], default=0),
        },
        row
        | {
            "what": f"{what}: memory, 2nd half's most",
            "seconds": 0.0,
            "bytes": max(samples[half:], default=0),
        },
    ]
    print(table(rows))
    print(
        f"server {used / lasted:.2f} of {os.cpu_count()} processors, all else {others:.0%} of the machine, "
        f"{ours / max(1, len(clicks.seconds)) * 1e3:.2f} ms a click by who clicks; {dict(clicks.errors)}",
        flush=True,
    )
    return clicks, rows


@contextmanager
def beside(work: Callable[..., None], *told: object) -> Iterator[None]:
    """Another process that disturbs."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=told, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


@contextmanager
def idle(url: str, number: int) -> Iterator[None]:
    """Connections that have been answered once and say nothing more."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    kept = []
    for _ in range(number):
        line = socket.create_connection((host, port), timeout=30)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        line.recv(4096)
        kept.append(line)
    yield
    for line in kept:
        line.setblocking(False)
    print(f"{sum(map(is_open, kept))} of {number} idle connections are open still")
    for line in kept:
        line.close()


def is_open(line: socket.socket) -> bool:
    try:
        return bool(line.recv(4096))
    except BlockingIOError:
        return True
    except OSError:
        return False


def guess(url: str, number: int, log: Path) -> None:
    """Passwords for accounts that there are, each from another address; said at the end is how they were answered."""
    told: Counter[int] = Counter()

    def guessing(place: int) -> None:
        browser = Browser(url, f"10.1.{place}.1")
        for turn in count():
            browser.address = f"10.{2 + place}.{turn // 250 % 250}.{turn % 250}"
            with suppress(HTTPException, OSError):
                browser.cookies.get("_csrf_token") or browser.get("/login")
                typed = {
                    "username": f"person-{turn % 100}",
                    "password": f"wrong {turn} guess",
                    "csrf_token": browser.cookies.get("_csrf_token", ""),
                }
                told[browser.post("/login", data=typed).status_code] += 1
            log.write_text(str(dict(told)))

    threads = [Thread(target=guessing, args=(place,), daemon=True) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def send(url: str, cookies: dict[str, str], content: bytes, log: Path) -> None:
    """A file after the other, piece by piece as the page sends it, over a line of `LINE_MB` a second."""
    browser = Browser(url, "10.0.0.1", cookies)
    token = {"X-CSRFToken": cookies["_csrf_token"], "Accept": "application/json"}
    sent, began = 0, time.monotonic()
    for number in count(1):
        about = {"name": f"large-{number}.csv", "size": len(content)}
        begun = browser.post("/data/files", json=about, headers=token)
        path = f"/data/files/{begun.json['id']}?offset="  # type: ignore[index]
        for offset in range(0, len(content), PIECE):
            piece = content[offset : offset + PIECE]
            kind = {"Content-Type": "application/octet-stream"}
            answer = browser.ask("PUT", f"{path}{offset}", piece, token | kind)
            sent += len(piece)
            time.sleep(max(0.0, began + sent / LINE_MB / 1e6 - time.monotonic()))
            log.write_text(f"{answer.status_code}: {sent / 1e6:.0f} MB in {time.monotonic() - began:.1f} s")


def signed_up(url: str, number: int) -> list[Visitor]:
    """So many people, the first of them the administrator."""
    people = [Visitor(Browser(url, f"10.0.{place // 250}.{place % 250}")) for place in range(number)]  # type: ignore[arg-type]
    for place, one in enumerate(people):
        one.sign_up(f"person-{place}")
    return people


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of the clicks alone")
    parser.add_argument("--beside", type=float, default=30, help="seconds of each disturbance; 0 for none")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--idle", type=int, default=1000)
    options = parser.parse_args()
    model = next(one for one in sizes(load(), options.customers) if one.customers == options.customers)
    with (
        TemporaryDirectory(prefix="parterre-load-") as folder,
        serving(model.home(Path(folder)), data=model.data, workers=2, proxies=1) as server,
    ):
        rows = ran(server, Path(folder), options)
    keep(rows, load().home / "load.json")
    return 0


def ran(server: Server, folder: Path, options: argparse.Namespace) -> list[Row]:
    people = signed_up(server.url, options.people)
    print(f"{len(people)} people are signed in", flush=True)
    crowd = Crowd(people, Questions.of(people[0]))
    time.sleep(5)  # what is made at the first click of each kind

    def phase(what: str, seconds: float) -> list[Row]:
        return measured(what, server, crowd, seconds, options.customers)[1]

    rows = phase("alone", options.seconds)
    if options.beside:
        with idle(server.url, options.idle):
            rows += phase("idle lines", options.beside)
        with beside(guess, server.url, GUESSERS, log := folder / "guesses"):
            rows += phase("guesses", options.beside)
            print(f"guesses, by how they were answered: {log.read_text() if log.exists() else 'nothing yet'}")
        rows += phase("alone again", options.beside)
        table_ = drawn(50_000).to_csv(index=False).encode()
        content = table_ * (SENT_MB * 1_000_000 // len(table_))
        with beside(send, server.url, people[0].client.cookies, content, log := folder / "sent"):  # type: ignore[attr-defined]
            rows += phase("a file", options.beside)
            print(f"a file: {log.read_text() if log.exists() else 'nothing yet'}")
    crowd.stop()
    for words, is_held in promises(rows):
        print(f"{'held' if is_held else 'NOT HELD'}: {words}")
    return rows


def promises(rows: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """Each with whether it was held, of the phases that were measured; errors are printed with theirs."""
    told = {row["what"]: row for row in rows}
    p95 = {what.removesuffix(": p95"): row["seconds"] for what, row in told.items() if what.endswith(": p95")}
    first, last = (told[f"alone: memory, {half} half's most"]["bytes"] for half in ("1st", "2nd"))
    yield "p95 of clicks under 100 ms", p95["alone"] < 0.1
    yield "memory flat: the second half's most within a twentieth of the first's", last < 1.05 * first
    if "a file" in p95:
        yield "idle lines: p95 under 100 ms", p95["idle lines"] < 0.1
        yield "failed sign-ins: p95 of others under 200 ms", p95["guesses"] < 0.2
        yield "a file beside: p95 less than a third above", p95["a file"] <= 4 / 3 * p95["alone again"]


if __name__ == "__main__":
    sys.exit(main())
