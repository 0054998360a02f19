"""What opening sentences add where customers do not lie in groups."""

from __future__ import annotations

from core.scoring.prediction import CROWD
from core.services import Services


def told(services: Services) -> str:
    """That segments are parts of one crowd, where that is known."""
    return f" {CROWD}." if services.grouped is False else ""
