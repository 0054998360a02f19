from __future__ import annotations

import pytest

from core.customers import cleaning
from core.segments.artefacts import Model
from core.segments.fit import Parameters
from core.segments.registry import Recipe, Registry
from core.settings import ROOT


@pytest.fixture(scope="session")
def sample_model(tmp_path_factory) -> Model:
    recipe = Recipe(ROOT / "data" / "customers.csv", cleaning.chosen(), Parameters())
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)


@pytest.fixture(scope="session")
def real_model(tmp_path_factory, real_file) -> Model:
    return Registry(tmp_path_factory.mktemp("models")).ensure(
        Recipe(real_file, cleaning.chosen(), Parameters())
    )
