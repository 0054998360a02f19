"""Other cut points of RFM scores: a version of the same file, so that groups, charts, filters and exports follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.data.rfm import SCORED
from core.datasets.update import Update
from core.datasets.versions import Way
from core.errors import DataError
from core.progress import Tell, silent
from core.store.files import named_after

if TYPE_CHECKING:
    from core.services import Services

WORK = "cut-points"  # the kind of work


def recut_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: cut the scores of the dataset at `arguments["cuts"]`, for who asked, `arguments["by"]`.

    Raises DataError or ModelError if that account may not do so any more, the dataset has no orders, or another
    version is live since.
    """
    by, cuts = str(arguments["by"]), arguments["cuts"]
    dataset = services.workspaces.catalogue.find(services.dataset.slug)
    if dataset.schema.lines is None or not {*cuts} <= {*SCORED}:
        raise DataError("Found no scores to cut. Expected customers who were added up from orders.")
    asked = Update(services.workspaces, dataset.slug, tell, cuts=cuts, asked=named_after(arguments))
    version = asked.go(dataset.file, Way.CUT_POINTS, by=by, after=arguments["after"])
    return {"version": version.number}
