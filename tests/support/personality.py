"""The table that the sample has, for tests: its schema, and what is made of files and customers by it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from core.data import cleaning, derive, quality, read
from core.data.headings import Headings
from core.data.people import People
from core.evidence import measure as evidence
from core.model import fit as fitting
from core.model import profiling
from core.model.registry import Recipe
from core.schema.templates.personality import (
    CHANNELS,
    EARLIER_CAMPAIGNS,
    PERSONALITY,
    PERSONALITY_TEMPLATE,
    PRODUCTS,
)
from core.settings import ROOT

__all__ = [
    "CAMPAIGNS",
    "CHANNELS",
    "EARLIER_CAMPAIGNS",
    "PERSONALITY",
    "PERSONALITY_TEMPLATE",
    "PRODUCTS",
    "people_of",
]

CAMPAIGNS = (*EARLIER_CAMPAIGNS, "Response")
SAMPLE = ROOT / "data" / "customers.csv"
BASIS, FILE_COLUMNS = PERSONALITY.basis, PERSONALITY.columns
FIELDS = {one.name: one for one in PERSONALITY.fields}
HEADINGS = Headings(PERSONALITY, PERSONALITY_TEMPLATE)

read_customers = partial(read.read_customers, schema=PERSONALITY, template=PERSONALITY_TEMPLATE)
engineer = partial(derive.engineer, schema=PERSONALITY)
inspect = partial(quality.inspect, schema=PERSONALITY)
fit = partial(fitting.fit, schema=PERSONALITY)
refit = partial(fitting.refit, schema=PERSONALITY)
profile = partial(profiling.profile, schema=PERSONALITY)
measure = partial(evidence.measure, schema=PERSONALITY)
Parameters = partial(fitting.Parameters, k=6, basis=BASIS)


def chosen(text=""):
    return cleaning.chosen(text, PERSONALITY)


def clean(frame, rules=None):
    return cleaning.clean(frame, rules, PERSONALITY)


def recipe_of(data=SAMPLE, *, k=6, rules=None, **more) -> Recipe:
    """How a file of these columns is made a model: by the rules that are on by default unless others are given."""
    on = chosen() if rules is None else rules
    return Recipe(data, PERSONALITY, PERSONALITY_TEMPLATE, on, Parameters(k=k, **more))


def people_of(home: Path) -> pd.DataFrame:
    """The customers of the only model in a home, as they are kept there."""
    [path] = (home / "models").glob("*/customers.arrow")
    return People.open(path, PERSONALITY).frame()
