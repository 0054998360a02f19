"""A model's files: saved as one folder, whole or not at all; loaded only if they are what was saved."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import skops.io
from pyarrow.lib import ArrowException
from sklearn.pipeline import Pipeline

from core.files import sha256, sync_file, sync_folder
from core.segments.card import FORMAT, Card

PIPELINE, TABLE, CARD = "pipeline.skops", "customers.parquet", "card.json"

_DATA_ONLY = ["numpy.dtype"]  # the one type in our pipelines that skops does not know to be harmless


class DamagedError(Exception):
    """An artefact that is truncated, changed, or not ours; it is refitted, never served."""


@dataclass(frozen=True)
class Model:
    """A fitted pipeline, the customers it was fitted on, and its card."""

    pipeline: Pipeline
    table: pd.DataFrame
    card: Card
    folder: Path


def save(parent: Path, pipeline: Pipeline, table: pd.DataFrame, card: Card) -> None:
    """Write the folder `parent/card.key` beside its final place, then rename it."""
    temporary = parent / f".{card.key}.{secrets.token_hex(6)}"
    temporary.mkdir(mode=0o700)
    skops.io.dump(pipeline, temporary / PIPELINE)
    table.to_parquet(temporary / TABLE, index=False)
    digests = {name: sha256(temporary / name) for name in (PIPELINE, TABLE)}
    (temporary / CARD).write_bytes(replace(card, digests=digests).to_json())
    for name in (PIPELINE, TABLE, CARD):
        sync_file(temporary / name)
    sync_folder(temporary)
    os.rename(temporary, parent / card.key)
    sync_folder(parent)


def load(folder: Path) -> Model:
    """The model in `folder`.

    Raises
    ------
    DamagedError
        If any file is missing, changed since it was saved, or of another kind than expected.
    """
    card = _card(folder)
    for name, digest in card.digests.items():
        if not (folder / name).is_file() or sha256(folder / name) != digest:
            raise DamagedError(f"{name} is not what was saved")
    try:
        pipeline = skops.io.load(folder / PIPELINE, trusted=_DATA_ONLY)
        table = pd.read_parquet(folder / TABLE)
    except (OSError, ValueError, TypeError, KeyError, ArrowException) as error:
        raise DamagedError(f"{type(error).__name__} while loading") from error
    if not isinstance(pipeline, Pipeline) or len(table) != card.profile.customers or "Segment" not in table:
        raise DamagedError("pipeline and table are not of this model")
    return Model(pipeline, table, card, folder)


def _card(folder: Path) -> Card:
    try:
        card = Card.from_json((folder / CARD).read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedError(f"{CARD} can't be read") from error
    if card.format != FORMAT or card.key != folder.name or set(card.digests) != {PIPELINE, TABLE}:
        raise DamagedError(f"{CARD} is of another model")
    return card
