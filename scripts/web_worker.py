"""Gunicorn's threaded worker, whose threads never wait for a browser.

Its own reads requests in threads, without a deadline: eight that are not finished stop the server. Here the
poller gathers a request, head and body, until it is whole, and sends what is left of an answer; a thread has
it in between. What does not get on is closed, and where there are too many connections, who waits longest.
"""

from __future__ import annotations

import errno
import json
import re
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from gunicorn.http import get_parser, wsgi
from gunicorn.http.body import LengthReader
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from callbacks.web.ahead import ASKS
from callbacks.web.guard import UPDATE
from callbacks.web.meter import METER
from core.settings import load
from core.store.files import has_room
from scripts.gathering import BLOCK, Gathering, Line, patience
from scripts.turns import Turns

wsgi.SERVER = "Parterre"  # which server it is, and so what is known of it, is nobody's business
LINGER_SECONDS = 2.0
SILENT_SECONDS = 1.0
HEAD_START_SECONDS = 0.002  # browsers keep connections: whoever has most of them would be asked most for good
MOST_GATHERED = (
    400_000_000  # bytes of large bodies on their way to one process, or one file as large as may be
)
DOORS = 2  # threads: while the password of one is hashed, the other reads or answers
MOST_EACH = 3  # such bodies of one user
NOTHING = (0, "")
_DOORS = re.compile(rb"/(login|signup|forgot|reset|invite|account|admin)\b")
_MANY = "Other files of yours are still being sent. Wait until they have arrived, then try again."
_LATE = "This took too long to arrive. Check the connection, and try again."
_LONG = "What the browser sent along is too long. Delete the cookies of this address, and try again."
_FULL = (
    "Too much is being sent at the moment, or the disk is full. Try again in a minute; if it lasts, tell the "
    "administrator."
)


class Connection(TConn):
    """A connection, what it is doing, and until when it may."""

    sock: Line

    def __init__(self, cfg: Any, line: Line, client: Any, server: Any) -> None:
        super().__init__(cfg, line, client, server)
        self.initialized = self.data_ready = True  # nothing is left for a thread to read
        self.keeps = self.is_told_to_go_on = False
        self.begin(patience(0))

    @property
    def is_idle(self) -> bool:
        """Whether nothing of a request has come."""
        return not self.gathering.received

    def is_silent(self, now: float) -> bool:
        """Whether nothing has come though there was time."""
        return self.is_idle and now - self.began > SILENT_SECONDS

    def begin(self, seconds: float, surplus: bytes = b"") -> None:
        """Wait so long for a request, of which `surplus` has come already."""
        self.gathering = Gathering(self.cfg.tmp_upload_dir)
        self.is_told_to_go_on = False
        self.began = time.monotonic()
        self.due = self.began + seconds
        if surplus:
            self.take(surplus)

    def take(self, data: bytes) -> None:
        """Add what came; the deadline of a request begins with its first byte."""
        if self.is_idle:
            self.began = time.monotonic()
        self.gathering.take(data)
        self.due = self.began + patience(self.gathering.received)

    def is_in_step(self) -> bool:
        """Whether it is certain where the request ended that was answered, so that another can follow."""
        one = self.gathering
        return not one.is_cut and not one.ran_out and not self.parser.unreader.buf.getvalue()


