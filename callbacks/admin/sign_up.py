"""/admin/sign-up: who may make an account, where the operator has not said so."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import step_up
from callbacks.accounts.forms import outcome
from callbacks.accounts.step_up import Sure
from callbacks.admin import frame
from callbacks.admin.frame import Section
from callbacks.web import audit, sessions
from core.accounts.admission import PINNED, WAYS
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.errors import AccountError

PATH = "/admin/sign-up"


def register(server: Flask) -> None:
    """Add the section and its form."""
    policy = Policy(server.extensions["entry"])
    frame.add(server, Section(PATH, "Sign-up", policy.show))
    frame.add_route(server, f"{PATH}/choose", policy.choose)


@dataclass(frozen=True)
class Policy:
    """Who may make an account."""

    entry: Entry

    def show(self) -> Response:
        """What is so, and what could be."""
        return self._page(Sure())

    def choose(self) -> ResponseReturnValue:
        """Another way from now on, in every process."""
        form, way = Sure(), request.form.get("way", "")
        if not form.validate():
            return self._page(form)
        try:
            step_up.confirm(self.entry, form)
            chosen = self.entry.admission.choose(way, by=sessions.visitor().username)
        except AccountError as error:
            audit.told(Event.POLICY, outcome(error))
            return self._page(form, error)
        audit.told(Event.POLICY, way=chosen)
        return redirect(f"{PATH}?why=policy")

    def _page(self, form: Sure, error: AccountError | None = None) -> Response:
        admission = self.entry.admission
        pinned = "" if admission.database else PINNED.format(admission.usual)
        return frame.drawn("admin_sign_up.html", form, error, ways=WAYS, way=admission.way, pinned=pinned)
