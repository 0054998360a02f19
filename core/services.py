"""What create_app builds once and hands to every view."""

from __future__ import annotations

from dataclasses import dataclass

from core.accounts.users import UserStore
from core.customers.schema import label
from core.numbers import Numbers
from core.segments.artefacts import Model
from core.segments.axes import plain
from core.segments.findings import Findings
from core.segments.live import Live
from core.settings import Settings


@dataclass(frozen=True)
class Services:
    """The live model and what was found about it, the accounts, and how numbers are written."""

    settings: Settings
    users: UserStore
    live: Live
    numbers: Numbers
    findings: Findings

    @property
    def model(self) -> Model:
        """The live model; the same one to the end of a request or job. Never keep it longer."""
        return self.live.model

    def label(self, name: str) -> str:
        """What a field is called; an axis in logarithmic bins is called like its field."""
        return label(plain(name))
