"""What is written down of what happens: when, where and what kind, never whose."""

from __future__ import annotations

import json
import logging
import secrets
import time
import traceback
from contextvars import ContextVar
from logging.config import dictConfig
from types import TracebackType
from typing import Any

# The request that this is done for, also in the worker.
REQUEST: ContextVar[str] = ContextVar("parterre_request", default="")


class Discreet(logging.Formatter):
    """Lines with the time in UTC and the request, if there is one; of an error, where it came from and its kind.

    Its message is left out: libraries quote the value that they stumble over, which is a customer's.
    """

    converter = time.gmtime  # type: ignore[assignment]  # its stub wants an argument that may be left out
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d+00:00"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(request)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        record.request = f" [{REQUEST.get()}]" if REQUEST.get() else ""
        return super().format(record)

    def formatException(  # noqa: N802  # the name that logging calls
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The lines that led to the error, and to what caused it."""
        error, lines = ei[1], []
        while error is not None:
            lines += [
                *traceback.format_tb(error.__traceback__),
                f"{type(error).__module__}.{type(error).__name__}",
            ]
            error = error.__cause__ or error.__context__
        return "\n".join(line.rstrip("\n") for line in lines)


class AsJson(Discreet):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "request": REQUEST.get() or None,
            "message": record.getMessage(),
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None})


def our_fault(log: logging.Logger, what: str, error: BaseException) -> str:
    """Write down what went wrong, and say it by a reference to that."""
    reference = secrets.token_hex(4)
    log.error("%s failed, reference %s", what, reference, exc_info=error)
    return (
        "That did not work, and it is our fault. Try again; if it happens again, give your administrator the reference "
        f"{reference}."
    )


def begin(level: str, *, as_json: bool) -> None:
    """Write what is at least as serious as `level`, unless somebody has said already how."""
    if not logging.getLogger().handlers:
        dictConfig(config(level, as_json=as_json))


def config(level: str, *, as_json: bool) -> dict[str, Any]:
    """The same for who configures logging itself, as gunicorn does: its lines are like ours."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": AsJson if as_json else Discreet}},
        "handlers": {"ours": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"level": level, "handlers": ["ours"]},
        "loggers": {
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            "alembic": {"level": "WARNING"},  # a line for each step; what was brought up is said once
        },
    }
