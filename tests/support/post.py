"""A mail server of the tests' own, and what it has taken."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from queue import Queue

import pytest
from aiosmtpd.controller import Controller


class Box:
    """What a mail server has taken."""

    def __init__(self) -> None:
        self.letters: list = []
        self.to: list[str] = []
        self.came: Queue = Queue()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # as aiosmtpd calls it
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.to += envelope.rcpt_tos
        self.came.put(self.letters[-1])
        return "250 OK"


class OnFreePort(Controller):
    """Of port 0 only the socket knows which it became."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def post():
    """A mail server of this machine, and its box."""
    box = Box()
    controller = OnFreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    yield box, f"smtp://127.0.0.1:{controller.port}?from=parterre@example.com"
    controller.stop()
