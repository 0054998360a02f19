"""Sign-in, sign-up, sign-out and change of password: plain pages, reachable before Dash is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from callbacks.web import audit, devices, sessions
from callbacks.web.error_pages import refuse
from callbacks.web.guard import is_own_page, requires
from callbacks.web.sessions import signed_in
from core.accounts.admission import CLOSED, Admission
from core.accounts.attempts import Attempts, TooManyAttemptsError
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.passwords import LONGEST, check_password
from core.accounts.permissions import Action
from core.accounts.users import User, UserStore, check_username
from core.errors import AccountError
from core.settings import Settings, listed
from core.store.database import Database

WHY: Mapping[str, str] = MappingProxyType(
    {
        "expired": "Your session has ended. Sign in to go on.",
        "signed-out": "You are signed out, here and on every other device.",
        "password": "Your password is changed. Every other session of yours has ended.",
    }
)
STALE = "This page was open for too long, or your browser keeps no cookies. Try again."
WAITS = "Your account {} is made. An administrator has to admit it before you can sign in; ask one, and come back then."
# A keyboard may send an accent as a character of its own, so what is typed can be longer than the password.
LONGEST_TYPED = 4 * LONGEST


def register(server: Flask, users: UserStore, settings: Settings, database: Database) -> None:
    """Add the sign-in pages to `server`, and read the user of each request from `users`."""
    sessions.register(server, users, settings)
    words = listed(settings.password_words)
    server.config["PASSWORD_WORDS"] = words
    attempts, admission = Attempts(database), Admission.of(settings)
    door = Door(Entry(users, attempts, words, admission))
    server.add_url_rule("/login", "login", door.login, methods=["GET", "POST"])
    server.add_url_rule("/signup", "signup", door.signup, methods=["GET", "POST"])
    sign_out = requires(Action.SIGN_OUT)(door.logout)
    server.add_url_rule("/logout", "logout", sign_out, methods=["POST"])
    account = requires(Action.CHANGE_PASSWORD)(door.account)
    server.add_url_rule("/account", "account", account, methods=["GET", "POST"])
    server.register_error_handler(CSRFError, door.stale)


@dataclass(frozen=True)
class Door:
    """The pages of the door, over the accounts behind it."""

    entry: Entry

    def login(self) -> ResponseReturnValue:
        """Sign in, and go where the visitor was going."""
        if _is_looking() and signed_in():
            return redirect(_destination())
        form = SignIn()
        if not form.validate_on_submit():
            return self._login_page(form)
        name = form.username.data
        try:
            user = self.entry.sign_in(
                name, form.password.data, address=request.remote_addr, device=devices.known(name)
            )
        except AccountError as error:
            audit.told(Event.SIGN_IN, _outcome(error), user=self._known(name))
            return self._login_page(form, error, status=401)
        audit.told(Event.SIGN_IN, user=user.username)
        return _enter(user)

    def signup(self) -> ResponseReturnValue:
        """Make an account, which signs in as well."""
        if _is_looking() and signed_in():
            return redirect(_destination())
        if self._is_closed():
            return _closed()
        form = self._sign_up_form()
        if not form.validate_on_submit():
            return self._signup_page(form)
        try:
            user = self.entry.sign_up(
                form.username.data,
                form.password.data,
                address=request.remote_addr,
                code=form.code.data if "code" in form else "",
            )
        except AccountError as error:
            audit.told(Event.SIGN_UP, _outcome(error))
            return _closed() if self._is_closed() else self._signup_page(form, error)
        audit.told(
            Event.SIGN_UP, "done" if user.active else "waits", user=user.username, role=user.role.value
        )
        return _enter(user) if user.active else _told("Your account waits", WAITS.format(user.username))

    def logout(self) -> ResponseReturnValue:
        """End all sessions of the account."""
        user = signed_in()
        if user is not None:
            self.entry.sign_out(user.username)
            audit.told(Event.SIGN_OUT)
        sessions.end()
        response = redirect("/login?why=signed-out")
        # What pages kept in this browser goes with the session; cookies see to themselves.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def account(self) -> ResponseReturnValue:
        """Who the user is, and a new password; this session goes on, all others end."""
        form = ChangePassword()
        user = sessions.visitor()
        if not form.validate_on_submit():
            return _account_page(form, user)
        try:
            changed = self.entry.change_password(
                user.username,
                form.current.data,
                form.password.data,
                address=request.remote_addr,
                device=devices.known(user.username),
            )
        except AccountError as error:
            audit.told(Event.PASSWORD, _outcome(error))
            return _account_page(form, user, error)
        sessions.begin(changed)
        audit.told(Event.PASSWORD)
        return redirect("/account?why=password")

    def stale(self, error: CSRFError) -> ResponseReturnValue:
        """A form without its token: shown again with what was typed, where that is possible."""
        audit.told(Event.CSRF, "refused", path=request.path)
        # Two tabs can leave a browser with the token of an older session; the next try has the right one.
        g.renew_token = True
        if request.endpoint == "login":
            return self._login_page(SignIn(), AccountError(STALE))
        if request.endpoint == "signup" and not self._is_closed():
            return self._signup_page(self._sign_up_form(), AccountError(STALE))
        user = signed_in()
        if request.endpoint == "account" and user is not None:
            return _account_page(ChangePassword(), user, AccountError(STALE))
        return refuse(error)

    def _known(self, typed: str) -> str | None:
        """The account of that name; what was typed and is nobody's may be a password."""
        user = self.entry.users.get(typed)
        return user.username if user else None

    def _is_closed(self) -> bool:
        return self.entry.admission.way == "closed" and bool(self.entry.users.all())

    def _sign_up_form(self) -> SignUp:
        is_first = not self.entry.users.all()
        return SignUp(asks_code=is_first and self.entry.admission.code is not None)

    def _login_page(
        self, form: FlaskForm, error: AccountError | None = None, *, status: int = 400
    ) -> Response:
        return _page(
            "login.html",
            form,
            error,
            status=status,
            first=not self.entry.users.all(),
            way=self.entry.admission.way,
        )

    def _signup_page(self, form: FlaskForm, error: AccountError | None = None) -> Response:
        first, way = not self.entry.users.all(), self.entry.admission.way
        return _page("signup.html", form, error, first=first, way=way)


