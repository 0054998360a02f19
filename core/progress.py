"""How long work tells how far it is, and learns that nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, float], None]
"""`tell(words, share)`: what is being done, and how much of all work is behind us, from 0 to 1.

Raises `Cancelled` when somebody has cancelled the job; let it pass.
"""


def with_findings(found: str, doing: str) -> str:
    """What is being done, below what has been found so far, if anything."""
    return f"{found}\n{doing}" if found else doing


def parts(words: str) -> tuple[str, str]:
    """What `with_findings` put together."""
    found, _, doing = words.rpartition("\n")
    return found, doing


class Cancelled(Exception):  # noqa: N818  # nothing went wrong: somebody asked for it
    """The work was cancelled; whoever runs it catches this."""


def silent(_words: str, _share: float) -> None:
    """Tell nobody: for work that is done outside a job."""
