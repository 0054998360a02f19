"""A virus scanner as far as files are sent to it: clamd's INSTREAM, with its test file in the place of all viruses."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Asked(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(size)
            if len(content) > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(content)
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextmanager
def clamd(path: str = "", *, most: int = 25_000_000) -> Iterator[tuple[str, list[bytes]]]:
    """One that takes files of so many bytes, at `path` or at a port; its address, and what it has seen."""
    kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
    with kind(path or ("127.0.0.1", 0), _Asked) as server:
        server.daemon_threads, server.most, server.seen = True, most, []
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"unix://{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"
        try:
            yield address, server.seen
        finally:
            server.shutdown()
