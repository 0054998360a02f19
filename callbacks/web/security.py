"""What surrounds every answer: key, cookies, proxies, headers, CSRF."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from dash import Dash
from flask import Flask, Response, current_app, g
from flask_talisman import Talisman
from flask_wtf.csrf import generate_csrf
from itsdangerous import Signer
from jinja2 import FileSystemLoader

import layouts
from callbacks.web import (
    ahead,
    audit,
    bearer,
    caching,
    error_pages,
    guard,
    hosts,
    metrics,
    mounting,
    sessions,
    validation,
)
from callbacks.web.devices import cookie_name
from callbacks.web.proxies import Proxies
from core.accounts.secret import old_keys, session_key
from core.cautions import cautions
from core.settings import Settings

LOG = logging.getLogger(__name__)
TEMPLATES = Path(layouts.__file__).with_name("templates")
# Dash reads this cookie and sends it back in the header X-CSRFToken.
CSRF_COOKIE = "_csrf_token"
LARGEST_REQUEST = 4 * 1024 * 1024

POLICY: Mapping[str, str | list[str]] = {
    "default-src": "'self'",
    "script-src": ["'self'"],
    # Plotly and Dash set the styles of elements; there is no way without.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Of what is no page: it runs nothing, and asks for nothing; pictures have their styles.
CLOSED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FEATURES: Mapping[str, str] = dict.fromkeys(
    (
        "bluetooth",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "hid",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    ),
    "()",
)


def secure(server: Flask, settings: Settings) -> None:
    """Close `server` and put everything around it that a browser needs to be told.

    Call it before `Dash(server=server)`: handlers run in the order in which they were registered, and
    nobody's request may reach Dash's own before it has met the guard.

    Raises SettingsError in production, without a SECRET_KEY of at least 32 characters.
    """
    production = settings.production
    for caution in cautions(settings):
        LOG.warning("%s", caution)
    server.secret_key = session_key(settings)
    # CSRF tokens: Flask-WTF has no setting for it, and itsdangerous signs by SHA-1 unless told.
    Signer.default_digest_method = staticmethod(hashlib.sha256)
    server.config.update(
        _cookies(production=production),
        SECRET_KEY_FALLBACKS=old_keys(settings),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
    )
    caching.register(server)
    mounting.register(server)
    server.jinja_loader = FileSystemLoader(TEMPLATES)
    server.wsgi_app = Proxies(mounting.Mounting(server.wsgi_app), settings)  # type: ignore[method-assign,assignment]
    metrics.count(server)
    hosts.register(server, settings)
    error_pages.register(server)
    server.after_request(_close_policy)  # after the one below, which writes it
    server.extensions["talisman"] = _headers(server, production=production)
    audit.register(server)
    guard.register(server)
    ahead.register(server)
    bearer.Protection(server)
    validation.register(server)
    server.after_request(_finish_answer)


def finish(server: Flask, app: Dash) -> None:
    """Check requests against the callbacks of `app`.

    Call it last, when every callback is registered. Dash collects its scripts at the first request, so one
    is made here, in this process.
    """
    with server.test_request_context("/login"):
        server.preprocess_request()
    validation.watch(server, app)


def _cookies(*, production: bool) -> dict[str, object]:
    # Browsers let nobody but this very host set cookies of such names; a sibling host could else plant a session.
    prefix = "__Host-" if production else ""
    return {
        "COOKIE_PREFIX": prefix,
        "SESSION_COOKIE_NAME": f"{prefix}{sessions.COOKIE}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
    }


def _headers(server: Flask, *, production: bool) -> Talisman:
    """Security headers. Who ends TLS in front of us redirects to it as well; we only say to stay there."""
    policy = {name: list(value) if isinstance(value, list) else value for name, value in POLICY.items()}
    return Talisman(
        server,
        content_security_policy=policy,
        permissions_policy=dict(FEATURES),
        force_https=False,
        frame_options="DENY",
        referrer_policy="same-origin",
        session_cookie_secure=production,
        strict_transport_security=production,
        strict_transport_security_include_subdomains=False,
    )


def _close_policy(response: Response) -> Response:
    """The policy of pages is a kilobyte, which 60 files of a first visit need not repeat."""
    if response.mimetype != "text/html":
        response.headers["Content-Security-Policy"] = CLOSED
    return response


def _finish_answer(response: Response) -> Response:
    """Keep answers out of caches and other windows, and hand pages their CSRF token."""
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    caching.mark(response)
    is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
    if (is_page or g.get("renew_token")) and "bearer" not in g:
        response.set_cookie(
            cookie_name(CSRF_COOKIE),
            generate_csrf(),
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response
