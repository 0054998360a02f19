"""The second step at sign-in: asked at the door, and at /account/factor set up, changed and turned off by its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import segno
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import forms
from callbacks.accounts.forms import ChangeFactor, Form, NewFactor, SecondStep, destination, is_looking, page
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


def enter(
    entry: Entry, user: User, to: str, event: Event = Event.SIGN_IN, **more: str
) -> ResponseReturnValue:
    """Let in who has given the password, or ask for a code first; `event` is what the audit log is told."""
    return _lead(entry.asks_more(user), user, to, event, more)


def enter_named(entry: Entry, user: User, to: str) -> ResponseReturnValue:
    """Let in whom the organisation's provider has named, which sees to second steps; one's own is asked all the same."""
    asked = entry.asks_code(user)
    return _lead(asked, user if asked else entry.came_in(user), to, Event.SIGN_IN, {})


def _lead(asked: bool, user: User, to: str, event: Event, more: Mapping[str, str]) -> ResponseReturnValue:
    if not asked or event is not Event.SIGN_IN:
        audit.told(event, user=user.username, **more)
    if asked:
        audit.told(Event.SIGN_IN, "code asked", user=user.username)
        sessions.halfway(user)
        return redirect(f"/login/code?{urlencode({'next': to})}")
    sessions.begin(user)
    return redirect(to)


def set_up_at_door(entry: Entry, factors: Factors, user: User) -> Response:
    """Set up an app, without which this account opens nothing; its first code signs in."""
    form = SecondStep()
    if is_looking():
        return page("code.html", form, **_to_scan(factors.begin(user)))
    try:
        if not form.validate():
            raise AccountError("")
        user, codes = entry.first_code(user, form.code.data)
    except AccountError as error:
        form.refuse(error, Event.FACTOR, user=user.username, done="on")
        return page("code.html", form, status=401, confirming=True)
    sessions.begin(user)
    audit.told(Event.FACTOR, user=user.username, done="on")
    audit.told(Event.SIGN_IN, user=user.username)
    return page("factor.html", form, status=200, user=user, codes=codes, kept=destination())


def _to_scan(uri: str) -> dict[str, Any]:
    """A secret as a picture, and to be typed."""
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=2, light="white")
    return {"uri": uri, "picture": picture, "secret": uri.partition("secret=")[2].partition("&")[0]}


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
        return self._page(SecondStep(formdata=None), status=200, **_to_scan(uri))

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
        """Turn it off; all other sessions end, and this one too where everybody needs one: another is set up then."""
        form = ChangeFactor()
        try:
            user = self._same(form)
        except AccountError as error:
            return self._refused(form, error, "off")
        self.factors.off(user)
        audit.told(Event.FACTOR, done="off")
        user = self.entry.end_sessions(user)
        if self.factors.demanded:
            sessions.halfway(user)
            return redirect("/login/code")
        sessions.begin(user)
        return redirect("/account?why=factor-off")

    def _same(self, form: NewFactor) -> User:
        """The user, by the password and, where the form has one, a code: a session may be somebody else's by now."""
        if not form.validate():
            raise AccountError("")
        user = forms.confirm(self.entry, form)
        if isinstance(form, ChangeFactor):
            self.entry.second_step(user, form.code.data, address=request.remote_addr)
        return user

    def _told_codes(self, form: Form, codes: list[str], done: str) -> Response:
        audit.told(Event.FACTOR, done=done)
        return self._page(form, codes=codes, status=200)

    def _refused(self, form: Form, error: AccountError, done: str) -> Response:
        form.refuse(error, Event.FACTOR, done=done)
        return self._page(form, confirming=isinstance(form, SecondStep))

    def _page(self, form: Form, *, status: int = 400, **shown: object) -> Response:
        user = sessions.visitor()
        shown |= {"user": user, "left": self.factors.left(user), "demanded": self.factors.demanded}
        return page("factor.html", form, status=status, **shown)
