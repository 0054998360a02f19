from __future__ import annotations

import subprocess
import sys

import pytest
import skops.io
from sklearn.pipeline import Pipeline

from core.model import artefacts
from core.model.space import Space
from core.scoring.prediction import score
from core.settings import ROOT


@pytest.fixture(scope="module")
def skopsed(model) -> Pipeline:
    """The same pipeline as the file that is there for others has it."""
    return skops.io.load(model.folder / artefacts.PIPELINE, trusted=["numpy.dtype"])


def test_five_arrays_stand_customers_where_the_pipeline_does_to_the_last_bit(model, skopsed):
    basis = model.table[list(skopsed.feature_names_in_)]
    assert basis.isna().any(axis=None)
    assert (model.space.place(model.table) == skopsed[:-1].transform(basis)).all()
    assert (model.space.centres == skopsed["kmeans"].cluster_centers_).all()
    found = score(model.space, basis.to_numpy(dtype=float)).segment
    assert (found == skopsed.predict(basis) + 1).all()


def test_nothing_is_lost_on_the_way_to_a_file_and_back(model):
    again = Space.from_json(model.space.to_json())
    assert again.basis == model.space.basis
    for name in ("medians", "means", "scales", "centres"):
        assert (getattr(again, name) == getattr(model.space, name)).all()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b"{}", b'{"basis": ["Age"]}', b'{"basis": ["Age"], "means": "x"}']
)
def test_what_is_no_space_is_not_taken_for_one(content):
    with pytest.raises((ValueError, TypeError)):
        Space.from_json(content)


def test_a_start_that_fits_nothing_does_without_skops(model):
    look = (
        "import sys; from pathlib import Path; from core.model.artefacts import load\n"
        "load(Path(sys.argv[1])); print({'skops', 'pytest', 'sklearn.ensemble'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", look, str(model.folder)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "set()\n"
