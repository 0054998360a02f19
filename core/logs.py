"""What is written down of what happens: when, where and what kind, never whose."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from types import TracebackType


class Discreet(logging.Formatter):
    """Lines with the time in UTC; of an error, where it came from and its kind.

    Its message is left out: libraries quote the value that they stumble over, which is a customer's.
    """

    converter = time.gmtime  # type: ignore[assignment]  # its stub wants an argument that may be left out
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d+00:00"

    def formatException(  # noqa: N802  # the name that logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
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


def our_fault(log: logging.Logger, what: str, error: Exception) -> str:
    """Write down what went wrong, and say it by a reference to that."""
    reference = secrets.token_hex(4)
    log.error("%s failed, reference %s", what, reference, exc_info=error)
    return (
        "That did not work, and it is our fault. Try again; if it happens again, give your administrator the reference "
        f"{reference}."
    )


def begin(level: str) -> None:
    """Write what is at least as serious as `level`, unless somebody has said already how."""
    if logging.getLogger().handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
