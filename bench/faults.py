"""`python -m bench.faults [ROUNDS] [SEED]`: what is acknowledged outlives SIGKILL, of whatever process at whatever moment.

A real Parterre on a real PostgreSQL; somebody saves views one after the other, and has files scored. In each round a
web worker, the worker or PostgreSQL is killed, and once views are saved again, every one that was acknowledged has to be
there, and each file that was taken waits, is being scored, or is. At the end all are.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.support.postgresql import Cluster, cluster
from tests.support.server import Server, serving

SERVE = [sys.executable, "-m", "scripts.serve"]
PASSWORD = "quiet beds of lavender"
PATIENCE_SECONDS = 60
GIVEN_UP = "The worker was stopped 3 times in the middle of this"  # as it is meant to be, and said
MOST_VIEWS = 80  # that are kept for the rounds to come; a hundred fit
FILE = (
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    b"ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,NumWebVisitsMonth,Recency\n"
    b"A1,44,51000,400,4,5,6,50\n\r\n--edge--\r\n"
)


@dataclass
class Visitor:
    """Somebody who saves views and sends files, and remembers which were acknowledged."""

    url: str
    kept: CookieJar = field(default_factory=CookieJar)
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)  # the state of each file's job, as it was last told
    seen: Counter[str] = field(default_factory=Counter)
    number: int = 0
    called: str = "vera"

    @property
    def opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.kept))

    def sign_up(self) -> None:
        self.opener.open(f"{self.url}/signup").close()
        typed = {"username": self.called, "password": PASSWORD, "repeat": PASSWORD, "csrf_token": self.token}
        self.opener.open(Request(f"{self.url}/signup", urlencode(typed).encode())).close()
        self.opener.open(f"{self.url}/").close()

    @property
    def token(self) -> str:
        return next(one.value or "" for one in self.kept if one.name == "_csrf_token")

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        is_file = isinstance(body, bytes)
        headers = {
            "X-CSRFToken": self.token,
            "Content-Type": "multipart/form-data; boundary=edge" if is_file else "application/json",
            "Accept": "application/json",
        }
        data = body if is_file or body is None else json.dumps(body).encode()
        with self.opener.open(
            Request(f"{self.url}{path}", data, headers, method=method), timeout=30
        ) as answer:
            return json.loads(answer.read() or b"null")

    def save(self) -> bool:
        """Save one more view; what the visitor is told where that fails is counted."""
        self.number += 1
        name = f"view {self.number}"
        with self.counting("saved"):
            self.acknowledged[self.ask("/views", "POST", {"name": name, "address": "/explore"})["id"]] = name
            return True
        return False

    def send(self) -> None:
        """Have a file scored."""
        with self.counting("taken"):
            self.sent[self.ask("/api/v1/score", "POST", FILE)["id"]] = "waiting"

    @contextmanager
    def counting(self, done: str) -> Iterator[None]:
        """Count what is `done`, and what the visitor is told where it is not."""
        try:
            yield
        except HTTPError as error:
            self.seen[f"{error.code} {words_of(error)[:60]}"] += 1
        except (OSError, HTTPException) as error:
            self.seen[type(error).__name__] += 1
        else:
            self.seen[done] += 1

    def check(self) -> list[str]:
        """What was acknowledged and is lost; views make room for others before there are too many."""
        there = {one["id"] for one in self.ask("/views")["views"]}
        lost = [name for id, name in self.acknowledged.items() if id not in there]
        for id in self.unscored():
            told = self.ask(f"/api/v1/jobs/{id}")
            self.sent[id] = told["state"]
            if GIVEN_UP in told["error"]:
                self.sent[id] = "done"
                self.seen[GIVEN_UP] += 1
            elif told["state"] in ("failed", "cancelled"):
                lost.append(f"a file: {told['error']}")
        if len(there) > MOST_VIEWS:
            for id in there:
                self.ask(f"/views/{id}", "DELETE")
            self.acknowledged.clear()
        return lost

    def unscored(self) -> list[str]:
        """The files that were taken and of which it was not told that they are scored."""
        return [id for id, state in self.sent.items() if state != "done"]


def words_of(error: HTTPError) -> str:
    """What the visitor is told, as far as it comes."""
    try:
        told = json.loads(error.read() or b"{}")
    except (OSError, HTTPException):
        return "and no more"
    return told.get("error") or told.get("words") or ""


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def victims(server: Server, postgresql: Cluster) -> dict[str, int]:
    """The processes that may die, by what they are; a worker that is just being started again is not among them."""
    found = {"postgresql": postgresql.pid}
    for pid in children(server.pid):
        words = Path(f"/proc/{pid}/cmdline").read_text()
        if "core.worker" in words:
            found["worker"] = pid
        elif "gunicorn" in words and children(pid):
            found["web worker"] = random.choice(children(pid))
    return found


def kill(what: str, pid: int, postgresql: Cluster | None) -> None:
    """Kill a process; PostgreSQL with all that it has begun, or it could not be started again for seconds."""
    for one in [pid, *(children(pid) if what == "postgresql" else [])]:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    for _ in range(20 if what == "postgresql" else 0):
        with suppress(subprocess.CalledProcessError):
            assert postgresql
            postgresql.control("start")
            return
        time.sleep(0.1)


def round_of(
    visitor: Visitor,
    there: Mapping[str, int],
    postgresql: Cluster | None = None,
    *,
    most_seconds: float = 0.5,
) -> tuple[str, float, list[str]]:
    """Who of those that are there died, how long nothing could be saved, and what was lost."""
    done = Event()

    def go_on() -> None:
        visitor.send()
        for _ in range(15):
            if not done.is_set():
                visitor.save()

    saving = Thread(target=go_on)
    saving.start()
    what = random.choice(sorted(there))
    time.sleep(random.random() * most_seconds)
    kill(what, there[what], postgresql)
    done.set()
    saving.join()
    began = time.monotonic()
    while not visitor.save():
        if time.monotonic() - began > PATIENCE_SECONDS:
            return what, PATIENCE_SECONDS, ["everything: nothing can be saved any more"]
        time.sleep(0.05)
    return what, time.monotonic() - began, visitor.check()


def scored(visitor: Visitor) -> bool:
    """Whether all files that were taken are scored, soon enough."""
    began = time.monotonic()
    while visitor.unscored() and time.monotonic() - began < PATIENCE_SECONDS:
        time.sleep(0.1)
        if visitor.check():
            return False
    return not visitor.unscored()


def main() -> int:
    rounds, seed = (int(given) for given in [*sys.argv[1:], *("50", "1")[len(sys.argv) - 1 :]])
    random.seed(seed)
    with TemporaryDirectory(prefix="parterre-faults-") as folder, cluster() as postgresql:
        if postgresql is None:
            print("There is no PostgreSQL on this machine, so nothing was tried.")
            return 1
        settings = {"database_url": postgresql.new(), "workers": 2}
        with serving(Path(folder) / "home", web=SERVE, worker=None, **settings) as server:
            visitor = Visitor(server.url)
            visitor.sign_up()
            deaths: Counter[str] = Counter()
            longest: dict[str, float] = {}
            for number in range(rounds):
                what, seconds, lost = round_of(visitor, victims(server, postgresql), postgresql)
                deaths[what] += 1
                longest[what] = max(seconds, longest.get(what, 0.0))
                if lost:
                    print(f"Round {number}: {what} was killed, and lost: {lost}")
                    return 1
                if number % 100 == 99:
                    print(f"{number + 1} rounds", flush=True)
            if not scored(visitor):
                print(f"Files that were taken were not scored: {visitor.unscored()}")
                return 1
    print(f"{rounds} rounds, seed {seed}: nothing that was acknowledged was lost.")
    for what, count in sorted(deaths.items()):
        print(f"{what}: killed {count} times, views could be saved again after {longest[what]:.1f} s at most")
    for told, count in visitor.seen.most_common():
        print(f"{count:6} x {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
