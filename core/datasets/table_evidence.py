"""The evidence about a table that is no dataset: read, measured, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.data import cleaning, derive
from core.data.facts import facts_of
from core.data.read import Read, read_customers
from core.datasets.intake import propose
from core.datasets.templates import template_of
from core.errors import DataError
from core.evidence import measure
from core.evidence.evidence import Evidence
from core.evidence.repetitions import Effort
from core.model.fit import Parameters, fit
from core.model.preparation import proposed
from core.model.space import Space
from core.schema.named_basis import built_on
from core.schema.schema import Schema
from core.settings import Settings

_HINT = "Or name columns of numbers with --basis."


@dataclass(frozen=True)
class TableEvidence:
    """What was found about a table, and the columns or fields that its segments are built on."""

    basis: tuple[str, ...]
    found: Evidence


def evidence_of(
    file: Path, settings: Settings, basis: Sequence[str] = (), effort: Effort = measure.FULL
) -> TableEvidence:
    """The evidence about the customers of a file, as a dataset that is made of it would have it.

    `basis`: columns or fields that build segments; those that a dataset would be built on unless said. Raises DataError
    or ModelError if the file can't be read as customers, nothing in it builds segments, or there are too few to tell.
    """
    schema, read = _read(file, settings, basis)
    cleaned = cleaning.clean(read.frame, cleaning.chosen(settings.rules, schema), schema)
    table = derive.engineer(cleaned.frame, schema)
    parameters = Parameters(1, schema.basis, preparation=proposed(schema))
    space = Space.of(fit(table, parameters, schema))
    sample = table.iloc[measure.sample_of(len(table), parameters.seed)].reset_index(drop=True)
    many = table.iloc[measure.sample_of(len(table), parameters.seed, measure.AMONG)]
    among = space.place(many) if len(many) > len(sample) else None
    found = measure.measure(space, sample, parameters, schema, effort=effort, many=among)
    columns = tuple(schema[name].column or name for name in schema.basis)
    return TableEvidence(columns, replace(found, customers=len(table)))


def _read(file: Path, settings: Settings, basis: Sequence[str]) -> tuple[Schema, Read]:
    """What a file is, and what is in it: read once more only where columns are named."""
    proposal = propose(file, max_mb=settings.max_file_mb)
    if proposal.raw is None or not basis:
        if proposal.schema is None or proposal.read is None:
            raise DataError(" ".join(filter(None, (proposal.refused, _HINT if proposal.raw else ""))))
        return proposal.schema, proposal.read
    facts = facts_of(proposal.raw.columns, proposal.raw.text.header)
    schema = built_on(basis, {one.column: one for one in facts}, proposal.guessed.schema)
    return schema, read_customers(file, schema, template_of(schema), max_mb=settings.max_file_mb)
