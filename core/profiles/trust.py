"""How far segments and the rules for them can be trusted, worked out in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.evidence import added, stability
from core.profiles.contrast import compared
from core.profiles.rulebook import made_rules
from core.progress import Tell

if TYPE_CHECKING:
    from core.services import Services

REPEATS = 6  # of the test in the worker: one alone is off by three points


def work(services: Services, arguments: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The job: how far segments, and the rules for them, can be trusted, and what they add to what made them."""
    model = services.live.fitted  # what is found is for everybody, whatever who asked may see
    others = [name for name in compared(model.card.profile, model.schema) if name not in model.space.basis]
    beyond = added.of_model(model.space, model.people, others, stability.partly(tell, 0.0, 0.1))
    services.findings.write(model.card.key, added.KEPT_AS, beyond)
    found = stability.work(services, arguments, stability.partly(tell, 0.1, 0.8))
    tell("Testing the rules on segments that are made again", 0.8)
    made_rules(model, services.findings, REPEATS)
    return found
