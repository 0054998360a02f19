from __future__ import annotations

import pytest

from core.customers import cleaning
from core.segments.artefacts import Model
from core.segments.fit import Parameters
from core.segments.registry import Recipe, Registry
from core.settings import ROOT

SAMPLE = ROOT / "data" / "customers.csv"


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return Recipe(SAMPLE, (), Parameters())


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Model:
    return Registry(tmp_path_factory.mktemp("models")).ensure(Recipe(SAMPLE, cleaning.chosen(), Parameters()))


@pytest.fixture(scope="session")
def real_model(tmp_path_factory, real_file) -> Model:
    """The six segments of the real file."""
    recipe = Recipe(real_file, cleaning.chosen(), Parameters())
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)
