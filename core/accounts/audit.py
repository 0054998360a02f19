"""The audit log: who came in, who was refused, and who changed or took what.

One JSON line for each event, to the logger `parterre.audit` and, whole, to `audit.log` in PARTERRE_HOME. Never a
password, and never a name that was typed and is nobody's: people type passwords there.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

AUDIT = logging.getLogger("parterre.audit")
LOG = logging.getLogger(__name__)
NAME = "audit.log"
COMMAND_LINE = "command line, uid "


class Event(StrEnum):
    """What is written down; docs/security.md says more of each."""

    SIGN_IN = "sign-in"
    SIGN_UP = "sign-up"
    SIGN_OUT = "sign-out"
    SESSION_ENDED = "session-ended"
    PASSWORD = "password"  # noqa: S105
    FACTOR = "second-factor"
    RESET_LINK = "reset-link"
    EMAIL = "reset-email"
    LINKED = "linked"
    ACCOUNT_ADDED = "account-added"
    ROLE = "role"
    STATE = "state"
    TOKEN = "token"  # noqa: S105
    SHARING = "sharing"
    PERSONAL = "personal"
    REFUSED = "refused"
    CSRF = "csrf"
    DOWNLOAD = "download"
    MODEL_LIVE = "model-live"
    MODEL_MARKED = "model-marked"
    NAMING = "naming"
    DATASET_ADDED = "dataset-added"
    DATASET_REMOVED = "dataset-removed"
    DATASET_WRITING = "dataset-writing"
    VERSION_LIVE = "version-live"
    VERSION_REMOVED = "version-removed"
    CUSTOMER_HELD = "customer-held"
    CUSTOMER_ERASED = "customer-erased"
    BACKUP = "backup"
    RESTORED = "restored"


class WholeLines(logging.Handler):
    """Appends each line by one write, so that lines of several processes never mix.

    The file is opened for every line: it can be moved away at any time, and nobody has to be told.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line; the log of the server has it as well, so a disk that is full stops nothing."""
        line = f"{self.format(record)}\n".encode()
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            LOG.error("%s can't be written: %s", self.path.name, error.strerror)


def machine_user() -> str:
    """Who acts on the command line, where nobody has signed in: a user of the machine."""
    return f"{COMMAND_LINE}{os.getuid()}"


def by_whom(who: str) -> str:
    """Who acted, within a sentence: by ada, on the command line; nothing of nobody."""
    if who.startswith(COMMAND_LINE):
        return "on the command line"
    return f"by {who}" if who else ""


def keep_in(home: Path) -> None:
    """Write to `audit.log` in `home` from now on, and nowhere else besides the log."""
    home.mkdir(parents=True, exist_ok=True)
    for handler in list(AUDIT.handlers):
        if isinstance(handler, WholeLines):
            AUDIT.removeHandler(handler)
    AUDIT.addHandler(WholeLines(home / NAME))
    AUDIT.setLevel(logging.INFO)


def record(
    event: Event,
    outcome: str = "done",
    *,
    user: str | None = None,
    address: str | None = None,
    **more: object,
) -> None:
    """Write `event` down: by whom, from where, and how it ended."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": event.value,
        "user": user,
        "address": address,
        "outcome": outcome,
    }
    AUDIT.info("%s", json.dumps(line | more, ensure_ascii=True, default=str))
