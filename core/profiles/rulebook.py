"""The rules of a model's segments: made once, kept with the model, read by every page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evidence.results import Findings
from core.model.artefacts import Model
from core.model.fit import FEW, Parameters
from core.model.refits import made_again
from core.profiles.surrogate_rules import SurrogateRule, make

FINDING = "rules"
FEW_STARTS = 5  # of the segments of many customers, that are made again


def rules_of(model: Model, findings: Findings) -> tuple[SurrogateRule, ...]:
    """The rules of the model's segments, made once and kept with it."""
    kept = findings.read(model.card.key, FINDING, tuple[SurrogateRule, ...])
    return made_rules(model, findings) if kept is None else kept


def made_rules(model: Model, findings: Findings, repeats: int = 1) -> tuple[SurrogateRule, ...]:
    """Rules, tested on customers of whom neither they nor their segments were made; of many, once is enough."""
    table = model.people.table([*model.space.basis, "Segment"])
    parameters, few = model.card.parameters, len(table) <= FEW
    again = partial(_again, parameters if few else replace(parameters, starts=FEW_STARTS))
    rules = make(table, parameters.k, model.schema, again, repeats if few else 1)
    findings.write(model.card.key, FINDING, rules)
    return rules


def _again(parameters: Parameters, table: pd.DataFrame) -> NDArray[np.int64]:
    """The segments of a part of the customers, made of them alone."""
    values = table[list(parameters.basis)].to_numpy(dtype="float64")
    return made_again(values, table["Segment"].to_numpy(dtype=np.int64) - 1, parameters) + 1
