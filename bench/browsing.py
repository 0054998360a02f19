"""Somebody at a browser, for benches: cookies, and a connection that is kept."""

from __future__ import annotations

import json
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


def encoded(what: object) -> bytes:
    return json.dumps(what).encode()
