"""The key that signs sessions: given by the operator, or made once and kept."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from filelock import FileLock

from core.errors import SettingsError
from core.files import write_whole
from core.settings import Settings, variable

SHORTEST = 32
LOG = logging.getLogger(__name__)


def session_key(settings: Settings) -> str:
    """The key of `settings`; in development, when none is set, one made once and kept in `settings.home`.

    Raises
    ------
    SettingsError
        In production, without a key of at least 32 characters.
    """
    given = settings.secret_key.get_secret_value().strip() if settings.secret_key else ""
    if settings.env == "production":
        return _long_enough(given)
    if given and len(given) < SHORTEST:
        LOG.warning("SECRET_KEY is shorter than %d characters: good for development only", SHORTEST)
    return given or _kept_key(settings.home / "secret_key")


def _long_enough(key: str) -> str:
    if len(key) < SHORTEST:
        name = variable("secret_key")
        found = f"{len(key)} characters" if key else "none"
        raise SettingsError(
            f"{name}: found {found}. Expected at least {SHORTEST} characters when {variable('env')} is "
            "production, the same for all workers. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key


def _kept_key(path: Path) -> str:
    """The key in `path`; workers that start at once all get the key of the one that was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock"), mode=0o600, preserve_lock_file=True):
        key = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
        if len(key) < SHORTEST:
            key = secrets.token_urlsafe(48)
            write_whole(path, f"{key}\n".encode())
    return key


def kept_key(home: Path) -> str:
    """The key that is made once and kept in `home`."""
    return _kept_key(home / "secret_key")
