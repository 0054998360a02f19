"""What a user sees when a callback fails: our words as they are, anything else as a reference to the log."""

from __future__ import annotations

import logging

from dash import set_props
from werkzeug.exceptions import HTTPException

from callbacks.web.reader import told
from core.errors import ParterreError
from core.logs import our_fault
from core.store.files import FULL, is_full
from layouts import frame as shell

log = logging.getLogger(__name__)


def show(error: Exception) -> None:
    """Dash's `on_error`: tell the user in the notice above the page; refusals keep their status."""
    if isinstance(error, HTTPException):
        raise error
    set_props(shell.ids.NOTICE, {"children": sentence(error)})


def sentence(error: Exception) -> str:
    """What to say of `error`; the log has the rest."""
    if isinstance(error, ParterreError):
        return told(str(error))
    if isinstance(error, OSError) and is_full(error):
        log.error("Nothing can be written: %s", error.strerror)
        return FULL
    return our_fault(log, "Callback", error)
