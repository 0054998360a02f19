"""How segments are made, tried by a job before anything changes: who would be in another segment then, and which figure takes them."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError
from scipy.optimize import linear_sum_assignment

from core.datasets.in_common import NOBODY, Agreement, Two, agreement, in_common
from core.errors import ModelError
from core.evidence.flows import counted
from core.model.artefacts import Model
from core.model.fit import Parameters
from core.model.space import Space
from core.progress import Tell
from core.schema.fields import SEGMENT
from core.store.files import named_after

if TYPE_CHECKING:
    from core.services import Services

MOST = 24  # ways that are kept
PREFIX, KEPT_DAYS = "trial", 30


@dataclass(frozen=True)
class Way:
    """Customers who go from a segment into one that does not go on from it, and the figure that does most of it."""

    before: int
    after: int
    customers: int
    field: str


@dataclass(frozen=True)
class Moved:
    """From the segments of one model to those of another."""

    agreement: Agreement
    counts: tuple[tuple[int, ...], ...]  # customers in both, by segment before and after
    heirs: tuple[int, ...]  # as which number each segment of before goes on; 0 where it does not
    ways: tuple[Way, ...]  # largest first

    @property
    def before(self) -> tuple[int, ...]:
        """Sizes of the segments before."""
        return tuple(map(sum, self.counts))

    @property
    def after(self) -> tuple[int, ...]:
        """Sizes of the segments after."""
        return tuple(map(sum, zip(*self.counts, strict=True)))

    @property
    def drivers(self) -> tuple[str, ...]:
        """The figures that take most customers elsewhere, most first."""
        found: Counter[str] = Counter()
        for way in self.ways:
            found[way.field] += way.customers
        return tuple(name for name, _ in found.most_common(3))


def moves(before: Model, after: Model) -> Moved:
    """Who is where, segments matched so that most stay (Kuhn 1955), and why those who go do."""
    two = Two(after, before)
    found, places = agreement(two), in_common(two).places
    if found is None:
        raise ModelError("The two have no customers in common. Expected the same customers. Try again.")
    both = places != NOBODY
    new = after.people.frame([SEGMENT, *after.space.basis])[both]
    old = before.people.frame([SEGMENT, *before.space.basis]).iloc[places[both]]
    was, now = (one[SEGMENT].to_numpy(dtype=np.int64) - 1 for one in (old, new))
    counts = counted(was, now, len(before.space.centres), len(after.space.centres))
    matched = zip(*(part.tolist() for part in linear_sum_assignment(-counts)), strict=True)
    heirs = {row: column for row, column in matched if counts[row, column]}
    order = np.argsort(-counts, axis=None, kind="stable")
    cells = [
        (int(row), int(column)) for row, column in zip(*np.unravel_index(order, counts.shape), strict=True)
    ]
    ways = []
    for one in [cell for cell in cells if counts[cell] and heirs.get(cell[0]) != cell[1]][:MOST]:
        who = (was == one[0]) & (now == one[1])
        field = _drives((before.space, old[who]), (after.space, new[who]), one, heirs)
        ways.append(Way(one[0] + 1, one[1] + 1, int(counts[one]), field))
    gone_on = tuple(heirs.get(one, -1) + 1 for one in range(len(counts)))
    return Moved(found, tuple(map(tuple, counts.tolist())), gone_on, tuple(ways))


def _drives(
    before: tuple[Space, pd.DataFrame],
    after: tuple[Space, pd.DataFrame],
    way: tuple[int, int],
    heirs: Mapping[int, int],
) -> str:
    """The figure by which these came nearest to where they are now, against where they were.

    Squared distances are sums over figures, so what each adds to the change of sides can be told.
    """
    own = {place: one for one, place in heirs.items()}
    gained = dict.fromkeys((*before[0].basis, *after[0].basis), 0.0)
    if way[0] in heirs:
        for name, near in zip(after[0].basis, after[0].nearer(after[1], heirs[way[0]], way[1]), strict=True):
            gained[name] += float(near)
    if way[1] in own:
        for name, near in zip(before[0].basis, before[0].nearer(before[1], way[0], own[way[1]]), strict=True):
            gained[name] -= float(near)  # what already spoke for it counts for nothing new
    return max(gained, key=lambda name: gained[name])


@dataclass(frozen=True)
class Trial:
    """What would change if segments were made so.

    `live` is the key of the model that was live then, `model` that of the other, whose segments would have these names.
    """

    parameters: Parameters
    live: str
    model: str
    names: tuple[str, ...]
    moved: Moved


def trial_work(services: Services, arguments: Mapping[str, object], tell: Tell) -> dict[str, object]:
    """The job: make segments by `arguments["parameters"]`, for `by`, and keep what would change."""
    wanted = asked(arguments.get("parameters"))
    live = services.live.fitted
    tell("Making the segments otherwise", 0.1)
    made = services.live.made(wanted)
    tell("Looking who is in another segment", 0.8)
    names = tuple(one.name for one in made.card.profile.segments)
    found = Trial(wanted, live.card.key, made.card.key, names, moves(live, made))
    services.findings.write(live.card.key, kept_as(wanted), found)
    forget_old(services, time.time() - KEPT_DAYS * 24 * 3600)
    return {"trial": name_of(wanted)}


def forget_old(services: Services, before: float) -> None:
    """Keep no models that were tried before a moment and never were live, nor what was found of them."""
    served, folder = {one.key for one in services.live.fits()}, services.dataset.home / "models"
    for key, name, trial in services.findings.each(f"{PREFIX}-", Trial):
        made = folder / trial.model
        if trial.model in served or (made.exists() and made.stat().st_mtime > before):
            continue
        services.findings.drop(key, name)
        shutil.rmtree(made, ignore_errors=True)


def asked(content: object) -> Parameters:
    """Parameters from JSON; raises ModelError if they are none."""
    try:
        return _ADAPTER.validate_python(content)
    except ValidationError:
        raise ModelError(
            "Found nothing that says how segments are made. Choose it on the page of models again."
        ) from None


def name_of(wanted: Parameters) -> str:
    """What a trial is called in an address."""
    return named_after(wanted.told, 12)


def kept_as(wanted: Parameters | str) -> str:
    """What a trial is called among what is found about the live model."""
    return f"{PREFIX}-{wanted if isinstance(wanted, str) else name_of(wanted)}"


_ADAPTER: TypeAdapter[Parameters] = TypeAdapter(Parameters)
