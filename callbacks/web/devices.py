"""Browsers that have signed in before: their wrong passwords are counted apart, so that no guesser locks them out.

As in OWASP's "device cookies": the cookie opens nothing, it only says whose browser this is.
"""

from __future__ import annotations

import hashlib
import secrets

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from core.accounts.attempts import of_account

COOKIE = "parterre_device"
SECONDS = 365 * 24 * 3600


def register(server: Flask) -> None:
    """Hand the cookie out with the answer to a sign-in."""
    server.after_request(_hand_out)


def remember(username: str) -> None:
    """This browser has signed in with that name."""
    g.device = _signed().dumps([of_account(username), secrets.token_hex(8)])


def known(username: str) -> str | None:
    """What tells this browser from others, if it has signed in with that name before."""
    try:
        account, device = _signed().loads(request.cookies.get(cookie_name(COOKIE), ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if account == of_account(username) else None


def cookie_name(name: str) -> str:
    """A cookie as it is called here: in production a browser takes it from this very host only."""
    return f"{current_app.config['COOKIE_PREFIX']}{name}"


def _signed() -> URLSafeSerializer:
    keys = [*(current_app.config["SECRET_KEY_FALLBACKS"] or ()), current_app.secret_key]
    return URLSafeSerializer(keys, salt="device", signer_kwargs={"digest_method": hashlib.sha256})


def _hand_out(response: Response) -> Response:
    if device := g.pop("device", None):
        response.set_cookie(
            cookie_name(COOKIE),
            device,
            max_age=SECONDS,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response
