"""Files that wait and belong together: proposed where a key is found, and put together as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component
from flask import jsonify, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import waiting
from callbacks.web.sessions import visitor
from core.datasets import belonging
from core.errors import DataError
from core.services import Services
from core.store.staged_files import Staged
from layouts.data import page as layout


def part(services: Services, files: Sequence[Staged]) -> Component | None:
    """What belongs together among the visitor's files, and a way to say so of others; nothing of one file alone."""
    if len(files) < belonging.LEAST:
        return None
    seen = [one for one in files if one.is_looked_at and _is_one_table(one.look or {})]
    most = services.settings.max_file_mb * 1_000_000
    if len(seen) < belonging.LEAST or sum(one.size for one in seen) > most:
        return layout.together([], "", None)
    job = progress.start(services, belonging.KIND, {"ids": sorted(one.id for one in seen)})
    result = services.jobs.result(job.id)
    if result is None:
        return layout.together([], "", progress.panel(services, job))
    return layout.together(
        [services.numbers.told(one) for one in result["words"]], " ".join(result["ids"]), None
    )


def _is_one_table(look: Mapping[str, Any]) -> bool:
    """Whether a file could be read, and is not put together already."""
    return bool(look.get("columns")) and not look.get("file")


def put(services: Services) -> ResponseReturnValue:
    """Put the files that are named together as one."""
    body = request.get_json(silent=True)
    ids = belonging.check_ids(body.get("ids") if isinstance(body, dict) else None)
    parts = [waiting.mine(services, one)[1] for one in ids]
    if gone := [one.name for one in parts if one.made]:
        raise DataError(f"{gone[0]} is a dataset by now. Expected files that wait. Send it again.")
    return jsonify(id=belonging.keep_together(services, parts, visitor().key).id)
