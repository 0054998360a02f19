"""Sign-in, sign-up and sign-out: plain pages, reachable before Dash is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from callbacks.accounts import invited, own, resets, second_factor, single_sign_on
from callbacks.accounts.forms import (
    STALE,
    Form,
    SecondStep,
    SignIn,
    SignUp,
    destination,
    is_looking,
    page,
    told,
)
from callbacks.web import audit, devices, guard, sessions
from callbacks.web.error_pages import refuse
from callbacks.web.guard import requires
from callbacks.web.sessions import signed_in
from core.accounts.access import Access
from core.accounts.admission import Admission
from core.accounts.attempts import Attempts
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.factors import Factors
from core.accounts.invites import Invites
from core.accounts.permissions import Action
from core.accounts.resets import Resets
from core.accounts.sessions import Sessions
from core.accounts.users import User, UserStore
from core.errors import AccountError
from core.settings import Settings, context_words
from core.store.database import Database

WAITS = "Your account {} is made. An administrator has to admit it before you can sign in; ask one, and come back then."


def register(server: Flask, users: UserStore, settings: Settings, database: Database) -> None:
    """Add the sign-in pages to `server`, and read the user of each request from `users`."""
    kept = Sessions(database, settings.session_days)
    sessions.register(server, users, settings, kept)
    guard.use(server, Access.of(settings, users, database))
    words = context_words(settings)
    server.config["PASSWORD_WORDS"] = words
    attempts, admission = Attempts(database), Admission.of(settings, database)
    keys = [str(server.secret_key), *server.config["SECRET_KEY_FALLBACKS"]]
    factors = server.extensions["factors"] = Factors.of(database, keys, settings.second_step)
    factors.encrypt_anew()
    resetting, inviting = Resets(database), Invites(database, users)
    door = Door(Entry(users, attempts, words, admission, factors, resetting, inviting, settings.leaks_url))
    server.add_url_rule("/login", "login", door.login, methods=["GET", "POST"])
    server.add_url_rule("/login/code", "login-code", door.code, methods=["GET", "POST"])
    server.add_url_rule("/signup", "signup", door.signup, methods=["GET", "POST"])
    sign_out = requires(Action.SIGN_OUT)(door.logout)
    server.add_url_rule("/logout", "logout", sign_out, methods=["POST"])
    server.extensions["entry"] = door.entry
    own.register(server, door.entry, kept, settings)
    resets.register(server, door.entry, settings)
    invited.register(server, door.entry)
    single_sign_on.register(server, door.entry, settings, database, door.came_from_provider)
    server.register_error_handler(CSRFError, door.stale)


@dataclass(frozen=True)
class Door:
    """The pages of the door, over the accounts behind it."""

    entry: Entry

    def login(self) -> ResponseReturnValue:
        """Sign in, and go where the visitor was going."""
        if is_looking() and signed_in():
            return redirect(destination())
        form = SignIn()
        if not form.validate_on_submit():
            return self._login_page(form)
        name = form.username.data
        try:
            user = self.entry.sign_in(
                name, form.password.data, address=request.remote_addr, device=devices.known(name)
            )
        except AccountError as error:
            return self._login_page(form.refuse(error, Event.SIGN_IN, user=self._known(name)), status=401)
        return second_factor.enter(self.entry, user, destination())

    def came_from_provider(self, user: User, to: str) -> ResponseReturnValue:
        """Let in whom the organisation's provider has named."""
        return second_factor.enter_named(self.entry, user, to)

    def code(self) -> ResponseReturnValue:
        """The second step of a sign-in, for who has just given the password."""
        user = sessions.is_halfway(self.entry.users)
        if user is None:
            return redirect("/login?why=expired" if sessions.HALFWAY in session else "/login")
        if not self.entry.asks_more(user):
            return second_factor.enter(self.entry, self.entry.came_in(user), destination())
        if not self.entry.asks_code(user) and self.entry.factors is not None:
            return second_factor.set_up_at_door(self.entry, self.entry.factors, user)
        form = SecondStep()
        if not form.validate_on_submit():
            return page("code.html", form)
        try:
            user = self.entry.second_step(user, form.code.data, address=request.remote_addr)
        except AccountError as error:
            form.refuse(error, Event.SIGN_IN, user=user.username, step="code")
            return page("code.html", form, status=401)
        audit.told(Event.SIGN_IN, user=user.username)
        sessions.begin(user)
        return redirect(destination())

    def signup(self) -> ResponseReturnValue:
        """Make an account, which signs in as well."""
        if is_looking() and signed_in():
            return redirect(destination())
        if refusal := self._refusal():
            return told("Sign up", refusal, status=403)
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
            form.refuse(error, Event.SIGN_UP)
            refusal = self._refusal()
            return told("Sign up", refusal, status=403) if refusal else self._signup_page(form)
        if user.active:
            return second_factor.enter(self.entry, user, destination(), Event.SIGN_UP, role=user.role.value)
        audit.told(Event.SIGN_UP, "waits", user=user.username, role=user.role.value)
        return told("Your account waits", WAITS.format(user.username))

    def logout(self) -> ResponseReturnValue:
        """End all sessions of the account."""
        user = signed_in()
        if user is not None:
            self.entry.end_sessions(user)
            audit.told(Event.SIGN_OUT)
        sessions.end()
        response = redirect("/login?why=signed-out")
        # What pages kept in this browser goes with the session; cookies see to themselves.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def stale(self, error: CSRFError) -> ResponseReturnValue:
        """A form without its token: shown again with what was typed, where that is possible."""
        audit.told(Event.CSRF, "refused", path=audit.asked())
        # Two tabs can leave a browser with the token of an older session; the next try has the right one.
        g.renew_token = True
        if request.endpoint == "login":
            return self._login_page(SignIn().refuse(AccountError(STALE)))
        if request.endpoint == "signup" and not self._refusal():
            return self._signup_page(self._sign_up_form().refuse(AccountError(STALE)))
        return refuse(error)

    def _known(self, typed: str) -> str | None:
        """The account of that name; what was typed and is nobody's may be a password."""
        user = self.entry.users.get(typed)
        return user.username if user else None

    def _refusal(self) -> str:
        return self.entry.admission.refusal if self.entry.users.all() else ""

    def _sign_up_form(self) -> SignUp:
        is_first = not self.entry.users.all()
        return SignUp(asks_code=is_first and self.entry.admission.code is not None)

    def _login_page(self, form: Form, *, status: int = 400) -> Response:
        return self._page("login.html", form, status)

    def _signup_page(self, form: Form) -> Response:
        return self._page("signup.html", form, 400)

    def _page(self, template: str, form: Form, status: int) -> Response:
        first, way = not self.entry.users.all(), self.entry.admission.way
        return page(template, form, status=status, first=first, way=way)
