"""The long work: a report that is due is made as it is asked for at a page, and sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.reports.story import story
from core.accounts.permissions import Action, may
from core.crossfilter.selection import SelectionError
from core.errors import SettingsError
from core.exports.customers import file_name
from core.progress import Tell, silent
from core.reports import mail
from core.reports.kept import FORMS
from core.reports.mail import Letter
from core.reports.story import Story
from core.reports.weekly import Weekly, WeeklyReports, signed
from core.services import Services
from core.store.times import now

COMPARED = ("Counted", "Dataset", "Model")


def send_weekly(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, str]:
    """Make and send the one that is due; called in the worker.

    Raises
    ------
    SettingsError
        If no mail server is set any more.
    ReportError
        If the mail server does not take it.
    """
    weekly, url = WeeklyReports(services.database), services.settings.smtp_url
    one = weekly.find(arguments["id"])
    if one is None:
        return {"sent": "no", "why": "stopped"}
    if not _may_see(services, one):
        weekly.stop(one.id)
        return {"sent": "no", "why": "the account may not see it any more"}
    if url is None:
        raise SettingsError("SMTP_URL is not set, so no report can be sent. Ask the administrator to set it.")
    tell("Making the report", 0.1)
    with services.read_in(one.locale):
        letter, told = _letter(services, one)
    tell("Sending it", 0.8)
    mail.send(url.get_secret_value(), letter)
    weekly.keep(one, told)
    return {"sent": "yes"}


def changed(before: Mapping[str, str], told: Mapping[str, str]) -> str:
    """What is otherwise than in the one before."""
    if not before:
        return "This is the first one: the next says what has changed."
    said = [
        f"{name}: {told[name]}; before, {before.get(name)}."
        for name in COMPARED
        if before.get(name) != told[name]
    ]
    if before["lead"] != told["lead"]:
        said.append(f"On {before['at'][:10]} it opened with: “{before['lead']}”")
    return (
        " ".join(said) or f"The customers, the segments and this sentence are those of {before['at'][:10]}."
    )


def _letter(services: Services, one: Weekly) -> tuple[Letter, dict[str, str]]:
    stop = f"{one.site}/unsubscribe/{signed(services.settings, one.id)}"
    form = FORMS[one.form]
    try:
        made = story(services, one.page, one.address, one.site, whole=one.whole)
    except SelectionError as error:
        sorry = f"Your weekly report can't be made any more: {services.numbers.told(str(error))}"
        return Letter(one.email, "Your weekly report can't be made", [sorry, one.site], stop), dict(one.told)
    told = _told(made)
    stamps = "\n".join(f"{label}: {words}" for label, words in made.stamps)
    words = [made.lead, changed(one.told, told), stamps, f"These figures: {made.link}"]
    name = file_name(made.title, told["at"][:10], ending=one.form)
    return Letter(one.email, made.title, words, stop, name, form.media, form.write(made)), told


def _told(made: Story) -> dict[str, str]:
    stamps = dict(made.stamps)
    return {"lead": made.lead, "at": now()} | {name: stamps[name] for name in COMPARED}


def _may_see(services: Services, one: Weekly) -> bool:
    owner = services.users.get(one.owner)
    return owner is not None and owner.active and may(owner.role, Action.VIEW)
