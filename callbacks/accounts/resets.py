"""A forgotten password: a link by e-mail, the page that it leads to, and where the e-mail goes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Thread

from flask import Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import forms
from callbacks.accounts.forms import Email, Forgotten, NewPassword, is_looking, page, told
from callbacks.web import audit, hosts, sessions
from callbacks.web.guard import requires
from core.accounts.attempts import of_account, of_address
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.permissions import Action
from core.accounts.resets import GONE, MAILED_HOURS
from core.errors import AccountError, ParterreError
from core.reports import mail
from core.settings import Settings

LOG = logging.getLogger(__name__)
SENT = (
    "If there is such an account, and it has said where its e-mails go, a link is on its way there. It is good for an "
    "hour, once. Nothing has come? An administrator can make you one."
)
WORDS = (
    "Somebody, most likely you, has asked for a new password for the account {} of Parterre.",
    "Choose one here, within an hour: {}",
    "If it was not you, do nothing: the password stays what it is.",
)


def register(server: Flask, entry: Entry, settings: Settings) -> None:
    """Add /reset/<secret>, and where e-mails can be sent, /forgot and /account/email."""
    resetting = Resetting(entry, settings)
    server.extensions["resetting"] = resetting
    server.add_url_rule("/reset/<secret>", "reset", resetting.reset, methods=["GET", "POST"])
    server.add_template_global(resetting.sends, "sends_resets")
    server.add_url_rule("/forgot", "forgot", resetting.forgot, methods=["GET", "POST"])
    email = requires(Action.CHANGE_PASSWORD)(resetting.email)
    server.add_url_rule("/account/email", "account-email", email, methods=["GET", "POST"])


@dataclass(frozen=True)
class Resetting:
    """Pages for whoever has forgotten a password."""

    entry: Entry
    settings: Settings

    @property
    def smtp_url(self) -> str:
        """By what e-mails are sent; empty where none are."""
        return self.settings.smtp_url.get_secret_value() if self.settings.smtp_url else ""

    def sends(self) -> bool:
        """Whether links are sent: never by a name that a visitor could make up, which the link would lead to."""
        return bool(self.smtp_url and current_app.config["HOSTS"])

    def reset(self, secret: str) -> ResponseReturnValue:
        """Choose a new password; who has it still signs in with it, and with the second step, if that is on."""
        form = NewPassword()
        if not self.entry.is_good(secret):
            return told("This link opens nothing", GONE, status=404)
        if not form.validate_on_submit():
            return page("reset.html", form)
        try:
            user = self.entry.reset_by_link(secret, form.password.data)
        except AccountError as error:
            return page("reset.html", form.refuse(error))
        audit.told(Event.PASSWORD, user=user.username, by="link")
        return redirect("/login?why=reset")

    def forgot(self) -> Response:
        """Send a link, and say the same after the same work whether there is such an account or not."""
        if not self.sends():
            return told("Forgotten password", "An administrator can make you a link for a new one.")
        form = Forgotten()
        if not form.validate_on_submit():
            return page("forgot.html", form)
        try:
            self.entry.attempts.take("forgotten", of_address(request.remote_addr))
        except AccountError as error:
            return page("forgot.html", form.refuse(error))
        audit.told(Event.RESET_LINK, "asked")
        root = hosts.in_letters(self.settings)
        Thread(target=self.send, args=(form.username.data, root), daemon=True).start()
        return told("Look into your e-mails", SENT)

    def send(self, username: str, root: str) -> None:
        """Send a link, if there is somewhere to send it."""
        try:
            user = self.entry.users.get(username)
            if user is None or not user.active or self.entry.resets is None:
                return
            to = self.entry.resets.email(user)
            if to:
                self.entry.attempts.take("links", of_account(username))
                link = f"{root}/reset/{self.entry.resets.make(user, MAILED_HOURS)}"
                words = [one.format(part) for one, part in zip(WORDS, (user.username, link, ""), strict=True)]
                mail.send(self.smtp_url, mail.Letter(to, "A new password for Parterre", words))
        except (ParterreError, OSError) as error:
            LOG.error("No link for a new password was sent: %s", error)

    def email(self) -> ResponseReturnValue:
        """Where links are sent, which takes the password: whoever reads there can choose a new one."""
        form, user = Email(), sessions.visitor()
        if self.entry.resets is None or not self.sends():
            return told("E-mail", "This Parterre sends no links for a new password.", status=404)
        if is_looking():
            form.email.data = self.entry.resets.email(user)
        if not form.validate_on_submit():
            return page("email.html", form, user=user)
        try:
            forms.confirm(self.entry, form)
            self.entry.resets.keep_email(user, form.email.data or "")
        except AccountError as error:
            return page("email.html", form.refuse(error, Event.EMAIL), user=user)
        audit.told(Event.EMAIL)
        return redirect("/account?why=email")
