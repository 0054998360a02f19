"""How long it takes from the command to a server that answers."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from app import create_services
from bench.rows import Row
from bench.server import serving
from core.settings import Settings


def rows(settings: Settings) -> list[Row]:
    """Two rows: with nothing there, and with a model fitted before."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = seconds_to_ready(settings, home)
        later = median(seconds_to_ready(settings, home) for _ in range(3))
        n = len(create_services(settings.model_copy(update={"home": home})).model.table)
    return [
        Row(bench="start", what="first start, model fitted", n=n, seconds=first),
        Row(bench="start", what="later start, model kept", n=n, seconds=later),
    ]


def seconds_to_ready(settings: Settings, home: Path) -> float:
    """From the command to the first yes of `/readyz`."""
    begun = time.perf_counter()
    with serving(home, data=settings.data):
        return time.perf_counter() - begun
