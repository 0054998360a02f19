"""Whose X-Forwarded headers are believed, and whose number of a request: those of the proxies in front, nobody else's."""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

from core.errors import SettingsError
from core.logs import REQUEST
from core.settings import Settings, listed, variable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOG = logging.getLogger(__name__)
ID = "X-Request-ID"
GOOD_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """An application that sees the visitor's address where a proxy tells it."""

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        count = self._count = settings.proxies
        self._app = app
        # No X-Forwarded-Port: most proxies leave it as a visitor sent it, and the port stands behind the name.
        self._told = (
            ProxyFix(app, x_for=count, x_proto=count, x_host=count, x_prefix=count) if count else None
        )
        self._networks = networks(settings)
        self._has_warned = False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Pass the request on, by a number that its lines in the log and its answer have."""
        is_proxied = self._told and self._is_proxy(environ.get("REMOTE_ADDR", ""))
        given = environ.get("HTTP_X_REQUEST_ID", "") if is_proxied else ""
        number = given if GOOD_ID.fullmatch(given) else secrets.token_hex(8)
        REQUEST.set(number)

        def numbered(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            return start(status, [*headers, (ID, number)], *more)

        return self._passed(environ, numbered, is_proxied=bool(is_proxied))

    def _passed(self, environ: WSGIEnvironment, start: StartResponse, *, is_proxied: bool) -> Iterable[bytes]:
        if self._told and is_proxied:
            self._repeat_what_is_said_once(environ)
            return self._told(environ, start)
        if "HTTP_X_FORWARDED_FOR" in environ and not self._has_warned:
            self._has_warned = True
            LOG.warning("%s", self._not_believed(environ.get("REMOTE_ADDR")))
        return self._app(environ, start)

    def _repeat_what_is_said_once(self, environ: WSGIEnvironment) -> None:
        """Each proxy adds to X-Forwarded-For; how it was asked, often one says for all."""
        for name in ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PREFIX"):
            if values := parse_list_header(environ.get(name, "")):
                environ[name] = ", ".join([values[0]] * (self._count - len(values)) + values)

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        plain = getattr(parsed, "ipv4_mapped", None) or parsed
        if not self._networks:
            return not plain.is_global
        return any(plain in network for network in self._networks)

    def _not_believed(self, address: str | None) -> str:
        cause = (
            f"{address} is not among {variable('proxy_addresses')}"
            if self._told
            else f"{variable('proxies')} is 0"
        )
        return (
            f"X-Forwarded-For came from {address} and was not believed: {cause}. If that is your proxy, all visitors "
            "count as one address until you set it; if not, somebody tries to look like another. Said once."
        )


def networks(settings: Settings) -> list[Network]:
    """The addresses of the proxies.

    Raises SettingsError if one of them is neither an address nor a network.
    """
    given = listed(settings.proxy_addresses)
    try:
        return [ipaddress.ip_network(one, strict=False) for one in given]
    except ValueError as error:
        name = variable("proxy_addresses")
        raise SettingsError(
            f"{name}: {error}. Expected addresses or networks such as 10.0.0.5 or 10.0.0.0/8, separated by commas."
        ) from error
