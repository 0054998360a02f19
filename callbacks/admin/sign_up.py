"""/admin/sign-up: who may make an account, and who needs a second step, where the operator has not said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import forms
from callbacks.accounts.forms import Sure
from callbacks.admin import frame
from callbacks.admin.frame import Section
from callbacks.web import audit, sessions
from core.accounts.audit import Event
from core.accounts.deeds import Deeds
from core.accounts.entry import Entry
from core.errors import AccountError

PATH = "/admin/sign-up"
# What a form asks, what each answer is called in it, and what stays as it is.
WORDS: Mapping[str, Mapping[str, str]] = {
    "sign-up": {
        "asks": "Who may make an account",
        "to": "choose",
        "open": "Open",
        "approval": "Admitted",
        "invited": "Invited",
        "closed": "Closed",
        "stays": "Accounts that are there stay as they are, whatever is chosen. Administrators of the machine can make "
        "accounts in any case.",
    },
    "second-step": {
        "asks": "Who needs a second step at sign-in",
        "to": "second-step",
        "own": "As each likes",
        "everybody": "Everybody",
        "stays": "Where it is everybody, whoever has no second step is signed out and sets one up when they come back. "
        "Tokens of programs stay good, and who comes by single sign-on is asked there.",
    },
}


NOT_YET = (
    "Your own second step is off. Set it up first, under Account: else whoever learns your password sets one up in your "
    "place."
)


def register(server: Flask, deeds: Deeds) -> None:
    """Add the section and its forms."""
    policy = Policy(server.extensions["entry"], deeds)
    frame.add(server, Section(PATH, "Sign-up", policy.show))
    frame.add_route(server, f"{PATH}/choose", policy.choose)
    frame.add_route(server, f"{PATH}/second-step", policy.choose_second_step)


@dataclass(frozen=True)
class Policy:
    """Who may make an account, and who needs a second step."""

    entry: Entry
    deeds: Deeds

    def show(self) -> Response:
        """What is so, and what could be."""
        return self._page(Sure())

    def choose(self) -> ResponseReturnValue:
        """Another way from now on, in every process."""
        return self._chosen(Event.POLICY, self.entry.admission.choice.choose)

    def choose_second_step(self) -> ResponseReturnValue:
        """Who needs a second step from now on; whoever chooses has one."""
        return self._chosen(Event.FACTOR_POLICY, self._second_step)

    def _second_step(self, way: str, *, by: str) -> str:
        if not self.entry.asks_code(sessions.visitor()):
            raise AccountError(NOT_YET)
        return self.deeds.choose_second_step(way, by=by)

    def _chosen(self, event: Event, choose: Callable[..., str]) -> ResponseReturnValue:
        form, way = Sure(), request.form.get("way", "")
        if not form.validate():
            return self._page(form)
        try:
            forms.confirm(self.entry, form)
            chosen = choose(way, by=sessions.visitor().username)
        except AccountError as error:
            return self._page(form.refuse(error, event))
        audit.told(event, way=chosen)
        return redirect(f"{PATH}?why=policy")

    def _page(self, form: Sure) -> Response:
        choices = (self.entry.admission.choice, self.deeds.factors.choice)
        return frame.drawn("admin_sign_up.html", form, choices=choices, words=WORDS)
