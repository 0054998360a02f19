"""Answers compressed on their way: scripts and styles once for each worker, what is computed each time."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from flask import Flask, Request, Response, request
from flask_compress import Compress

from callbacks.web.caching import STATIC

# Not text/html: our pages hold a token beside words that an address brings, and the length of the two
# compressed together would tell about the token (BREACH; Gluck, Harris and Prado 2013).
COMPRESSED = ["application/javascript", "text/javascript", "text/css", "application/json", "image/svg+xml"]
KEPT = 160  # files: twice what all pages ask for; addresses of files carry fingerprints that anybody can vary


class Kept:
    """The latest compressed files by algorithm and path; what has no path here is kept by nobody."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """The file of that key, if it is kept."""
        with self._lock:
            return self._files.get(key)

    def set(self, key: str, content: bytes) -> None:
        """Keep a file, and let the oldest go where there are too many."""
        if key.endswith(";"):
            return
        with self._lock:
            self._files[key] = content
            while len(self._files) > KEPT:
                self._files.popitem(last=False)


def register(server: Flask) -> None:
    """Compress what answers of `server` hold, where the browser takes it; files are read whole for that."""
    server.config.update(
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=6,
        COMPRESS_STREAMS=False,
        COMPRESS_CACHE_BACKEND=Kept,
        COMPRESS_CACHE_KEY=_key,
    )
    Compress(server)
    server.after_request(_whole)


def _key(asked: Request) -> str:
    return asked.path if asked.endpoint in STATIC else ""


def _whole(response: Response) -> Response:
    if request.endpoint in STATIC and response.status_code == 200 and response.mimetype in COMPRESSED:
        response.direct_passthrough = False
        response.get_data()
        response.close()  # the file; what was read of it stays
    return response
