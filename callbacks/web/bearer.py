"""`Authorization: Bearer`: a program comes in by a token, to /api/v1 and nowhere else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from core.accounts.access import Limit
from core.accounts.permissions import Standing
from core.accounts.tokens import Token, Tokens
from core.accounts.users import Role, User, UserStore

LOG = logging.getLogger(__name__)
EXTENSION = "parterre_bearers"
API = "/api/v1/"
IN_ADDRESS = ("token", "access_token", "api_key")
NO_GOOD = "This token is not good: it is unknown, expired or revoked, or its user is switched off. Make another one."


@dataclass(frozen=True)
class Bearer:
    """Who a program comes as, and by which token."""

    user: User
    token: Token


@dataclass(frozen=True)
class Bearers:
    """What tokens are looked up in, and how many requests one makes in a minute."""

    users: UserStore
    tokens: Tokens
    most: int


class Protection(CSRFProtect):
    """Asks for the form's token where a cookie says who comes: no other site can send a program's header."""

    def protect(self, **how: bool) -> None:
        """Refuse a request that another site may have made."""
        if "bearer" not in g:
            super().protect(**how)


def register(server: Flask, users: UserStore, tokens: Tokens, *, most: int) -> None:
    """Take tokens, `most` requests a minute of each."""
    server.extensions[EXTENSION] = Bearers(users, tokens, most)
    server.after_request(_told)


def is_sent() -> bool:
    """Whether this request says by a token who comes; then no cookie counts."""
    return request.path.startswith(API) and request.headers.get("Authorization", "")[:6].lower() == "bearer"


def admitted() -> User:
    """The user whom the token of this request stands for; 401 where it is not good, 429 where it comes too often."""
    known: Bearers = current_app.extensions[EXTENSION]
    token = known.tokens.find(request.headers["Authorization"][6:].strip())
    user = known.users.get(token.owner) if token else None
    if token is None or user is None or not user.active:
        raise Unauthorized(NO_GOOD, www_authenticate=WWWAuthenticate("bearer", {"error": "invalid_token"}))
    _count(known, token)
    most = Standing[token.role.upper()] if token.role else Standing.ADMINISTRATOR
    g.limit = Limit(user, most, token.datasets)
    is_less = token.role != "" or token.datasets is not None
    g.bearer = Bearer(replace(user, role=Role.VIEWER) if is_less else user, token)
    return user


def hint() -> str:
    """What is said to a program that nobody can tell who it is."""
    if request.path.startswith(API) and any(name in request.args for name in IN_ADDRESS):
        return "Found a token in the address, where logs keep it. Revoke it, and send another in the header Authorization."
    return ""


def _count(known: Bearers, token: Token) -> None:
    try:
        asked, left = known.tokens.count(token)
    except OSError as error:
        LOG.error("Requests by tokens are not counted, since they can't be written: %s", error)
        return
    g.rate = max(0, known.most - asked), left
    if asked > known.most:
        words = f"This token may ask {known.most} times a minute. Try again in {left} s."
        raise TooManyRequests(words, retry_after=left)


def _told(response: Response) -> Response:
    """How many requests are left, as draft-ietf-httpapi-ratelimit-headers has it."""
    if "rate" in g:
        most = current_app.extensions[EXTENSION].most
        response.headers["RateLimit-Policy"] = f'"minute";q={most};w=60'
        response.headers["RateLimit"] = f'"minute";r={g.rate[0]};t={g.rate[1]}'
    return response
