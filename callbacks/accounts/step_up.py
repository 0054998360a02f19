"""Step-up: before something of weight, who is signed in says once more who they are."""

from __future__ import annotations

import time
from typing import Any

from flask import current_app, request, session
from flask_wtf import FlaskForm

from callbacks.accounts.forms import password_field
from callbacks.web import devices, sessions
from core.accounts.entry import Entry
from core.accounts.users import User

FRESH_SECONDS = 600  # after a sign-in at the organisation, which is no password of ours


class Sure(FlaskForm):
    """The password again, of those who have one here."""

    current = password_field("Your password", "Enter your password.", "current-password")

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if not asks_password():
            del self.current


def asks_password() -> bool:
    """Whether the password is asked: not of who has come in by the organisation's provider just now."""
    known = current_app.extensions.get("identities")
    is_fresh = 0 <= time.time() - session.get(sessions.BEGAN, 0) < FRESH_SECONDS
    return not (is_fresh and known and known.has(sessions.visitor()))


def confirm(entry: Entry, form: FlaskForm) -> User:
    """The user, by the password of the form, if it asks for one; raises AccountError (`field` "current") if it is wrong."""
    user = sessions.visitor()
    if "current" not in form:
        return user
    known = devices.known(user.username)
    return entry.confirm(user.username, form["current"].data, address=request.remote_addr, device=known)
