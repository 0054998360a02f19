"""/admin/invitations: links by which somebody makes an account, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from callbacks.accounts import forms
from callbacks.accounts.forms import Sure, here
from callbacks.accounts.resets import Resetting
from callbacks.admin import frame
from callbacks.admin.frame import Section
from callbacks.admin.people import Titles, standings_of
from callbacks.web import audit, sessions
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.invites import DAYS, Invite, Invites
from core.accounts.members import EVERYBODY, Members
from core.accounts.permissions import GIVEN, Standing
from core.accounts.resets import EMAIL
from core.accounts.users import Role
from core.errors import AccountError, ParterreError
from core.reports import mail

PATH = "/admin/invitations"
STANDINGS = {one.word: one for one in GIVEN}
WORDS = (
    "{} invites you to Parterre.",
    "Choose a username and password here, once, within {} days: {}",
    "If you don't expect this, do nothing.",
)


class NewInvite(Sure):
    """Whom it is for, and what they will be."""

    whom = StringField(
        "For whom",
        [InputRequired("Say whom it is for.")],
        render_kw={"autocomplete": "off", "maxlength": 254},
    )
    role = SelectField(
        "Role",
        choices=[
            SelectChoice(value="viewer", label="Ordinary"),
            SelectChoice(value="administrator", label="Administrator"),
        ],
    )
    days = IntegerField("Days that it is good", [InputRequired("Say how many days.")], default=DAYS)


def register(server: Flask, invites: Invites, titles: Titles) -> None:
    """Add the section and its forms."""
    page = Invitations(server.extensions["entry"], invites, titles, server.extensions["resetting"])
    frame.add(server, Section(PATH, "Invitations", page.listed))
    frame.add_route(server, f"{PATH}/make", page.make)
    frame.add_route(server, f"{PATH}/revoke", page.revoke)


@dataclass(frozen=True)
class Invitations:
    """Those that are open, and new ones."""

    entry: Entry
    invites: Invites
    titles: Titles
    letters: Resetting

    def listed(self) -> Response:
        """Those that still open something, and a form for one more."""
        return self._page(NewInvite())

    def make(self) -> Response:
        """A new one, whose link is shown once, and sent where it is for an e-mail address."""
        form = NewInvite()
        if not form.validate():
            return self._page(form)
        try:
            forms.confirm(self.entry, form)
            if self.entry.admission.way == "closed":
                raise AccountError(
                    "Sign-up is closed, so an invitation would open nothing. Change that at Sign-up."
                )
            words = standings_of(self.titles()).items()
            given = {slug: STANDINGS[word] for slug, word in words if word != Standing.NONE.word}
            secret, invite = self.invites.make(
                form.whom.data, Role(form.role.data), given, by=sessions.visitor(), days=form.days.data
            )
        except AccountError as error:
            return self._page(form.refuse(error, Event.INVITATION))
        audit.told(Event.INVITATION, "made", invitation=invite.id, role=invite.role.value)
        link = f"{here()}/invite/{secret}"
        return self._page(NewInvite(formdata=None), link=link, sent=self._sent(invite, link), status=200)

    def revoke(self) -> ResponseReturnValue:
        """Take one back, at once; one that is gone already is no mistake."""
        try:
            invite = self.invites.revoke(request.form.get("id", ""))
        except AccountError as error:
            return self._page(NewInvite(formdata=None).refuse(error))
        audit.told(Event.INVITATION, "revoked", invitation=invite.id)
        return redirect(f"{PATH}?why=invitation")

    def _sent(self, invite: Invite, link: str) -> str:
        """What became of the e-mail, in a sentence."""
        if not (self.letters.sends() and EMAIL.fullmatch(invite.whom)):
            return f"Hand it to {invite.whom} yourself."
        days = round((invite.expires - invite.created) / (24 * 3600))
        filled = [
            one.format(*part) for one, part in zip(WORDS, ((invite.who,), (days, link), ()), strict=True)
        ]
        try:
            mail.send(self.letters.smtp_url, mail.Letter(invite.whom, "An invitation to Parterre", filled))
        except ParterreError as error:
            return f"{error} Hand the link to {invite.whom} yourself."
        return f"It was sent to {invite.whom}."

    def _page(self, form: NewInvite, *, link: str = "", sent: str = "", status: int = 400) -> Response:
        titles, everybody = self.titles(), Members(self.invites.database).given(EVERYBODY)
        rows = [(one, _what(one, titles)) for one in self.invites.all()]
        shown = {
            "rows": rows,
            "titles": titles,
            "everybody": everybody,
            "link": link,
            "sent": sent,
            "sends": self.letters.sends(),
        }
        return frame.drawn("admin_invitations.html", form, status=status, **shown)


def _what(invite: Invite, titles: Mapping[str, str]) -> str:
    """What somebody will be who takes it."""
    named = [f"{titles[slug]} ({one.word})" for slug, one in invite.standings.items() if slug in titles]
    role = "administrator" if invite.role is Role.ADMINISTRATOR else "ordinary account"
    return ", ".join([role, *named])
