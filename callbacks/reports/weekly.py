"""Weekly reports over HTTP: asked for and stopped by their owner, and ended by whoever has the link in the e-mail."""

from __future__ import annotations

from flask import Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from callbacks.filters import address
from callbacks.reports.asking import body, checked
from callbacks.reports.story import titled
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.errors import ReportError
from core.reports.kept import FORMS
from core.reports.weekly import Weekly, WeeklyReports, unsigned
from core.services import Services

NO_SERVER = "No mail server is set here, so nothing can be sent. Ask the administrator to set SMTP_URL."
BY_SEGMENT = (
    "A weekly report can't be of segments by number, which may be others by then. Take the filter on segments away, or "
    "choose the whole segmentation."
)


def register(server: Flask, services: Services) -> None:
    """POST /weekly-reports, DELETE /weekly-reports/<id>, and /unsubscribe/<token>, which asks nobody to sign in."""

    @server.post("/weekly-reports", endpoint="weekly_ask")
    @requires(Action.VIEW)
    def ask() -> ResponseReturnValue:
        try:
            _added(services)
        except ReportError as error:
            abort(400, str(error))
        return jsonify(weekly=told(services)), 201

    @server.delete("/weekly-reports/<id>", endpoint="weekly_stop")
    @requires(Action.VIEW)
    def stop(id: str) -> ResponseReturnValue:
        if not WeeklyReports(services.database).stop(id, visitor().username):
            abort(404, "There is no such weekly report any more. Reload the page.")
        return jsonify(weekly=told(services))

    def unsubscribe(token: str) -> ResponseReturnValue:
        """Mail programs look at links: only a press of the button ends it."""
        id, weekly = unsigned(services.settings, token), WeeklyReports(services.database)
        if request.method == "POST" and id:
            weekly.stop(id)
        is_there = id is not None and weekly.find(id) is not None
        return render_template("unsubscribe.html", asks=is_there, known=id is not None)

    server.add_url_rule("/unsubscribe/<token>", "unsubscribe", unsubscribe, methods=["GET", "POST"])
    # The token in the address is the right to do it, and mail programs post there without any other.
    server.extensions["csrf"].exempt(unsubscribe)


def told(services: Services) -> list[dict[str, str]] | None:
    """The visitor's, in words; None where nothing can be sent."""
    if services.settings.smtp_url is None:
        return None
    mine = WeeklyReports(services.database).of(visitor().username, services.dataset.slug)
    return [
        {
            "id": one.id,
            "name": f"{'The whole segmentation' if one.whole else titled(services, one.page)}, {FORMS[one.form].name}",
            "words": f"Mondays at 8:00 ({one.zone}) to {one.email}.",
        }
        for one in mine
    ]


def _added(services: Services) -> Weekly:
    if services.settings.smtp_url is None:
        raise ReportError(NO_SERVER)
    wanted = checked(services, body("email", "zone"))
    if not wanted["whole"] and (
        address.names_segments(wanted["address"]) or wanted["page"].startswith("/segments/")
    ):
        raise ReportError(BY_SEGMENT)
    user = visitor().username
    made = Weekly("", services.dataset.slug, user, due=0.0, told={}, **wanted)
    return WeeklyReports(services.database).add(made)
