"""Reports by e-mail every Monday morning: who asked for which, when the next is due, and how it is ended."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Row, delete, insert, select, update

from core.accounts.resets import EMAIL, LONGEST_EMAIL
from core.accounts.secret import session_key
from core.accounts.users import Role
from core.errors import ReportError
from core.settings import Settings, listed
from core.store.database import Database
from core.store.tables import weekly_reports as table

HOUR, MONDAY = 8, 0  # when it is sent, in the reader's own time
MOST_EACH = 10  # of one user
# Nothing that a mail header reads as a group, as encoded or as a quote, and no control characters.


@dataclass(frozen=True)
class Weekly:
    """A report that is sent every week."""

    id: str
    dataset: str  # slug
    owner: str  # who asked for it: it is sent for as long as they may see the dataset
    email: str
    # What is told of and how, as in a report that is made at once.
    page: str
    address: str
    form: str
    whole: bool
    locale: str
    site: str  # where Parterre is, for links
    zone: str  # in which Monday begins
    due: float  # when the next is sent; seconds since 1970
    told: Mapping[str, str]  # what the last one said, to say what has changed
    model: str = ""  # key of the model whose segments the page and its address name
    confirmed: bool = False  # whether the owner has shown that they read what comes there

    def may_go(self, role: Role, settings: Settings) -> bool:
        """Whether figures may be sent there: to the owner, or by an administrator within the house's own domains."""
        domain = self.email.rpartition("@")[2].casefold()
        ours = {one.casefold() for one in listed(settings.mail_domains)}
        return self.confirmed or (role is Role.ADMINISTRATOR and domain in ours)


def next_monday(now: float, zone: str) -> float:
    """The next Monday morning in that time zone, whatever the clocks do meanwhile.

    Raises ReportError if there is no such zone.
    """
    try:
        here = datetime.fromtimestamp(now, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ReportError(f"Found the time zone {zone[:40]!r}. Expected one such as Europe/Berlin.") from None
    morning = here.replace(hour=HOUR, minute=0, second=0, microsecond=0, fold=0)
    morning += timedelta(days=(MONDAY - here.weekday()) % 7)
    return (morning if morning > here else morning + timedelta(days=7)).timestamp()


@dataclass(frozen=True)
class WeeklyReports:
    """Those of all datasets."""

    database: Database

    def add(self, wanted: Weekly) -> Weekly:
        """Send a report from next Monday on; the same one again is the one that is there.

        Raises ReportError if the address is none, or the owner has too many.
        """
        if len(wanted.email) > LONGEST_EMAIL or not EMAIL.fullmatch(wanted.email):
            raise ReportError(
                f"Found {wanted.email[:80]!r}. Expected an e-mail address such as ada@example.com."
            )
        made = replace(wanted, id=secrets.token_urlsafe(18), due=next_monday(time.time(), wanted.zone))
        with self.database.changing("weekly_reports") as connection:
            own = select(table).where(table.c.owner == made.owner)
            known = [_weekly(row) for row in connection.execute(own)]
            if same := next((one for one in known if _what(one) == _what(made)), None):
                return same
            made = replace(made, confirmed=any(one.confirmed and one.email == made.email for one in known))
            if len(known) >= MOST_EACH:
                raise ReportError(
                    f"Found {MOST_EACH} weekly reports of yours, which is the most. Stop one first."
                )
            connection.execute(insert(table), _row(made))
        return made

    def of(self, owner: str, dataset: str) -> list[Weekly]:
        """A user's, about a dataset."""
        with self.database.reading() as connection:
            own = (
                select(table).where(table.c.owner == owner, table.c.dataset == dataset).order_by(table.c.due)
            )
            return [_weekly(row) for row in connection.execute(own)]

    def find(self, id: object) -> Weekly | None:
        """The one of that id, if it has not been stopped."""
        row = self.database.row(select(table).where(table.c.id == str(id)))
        return None if row is None else _weekly(row)

    def take_due(self, now: float) -> list[Weekly]:
        """Those whose time has come; of many workers that ask one gets each."""
        due = map(_weekly, self.database.rows(select(table).where(table.c.due <= now)))
        return [one for one in due if self._moved(one, now)]

    def confirm(self, one: Weekly) -> None:
        """The owner reads what comes there: so does whatever else of theirs goes there."""
        same = (table.c.owner == one.owner) & (table.c.email == one.email)
        self.database.change(update(table).where(same).values(confirmed=1), "weekly_reports")

    def keep(self, one: Weekly, told: Mapping[str, str]) -> None:
        """What was said last, and of which segments the next will be."""
        next_one = {
            "page": one.page,
            "address": one.address,
            "model": one.model,
            "told": json.dumps(dict(told)),
        }
        self.database.change(update(table).where(table.c.id == one.id).values(next_one), "weekly_reports")

    def stop(self, id: str, owner: str | None = None) -> bool:
        """Send it no more; whether there was one, of that owner unless the link is known."""
        own = table.c.id == id if owner is None else (table.c.id == id) & (table.c.owner == owner)
        return self.database.change(delete(table).where(own), "weekly_reports") > 0

    def _moved(self, one: Weekly, now: float) -> bool:
        same = (table.c.id == one.id) & (table.c.due == one.due)
        with self.database.changing("weekly_reports") as connection:
            to = update(table).where(same).values(due=next_monday(now, one.zone))
            return connection.execute(to).rowcount > 0


ENDS, CONFIRMS = "parterre.weekly", "parterre.weekly.confirm"  # what a link does, for whoever has it


def signed(settings: Settings, id: str, does: str = ENDS) -> str:
    """What stands in a link for a weekly report."""
    return str(_signer(settings, does).dumps(id))


def unsigned(settings: Settings, token: str, does: str = ENDS) -> str | None:
    """The id in a link of ours that does this; None if it is none."""
    try:
        return str(_signer(settings, does).loads(token))
    except BadSignature:
        return None


def _signer(settings: Settings, does: str) -> URLSafeSerializer:
    return URLSafeSerializer(session_key(settings), salt=does)


def _what(one: Weekly) -> tuple[object, ...]:
    return one.dataset, one.email, one.page, one.address, one.form, one.whole


def _row(one: Weekly) -> dict[str, Any]:
    told = json.dumps(dict(one.told))
    return asdict(one) | {"whole": int(one.whole), "confirmed": int(one.confirmed), "told": told}


def _weekly(row: Row[Any]) -> Weekly:
    read = {"whole": bool(row.whole), "confirmed": bool(row.confirmed), "told": json.loads(row.told)}
    return Weekly(**(dict(row._mapping) | read))
