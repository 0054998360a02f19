"""What people call the segments of a model, and what they noted about them: remembered with who and when."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter

from core.crossfilter import Table
from core.errors import ModelError
from core.files import lock, set_aside, write_whole
from core.segments.artefacts import Model
from core.segments.profile import Profile

log = logging.getLogger(__name__)

LONGEST_NAME, LONGEST_NOTE = 40, 500


@dataclass(frozen=True)
class Said:
    """Some words, who said them, and when (ISO 8601, UTC)."""

    text: str
    by: str
    when: str


@dataclass(frozen=True)
class Naming:
    """What people have said of one segment; None where nobody has said anything."""

    name: Said | None = None
    note: Said | None = None


Namings = Mapping[int, Naming]


@dataclass(frozen=True)
class Names:
    """One file for each model in `folder`, beside the models: a model that is fitted again keeps its names."""

    folder: Path

    def path(self, key: str) -> Path:
        """Where the names of the model `key` are."""
        return self.folder / f"{key}.json"

    def read(self, key: str) -> Namings:
        """What has been said of the segments of the model `key`, by segment number.

        A damaged file is set aside, with a line in the log: segments then have the names that were computed.
        """
        try:
            return _read(self.path(key))
        except ValueError:
            with self._locked(key):
                return self._read_or_set_aside(key)

    def set_name(self, model: Model, number: int, text: str, *, by: str) -> Namings:
        """Call a segment of `model` otherwise, from now on and everywhere.

        Raises
        ------
        ModelError
            If there is no such segment, the name is not 1 to 40 printable characters, or another has it.
        """
        _check_number(model, number)
        name = checked_name(text)

        def say(namings: Namings) -> Naming:
            _check_unique(called(model.card.profile, namings), number, name)
            return replace(namings.get(number, Naming()), name=_said(name, by))

        return self._change(model.card.key, number, say)

    def set_note(self, model: Model, number: int, text: str, *, by: str) -> Namings:
        """Note something about a segment of `model`; nothing takes the note away.

        Raises
        ------
        ModelError
            If there is no such segment, or the note is not at most 500 printable characters.
        """
        _check_number(model, number)
        note = checked_note(text)
        said = _said(note, by) if note else None
        return self._change(
            model.card.key, number, lambda namings: replace(namings.get(number, Naming()), note=said)
        )

    def _change(self, key: str, number: int, say: Callable[[Namings], Naming]) -> Namings:
        with self._locked(key):
            before = self._read_or_set_aside(key)
            after = {**before, number: say(before)}
            write_whole(self.path(key), _ADAPTER.dump_json(after, indent=1))
        return after

    def _read_or_set_aside(self, key: str) -> Namings:
        try:
            return _read(self.path(key))
        except ValueError as error:
            aside = set_aside(self.path(key))
            log.warning("The names of model %s are damaged: %s. Set aside as %s.", key, error, aside)
            return {}

    def _locked(self, key: str) -> FileLock:
        return lock(self.folder / f"{key}.lock", timeout=20)


def named(model: Model, namings: Namings) -> Model:
    """`model` with these names on its profile and its charts; data are shared, addresses stay numbers."""
    if not any(naming.name for naming in namings.values()):
        return model
    profile = model.card.profile
    names = called(profile, namings)
    segments = tuple(replace(segment, name=names[segment.number]) for segment in profile.segments)
    card = replace(model.card, profile=replace(profile, segments=segments))
    table: Table = model.crossfilter.renamed("Segment", [segment.name for segment in segments])
    return replace(model, card=card, crossfilter=table)


def called(profile: Profile, namings: Namings) -> dict[int, str]:
    """The name of each segment, by number: given by people, else computed."""
    return {
        segment.number: said.text if said else segment.name
        for segment in profile.segments
        for said in (namings.get(segment.number, Naming()).name,)
    }


def checked_name(text: str) -> str:
    """`text` without spare spaces.

    Raises
    ------
    ModelError
        If it is not 1 to 40 printable characters.
    """
    name = re.sub(r" +", " ", text).strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        shown = name[:LONGEST_NAME] if name.isprintable() else repr(name[:LONGEST_NAME])
        raise ModelError(
            f"Found “{shown}”{' and more' if len(name) > LONGEST_NAME else ''}. "
            f"Expected a name of 1 to {LONGEST_NAME} letters, digits and signs on one line. Choose a shorter or plainer one."
        )
    return name


def checked_note(text: str) -> str:
    """`text` without space around it.

    Raises
    ------
    ModelError
        If it is longer than 500 characters, or holds other than text and line ends.
    """
    note = text.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE or not note.replace("\n", "").isprintable():
        raise ModelError(
            f"Found a note of {len(note)} characters. Expected at most {LONGEST_NOTE}, all of them printable. "
            "Shorten it, or type it anew without what was pasted."
        )
    return note


def _check_number(model: Model, number: int) -> None:
    count = len(model.card.profile.segments)
    if not 1 <= number <= count:
        raise ModelError(f"Found segment {number}. Expected 1 to {count}. Reload the page.")


def _check_unique(names: Mapping[int, str], number: int, name: str) -> None:
    for other, taken in names.items():
        if other != number and taken.casefold() == name.casefold():
            raise ModelError(f"Segment {other} is called “{taken}” already. Choose another name.")


def _said(text: str, by: str) -> Said:
    return Said(text, by, datetime.now(UTC).isoformat(timespec="seconds"))


def _read(path: Path) -> Namings:
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}


_ADAPTER: TypeAdapter[dict[int, Naming]] = TypeAdapter(dict[int, Naming])
