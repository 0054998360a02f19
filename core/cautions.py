"""What an operator is told at the start, since it works but lets more people in, or keeps more out, than meant."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from core.settings import Settings, variable

# Settings of versions before, and what to do now.
GONE: Mapping[str, str] = MappingProxyType(
    {
        "REDIS_URL": "calculations wait in the database. Unset it; where several machines share them, let DATABASE_URL "
        "name one PostgreSQL server everywhere."
    }
)


def cautions(settings: Settings) -> list[str]:
    """A sentence or two for each setting that does not fit the others."""
    hosts, proxies = variable("hosts"), variable("proxies")
    found = {
        f"{variable('env')} is development, and {variable('host')}={settings.host} lets other machines in: passwords "
        f"and cookies travel unencrypted. Set {variable('env')}=production, or {variable('host')}=127.0.0.1.": not (
            settings.production or settings.is_local
        ),
        f"{proxies} is 0, so X-Forwarded headers are believed from nobody. Behind a proxy, all visitors then count as "
        "one address, and wrong passwords of one keep out others: set how many proxies there are.": (
            settings.production and not settings.proxies
        ),
        f"{hosts} is empty, so any Host header is answered. Name the addresses that visitors type.": (
            settings.production and not settings.hosts and not settings.is_local
        ),
        f"{hosts} is empty and {variable('host')} is this machine's own, so no name is answered but 127.0.0.1, "
        "localhost and [::1]: behind a proxy every visitor is refused (400). Set the names that visitors type, as in "
        f"{hosts}=parterre.example.com.": (
            (settings.production or settings.proxies > 0) and not settings.hosts and settings.is_local
        ),
    }
    gone = [
        f"{name} is set, and no longer read: {instead}"
        for name, instead in GONE.items()
        if os.environ.get(name)
    ]
    return gone + [words for words, applies in found.items() if applies]
