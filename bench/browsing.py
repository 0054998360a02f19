"""Somebody at a browser, for benches: cookies, and a connection that is kept."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    status_code: int
    location: str
    data: bytes

    @property
    def json(self) -> object:
        return json.loads(self.data)

    @property
    def text(self) -> str:
        return self.data.decode(errors="replace")


@dataclass
class Browser:
    """What `Visitor` asks of Flask's client, over a connection that is kept; each comes from an address of its own."""

    url: str
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    line: HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self.ask("GET", path, None, {})

    def post(
        self, path: str, *, data: dict | None = None, json: object = None, headers: dict | None = None
    ) -> Answer:
        kind = "application/json" if data is None else "application/x-www-form-urlencoded"
        body = encoded(json) if data is None else urlencode(data).encode()
        return self.ask("POST", path, body, {"Content-Type": kind, **(headers or {})})

    def get_cookie(self, name: str) -> object:
        value = self.cookies.get(name)
        return None if value is None else type("Cookie", (), {"decoded_value": value})

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Asked again, as browsers do, where a connection that was kept turns out to be closed."""
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        told |= {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "http", **headers}
        was_kept = self.line is not None
        try:
            return self._once(method, path, body, told)
        except (HTTPException, OSError):
            self.line = None
            if not was_kept:
                raise
            return self._once(method, path, body, told)

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.line is None:
            self.line = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        self.line.request(method, path, body, headers)
        answer: HTTPResponse = self.line.getresponse()
        for given in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = Answer(answer.status, answer.headers.get("Location") or "", answer.read())
        if answer.will_close:
            self.line = None
        return found


class Wire:
    """A connection of a browser that posts the same kind of question again and again, for a processor that is shared.

    Of what comes back only the length, the status and new cookies are read.
    """

    LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)

    def __init__(self, browser: Browser, path: str, headers: dict[str, str]) -> None:
        self.browser, self.first, self.headers = browser, f"POST {path} HTTP/1.1", headers
        self.line: socket.socket | None = None
        self.head = b""

    def post(self, body: bytes) -> tuple[int, bytes]:
        """The status, and the answer as it came; raises OSError where the connection is closed."""
        try:
            return self._posted(body)
        except OSError:
            self.line = None
            raise

    def _posted(self, body: bytes) -> tuple[int, bytes]:
        if self.line is None:
            self._begin()
        assert self.line is not None
        self.line.sendall(b"%b%d\r\n\r\n%b" % (self.head, len(body), body))
        data = self._more(b"")
        while (end := data.find(b"\r\n\r\n")) < 0:
            data = self._more(data)
        found = self.LENGTH.search(data, 0, end + 2)
        whole = end + 4 + int(found[1] if found else 0)
        while len(data) < whole:
            data = self._more(data)
        if b"\r\nSet-Cookie: " in data[:end]:
            self._take(data[:end].decode("latin-1"))
        return int(data[9:12]), data[end + 4 :]

    def _more(self, data: bytes) -> bytes:
        came = self.line.recv(1 << 18)  # type: ignore[union-attr]
        if not came:
            raise ConnectionResetError("closed in the middle of an answer")
        return data + came

    def _begin(self) -> None:
        at = urlsplit(self.browser.url)
        self.line = socket.create_connection((at.hostname, at.port), timeout=30)
        self.head = self._heading()

    def _heading(self) -> bytes:
        browser = self.browser
        told = {"Host": urlsplit(browser.url).netloc, "X-Forwarded-For": browser.address}
        told |= {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
        lines = [self.first, *(f"{name}: {value}" for name, value in (told | self.headers).items())]
        return "\r\n".join([*lines, "Content-Length: "]).encode()

    def _take(self, head: str) -> None:
        self.browser.cookies |= dict(re.findall(r"\r\nSet-Cookie: ([^=;\r]*)=([^;\r]*)", head))
        self.head = self._heading()


def encoded(what: object) -> bytes:
    return json.dumps(what).encode()
