"""The names that the server may be asked by.

A page elsewhere can make its own name mean this machine (DNS rebinding); its script then asks us, by that name.
"""

from __future__ import annotations

import logging
import re

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import host_is_trusted

from callbacks.web.guard import ROOT
from core.errors import SettingsError
from core.settings import Settings, listed, variable

LOG = logging.getLogger(__name__)
OWN = ("127.0.0.1", "localhost", "[::1]")
# Those who look after many servers ask by address, and are told nothing but that this one lives, or have a token.
PROBES = frozenset({"healthz", "readyz", "metrics"})
NAME = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")


class UnknownHostError(BadRequest):
    """A request that was sent by a name that is none of ours."""

    title = "Not known by this name"


def register(server: Flask, settings: Settings) -> None:
    """Answer by the names of the settings; call this first."""
    server.config["HOSTS"] = known(settings)
    server.before_request(check)


def known(settings: Settings) -> tuple[str, ...]:
    """The names that are answered; none where all are.

    Raises SettingsError if one of the settings can be no name.
    """
    names = tuple(re.sub(r":\d+$", "", name) for name in listed(settings.hosts.lower()))
    for name in names:
        if not NAME.fullmatch(name):
            raise SettingsError(
                f"{variable('hosts')}: found {name!r}. Expected names such as parterre.example.com, or .example.com "
                "for all below it, separated by commas, without https:// and paths."
            )
    own = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (*names, *OWN, own) if names or settings.is_local else ()


def check() -> None:
    """Stop here where another name is asked for."""
    names = current_app.config["HOSTS"]
    if not names or request.endpoint in PROBES or is_known(request.host, names):
        return
    setting, found = variable("hosts"), request.host[:100]
    LOG.warning("asked as %r, which is none of %s; see %s", found, ", ".join(names), setting)
    name = re.sub(r":\d+$", "", found.lower())
    mend = f"{setting}={name}" if NAME.fullmatch(name) else setting
    raise UnknownHostError(
        f"Found {found or 'no name'}. Expected a name that this server goes by. Use the address that you were given. "
        f"If you run this server, and visitors are to come by that name, set {mend} and start it again."
    )


def is_known(host: str, names: tuple[str, ...]) -> bool:
    """Whether `host`, with or without a port, is one of `names`, or below one that begins with a dot."""
    # Werkzeug cuts an address in brackets at its first colon.
    return re.sub(r":\d+$", "", host.lower()) in names or host_is_trusted(host.lower(), names)


def in_letters(settings: Settings, *, below: bool = False) -> str:
    """Where this server is, or `below` it the dataset that is asked for, in an e-mail that anybody can have sent: as the operator says, not as the request does.

    Whoever asks chooses the port of the address that is asked, and with it who is given the secret of a link.
    """
    asked, names = request.host.lower(), listed(settings.hosts.lower())
    name, _, port = asked.rpartition(":") if re.search(r":\d+$", asked) else (asked, "", "")
    ours = [one for one in names if not one.startswith(".")]
    if settings.production and name in OWN and ours:
        asked = ours[0]
    elif asked not in names and (settings.production or port != str(settings.port)):
        asked = name
    scheme = "https" if settings.production or request.is_secure else "http"
    root = request.script_root if below else request.environ.get(ROOT, request.script_root)
    return f"{scheme}://{asked}{root}"