def _outcome(error: AccountError) -> str:
    return "locked out" if isinstance(error, TooManyAttemptsError) else "refused"


def _closed() -> Response:
    response = _told("Sign up", CLOSED)
    response.status_code = 403
    return response


def _told(title: str, message: str) -> Response:
    """A page that asks for nothing."""
    return make_response(render_template("told.html", title=title, message=message, next=_next()))


def _account_page(form: FlaskForm, user: User, error: AccountError | None = None) -> Response:
    return _page("account.html", form, error, user=user)


def _page(
    template: str, form: FlaskForm, error: AccountError | None, *, status: int = 400, **shown: object
) -> Response:
    """A page with its form; an error stands beside the field that it is about, or above the form."""
    alert = None
    if error is not None and error.field in form:
        form[error.field].errors = [str(error)]
    elif error is not None:
        alert = str(error)
    why = WHY.get(request.args.get("why", "")) if _is_looking() else None
    text = render_template(
        template, form=form, focus=_focus(form), alert=alert, why=why, next=_next(), **shown
    )
    response = make_response(text, 200 if _is_looking() else status)
    if isinstance(error, TooManyAttemptsError):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.wait)
    return response


def _is_looking() -> bool:
    return request.method in ("GET", "HEAD")


def _focus(form: FlaskForm) -> str | None:
    """The field to go on with: the first that is wrong, else the first that is empty."""
    fields = [field for field in form if field.name != "csrf_token"]
    return next((field.name for field in fields if field.errors), None) or next(
        (field.name for field in fields if not field.data or field.type == "PasswordField"), None
    )


def _enter(user: User) -> ResponseReturnValue:
    sessions.begin(user)
    return redirect(_destination())


def _next() -> str | None:
    """The page of ours that the visitor was going to, if the address names one."""
    wanted = request.args.get("next", "")
    return wanted if is_own_page(wanted) else None


def _destination() -> str:
    return _next() or "/"


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
