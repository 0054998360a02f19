from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import skops.io
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline

from core.model import artefacts
from core.model import space as plain
from core.model.fit import scaled
from core.settings import ROOT


@pytest.fixture(scope="module")
def skopsed(model) -> Pipeline:
    """The same pipeline as the file that is there for others has it."""
    return skops.io.load(model.folder / artefacts.PIPELINE, trusted=["numpy.dtype"])


def test_the_two_files_hold_the_same_pipeline_to_the_last_bit(model, skopsed):
    assert (scaled(model.pipeline, model.table) == scaled(skopsed, model.table)).all()
    basis = model.table[list(model.pipeline.feature_names_in_)]
    assert (model.pipeline.predict(basis) == skopsed.predict(basis)).all()


def test_five_arrays_stand_customers_where_the_pipeline_does_to_the_last_bit(model, skopsed):
    values = model.table[list(model.space.basis)].to_numpy(dtype=float)
    assert np.isnan(values).any()
    assert (model.space.points(values) == scaled(skopsed, model.table)).all()
    assert (model.space.centres == skopsed["kmeans"].cluster_centers_).all()


def test_nothing_of_a_step_is_lost(model, skopsed):
    for name, step in skopsed.steps:
        ours = vars(model.pipeline[name])
        assert ours.keys() == vars(step).keys()
        for attribute, value in vars(step).items():
            assert type(ours[attribute]) is type(value), attribute
            np.testing.assert_equal(ours[attribute], value)
            assert getattr(ours[attribute], "dtype", None) == getattr(value, "dtype", None), attribute


def test_other_estimators_are_not_made(model):
    steps = json.loads(plain.to_json(model.pipeline))
    with pytest.raises(KeyError):
        plain.from_json(json.dumps([steps[0] | {"class": "FunctionTransformer"}]).encode())


def test_state_that_is_no_number_text_or_array_is_not_written(model):
    odd = PCA(svd_solver=print)
    with pytest.raises(TypeError, match="nothing that our pipelines hold"):
        plain.to_json(Pipeline([("odd", odd)]))


def test_a_start_that_fits_nothing_does_without_skops(model):
    look = (
        "import sys; from pathlib import Path; from core.model.artefacts import load\n"
        "load(Path(sys.argv[1])); print({'skops', 'pytest', 'sklearn.ensemble'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", look, str(model.folder)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "set()\n"