class PatientWorker(ThreadWorker):
    """Threads for requests that are whole; a poller for all that waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[Connection, None] = {}
        self.large: dict[Connection, tuple[int, str]] = {}  # bodies on their way: how large, and whose
        self.most = MOST_GATHERED

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse to start with what can't be served."""
        if cfg.is_ssl:
            raise SystemExit(
                "Parterre can't start. Found a certificate. Expected a proxy that ends TLS: let one stand in front."
            )
        super().check_config(cfg, log)

    def init_process(self) -> None:
        """Have a folder for large bodies."""
        if self.cfg.tmp_upload_dir:
            Path(self.cfg.tmp_upload_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.most = max(MOST_GATHERED, (load().max_file_mb + 2) * 1_000_000)
        METER.connected(0)
        self.doors = ThreadPoolExecutor(DOORS, "door")
        self.turns = Turns()
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its request without a thread; who has more than others lets them go first."""
        if METER.is_fuller(self.nr_conns):
            time.sleep(HEAD_START_SECONDS)
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
            return
        conn = Connection(self.cfg, Line.of(accepted), client, listener.getsockname())
        self._count(1)
        self._go_on(conn)

    def enqueue_req(self, conn: Connection) -> None:
        """Give a whole request to a thread; those who would come in wait for one another, and nobody for them."""
        conn.parser = get_parser(self.cfg, conn.gathering.blocks(), conn.client)
        threads = self.doors if is_at_the_door(conn.gathering.head) else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(lambda each: self.method_queue.defer(self.finish_request, conn, each))

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request; one that is cut short is the last on its connection."""
        req._expected_100_continue = False  # the poller has said it
        if conn.gathering.is_cut:
            req.force_close()
        # Where the parser sees the same end.
        reader = req.body.reader
        if isinstance(reader, LengthReader) and (body := conn.gathering.body_of(reader.length)):
            req.body = body
        with self.turns.one() if req.path.endswith(UPDATE) else nullcontext():
            return super().handle_request(req, conn)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        """Take over what a thread leaves: the rest of an answer, and perhaps a connection to keep."""
        went_well = not fs.cancelled() and fs.exception() is None and bool(fs.result())
        conn.keeps = went_well and conn.is_in_step()
        self._release(conn)
        self._flush(conn)

    def murder_pending(self) -> None:
        """Close what does not get on, and make room where there is none."""
        now = time.monotonic()
        for conn in [one for one in self.waiting if one.due < now or self._is_spare(one, now)]:
            if conn.is_idle or conn.gathering.is_whole:
                self._drop(conn)
            else:
                self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT, _LATE)
        while self.nr_conns >= self.worker_connections and self._make_room():
            continue

    def _is_spare(self, conn: Connection, now: float) -> bool:
        return not self.alive and conn.is_idle and now - conn.began > STOP_KEEPALIVE_LINGER

    def _make_room(self) -> bool:
        """Close who waits longest, best one that is silent, last who was allowed to send much; False if nobody waits."""
        if not self.waiting:
            return False
        now = time.monotonic()
        # A newcomer has had no time to send anything: closed first, many unfinished requests would keep everybody out.
        self._drop(min(self.waiting, key=lambda one: (one in self.large, not one.is_silent(now), one.began)))
        return True

    def _wait(self, conn: Connection, event: int, then: Callable[[Connection], None]) -> None:
        """Have `then` called when something happens, unless it has been closed by then."""
        self.waiting[conn] = None
        self.poller.register(conn.sock, event, lambda _: then(conn) if conn in self.waiting else None)

    def _stop_waiting(self, conn: Connection) -> None:
        if conn in self.waiting:
            del self.waiting[conn]
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(conn.sock)

    def _go_on(self, conn: Connection) -> None:
        """Do what the request needs next, as far as it has come."""
        one = conn.gathering
        if one.is_cut and not one.head:
            self._refuse(conn, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _LONG)
        elif one.asks:
            self._stop_waiting(conn)
            asked = self.tpool.submit(self._ask, conn)
            asked.add_done_callback(lambda done: self.method_queue.defer(self._answered, conn, done))
        elif one.is_whole:
            self._stop_waiting(conn)
            self.enqueue_req(conn)
        else:
            if one.expects and not conn.is_told_to_go_on:
                conn.is_told_to_go_on = True
                with suppress(OSError):
                    conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            if conn not in self.waiting:
                self._wait(conn, selectors.EVENT_READ, self._read)

    def _read(self, conn: Connection) -> None:
        data = received(conn.sock)
        if data == b"":
            self._drop(conn)
        elif data:
            try:
                conn.take(data)
            except OSError as error:
                self.log.error("A request can't be kept while it comes in: %s", error)
                self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE, _FULL)
            else:
                self._go_on(conn)

    def _ask(self, conn: Connection) -> tuple[int, str]:
        """How large a body the app would read, and whose it is: asked with the head alone, in a thread."""
        request = next(get_parser(self.cfg, iter([conn.gathering.head]), conn.client))
        request._expected_100_continue = False
        _, environ = wsgi.create(request, conn.sock, conn.client, conn.server, self.cfg)
        rooms: list[tuple[int, str]] = []
        answer = self.wsgi(environ | {ASKS: rooms.append}, lambda *_: None)
        if hasattr(answer, "close"):
            answer.close()
        return max(rooms, default=NOTHING)

    def _answered(self, conn: Connection, asked: Future[tuple[int, str]]) -> None:
        """Receive the rest, or let the app refuse it."""
        room, who = NOTHING if asked.cancelled() or asked.exception() else asked.result()
        conn.gathering.allow(room)
        needed = 0 if conn.gathering.is_cut else conn.gathering.wants or room
        if needed and [owner for _, owner in self.large.values()].count(who) >= MOST_EACH:
            self._refuse(conn, HTTPStatus.TOO_MANY_REQUESTS, _MANY)
            return
        if not self._reserve(conn, needed, who):
            self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE, _FULL)
            return
        conn.began = time.monotonic()
        conn.due = conn.began + patience(0)
        self._go_on(conn)

    def _reserve(self, conn: Connection, size: int, who: str) -> bool:
        """Whether there is room for so much more."""
        held = sum(size for size, _ in self.large.values())
        if size and (held + size > self.most or not has_room(self.cfg.tmp_upload_dir, size)):
            return False
        if size:
            self.large[conn] = size, who
        return True

    def _release(self, conn: Connection) -> None:
        self.large.pop(conn, None)

    def _refuse(self, conn: Connection, status: HTTPStatus, words: str) -> None:
        """Answer from here, and close."""
        METER.answered("unread", status, time.monotonic() - conn.began)
        self._stop_waiting(conn)
        self._release(conn)
        conn.gathering.cut()
        conn.keeps = False
        with suppress(OSError):
            conn.sock.sendall(refusal(status, words))
        self._flush(conn)

    def _flush(self, conn: Connection) -> None:
        """Send what is left of an answer; what comes then, when that is all."""
        try:
            is_sent = conn.sock.flush()
        except (OSError, ValueError):
            self._drop(conn)
            return
        if is_sent:
            self._stop_waiting(conn)
            self._after(conn)
        elif conn not in self.waiting:
            conn.due = time.monotonic() + patience(len(conn.sock.unsent))
            self._wait(conn, selectors.EVENT_WRITE, self._flush)

    def _after(self, conn: Connection) -> None:
        conn.gathering.close()
        if conn.keeps:
            conn.begin(self.cfg.keepalive, conn.gathering.surplus)
            self._go_on(conn)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        # Closed at once, what is still coming in would make the other side lose the answer (RFC 9112, 9.6).
        conn.due = time.monotonic() + LINGER_SECONDS
        self._wait(conn, selectors.EVENT_READ, self._discard)

    def _discard(self, conn: Connection) -> None:
        if received(conn.sock) == b"":
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        self._release(conn)
        conn.gathering.close()
        self._count(-1)
        conn.close()

    def _count(self, more: int) -> None:
        self.nr_conns += more
        METER.connected(self.nr_conns)


def is_at_the_door(head: bytes) -> bool:
    """Whether a request may have a password hashed, which is what floods of guesses cost."""
    method, _, rest = head.lstrip().partition(b" ")
    return method == b"POST" and bool(_DOORS.search(unquote_to_bytes(rest.partition(b" ")[0])))


def received(line: Line) -> bytes | None:
    """What has come; nothing when the other side is gone, None when there is only no more yet."""
    try:
        return line.recv(BLOCK)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


def refusal(status: HTTPStatus, words: str) -> bytes:
    """A whole answer, for what never reaches the app."""
    content = json.dumps({"error": words}).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nRetry-After: 60\r\n"
        f"Content-Type: application/json\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
