"""The audit log: who came in, who was refused, and who changed or took what.

Each event is an entry of the chain in the database (core/store/chain.py) and a JSON line of the logger
`parterre.audit`. Never a password, a token or a value of a customer, and never a name that was typed and is nobody's:
people type passwords there.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from core.errors import StoreError
from core.settings import Settings
from core.store import chain
from core.store.chain import Chain, End, Search
from core.store.database import Database

AUDIT = logging.getLogger("parterre.audit")
LOG = logging.getLogger(__name__)
HEAD = "audit_head"
COMMAND_LINE = "command line, uid "
REFUSALS = ("refused", "locked out", "asked", "403")
MOST_REFUSALS = 100  # of one event that are kept in a minute: who has no account can cause them
WATCHED = (
    *(
        "env",
        "accounts",
        "admits",
        "second_step",
        "viewers_export",
        "hosts",
        "proxies",
        "session_hours",
        "session_days",
        "mcp",
    ),
    *("oidc_issuer", "oidc_admitted", "oidc_administrators", "mail_domains"),
)
# From which address what is done now was asked for; of the worker and the command line none.
ADDRESS: ContextVar[str] = ContextVar("parterre_audit_address", default="")
_CALLED = {
    "csrf": "form without its token",
    "refused": "asked for what the role may not",
    "model-live": "made a model live",
    "model-marked": "noted or retired a model",
    "scored-back": "wrote segments into the warehouse",
    "naming": "named a segment",
    "personal": "marked personal columns",
    "dataset-writing": "chose currency or language",
    "version-live": "made a version live",
    "customer-held": "took a customer's data",
    "customer-erased": "erased a customer",
    "job-cancelled": "cancelled a calculation",
}


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
    ACCOUNT_REMOVED = "account-removed"
    INVITATION = "invitation"
    POLICY = "sign-up-policy"
    FACTOR_POLICY = "second-factor-policy"
    ROLE = "role"
    STATE = "state"
    TOKEN = "token"  # noqa: S105
    SHARING = "sharing"
    PERSONAL = "personal"
    REFUSED = "refused"
    CSRF = "csrf"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    REPORT = "report"
    MODEL_LIVE = "model-live"
    MODEL_MARKED = "model-marked"
    NAMING = "naming"
    DATASET_ADDED = "dataset-added"
    SCORED_BACK = "scored-back"
    DATASET_REMOVED = "dataset-removed"
    DATASET_WRITING = "dataset-writing"
    VERSION_LIVE = "version-live"
    VERSION_REMOVED = "version-removed"
    CUSTOMER_HELD = "customer-held"
    CUSTOMER_ERASED = "customer-erased"
    JOB_CANCELLED = "job-cancelled"
    SETTINGS = "settings"
    BACKUP = "backup"
    RESTORED = "restored"
    AUDIT_EXPORTED = "audit-exported"
    FORGOTTEN = chain.FORGOTTEN


class Kept(logging.Handler):
    """Adds each line to the chain, and says in the line where it stands there; a database that is away stops nothing."""

    def __init__(self, database: Database, head: Path) -> None:
        super().__init__()
        self.chain, self.head = Chain(database), head

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is told; the log of the server has it as well."""
        line = dict(record.__dict__["line"])
        try:
            if row := self._row(line):
                end = self.chain.add([row])
                line |= {"number": end.number, "hash": end.hash}
                self._note(end)
        except (StoreError, DBAPIError, OSError) as error:
            LOG.error("The audit log can't be written: %s", type(error).__name__)
        record.args = (json.dumps(line, default=str),)

    def _note(self, end: End) -> None:
        """Overwrite, in one write of always as many bytes, where the chain ends; a moment behind is well enough."""
        descriptor = os.open(self.head, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{end.number:012}:{end.hash}\n".encode())
        finally:
            os.close(descriptor)

    def _row(self, line: dict[str, object]) -> dict[str, str] | None:
        """The entry; none where there were too many refusals, of which the last one says so."""
        if line["outcome"] in REFUSALS:
            minute = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="milliseconds")
            more = self.chain.refused_since(str(line["event"]), REFUSALS, minute)
            if more >= MOST_REFUSALS:
                return None
            if more == MOST_REFUSALS - 1:
                line["more"] = "not written down until a minute has passed"
        return row_of(line)


def note_settings(database: Database, settings: Settings) -> None:
    """Write down who may come in and what they may do, as the environment says it, where that has changed."""
    said = {name: getattr(settings, name) for name in WATCHED}
    said["oidc_issuer"] = settings.oidc_issuer.rpartition("@")[2]
    last = Chain(database).found(Search(event=(Event.SETTINGS,)), most=1)
    if not last or last[0].told != said:
        record(Event.SETTINGS, by=machine_user(), **said)


def words_of(event: str) -> str:
    """What an event is called for people: as its name says, or better."""
    return _CALLED.get(event, event.replace("-", " "))


def machine_user() -> str:
    """Who acts on the command line, where nobody has signed in: a user of the machine."""
    return f"{COMMAND_LINE}{os.getuid()}"


def by_whom(who: str) -> str:
    """Who acted, within a sentence: by ada, on the command line; nothing of nobody."""
    if who.startswith(COMMAND_LINE):
        return "on the command line"
    return f"by {who}" if who else ""


def keep_in(database: Database, home: Path) -> None:
    """Keep entries in `database` from now on, and nowhere else besides the log."""
    for handler in list(AUDIT.handlers):
        if isinstance(handler, Kept):
            AUDIT.removeHandler(handler)
    AUDIT.addHandler(Kept(database, home / HEAD))
    AUDIT.setLevel(logging.INFO)


def forget(log: Chain, before: date, *, by: str) -> int:
    """Take away the entries of the days before one; how many. An entry says up to where, which the rest begins after."""

    def said(end: End) -> Mapping[str, str]:
        return row_of(_line(Event.FORGOTTEN, "done", by, {"through": end.number, "hash": end.hash}))

    return log.forget(before, said)


def record(event: Event, outcome: str = "done", *, user: str | None = None, **more: object) -> None:
    """Write `event` down: by whom, from where, how it ended, and what it was done to.

    `by` is who acted where nobody is signed in. What is None is left out.
    """
    who = user or more.pop("by", None) or ""
    line = _line(event, outcome, str(who), more)
    AUDIT.info("%s", json.dumps(line, default=str), extra={"line": line})


def _line(event: Event, outcome: str, who: str, more: Mapping[str, object]) -> dict[str, object]:
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event.value}
    line |= {"user": who, "address": ADDRESS.get(), "outcome": outcome}
    return line | {name: value for name, value in more.items() if value is not None}


def row_of(line: Mapping[str, Any]) -> dict[str, str]:
    """The columns of an entry that tells a line."""
    told = dict(line)
    row = {"at": told.pop("time"), "who": told.pop("user", None) or told.pop("by", None) or ""}
    row |= {name: told.pop(name, None) or "" for name in ("event", "outcome", "address")}
    row["told"] = json.dumps(told, ensure_ascii=False, default=str)
    return {name: str(value).encode("utf-8", "replace").decode() for name, value in row.items()}


def known_end(home: Path) -> End | None:
    """Where the chain ended when an entry was written last, as a file beside the database has it."""
    try:
        number, _, digest = (home / HEAD).read_text().partition(":")
        return End(int(number), digest.strip())
    except (OSError, ValueError):
        return None
