"""How long the server works to open each page: asked as the browser asks, answered as it travels, nothing drawn.

Of processor time, so that what else the machine does counts little. Evidence and stability of the model are
measured before, as they are once a server has been in use for a minute.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from app import VIEWS, create_app, create_services
from bench.rows import Row
from bench.scale import Scaled
from bench.visiting import printed
from core.evidence.measure import evidence_work
from core.evidence.stability import work as stability_work
from core.progress import silent
from core.settings import Settings, load
from tests.callbacks.dash_client import Visitor

TIMES = 15
SECTIONS = ("/explore?show=relations", "/explore?show=money")


def rows(models: Sequence[Scaled]) -> list[Row]:
    """Every page at every size."""
    return [row for model in models for row in _rows(model)]


def _rows(model: Scaled) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        settings = load(home=model.home(Path(folder)), data=model.data)
        _measured(settings)
        visitor = Visitor.of(create_app(settings).server).sign_up("ada-admin")
        for page in (*(view.path for view in VIEWS), *SECTIONS):
            yield Row(bench="open", what=page, n=model.customers, seconds=_seconds(visitor, page))


def _measured(settings: Settings) -> None:
    services = create_services(settings)
    for work in (stability_work, evidence_work):
        work(services, {}, silent)
    services.database.close()


def _seconds(visitor: Visitor, page: str) -> float:
    """Median after one opening that is not counted."""
    path, _, search = page.partition("?")
    visitor.page(path, search)
    return median(_once(visitor, path, search) for _ in range(TIMES))


def _once(visitor: Visitor, path: str, search: str) -> float:
    begun = time.process_time()
    visitor.page(path, search)
    return time.process_time() - begun


if __name__ == "__main__":  # python -m bench.opening --sizes 2240
    printed(__doc__, rows)
