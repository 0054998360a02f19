"""The forms of the sign-in pages: labels, and what is checked before the accounts are asked."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField  # type: ignore[import-untyped]
from wtforms.validators import EqualTo, InputRequired, Length  # type: ignore[import-untyped]

from core.accounts.passwords import LONGEST


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def _username() -> StringField:
    return StringField(
        "Username",
        [
            InputRequired("Enter your username."),
            Length(max=LONGEST, message="This is too long for a username."),
        ],
        filters=[_stripped],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _password(label: str, complaint: str, autocomplete: str) -> PasswordField:
    return PasswordField(label, [InputRequired(complaint)], render_kw={"autocomplete": autocomplete})


def _repeated(complaint: str) -> PasswordField:
    return PasswordField(
        "Repeat password",
        [InputRequired(complaint), EqualTo("password", "The two passwords differ.")],
        render_kw={"autocomplete": "new-password"},
    )


class SignIn(FlaskForm):
    """Username and password."""

    username = _username()
    password = _password("Password", "Enter your password.", "current-password")


class SignUp(FlaskForm):
    """A new account; the password twice, for nobody sees what is typed."""

    username = _username()
    password = _password("Password", "Choose a password.", "new-password")
    repeat = _repeated("Repeat the password.")


class ChangePassword(FlaskForm):
    """The current password, and twice the new one."""

    current = _password("Current password", "Enter your current password.", "current-password")
    password = _password("New password", "Choose a new password.", "new-password")
    repeat = _repeated("Repeat the new password.")
