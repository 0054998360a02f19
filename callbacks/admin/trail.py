"""/admin/audit: the audit log, searched, held to its chain, and taken along."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, g, request, session
from flask.typing import ResponseReturnValue

from callbacks.accounts.forms import Form
from callbacks.admin import frame
from callbacks.admin.frame import Section
from callbacks.audit import lines_of, words_of
from core.accounts import audit
from core.accounts.audit import Event
from core.errors import AccountError
from core.store.chain import Chain, End, Search
from core.store.database import Database

PATH = "/admin/audit"
MOST = 100  # that one page lists
CHECKED = 20_000  # in one request, which takes less than a second; the page goes on by itself
GOES_ON = "audit_checked"
LONGEST = 100  # characters of what is searched for


def register(server: Flask, database: Database, home: Path) -> None:
    """Add the section, and the file of what it finds."""
    chain = Chain(database)
    frame.add(server, Section(PATH, "Audit log", lambda: _shown(chain, home)))
    frame.add_route(server, f"{PATH}.csv", lambda: _file(chain), methods=("GET",))


def _shown(chain: Chain, home: Path) -> Response:
    """What is searched for, the newest first; on request, whether the chain is whole."""
    search, wrong = _search()
    before = request.args.get("before", 0, type=int)
    entries = chain.found(search, before=before, most=MOST + 1)
    asked = {name: value for name, value in request.args.items() if name not in ("before", "check")}
    older = urlencode(asked | {"before": str(entries[MOST - 1].number)}) if len(entries) > MOST else ""
    lead, goes_on = _checked(chain, home) if "check" in request.args else (_lead(chain), False)
    shown = frame.drawn(
        "admin_audit.html",
        Form().refuse(wrong) if wrong else None,
        entries=[(one, datetime.fromisoformat(one.at).timestamp(), words_of(one)) for one in entries[:MOST]],
        events=[(one.value, audit.words_of(one.value)) for one in Event],
        called=audit.words_of,
        search=search,
        older=older,
        query=urlencode(asked),
        lead=lead,
    )
    if goes_on:
        shown.headers["Refresh"] = f"0; url={request.script_root}{PATH}?{urlencode(asked | {'check': 'on'})}"
    return shown


def _search() -> tuple[Search, AccountError | None]:
    """What the address asks for, and what is wrong with it."""
    wrong = None
    days: list[date | None] = []
    for name in ("since", "until"):
        try:
            days.append(date.fromisoformat(request.args.get(name, "") or "0001-01-01"))
        except ValueError:
            wrong = AccountError(f"Found {request.args[name][:20]!r}. Expected a day, as 2026-01-31.")
            days.append(None)
    since, until = (None if day == date.min else day for day in days)
    who, what = (request.args.get(name, "").strip()[:LONGEST] for name in ("who", "what"))
    events = tuple(one for one in request.args.getlist("event") if one in [*Event])
    return Search(who, events, what, since, until), wrong


def _lead(chain: Chain) -> str:
    count = chain.end().number
    return f"{g.numbers.many(count, 'entry has', 'entries have')} been written."


def _checked(chain: Chain, home: Path) -> tuple[str, bool]:
    """What the chain was found to be, and whether there is more to look at: from where is nothing that a link may say."""
    kept = session.pop(GOES_ON, None)
    after = End(*kept) if kept and request.args["check"] == "on" else None
    verified = chain.verify(audit.known_end(home), after=after, most=CHECKED)
    entries = g.numbers.many(verified.entries, "entry", "entries")
    if verified.broken is not None:
        return f"The log is broken at entry {g.numbers.whole(verified.broken)}. {verified.how}", False
    if verified.to_come:
        session[GOES_ON] = [verified.end.number, verified.end.hash]
        return f"So far: {entries}, each as it was written. The others are being looked at.", True
    return f"The log is whole: {entries}, each as it was written.", False


def _file(chain: Chain) -> ResponseReturnValue:
    """All that is found, as it is read: a file of any length takes no memory."""
    search, wrong = _search()
    if wrong:
        return Response(str(wrong), 400, mimetype="text/plain")
    lines = lines_of(chain.each(search))
    named = {"Content-Disposition": "attachment; filename=audit-log.csv"}
    return Response(lines, mimetype="text/csv", headers=named)
