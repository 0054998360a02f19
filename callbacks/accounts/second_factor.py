"""/account/factor: a second step at sign-in, set up, changed and turned off by its owner."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from callbacks.accounts import step_up
from callbacks.accounts.forms import ChangeFactor, NewFactor, SecondStep, outcome, page
from callbacks.web import audit, sessions
from callbacks.web.guard import requires
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.factors import Factors
from core.accounts.permissions import Action
from core.accounts.users import User
from core.errors import AccountError

PATH = "/account/factor"


def register(server: Flask, entry: Entry) -> None:
    """Add the page and its forms; each change asks for the password again."""
    if entry.factors is None:
        return
    own, mine = SecondFactor(entry, entry.factors), requires(Action.CHANGE_PASSWORD)
    server.add_url_rule(PATH, "factor", mine(own.show), methods=["GET"])
    server.add_url_rule(f"{PATH}/begin", "factor-begin", mine(own.begin), methods=["POST"])
    server.add_url_rule(f"{PATH}/confirm", "factor-confirm", mine(own.confirm), methods=["POST"])
    server.add_url_rule(f"{PATH}/codes", "factor-codes", mine(own.renew), methods=["POST"])
    server.add_url_rule(f"{PATH}/off", "factor-off", mine(own.off), methods=["POST"])


@dataclass(frozen=True)
class SecondFactor:
    """The second factor of whoever asks."""

    entry: Entry
    factors: Factors

    def show(self) -> Response:
        """What there is, and what it takes to change it."""
        user = sessions.visitor()
        return self._page(ChangeFactor() if self.factors.is_on(user) else NewFactor())

    def begin(self) -> Response:
        """Show a new secret once, to whoever knows the password."""
        form = NewFactor()
        try:
            user = self._same(form)
            uri = self.factors.begin(user)
        except AccountError as error:
            return self._refused(form, error, "begin")
        picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=2, light="white")
        secret = uri.partition("secret=")[2].partition("&")[0]
        return self._page(SecondStep(formdata=None), picture=picture, secret=secret, status=200)

    def confirm(self) -> Response:
        """Turn it on by a code of the app; all other sessions end."""
        form, user = SecondStep(), sessions.visitor()
        try:
            codes = self.factors.confirm(user, form.code.data or "")
        except AccountError as error:
            return self._refused(form, error, "on")
        sessions.begin(self.entry.end_sessions(user))
        return self._told_codes(form, codes, "on")

    def renew(self) -> Response:
        """New recovery codes; the old ones open nothing any more."""
        form = ChangeFactor()
        try:
            user = self._same(form)
        except AccountError as error:
            return self._refused(form, error, "codes")
        return self._told_codes(form, self.factors.renew(user), "codes")

    def off(self) -> ResponseReturnValue:
        """Turn it off; all other sessions end."""
        form = ChangeFactor()
        try:
            user = self._same(form)
        except AccountError as error:
            return self._refused(form, error, "off")
        self.factors.off(user)
        sessions.begin(self.entry.end_sessions(user))
        audit.told(Event.FACTOR, done="off")
        return redirect("/account?why=factor-off")

    def _same(self, form: NewFactor) -> User:
        """The user, by the password and, where the form has one, a code: a session may be somebody else's by now."""
        if not form.validate():
            raise AccountError("")
        user = step_up.confirm(self.entry, form)
        if isinstance(form, ChangeFactor):
            self.entry.second_step(user, form.code.data, address=request.remote_addr)
        return user

    def _told_codes(self, form: FlaskForm, codes: list[str], done: str) -> Response:
        audit.told(Event.FACTOR, done=done)
        return self._page(form, codes=codes, status=200)

    def _refused(self, form: FlaskForm, error: AccountError, done: str) -> Response:
        audit.told(Event.FACTOR, outcome(error), done=done)
        return self._page(form, error if str(error) else None, confirming=isinstance(form, SecondStep))

    def _page(
        self, form: FlaskForm, error: AccountError | None = None, *, status: int = 400, **shown: object
    ) -> Response:
        user = sessions.visitor()
        shown |= {"user": user, "left": self.factors.left(user)}
        return page("factor.html", form, error, status=status, **shown)
