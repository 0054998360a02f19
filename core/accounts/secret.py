"""The key that signs sessions: given by the operator, or made once and kept."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from core.accounts.passwords import guesses
from core.errors import SettingsError
from core.settings import Settings, listed, variable
from core.store.files import lock, write_whole

SHORTEST = 32
FEWEST_DIFFERENT = 10
# Guesses, as zxcvbn counts them: a key of 32 random characters takes many more, a sentence as well.
FEWEST_GUESSES = 1e18
LOG = logging.getLogger(__name__)


def session_key(settings: Settings) -> str:
    """The key of `settings`; in development, when none is set, one made once and kept in `settings.home`.

    Raises SettingsError in production, without a key of at least 32 characters that nobody guesses.
    """
    given = settings.secret_key.get_secret_value().strip() if settings.secret_key else ""
    if settings.production:
        return _strong(given, variable("secret_key"))
    if given and len(given) < SHORTEST:
        LOG.warning("SECRET_KEY is shorter than %d characters: good for development only", SHORTEST)
    return given or _kept_key(settings.home / "secret_key")


def old_keys(settings: Settings) -> list[str]:
    """Keys that sign nothing any more, but whose sessions go on.

    Raises SettingsError in production, if one of them would not do as the key of today.
    """
    given = listed(settings.old_keys.get_secret_value()) if settings.old_keys else ()
    return [_strong(key, variable("old_keys")) if settings.production else key for key in given]


def _strong(key: str, name: str) -> str:
    found = _weakness(key)
    if found:
        raise SettingsError(
            f"{name}: found {found}. Expected at least {SHORTEST} characters, made by chance, when "
            f"{variable('env')} is production, the same for all workers. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key


def _weakness(key: str) -> str | None:
    if not key:
        return "none"
    if len(key) < SHORTEST:
        return f"{len(key)} characters"
    if len(set(key)) < FEWEST_DIFFERENT:
        return f"only {len(set(key))} different characters"
    return "one that is easily guessed" if guesses(key) < FEWEST_GUESSES else None


def _kept_key(path: Path) -> str:
    """The key in `path`; workers that start at once all get the key of the one that was first."""
    with lock(path.with_name(f"{path.name}.lock"), keep=True):
        key = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
        if len(key) < SHORTEST:
            key = secrets.token_urlsafe(48)
            write_whole(path, f"{key}\n".encode())
    return key
