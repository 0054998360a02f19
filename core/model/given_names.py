"""What people call the segments of a model, and what they noted about them: remembered with who and when."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyarrow.lib import ArrowException
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from core.crossfilter.table import Crossfilter
from core.data.narrow import Narrow
from core.errors import ModelError
from core.model.artefacts import CARD, PEOPLE, Model
from core.model.profile import Profile
from core.schema.fields import IDENTIFIER, SEGMENT
from core.store.database import Database
from core.store.tables import segment_names as table
from core.store.times import now

LONGEST_NAME, LONGEST_NOTE = 40, 500
_AT_ONCE = 500_000  # customers


@dataclass(frozen=True)
class Said:
    """Some words, who said them, and when (ISO 8601, UTC)."""

    text: str
    by: str
    when: str


@dataclass(frozen=True)
class Naming:
    """What people have said of one segment; None where nobody has said anything.

    `members` says of which customers it was said.
    """

    name: Said | None = None
    note: Said | None = None
    members: str = ""


Namings = Mapping[int, Naming]


@dataclass(frozen=True)
class Names:
    """What has been said of the segments of a dataset's models.

    Names follow customers, not numbers or keys: a segment of the same customers of the same file keeps what was
    said of it, whatever made the model anew; one of other customers does not get it.
    """

    database: Database
    dataset: str = ""

    def of(self, model: Model) -> Namings:
        """What has been said of the segments of `model`, or of the same customers in a model before it."""
        with self.database.reading() as connection:
            return self._found(connection, model)

    def read(self, key: str) -> Namings:
        """What has been said of the segments of the model `key`, by segment number."""
        with self.database.reading() as connection:
            return self._said(connection, key)

    def set_name(self, model: Model, number: int, text: str, *, by: str) -> Namings:
        """Call a segment of `model` otherwise, from now on and everywhere.

        Raises ModelError if there is no such segment, the name is not 1 to 40 printable characters, nor the one that
        was computed, or another has it.
        """
        _check_number(model, number)
        suggested = model.card.profile.segment(number).name
        name = suggested if text.strip() == suggested else checked_name(text)

        def say(namings: Namings) -> Naming:
            _check_unique(called(model.card.profile, namings), number, name)
            return replace(namings.get(number, Naming()), name=_said(name, by))

        return self._change(model, number, say)

    def set_note(self, model: Model, number: int, text: str, *, by: str) -> Namings:
        """Note something about a segment of `model`; nothing takes the note away.

        Raises ModelError if there is no such segment, or the note is not at most 500 printable characters.
        """
        _check_number(model, number)
        note = checked_note(text)
        said = _said(note, by) if note else None
        return self._change(model, number, lambda namings: replace(namings.get(number, Naming()), note=said))

    def carry(self, before: Model, after: Model) -> None:
        """Say of the segments of a new version what was said of those that they go on from, unless something was."""
        came, key, whose = after.card.succession, after.card.key, members(after.folder)
        with self.database.changing("names", self.dataset) as connection:
            if came is None or self._said(connection, key):
                return
            said = self._found(connection, before)
            kept: Namings = {
                number: replace(said[old], members=whose.get(number, ""))
                for number, old in came.names.items()
                if old in said
            }
            if kept := _unique(after.card.profile, kept):
                connection.execute(insert(table), [self._row(key, *one) for one in kept.items()])

    def _change(self, model: Model, number: int, say: Callable[[Namings], Naming]) -> Namings:
        key, whose = model.card.key, members(model.folder).get(number, "")
        with self.database.changing("names", self.dataset) as connection:
            before = self._found(connection, model)
            after = {**before, number: replace(say(before), members=whose)}
            connection.execute(delete(table).where(self._of(key)))
            connection.execute(insert(table), [self._row(key, *one) for one in after.items()])
        return after

    def _found(self, connection: Connection, model: Model) -> Namings:
        key = model.card.key
        if kept := self._said(connection, key):
            here = members(model.folder)
            return _followed(kept, here) if here else kept
        latest = select(table.c.model).where(table.c.dataset == self.dataset)
        before = connection.scalars(
            latest.group_by(table.c.model).order_by(func.max(table.c.id).desc())
        ).all()
        if not before:  # of millions of customers it takes seconds to tell who they are
            return {}
        here = members(model.folder)
        each = (_followed(self._said(connection, other), here) for other in before)
        return _unique(model.card.profile, next((namings for namings in each if namings), {}))

    def _said(self, connection: Connection, key: str) -> Namings:
        rows = connection.execute(select(table).where(self._of(key)).order_by(table.c.segment))
        return {
            row.segment: Naming(
                _words(row.name, row.name_by, row.name_at),
                _words(row.note, row.note_by, row.note_at),
                row.members,
            )
            for row in rows
        }

    def _of(self, key: str) -> ColumnElement[bool]:
        return (table.c.dataset == self.dataset) & (table.c.model == key)

    def _row(self, key: str, number: int, naming: Naming) -> dict[str, object]:
        row: dict[str, object] = {
            "dataset": self.dataset,
            "model": key,
            "segment": number,
            "members": naming.members,
        }
        for what, said in (("name", naming.name), ("note", naming.note)):
            told = (said.text, said.by, said.when) if said else (None, None, None)
            row |= dict(zip((what, f"{what}_by", f"{what}_at"), told, strict=True))
        return row


def _words(text: str | None, by: str | None, when: str | None) -> Said | None:
    return None if text is None else Said(text, by or "", when or "")


def members(folder: Path) -> Mapping[int, str]:
    """Of which customers of which file each segment of the model in `folder` is, by number; nothing without one."""
    try:
        return _members(folder, (folder / CARD).stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, ArrowException):
        return {}


@lru_cache(maxsize=16)
def _members(folder: Path, _written: int) -> Mapping[int, str]:
    file = json.loads((folder / CARD).read_bytes())["data"]["sha256"]
    hashes, numbers = (np.concatenate(one) for one in zip(*map(_hashed, _people(folder)), strict=True))
    return {
        int(one): hashlib.sha256(file.encode() + np.sort(hashes[numbers == one]).tobytes()).hexdigest()[:32]
        for one in np.unique(numbers)
    }


def _people(folder: Path) -> Iterator[pd.DataFrame]:
    """IDs and segments, so many customers at a time: millions of texts at once would need gigabytes."""
    people = Narrow.open(folder / PEOPLE).select([IDENTIFIER, SEGMENT])
    for start in range(0, len(people), _AT_ONCE):
        yield people.slice(start, _AT_ONCE).to_pandas()


def _hashed(people: pd.DataFrame) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    ids = people[IDENTIFIER].astype(str).to_numpy(dtype=object)
    return pd.util.hash_array(ids, categorize=False), people[SEGMENT].to_numpy(dtype=np.int64)


def _followed(said: Namings, now: Mapping[int, str]) -> Namings:
    """What was said of segments of these customers, by the numbers that they have now."""
    places = {whose: number for number, whose in now.items()}
    return {places[naming.members]: naming for naming in said.values() if naming.members in places}


def _unique(profile: Profile, namings: Namings) -> Namings:
    """Without names that have come to be those of two segments; the one that was computed stays."""
    names = Counter(name.casefold() for name in called(profile, namings).values())
    return {
        number: replace(naming, name=None)
        if naming.name and names[naming.name.text.casefold()] > 1
        else naming
        for number, naming in namings.items()
    }


def named(model: Model, namings: Namings) -> Model:
    """`model` with these names on its profile and its charts; data are shared, addresses stay numbers."""
    if not any(naming.name for naming in namings.values()):
        return model
    profile = model.card.profile
    names = called(profile, namings)
    segments = tuple(replace(segment, name=names[segment.number]) for segment in profile.segments)
    card = replace(model.card, profile=replace(profile, segments=segments))
    table: Crossfilter = model.crossfilter.renamed("Segment", [segment.name for segment in segments])
    return replace(model, card=card, crossfilter=table)


def called(profile: Profile, namings: Namings) -> dict[int, str]:
    """The name of each segment, by number: given by people, else computed."""
    return {
        segment.number: said.text if said else segment.name
        for segment in profile.segments
        for said in (namings.get(segment.number, Naming()).name,)
    }


def checked_name(text: str) -> str:
    """`text` without spare spaces; raises ModelError if it is not 1 to 40 printable characters."""
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

    Raises ModelError if it is longer than 500 characters, or holds other than text and line ends.
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
    return Said(text, by, now())
