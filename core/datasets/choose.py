"""Making another number of segments live where fitting it takes longer than a click may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import ModelError
from core.progress import Tell

if TYPE_CHECKING:
    from core.services import Services

QUICK = 20_000  # customers, up to which a fit takes about a second


def choose_work(services: Services, arguments: Mapping[str, object], tell: Tell) -> dict[str, object]:
    """The job: fit `arguments["k"]` segments and make them live, for who asked, `arguments["by"]`.

    Raises DataError or ModelError if that account may not do so any more, there is no such number, or no such model
    can be made.
    """
    k, by = arguments.get("k"), arguments.get("by")
    if type(k) is not int or not isinstance(by, str):
        raise ModelError(
            "Found no number of segments. Expected one to make live. Choose it on the page again."
        )
    tell(f"Fitting {k} segments to all customers", 0.1)
    model = services.live.choose(replace(services.model.card.parameters, k=k), by=by)
    return {"model": model.card.key}
