from __future__ import annotations

import pytest

from core.customers import cleaning
from core.segments.artefacts import Model
from core.segments.fit import Parameters
from core.segments.registry import Recipe, Registry
from core.settings import ROOT


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Model:
    """Six segments of the sample."""
    recipe = Recipe(ROOT / "data" / "customers.csv", cleaning.chosen(), Parameters())
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)
