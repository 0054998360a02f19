from __future__ import annotations

import pytest

from core.data import cleaning
from core.model.artefacts import Model
from core.model.fit import Parameters
from core.model.registry import Recipe, Registry
from core.settings import ROOT

SAMPLE = ROOT / "data" / "customers.csv"


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return Recipe(SAMPLE, (), Parameters())


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Model:
    """Six segments of the sample."""
    return Registry(tmp_path_factory.mktemp("models")).ensure(Recipe(SAMPLE, cleaning.chosen(), Parameters()))


@pytest.fixture(scope="session")
def real_model(tmp_path_factory, real_file) -> Model:
    """The six segments of the real file."""
    recipe = Recipe(real_file, cleaning.chosen(), Parameters())
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)
