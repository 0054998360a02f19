"""The long work: a report is made by the worker, and kept for a week for the one who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.reports.story import story
from core.progress import Tell, silent
from core.reports import kept
from core.services import Services


def make_report(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, str]:
    """Make the report that was asked for; called in the worker.

    Raises
    ------
    SelectionError
        If what it is about is not there any more.
    NoRoomError
        If the disk has no room for it.
    ReportError
        If a customer is erased meanwhile.
    """
    begun = kept.Moment.now(services)
    tell("Counting what the pages count", 0.1)
    with services.read_in(arguments["locale"]):
        told = story(
            services, arguments["page"], arguments["address"], arguments["site"], whole=arguments["whole"]
        )
    tell("Setting it in type", 0.5)
    return {"id": kept.keep(services, told, arguments["form"], owner=arguments["by"], begun=begun).id}
