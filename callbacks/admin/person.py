"""/admin/people/<username>: one account, and what administrators do with it; each takes their own password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import forms
from callbacks.accounts.forms import Sure, here
from callbacks.admin import frame
from callbacks.admin.people import Titles, standings_of
from callbacks.web import audit, sessions
from core.accounts import sharing
from core.accounts.access import Access
from core.accounts.audit import Event
from core.accounts.deeds import WRITTEN, Deed, Deeds
from core.accounts.entry import Entry
from core.accounts.people import Person, people
from core.accounts.permissions import Standing
from core.accounts.resets import HOURS
from core.accounts.tokens import Tokens
from core.accounts.users import Role, User
from core.errors import AccountError

PATH = "/admin/people/<username>"
LINK = "reset-link"
WORDS: Mapping[str, str] = {
    Deed.ADMINISTRATOR: "Make administrator",
    Deed.ORDINARY: "Make ordinary",
    Deed.DISABLE: "Disable",
    Deed.ENABLE: "Enable",
    Deed.END_SESSIONS: "End all sessions",
    Deed.RESET_FACTOR: "Reset second step",
    Deed.REVOKE_TOKENS: "Revoke all tokens",
    LINK: "Link for a new password",
    Deed.REMOVE: "Remove the account",
}


def register(server: Flask, access: Access, deeds: Deeds, titles: Titles) -> None:
    """Add the page and its forms to `server`."""
    page = OnePerson(server.extensions["entry"], deeds, access, titles)
    frame.add_route(server, PATH, page.show, methods=("GET",))
    frame.add_route(server, f"{PATH}/do", page.do)
    frame.add_route(server, f"{PATH}/datasets", page.share)


@dataclass(frozen=True)
class OnePerson:
    """One account, for administrators."""

    entry: Entry
    deeds: Deeds
    access: Access
    titles: Titles

    def show(self, username: str) -> Response:
        """What is known of it, and what there is to do."""
        return self._page(username, Sure())

    def do(self, username: str) -> ResponseReturnValue:
        """One thing with it, once the administrator has said who they are again."""
        form, asked = Sure(), request.form.get("do", "")
        if asked not in WORDS:
            abort(400, f"Found {asked[:20]!r}. Expected one of {', '.join(WORDS)}.")
        user = self._person(username).user
        event, more = (Event.RESET_LINK, {}) if asked == LINK else WRITTEN[Deed(asked)]
        try:
            if not form.validate():
                return self._page(username, form)
            forms.confirm(self.entry, form)
            answer = self._link(user) if asked == LINK else self._done(Deed(asked), user)
        except AccountError as error:
            return self._page(username, form.refuse(error, event, account=user.username, **more))
        return answer

    def share(self, username: str) -> ResponseReturnValue:
        """Give the account the roles of the form; what the form does not say stays."""
        person = self._person(username)
        own = self.access.members.given(person.user.key)
        for slug, word in standings_of(self.titles()).items():
            if word != own.get(slug, Standing.NONE).word:
                sharing.share(self.access, slug, person.user.username, word, by=sessions.visitor())
        return redirect(f"/admin/people/{person.user.username}?why=shared")

    def _done(self, deed: Deed, user: User) -> ResponseReturnValue:
        event, more = WRITTEN[deed]
        by = sessions.visitor()
        after = self.deeds.do(deed, user.username)
        audit.told(event, user=by.username, account=user.username, **more)
        if by.key != user.key:
            gone = deed is Deed.REMOVE
            return redirect(f"/admin?why={deed}" if gone else f"/admin/people/{user.username}?why={deed}")
        if deed in (Deed.REMOVE, Deed.DISABLE):
            sessions.end()
            return redirect("/login?why=signed-out")
        sessions.begin(after)
        return redirect(f"/account?why={deed}")

    def _link(self, user: User) -> Response:
        if not user.active or self.entry.resets is None:
            raise AccountError(f"{user.username} can't sign in. Enable the account first.")
        secret = self.entry.resets.make(user)
        audit.told(Event.RESET_LINK, account=user.username)
        return self._page(user.username, Sure(), link=f"{here()}/reset/{secret}", status=200)

    def _person(self, username: str) -> Person:
        found = [
            one for one in people(self.access, self.deeds.database) if one.user.key == username.casefold()
        ]
        return found[0] if found else abort(404, f"There is no account named {username[:64]}.")

    def _page(self, username: str, form: Sure, *, link: str = "", status: int = 400) -> Response:
        person = self._person(username)
        tokens = [one for one in Tokens(self.deeds.database).all(person.user) if one.state == "good"]
        shown = {
            "person": person,
            "kept": sessions.kept().of(person.user),
            "titles": self.titles(),
            "own": self.access.members.given(person.user.key),
            "tokens": tokens,
            "deeds": _possible(person, has_tokens=bool(tokens)),
            "link": link,
            "hours": HOURS,
        }
        return frame.drawn("admin_person.html", form, status=status, **shown)


def _possible(person: Person, *, has_tokens: bool) -> dict[str, str]:
    """What makes a difference, and what its button says; the least grave first."""
    user = person.user
    deeds = [
        LINK if user.active else Deed.ENABLE,
        Deed.END_SESSIONS,
        *([Deed.RESET_FACTOR] if person.asks_code else []),
        *([Deed.REVOKE_TOKENS] if has_tokens else []),
        Deed.ORDINARY if user.role is Role.ADMINISTRATOR else Deed.ADMINISTRATOR,
        *([Deed.DISABLE] if user.active else []),
    ]
    return {
        deed: "Admit" if user.state == "waiting" and deed is Deed.ENABLE else WORDS[deed] for deed in deeds
    }
