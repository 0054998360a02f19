"""One's own account: the password, and the browsers that are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import second_factor
from callbacks.accounts.forms import ChangePassword, page
from callbacks.web import audit, devices, reader, sessions
from callbacks.web.guard import requires
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.permissions import Action
from core.accounts.sessions import Sessions
from core.accounts.users import User
from core.datasets.writing import locales
from core.errors import AccountError
from core.settings import Settings


def register(server: Flask, entry: Entry, kept: Sessions, settings: Settings) -> None:
    """Add the pages of one's own account to `server`."""
    own = Own(entry, kept, settings)
    mine = requires(Action.CHANGE_PASSWORD)
    server.add_url_rule("/account", "account", mine(own.account), methods=["GET", "POST"])
    server.add_url_rule("/account/sessions", "account-sessions", mine(own.end), methods=["POST"])
    server.add_url_rule("/account/numbers", "account-numbers", mine(own.numbers), methods=["POST"])
    second_factor.register(server, entry)
    server.add_template_global(lambda seconds: datetime.fromtimestamp(seconds, UTC), "utc")


@dataclass(frozen=True)
class Own:
    """The pages of the account of whoever asks."""

    entry: Entry
    kept: Sessions
    settings: Settings

    def account(self) -> ResponseReturnValue:
        """Who the user is, and a new password; this session goes on, all others end."""
        form = ChangePassword()
        user = sessions.visitor()
        if not form.validate_on_submit():
            return self._page(form, user)
        try:
            changed = self.entry.change_password(
                user.username,
                form.current.data,
                form.password.data,
                address=request.remote_addr,
                device=devices.known(user.username),
            )
        except AccountError as error:
            return self._page(form.refuse(error, Event.PASSWORD), user)
        sessions.begin(changed)
        audit.told(Event.PASSWORD)
        return redirect("/account?why=password")

    def end(self) -> ResponseReturnValue:
        """End one of the user's sessions, or all but this one."""
        user, id = sessions.visitor(), request.form.get("id")
        if id is None:
            sessions.begin(self.entry.end_sessions(user))
        elif not self.kept.end(user, id):
            abort(404)
        audit.told(Event.SESSION_ENDED, sessions="all others" if id is None else "one")
        return redirect("/account?why=ended")

    def numbers(self) -> ResponseReturnValue:
        """Write numbers as the form says, in this browser."""
        response = make_response(redirect("/account?why=numbers"))
        reader.choose(response, request.form.get("locale", ""))
        return response

    def _page(self, form: ChangePassword, user: User) -> Response:
        kept, asks_code = self.kept.of(user), self.entry.asks_code(user)
        shown = {"sessions": kept, "asks_code": asks_code, "user": user, "this": sessions.this()}
        shown |= {"locales": locales(), "locale": reader.chosen(), "of_house": self.settings.locale}
        return page("account.html", form, **shown)  # type: ignore[arg-type]  # none is the status
