"""The long work: a report that is due is made as it is asked for at a page, and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from callbacks.frame import older
from callbacks.reports.story import story
from core.accounts.permissions import Action
from core.crossfilter.selection import SelectionError
from core.errors import ModelError, ReportError, SettingsError
from core.exports.customers import file_name
from core.progress import Tell, silent
from core.reports import kept, mail
from core.reports.kept import FORMS, Moment
from core.reports.mail import Letter
from core.reports.story import Story, apart
from core.reports.weekly import CONFIRMS, Weekly, WeeklyReports, signed
from core.services import Services
from core.store.times import now

COMPARED = ("Counted", "Dataset", "Model")


def send_weekly(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, str]:
    """Make and send the one that is due; called in the worker.

    Raises SettingsError if no mail server is set any more; ReportError if the mail server does not take it, or a
    customer is erased meanwhile.
    """
    weekly, url = WeeklyReports(services.database), services.settings.smtp_url
    one = weekly.find(arguments["id"])
    if one is None:
        return {"sent": "no", "why": "stopped"}
    owner = services.users.get(one.owner)
    if owner is None or not services.access.may(one.owner, Action.VIEW, one.dataset):
        weekly.stop(one.id)
        return {"sent": "no", "why": "the account may not see it any more"}
    if url is None:
        raise SettingsError("SMTP_URL is not set, so no report can be sent. Ask the administrator to set it.")
    if arguments.get("asks"):
        mail.send(url.get_secret_value(), _question(services, one))
        return {"sent": "yes", "why": "to ask whether it may be"}
    if not one.may_go(owner.role, services.settings):
        return {"sent": "no", "why": "the address is not confirmed"}
    begun = Moment.now(services)
    tell("Making the report", 0.1)
    with services.read_in(one.locale):
        letter, after = _letter(services, one)
    tell("Sending it", 0.8)
    begun.check()
    mail.send(url.get_secret_value(), letter)
    weekly.keep(after, after.told)
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


def _question(services: Services, one: Weekly) -> Letter:
    """Asks whoever reads what comes there whether they are who asked for it; no figure is in it."""
    link = f"{one.site}/weekly-reports/confirm/{signed(services.settings, one.id, CONFIRMS)}"
    words = [
        f"The account {one.owner} at {one.site} asked for a weekly report to be sent to this address.",
        f"If that is you, sign in and open this link: {link}",
        "If not, do nothing: nothing will be sent.",
    ]
    return Letter(one.email, "Is this your address?", words, _ends(services, one))


def _letter(services: Services, one: Weekly) -> tuple[Letter, Weekly]:
    """What is sent, and the report as the next one is asked for: of the segments that went on from those it names."""
    stop, form = _ends(services, one), FORMS[one.form]
    try:
        now_of = older.followed(services, one.model, one.page, one.address)
        if now_of is None:
            raise ReportError("Most customers of a segment that it names went different ways")
        page, address = now_of
        made = story(services, page, address, one.site, whole=one.whole)
    except (SelectionError, ModelError, ReportError) as error:
        sorry = f"Your weekly report can't be made any more: {services.numbers.told(str(error))}"
        return Letter(one.email, "Your weekly report can't be made", [sorry, one.site], stop), one
    told = _told(made)
    stamps = "\n".join(f"{label}: {words}" for label, words in made.stamps)
    words = [*map(apart, (made.lead, changed(one.told, told), stamps)), f"These figures: {made.link}"]
    name = file_name(made.title, told["at"][:10], ending=one.form)
    after = replace(one, page=page, address=address, model=services.model.card.key, told=told)
    return Letter(one.email, made.title, words, stop, name, form.media, form.write(made)), after


def _ends(services: Services, one: Weekly) -> str:
    return f"{one.site}/unsubscribe/{signed(services.settings, one.id)}"


def _told(made: Story) -> dict[str, str]:
    stamps = dict(made.stamps)
    return {"lead": made.lead, "at": now()} | {name: stamps[name] for name in COMPARED}


def make_report(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, str]:
    """Make the report that was asked for; called in the worker.

    Raises SelectionError if what it is about is not there any more; NoRoomError if the disk has no room for it;
    ReportError if a customer is erased meanwhile.
    """
    begun = kept.Moment.now(services)
    tell("Counting what the pages count", 0.1)
    with services.read_in(arguments["locale"]):
        told = story(
            services, arguments["page"], arguments["address"], arguments["site"], whole=arguments["whole"]
        )
    tell("Setting it in type", 0.5)
    return {"id": kept.keep(services, told, arguments["form"], owner=arguments["by"], begun=begun).id}
