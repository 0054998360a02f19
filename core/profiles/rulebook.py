"""The rules of a model's segments: made once, kept with the model, read by every page."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from core.evidence.results import Findings
from core.model.artefacts import Model
from core.profiles.surrogate_rules import SurrogateRule, make

FINDING = "rules"
_RULES: TypeAdapter[tuple[SurrogateRule, ...]] = TypeAdapter(tuple[SurrogateRule, ...])


def rules_of(model: Model, findings: Findings) -> tuple[SurrogateRule, ...]:
    """The rules of the model's segments, made once and kept with it."""
    kept = findings.read(model.card.key, FINDING, _of)
    if kept is not None:
        return kept
    basis = model.space.basis
    table = model.people.frame([*basis, "Segment"])
    rules = make(table, model.card.parameters.k, model.schema)
    findings.write(model.card.key, FINDING, [asdict(rule) for rule in rules])
    return rules


def _of(found: object) -> tuple[SurrogateRule, ...] | None:
    try:
        return _RULES.validate_python(found)
    except ValidationError:
        return None  # written by another version: made again
