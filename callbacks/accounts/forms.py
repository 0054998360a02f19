"""The forms of the sign-in pages: labels, and what is checked before the accounts are asked."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from core.accounts.passwords import LONGEST, check_password
from core.accounts.users import check_username
from core.errors import AccountError

# A keyboard may send an accent as a character of its own, so what is typed can be longer than the password.
LONGEST_TYPED = 4 * LONGEST


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def _not_too_long(what: str) -> Length:
    return Length(max=LONGEST_TYPED, message=f"This is too long for a {what}.")


def _username() -> StringField:
    return StringField(
        "Username",
        [InputRequired("Enter your username."), _not_too_long("username")],
        filters=[_stripped],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _password(label: str, complaint: str, autocomplete: str) -> PasswordField:
    return PasswordField(
        label, [InputRequired(complaint), _not_too_long("password")], render_kw={"autocomplete": autocomplete}
    )


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

    code = StringField(
        "Code",
        [InputRequired("Enter the code."), _not_too_long("code")],
        filters=[_stripped],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )
    username = _username()
    password = _password("Password", "Choose a password.", "new-password")
    repeat = _repeated("Repeat the password.")

    def __init__(self, *, asks_code: bool) -> None:
        super().__init__()
        if not asks_code:
            del self.code

    def validate_username(self, field: Field) -> None:
        """The rules for names, told together with those for passwords."""
        _told_here(lambda: check_username(field.data))

    def validate_password(self, field: Field) -> None:
        """The rules for passwords."""
        words = current_app.config["PASSWORD_WORDS"]
        _told_here(lambda: check_password(field.data, self.username.data or "", words))


class ChangePassword(FlaskForm):
    """The current password, and twice the new one."""

    current = _password("Current password", "Enter your current password.", "current-password")
    password = _password("New password", "Choose a new password.", "new-password")
    repeat = _repeated("Repeat the new password.")


def _told_here(check: Callable[[], None]) -> None:
    try:
        check()
    except AccountError as error:
        raise ValidationError(str(error)) from error
