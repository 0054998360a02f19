"""Weekly reports over HTTP: asked for and stopped by their owner, and ended by whoever has the link in the e-mail."""

from __future__ import annotations

from flask import Flask, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from callbacks.frame import older
from callbacks.reports.story import as_shown, body, checked, titled
from callbacks.web import audit, hosts
from callbacks.web.sessions import visitor
from core.accounts.attempts import Attempts, of_account
from core.accounts.audit import Event
from core.errors import ModelError, ReportError
from core.reports.kept import FORMS
from core.reports.weekly import CONFIRMS, Weekly, WeeklyReports, unsigned
from core.services import Services

NO_SERVER = "No mail server is set here, so nothing can be sent. Ask the administrator to set SMTP_URL."

NO_NAME = (
    "No names are set that this Parterre goes by, so nobody can be asked whether the address is theirs. Ask the "
    "administrator to set PARTERRE_HOSTS."
)


def register(server: Flask, services: Services) -> None:
    """Let /unsubscribe/<token> end one, which asks nobody to sign in."""

    def unsubscribe(token: str) -> ResponseReturnValue:
        return _unsubscribe(services, token)

    server.add_url_rule("/unsubscribe/<token>", "unsubscribe", unsubscribe, methods=["GET", "POST"])
    # The token in the address is the right to do it, and mail programs post there without any other.
    server.extensions["csrf"].exempt(unsubscribe)


def ask(services: Services) -> ResponseReturnValue:
    """Send what the page shows every week from now on."""
    _added(services)
    return jsonify(weekly=told(services)), 201


def stop(services: Services, id: str) -> ResponseReturnValue:
    """Send it no more."""
    if not WeeklyReports(services.database).stop(id, visitor().username):
        abort(404, "There is no such weekly report any more. Reload the page.")
    audit.told(Event.REPORT, "weekly ended")
    return jsonify(weekly=told(services))


def confirm(services: Services, token: str) -> ResponseReturnValue:
    """Who opens the link that was sent there, signed in as who asked, reads what comes there."""
    weekly = WeeklyReports(services.database)
    one = weekly.find(unsigned(services.settings, token, CONFIRMS))
    if one is None or one.owner != visitor().username:
        abort(404, "This link confirms nothing for this account. Sign in as who asked for the report.")
    weekly.confirm(one)
    return render_template("unsubscribe.html", confirmed=one.email)


def _unsubscribe(services: Services, token: str) -> ResponseReturnValue:
    """Mail programs look at links: only a press of the button ends it."""
    id, weekly = unsigned(services.settings, token), WeeklyReports(services.database)
    if request.method == "POST" and id:
        weekly.stop(id)
        audit.told(Event.REPORT, "weekly ended", by="link")
    is_there = id is not None and weekly.find(id) is not None
    return render_template("unsubscribe.html", asks=is_there, known=id is not None)


def told(services: Services) -> list[dict[str, str]] | None:
    """The visitor's, in words; None where nothing can be sent."""
    if services.settings.smtp_url is None:
        return None
    mine = WeeklyReports(services.database).of(visitor().username, services.dataset.slug)
    return [
        {
            "id": one.id,
            "name": f"{_named(services, one)}, {FORMS[one.form].name}",
            "words": f"Mondays at 8:00 ({one.zone}) to {one.email}{_still(services, one)}.",
        }
        for one in mine
    ]


def _named(services: Services, one: Weekly) -> str:
    if one.whole:
        return "The whole segmentation"
    try:
        now = older.followed(services, one.model, one.page, one.address)
    except ModelError:
        now = None
    return titled(services, now[0]) if now else "A segment that is there no more"


def _still(services: Services, one: Weekly) -> str:
    may = one.may_go(visitor().role, services.settings)
    return "" if may else ", once you have opened the link that was sent there"


def _added(services: Services) -> Weekly:
    """The one that is asked for; the address is asked first unless it is known to be the visitor's, or the house's."""
    if services.settings.smtp_url is None:
        raise ReportError(NO_SERVER)
    given, user = body("email", "zone"), visitor()
    with as_shown(services, given["address"]):
        wanted = checked(services, given) | {"model": services.model.card.key}
    wanted |= {"site": hosts.in_letters(services.settings, below=True)}
    made = Weekly("", services.dataset.slug, user.username, due=0.0, told={}, **wanted)
    one = WeeklyReports(services.database).add(made)
    asks = not one.may_go(user.role, services.settings)
    if asks:
        _refuse_nameless(services, one)
    audit.told(Event.REPORT, "weekly begun", page=one.page, form=one.form, email=one.email)
    if asks:
        attempts = Attempts(services.database)
        attempts.take("letter", user.key)
        attempts.take("mailbox", of_account(one.email))
        services.jobs.submit("weekly-report", {"id": one.id, "asks": True}, one.owner, anew=True)
    return one


def _refuse_nameless(services: Services, one: Weekly) -> None:
    """Send no stranger a link where any name is answered: who asks would say where it leads."""
    if not current_app.config["HOSTS"]:
        WeeklyReports(services.database).stop(one.id)
        raise ReportError(NO_NAME)
