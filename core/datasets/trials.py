"""How segments are made, tried by a job before anything changes: what would be another then."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from core.datasets.moves import Moved, moves
from core.errors import ModelError
from core.model.fit import Parameters
from core.progress import Tell
from core.store.files import named_after

if TYPE_CHECKING:
    from core.services import Services

PREFIX, KEPT_DAYS = "trial", 30


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
