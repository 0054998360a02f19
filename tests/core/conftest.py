from __future__ import annotations

from dataclasses import replace

import pytest

from core.model.artefacts import Model
from core.model.curves import Shape
from core.model.preparation import Preparation, Scaling
from core.model.registry import Recipe, Registry
from core.settings import ROOT
from tests.support.personality import recipe_of

SAMPLE = ROOT / "data" / "customers.csv"


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return recipe_of(SAMPLE, rules=())


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Model:
    """Six segments of the sample."""
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe_of(SAMPLE))


BENT = Preparation(
    (("Total_Spending", Shape.LOGARITHM), ("NumWebPurchases", Shape.YEO_JOHNSON)),
    Scaling.ROBUST,
    (("Recency", 0.5),),
    without_far_out=True,
)


@pytest.fixture(scope="session")
def bent_model(tmp_path_factory) -> Model:
    """Six segments of the sample, made with everything that may be done to a basis."""
    recipe = recipe_of(SAMPLE)
    recipe = replace(recipe, parameters=replace(recipe.parameters, preparation=BENT))
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)


@pytest.fixture(scope="session")
def real_model(tmp_path_factory, real_file) -> Model:
    """The six segments of the real file."""
    recipe = recipe_of(real_file)
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)
