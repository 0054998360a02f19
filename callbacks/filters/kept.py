"""Answers that were given, for who asks the same of the same model: most clicks are those of others before."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from callbacks.filters.answered import Answered
from core.store.watched import Watched, watched


def once(found: Answered, make: Callable[[Answered], dict[str, Any]]) -> dict[str, Any]:
    """What `make` answers, kept with the model as its reader sees it: personal columns never come to who may not see them.

    An answer rests on that model, on what is asked, on how numbers are written, and on findings, which are read again.
    One that asked the database anything else is not kept.
    """
    services, asked = found.services, found.asked
    options = tuple(sorted(asked.options.items()))
    version = services.dataset.version.number, services.live.is_older
    key = found.page.path, asked.selection, options, services.numbers, version
    kept: tuple[bytes, Watched] | None = services.model.answers.get(key)
    if kept is not None and kept[1].says_the_same():
        again: dict[str, Any] = pickle.loads(kept[0])  # noqa: S301 - our own, which never left this process
        return again
    with watched() as noted:
        said = make(found)
    if noted.can_be_asked_again:
        content = pickle.dumps(said)
        services.model.answers.keep(key, (content, noted), len(content) + 1000)
    return said
