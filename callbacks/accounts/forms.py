"""Forms of the door and of the account: their fields, and the page that shows one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from flask import Response, current_app, make_response, render_template, request, session
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field, IntegerField, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from callbacks.web import audit, devices, sessions
from callbacks.web.guard import ROOT, is_own_page
from core.accounts.attempts import TooManyAttemptsError
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.passwords import LONGEST, check_password
from core.accounts.tokens import CEILINGS, DAYS
from core.accounts.users import User, check_username
from core.errors import AccountError

WHY: Mapping[str, str] = {
    "expired": "Your session has ended. Sign in to go on.",
    "signed-out": "You are signed out, here and on every other device.",
    "password": "Your password is changed. Every other session of yours has ended.",
    "factor-off": "The second step is off. Signing in takes your password alone.",
    "reset": "Your password is changed. Sign in with it.",
    "email": "Kept. Links for a new password are sent there from now on.",
    "revoked": "Revoked. It opens nothing any more.",
    "cancelled": "Cancelled. A calculation that runs stops at its next step.",
    "gone": "There is no such calculation any more.",
    "ended": "Ended. That browser is signed out from now on.",
    "administrator": "An administrator from the next click on.",
    "viewer": "No administrator any more, from the next click on.",
    "disable": "Disabled, and signed out everywhere.",
    "enable": "Enabled. They can sign in from now on.",
    "end-sessions": "Signed out in all other browsers.",
    "reset-factor": "The second step is off, and every other session has ended. It can be set up again.",
    "revoke-tokens": "Revoked. Their programs are refused from now on.",
    "remove": "The account is removed.",
    "shared": "Kept. It counts from their next click on.",
    "invitation": "Taken back. That link opens nothing any more.",
    "numbers": "Kept. Numbers are written so in this browser.",
    "policy": "Kept. It counts from now on.",
}
STALE = "This page was open for too long, or your browser keeps no cookies. Try again."
# A keyboard may send an accent as a character of its own, so what is typed can be longer than the password.
LONGEST_TYPED = 4 * LONGEST
ROLES = [
    SelectChoice(value="", label="As you are"),
    *(SelectChoice(value=one, label=one.title()) for one in CEILINGS),
]
FRESH_SECONDS = 600  # after a sign-in at the organisation, which is no password of ours


class Form(FlaskForm):
    """A form, and why what it asked for was refused."""

    class Meta(FlaskForm.Meta):
        """Forms are read of forms alone: JSON and files would bring what no field expects."""

        def wrap_formdata(self, form: Form, formdata: Any) -> Any:  # noqa: ARG002  # as WTForms asks
            """The texts that were sent, unless others are given."""
            if formdata is not _Auto:
                return formdata
            return None if is_looking() else request.form

    refused: AccountError | None = None

    def refuse(self, error: AccountError, event: Event | None = None, **about: Any) -> Self:
        """The same, which says why; the audit log is told that `event` was tried."""
        if event is not None:
            audit.told(event, outcome(error), **about)
        self.refused = error
        return self


def page(template: str, form: Form, *, status: int = 400, **shown: object) -> Response:
    """A page with its form; why it was refused stands beside the field that it is about, or above the form."""
    error, alert = form.refused, ""
    if error is not None and error.field in form:
        form[error.field].errors = [str(error)]
    elif error is not None:
        alert = str(error)
    why = WHY.get(request.args.get("why", "")) if is_looking() else None
    text = render_template(
        template, form=form, focus=_focus(form), alert=alert, why=why, next=going_to(), **shown
    )
    response = make_response(text, 200 if is_looking() else status)
    if isinstance(error, TooManyAttemptsError):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.wait)
    return response


def told(title: str, message: str, *, status: int = 200) -> Response:
    """A page that asks for nothing."""
    text = render_template("told.html", title=title, message=message, next=going_to())
    return make_response(text, status)


def outcome(error: AccountError) -> str:
    """How an attempt ended, for the audit log."""
    return "locked out" if isinstance(error, TooManyAttemptsError) else "refused"


def is_looking() -> bool:
    """Whether a page is asked for, and nothing is sent."""
    return request.method in ("GET", "HEAD")


def _focus(form: Form) -> str | None:
    """The field to go on with: the first that is wrong, else the first that is empty."""
    fields = [field for field in form if field.name != "csrf_token"]
    return next((field.name for field in fields if field.errors), None) or next(
        (field.name for field in fields if not field.data or field.type == "PasswordField"), None
    )


def here() -> str:
    """Where this server is, as who asks has come to it: what the addresses of links begin with."""
    return f"{request.host_url.rstrip('/')}{request.environ[ROOT]}"


def going_to() -> str | None:
    """The page of ours that the visitor was going to, if the address names one."""
    wanted = request.args.get("next", "")
    return wanted if is_own_page(wanted) else None


def destination() -> str:
    """Where a visitor goes who has come in."""
    return going_to() or "/"


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


def password_field(label: str, complaint: str, autocomplete: str) -> PasswordField:
    """A field for a password."""
    return PasswordField(
        label, [InputRequired(complaint), _not_too_long("password")], render_kw={"autocomplete": autocomplete}
    )


def repeated_field(complaint: str) -> PasswordField:
    """The same password again, for nobody sees what is typed."""
    return PasswordField(
        "Repeat password",
        [InputRequired(complaint), EqualTo("password", "The two passwords differ.")],
        render_kw={"autocomplete": "new-password"},
    )


def _code_field() -> StringField:
    return StringField(
        "Code",
        [InputRequired("Enter the code."), _not_too_long("code")],
        filters=[_stripped],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )


class SignIn(Form):
    """Username and password."""

    username = _username()
    password = password_field("Password", "Enter your password.", "current-password")


class SignUp(Form):
    """A new account; the password twice, for nobody sees what is typed."""

    code = _code_field()
    username = _username()
    password = password_field("Password", "Choose a password.", "new-password")
    repeat = repeated_field("Repeat the password.")

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


class SecondStep(Form):
    """A code of an app, or a recovery code."""

    code = _code_field()


class NewFactor(Form):
    """The password again, before an app is scanned."""

    current = password_field("Password", "Enter your password.", "current-password")


class ChangeFactor(NewFactor):
    """The password and a code again, before the second factor is changed."""

    code = _code_field()


class NewPassword(Form):
    """Twice the new password."""

    password = password_field("New password", "Choose a new password.", "new-password")
    repeat = repeated_field("Repeat the new password.")


class ChangePassword(Form):
    """The current password, and twice the new one."""

    current = password_field("Current password", "Enter your current password.", "current-password")
    password = password_field("New password", "Choose a new password.", "new-password")
    repeat = repeated_field("Repeat the new password.")


class Forgotten(Form):
    """Whose password is forgotten."""

    username = _username()


class NewToken(Form):
    """What a token is for, and the password."""

    name = StringField(
        "Name", [InputRequired("Give it a name.")], filters=[_stripped], render_kw={"autocomplete": "off"}
    )
    dataset = SelectField("Dataset")
    role = SelectField("Role, at most", choices=ROLES)
    days = IntegerField("Days that it is good", [InputRequired("Say how many days.")], default=DAYS)
    current = password_field("Password", "Enter your password.", "current-password")

    def __init__(self, datasets: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.dataset.choices = [SelectChoice(value=slug, label=title) for slug, title in datasets]


class Email(Form):
    """An e-mail address, and the password."""

    email = StringField(
        "E-mail", [_not_too_long("e-mail address")], filters=[_stripped], render_kw={"autocomplete": "email"}
    )
    current = password_field("Password", "Enter your password.", "current-password")


def _told_here(check: Callable[[], None]) -> None:
    try:
        check()
    except AccountError as error:
        raise ValidationError(str(error)) from error


class Sure(Form):
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


def confirm(entry: Entry, form: Form) -> User:
    """The user, by the password of the form, if it asks for one; raises AccountError (`field` "current") if it is wrong."""
    user = sessions.visitor()
    if "current" not in form:
        return user
    known = devices.known(user.username)
    return entry.confirm(user.username, form["current"].data, address=request.remote_addr, device=known)
