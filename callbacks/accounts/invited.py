"""/invite/<secret>: an account by an invitation, for who has its link."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import second_factor
from callbacks.accounts.forms import SignUp, page, told
from callbacks.web import sessions
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.invites import GONE
from core.errors import AccountError


def register(server: Flask, entry: Entry) -> None:
    """Add the address, which answers nobody in particular."""
    server.add_url_rule("/invite/<secret>", "invite", Invited(entry).invite, methods=["GET", "POST"])


@dataclass(frozen=True)
class Invited:
    """The page for who is invited."""

    entry: Entry

    def invite(self, secret: str) -> ResponseReturnValue:
        """Choose a username and password, and be in; looking uses nothing up, so that mail programs may."""
        if user := sessions.signed_in():
            words = f"You are signed in as {user.username}. Sign out first, if the invitation is for somebody else."
            return told("You have an account", words, status=409)
        invite = self.entry.invited(secret)
        if invite is None:
            return told("This invitation opens nothing", GONE, status=404)
        form = SignUp(asks_code=False)
        if not form.validate_on_submit():
            return page("signup.html", form, invite=invite)
        try:
            user, invite = self.entry.accept(
                secret, form.username.data, form.password.data, address=request.remote_addr
            )
        except AccountError as error:
            form.refuse(error, Event.SIGN_UP, invitation=invite.id)
            return page("signup.html", form, invite=invite)
        more = {"role": user.role.value, "invitation": invite.id}
        return second_factor.enter(self.entry, user, "/", Event.SIGN_UP, **more)
