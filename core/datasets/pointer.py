"""Which model answers, and which did before: one small file that every worker reads."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from core.model.fit import Parameters
from core.model.registry import Recipe
from core.store.files import set_aside, write_whole

log = logging.getLogger(__name__)

REMEMBERED = 100  # choices; older ones are forgotten


@dataclass(frozen=True)
class Deployment:
    """A model that somebody made the live one; `by` is empty for the one that the settings name."""

    key: str
    parameters: Parameters
    by: str
    when: str


@dataclass(frozen=True)
class Pointer:
    """All choices, the latest last, and the settings that they replaced.

    `settings` is a hash of data, rules and parameters: where an operator changes any of them, the choices
    are about something else, and the settings count again.
    """

    settings: str
    choices: tuple[Deployment, ...]

    @classmethod
    def read(cls, path: Path) -> Pointer | None:
        """The pointer in `path`, if there is one; raises ValueError if it is damaged."""
        try:
            pointer = _ADAPTER.validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        if not pointer.choices:
            raise ValueError("no choices")
        return pointer

    def write(self, path: Path) -> None:
        """Replace what is in `path`."""
        write_whole(path, _ADAPTER.dump_json(self, indent=1))

    @property
    def live(self) -> Deployment:
        """The choice that counts."""
        return self.choices[-1]

    @property
    def previous(self) -> Deployment | None:
        """The model that was live before this one; None if none was."""
        earlier = (choice for choice in reversed(self.choices) if choice.key != self.live.key)
        return next(earlier, None)

    def chose(self, choice: Deployment) -> Pointer:
        """The same, with one more choice."""
        return Pointer(self.settings, (*self.choices, choice)[-REMEMBERED:])


def settings_of(digest: str, recipe: Recipe) -> str:
    """Hash of what an operator has set: data, rules and parameters, whatever the versions of libraries."""
    made_of = {"data": digest, "rules": recipe.rules, "parameters": asdict(recipe.parameters)}
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]


def read_or_set_aside(path: Path) -> Pointer | None:
    """The pointer; a damaged one is renamed and counts as none. Call it with the lock held."""
    try:
        return Pointer.read(path)
    except ValueError as error:
        aside = set_aside(path)
        log.warning("%s is damaged: %s. Set aside as %s; the settings decide.", path.name, error, aside)
        return None


_ADAPTER: TypeAdapter[Pointer] = TypeAdapter(Pointer)
