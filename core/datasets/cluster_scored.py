"""Segments of customers in files on shared storage, written back there by a cluster: all of them, or none."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import NamedTuple

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
from fsspec.core import url_to_fs
from pyarrow import parquet

from core.data.outliers import FAR_OUT, Days, OfAll, believed_days, fences
from core.datasets.clustered import frame_of, known_of, parts_at, read_by
from core.errors import DataError
from core.model.artefacts import Model
from core.model.space import Space
from core.progress import Tell, silent
from core.runners import verbs, whole
from core.runners.partials import Ints
from core.runners.pulling import OURS
from core.schema.fields import IDENTIFIER
from core.store.times import now


class Stamped(NamedTuple):
    """What workers write into each file of a folder: the segments of a space, the model's key, and when that was."""

    folder: str
    space: Space
    key: str
    at: str


def score(model: Model, address: str, scheduler: str, into: str, tell: Tell = silent) -> Ints:
    """Write the segment of each customer of the files at an address into a new folder: how many are in each, shape (k,).

    Customers are cleaned by the model's own rules and fences, and ages and days counted to the latest day of the model or
    of the files. Raises DataError if something is at `into` already, or nothing can be written there; and as
    `core.datasets.clustered.Clustered.add`.
    """
    from core.runners.cluster import connected

    storage, path = _free(into)
    staged = f"{path.rstrip('/')}.{secrets.token_hex(6)}"
    with connected(scheduler) as client:
        read = read_by(client, parts_at(client, address, tell), model.schema, tell)
        of, rules = _as_modelled(known_of(read, model.schema), model), [one.rule for one in model.card.rules]
        people = read.then(frame_of).then(whole.cleaned, of, rules, places=True)
        stamped = Stamped(storage.unstrip_protocol(staged), model.space, model.card.key, now())
        try:
            storage.makedirs(staged, exist_ok=True)
            tell("Writing segments", 0.6)
            found = people.then(_written, stamped, places=True).here()
            storage.mv(staged, path, recursive=True)
        except OSError as error:
            raise DataError.of(into, f"nothing that can be written ({str(error)[:120]})", "a folder that workers may write", "Check who may write there.") from error  # fmt: skip
        finally:
            if storage.exists(staged):
                storage.rm(staged, recursive=True)
    sizes: Ints = np.sum(found, axis=0)
    return sizes


def _written(part: pd.DataFrame, place: int, told: Stamped) -> Ints:
    """Write who is in a part, with their segments, into a file of its own: how many are in each."""
    labels = verbs.labels(part, told.space)
    texts = (pa.array([one] * len(part), pa.string()) for one in (told.key, told.at))
    columns = [pa.array(part[IDENTIFIER].astype("str"), pa.string()), pa.array(labels.astype("int8")), *texts]
    with fsspec.open(f"{told.folder}/segments-{place:05}.parquet", "wb") as file:
        parquet.write_table(pa.table(columns, [*OURS]), file, compression="zstd")
    return np.bincount(labels - 1, minlength=len(told.space.centres))


def _free(into: str) -> tuple[fsspec.AbstractFileSystem, str]:
    try:
        storage, path = url_to_fs(into)
        is_taken = storage.exists(path)
    except (OSError, ImportError, ValueError) as error:
        said = f"nothing that can be reached ({str(error)[:120]})"
        raise DataError.of(into, said, "a folder that is new", "Check the address.") from error
    if is_taken:
        raise DataError.of(into, "something that is there", "a folder that is new", "Choose another name.")
    return storage, path


def _as_modelled(of: whole.Whole, model: Model) -> whole.Whole:
    """What is known of all, with the model's own fences, and its last day where the files end earlier."""
    schema, days = model.schema, dict(of.known.days)
    for name, ends in days.items():
        last = believed_days(model.people.column(name)).last
        if isinstance(last, pd.Timestamp) and not last <= ends.last:
            days[name] = Days(ends.first, last)
    stated = [name for name in schema.picked("stated") if name in schema]
    known = {name: fences(model.people.column(name), reach=FAR_OUT) for name in stated}
    return replace(of, known=OfAll(known, days))
