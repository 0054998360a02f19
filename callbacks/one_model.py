"""One model for each request: who switches it meanwhile does not mix two in one answer."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, g

from core.segments.live import Live


def register(server: Flask, live: Live) -> None:
    """Serve each request from first to last with the model that was live when it first asked."""

    @server.before_request
    def pin() -> None:
        g.pinned = ExitStack()
        g.pinned.enter_context(live.pinned())

    @server.teardown_request
    def let_go(_error: BaseException | None) -> None:
        pinned: ExitStack | None = g.pop("pinned", None)
        if pinned is not None:
            pinned.close()
