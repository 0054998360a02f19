"""The segments that a model goes on from: whose they were, where they stood, and what they were called."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pyarrow.lib import ArrowException
from pydantic import TypeAdapter

from core.errors import ModelError
from core.model.artefacts import Model
from core.model.card import is_named
from core.model.profile import Profile
from core.model.space import Space
from core.schema.fields import IDENTIFIER, SEGMENT
from core.store.files import sha256, write_whole

KEPT_BEFORE = _ABOUT, _PEOPLE = "before.json", "before.parquet"


@dataclass(frozen=True)
class Before:
    """A model of the version before, as far as the next one has to know it; kept with the next version's file."""

    model: str  # its key
    version: int  # of the customers that it was made of
    profile: Profile
    space: Space
    # `ID` as text, each once, `Segment`, and what segments are built on; no row where no column names customers.
    people: pd.DataFrame

    @classmethod
    def of(cls, model: Model, version: int) -> Before:
        """What the next version of these customers has to know."""
        people = model.people.frame([IDENTIFIER, SEGMENT, *model.space.basis])
        people = people.assign(**{IDENTIFIER: people[IDENTIFIER].astype(str)}).drop_duplicates(IDENTIFIER)
        kept = people if is_named(model.card) else people[:0]
        return cls(model.card.key, version, model.card.profile, model.space, kept.reset_index(drop=True))

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self.people.to_parquet(folder / _PEOPLE, index=False)
        (folder / _PEOPLE).chmod(0o600)
        about = {
            "model": self.model,
            "version": self.version,
            "profile": _PROFILE.dump_python(self.profile, mode="json"),
            "space": json.loads(self.space.to_json()),
            "people": sha256(folder / _PEOPLE),
        }
        write_whole(folder / _ABOUT, json.dumps(about).encode())

    @classmethod
    def load(cls, folder: Path) -> Before:
        """What `save` wrote; raises ModelError if it is anything else."""
        try:
            about = json.loads((folder / _ABOUT).read_bytes())
            if sha256(folder / _PEOPLE) != about["people"]:
                raise ValueError(_PEOPLE)
            return cls(
                about["model"],
                about["version"],
                _PROFILE.validate_python(about["profile"]),
                Space.from_json(json.dumps(about["space"]).encode()),
                pd.read_parquet(folder / _PEOPLE),
            )
        except (OSError, ValueError, KeyError, TypeError, ArrowException) as error:
            raise ModelError(
                f"What this version knows of the segments before it is damaged ({error}). Put {folder.name} back from "
                "a backup, or go back to the version before and take the file in again."
            ) from error


def identity(folder: Path | None) -> str:
    """A hash of what is kept in a folder; empty of none, and of one without."""
    try:
        return hashlib.sha256((folder / _ABOUT).read_bytes()).hexdigest() if folder else ""
    except FileNotFoundError:
        return ""


_PROFILE: TypeAdapter[Profile] = TypeAdapter(Profile)
