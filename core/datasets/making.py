"""How segments are made, where a person chooses it: what may be chosen."""

from __future__ import annotations

from core.data import cleaning
from core.errors import ModelError
from core.model.fit import Parameters
from core.model.preparation import WEIGHTS
from core.schema.fields import Kind
from core.schema.schema import Schema

MOST_BASIS = 24


def buildable(schema: Schema) -> tuple[str, ...]:
    """Fields that may build segments: numbers that tell no answer to a campaign, and no event."""
    targets = {*schema.targets}
    return tuple(
        one.name
        for one in schema.customers
        if one.kind.is_number and one.kind is not Kind.YEAR and not schema.sources(one.name) & targets
    )


def checked(wanted: Parameters, schema: Schema) -> Parameters:
    """The same, if segments can be made so; raises ModelError if not."""
    known, how = {*buildable(schema), *schema.basis}, wanted.preparation
    if not 1 <= len({*wanted.basis} & known) == len(wanted.basis) <= MOST_BASIS:
        raise ModelError(
            f"Found {len(wanted.basis)} figures to build segments on. Expected 1 to {MOST_BASIS} of those that the page "
            "lists, each once. Choose again."
        )
    named = {name for name, _ in (*how.shapes, *how.weights)}
    rules = [rule.name for rule in cleaning.rules_for(schema)]
    on = rules if wanted.rules is None else wanted.rules
    if not (named <= {*wanted.basis} and {*dict(how.weights).values()} <= {*WEIGHTS} and {*on} <= {*rules}):
        raise ModelError(
            "Found a curve, a weight or a cleaning rule that there is not. Expected those that the page lists. Reload "
            "it, and choose again."
        )
    return wanted
