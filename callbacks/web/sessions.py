"""Who is signed in: the session cookie, and what ends it."""

from __future__ import annotations

import logging
import secrets
import time
from datetime import timedelta

from flask import Flask, Response, abort, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from callbacks.web import devices
from callbacks.web.devices import cookie_name
from core.accounts.sessions import Sessions
from core.accounts.users import User, UserStore
from core.clock import is_within
from core.errors import StoreError
from core.settings import Settings

LOG = logging.getLogger(__name__)
COOKIE = "parterre_session"
BEGAN = "began"
ID = "id"
HALFWAY = "halfway"
HALFWAY_SECONDS = 600  # enough to fetch an app and scan a code
# Outlives the session, holds nothing, and tells "your session has ended" from "you were never here".
WAS_HERE = "parterre_was_here"
WAS_HERE_SECONDS = 30 * 24 * 3600
# A cookie renewed with every answer could overtake a sign-in or sign-out that happens meanwhile.
RENEW_SECONDS = 60


class Account(UserMixin):
    """A `User` as flask-login wants it; the id of a session names the version it was given."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def is_active(self) -> bool:
        """Whether the account may sign in."""
        return self.user.active

    def get_id(self) -> str:
        """The session version and the username; neither holds a space."""
        return f"{self.user.session_version} {self.user.username}"


def register(server: Flask, users: UserStore, settings: Settings, kept: Sessions) -> None:
    """Read the user of each request from `users`, so that a change there counts at the next request."""
    server.extensions["sessions"] = kept
    server.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    manager = LoginManager()
    manager.session_protection = None
    # Templates are told what to show; an error page must not read the accounts again.
    manager.init_app(server, add_context_processor=False)

    @manager.user_loader
    def load(session_id: str) -> Account | None:
        # A cookie that is stolen and kept in use would else live for ever.
        if not is_within(settings.session_days * 24 * 3600, session.get(BEGAN, 0)):
            return None
        version, _, username = session_id.partition(" ")
        user = users.get(username)
        if user is None or not user.active or user.session_version != version:
            return None
        if kept.ended(session.get(ID, "")):
            return None
        return Account(user)

    devices.register(server)
    server.after_request(_leave_trace)


def begin(user: User) -> None:
    """Start a session of `user`; nothing of the session before it is kept."""
    session.clear()
    # Flask-WTF keeps the token of the session before it for the rest of the request.
    g.pop("csrf_token", None)
    g.renew_token = True
    session.permanent = True
    session[BEGAN] = int(time.time())
    session[ID] = secrets.token_hex(16)
    login_user(Account(user))
    devices.remember(user.username)
    refresh(user)


def halfway(user: User) -> None:
    """`user` has given the password, and is asked for a code; nobody is signed in meanwhile."""
    session.clear()
    g.pop("csrf_token", None)
    g.renew_token = True
    session[HALFWAY] = [Account(user).get_id(), int(time.time())]


def is_halfway(users: UserStore) -> User | None:
    """Who has given the password within the last minutes, and no code yet."""
    id, at = session.get(HALFWAY, ("", 0))
    version, _, username = id.partition(" ")
    user = users.get(username) if is_within(HALFWAY_SECONDS, at) else None
    return user if user and user.active and user.session_version == version else None


def end() -> None:
    """End the session in this browser."""
    session.clear()
    g.pop("csrf_token", None)
    g.left = True


def refresh(user: User) -> None:
    """Tell dash-auth the user's role of now, and keep a session alive that is in use."""
    known = {"email": user.username, "groups": [user.role.value]}
    if session.get("user") != known:
        session["user"] = known
    now = int(time.time())
    lifetime = current_app.permanent_session_lifetime.total_seconds()
    if now - session.get("seen", 0) > min(RENEW_SECONDS, lifetime / 10):
        session["seen"] = now
        _write_down(user)


def this() -> str:
    """Which of the user's sessions this is."""
    return str(session.get(ID, ""))


def kept() -> Sessions:
    """Which browsers are signed in."""
    found: Sessions = current_app.extensions["sessions"]
    return found


def _write_down(user: User) -> None:
    """That this session is in use; a disk that takes no more ends none."""
    # Sessions of versions before have no name yet.
    id = session.setdefault(ID, secrets.token_hex(16))
    try:
        kept().saw(id, user, request.user_agent.string, session.get(BEGAN, 0))
    except (StoreError, OSError) as error:
        LOG.error("The session of %s can't be written down: %s", user.username, error)


def signed_in() -> User | None:
    """The user of this request."""
    if "bearer" in g:
        user: User = g.bearer.user
        return user
    return current_user.user if current_user.is_authenticated else None


def visitor() -> User:
    """The user of a request that the guard let in."""
    return signed_in() or abort(401)


def has_ended() -> bool:
    """Whether this browser had a session that it has no more."""
    return cookie_name(WAS_HERE) in request.cookies or "_user_id" in session


def _leave_trace(response: Response) -> Response:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if g.get("left"):
        response.delete_cookie(cookie_name(WAS_HERE), secure=secure, httponly=True, samesite="Lax")
    elif session.modified and "_user_id" in session:
        response.set_cookie(
            cookie_name(WAS_HERE),
            "1",
            max_age=WAS_HERE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )
    return response
