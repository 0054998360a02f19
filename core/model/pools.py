"""Threads that libraries of numbers begin by themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

import sklearn.cluster  # noqa: F401, what it counts with is looked for below
from threadpoolctl import ThreadpoolController


def one_thread(user_api: str | None = None) -> Any:
    """A block in which they begin none; of "openmp" or "blas" alone, if said.

    Which libraries there are is looked up once: `threadpoolctl.threadpool_limits` reads it off the process each time, 4 ms.
    """
    return _libraries().limit(limits=1, user_api=user_api)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
