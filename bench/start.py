"""How long it takes from the command to a server that answers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from app import create_services
from bench.rows import Row
from bench.scale import Scaled
from core.settings import Settings
from tests.support.server import serving


def rows(settings: Settings) -> list[Row]:
    """Two rows: with nothing there, and with a model fitted before."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = seconds_to_ready(settings.data, home)
        later = median(seconds_to_ready(settings.data, home) for _ in range(3))
        n = len(create_services(settings.model_copy(update={"home": home})).model.people)
    return [
        Row(bench="start", what="first start, model fitted", n=n, seconds=first),
        Row(bench="start", what="later start, model kept", n=n, seconds=later),
    ]


def of_models(models: Sequence[Scaled]) -> list[Row]:
    """At each size: how long the fit took when the model was made, and a start with it there."""
    return [row for model in models for row in _of_model(model)]


def _of_model(model: Scaled) -> list[Row]:
    card = model.model().card
    with tempfile.TemporaryDirectory() as folder:
        home = model.home(Path(folder))
        later = median(seconds_to_ready(model.data, home) for _ in range(3))
    n = model.customers
    return [
        Row(bench="start", what="read, clean and fit", n=n, seconds=card.seconds),
        Row(bench="start", what="later start, model kept", n=n, seconds=later),
    ]


def seconds_to_ready(data: Path, home: Path) -> float:
    """From the command to the first yes of `/readyz`."""
    begun = time.perf_counter()
    with serving(home, data=data):
        return time.perf_counter() - begun
