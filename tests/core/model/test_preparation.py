from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.metrics import adjusted_rand_score

from core.model import artefacts
from core.model.before import Before
from core.model.curves import Shape
from core.model.fit import Parameters, fit, refit
from core.model.preparation import Preparation, Scaling, prepared
from core.model.refits import made_again
from core.model.space import Space
from core.profiles.nearest import similar
from core.schema.fields import Kind
from core.schema.schema import Schema
from core.scoring.prediction import score
from tests.datasets.tables import fields

RNG = np.random.default_rng(3)
SCHEMA = Schema(tuple(fields(dict.fromkeys("abc", Kind.AMOUNT), group="Figures")), ("A", "B", "C"))
TABLE = pd.DataFrame(
    {
        "A": np.exp(np.repeat([1.0, 5.0], 150) + RNG.normal(0, 0.6, 300)),
        "B": RNG.lognormal(2, 1, 300),
        "C": RNG.normal(50, 9, 300),
    }
)


def made(how: Preparation, table: pd.DataFrame = TABLE, k: int = 2):
    return fit(table, Parameters(k, tuple(map(str, table)), preparation=how), SCHEMA)


def test_every_way_of_placing_a_customer_is_the_pipelines_own(bent_model):
    basis = bent_model.people.frame(list(bent_model.space.basis))
    path = bent_model.folder / artefacts.PIPELINE
    pipeline = skops.io.load(path, trusted=["numpy.dtype", "numpy.clip"])
    points = bent_model.space.place(basis)
    assert (points == pipeline[:-1].transform(basis)).all()
    assert (Space.from_json(bent_model.space.to_json()).place(basis) == points).all()
    own = bent_model.people.column("Segment").to_numpy()
    assert (score(bent_model.space, basis.to_numpy(dtype=float)).segment == own).all()
    assert (pipeline.predict(basis) + 1 == own).all()
    [nearest, *_] = similar(bent_model.space, bent_model.people, 7)
    assert nearest.distance == pytest.approx(np.linalg.norm(points[nearest.place] - points[7]))


def test_the_next_version_knows_how_the_one_before_was_prepared(bent_model, tmp_path):
    Before.of(bent_model, 1).save(tmp_path)
    again = Before.load(tmp_path).space
    assert [one and one.shape for one in again.curves] == [
        None,
        None,
        Shape.LOGARITHM,
        Shape.YEO_JOHNSON,
        *[None] * 3,
    ]
    assert (again.place(bent_model.table) == bent_model.space.place(bent_model.table)).all()


def test_refits_keep_most_customers_where_they_are(bent_model):
    points = bent_model.space.place(bent_model.table)
    own = bent_model.table["Segment"].to_numpy(dtype=np.int64) - 1
    assert 0.75 < bent_model.refits.stays(points, own).mean() < 0.99


def test_on_logarithms_groups_are_found_that_tails_hide():
    table = TABLE.assign(B=np.append(TABLE["B"][:-2], [9e5, 2e6]))
    truth = np.arange(300) > 149
    raw, bent = (
        made(how, table)["kmeans"].labels_
        for how in (Preparation(), Preparation((("A", Shape.LOGARITHM), ("B", Shape.LOGARITHM))))
    )
    assert min(np.bincount(raw)) < 3
    assert adjusted_rand_score(bent, truth) > 0.95


def test_a_weight_counts_as_so_many_fields_like_it():
    twice = TABLE.assign(D=TABLE["C"])
    schema = Schema(tuple(fields(dict.fromkeys("abcd", Kind.AMOUNT), group="Figures")), tuple("ABCD"))
    copied = fit(twice, Parameters(3, tuple("ABCD")), schema)
    weighed = made(Preparation(weights=(("C", 2.0),)), k=3)
    assert adjusted_rand_score(weighed["kmeans"].labels_, copied["kmeans"].labels_) == 1
    assert weighed["kmeans"].inertia_ == pytest.approx(copied["kmeans"].inertia_)


def test_scaled_robustly_one_customer_does_not_shrink_a_field_and_where_quartiles_coincide_the_deviation_counts():
    table = TABLE.assign(B=np.where(np.arange(300) < 290, 0.0, 4.0), C=np.append(TABLE["C"][:-1], 1e7))
    space = Space.of(made(Preparation(scaling=Scaling.ROBUST), table))
    assert space.scales[2] == pytest.approx(np.subtract(*np.quantile(table["C"], [0.75, 0.25])))
    assert space.scales[1] == pytest.approx(table["B"].std(ddof=0))


def test_who_is_far_out_moves_no_centre_but_has_a_segment():
    far = pd.concat(
        [TABLE, pd.DataFrame({"A": [5.0] * 4, "B": [5.0] * 4, "C": [9e6, 8e6, 7e6, 6e6]})], ignore_index=True
    )
    how = Preparation((("A", Shape.LOGARITHM), ("B", Shape.LOGARITHM)), without_far_out=True)
    clean, pipeline = made(how), made(how, far)
    assert len(pipeline["kmeans"].labels_) == 304
    low, near = (np.sort(one["kmeans"].cluster_centers_, axis=0) for one in (clean, pipeline))
    assert near == pytest.approx(low, abs=0.05)
    again = refit(Space.of(pipeline), far, Parameters(2, ("A", "B", "C"), preparation=how), SCHEMA)
    assert (again.labels_ == pipeline["kmeans"].labels_).all()


@pytest.mark.parametrize(
    "how",
    [
        Preparation(((("B"), Shape.YEO_JOHNSON),)),
        Preparation(scaling=Scaling.ROBUST, weights=(("A", 3.0),), without_far_out=True),
    ],
    ids=["bent", "robust"],
)
def test_made_again_by_the_full_procedure_segments_are_the_same(how):
    pipeline = made(how)
    labels = pipeline["kmeans"].labels_.astype(np.int64)
    parameters = Parameters(2, ("A", "B", "C"), preparation=how)
    assert (made_again(TABLE.to_numpy(), labels, parameters) == labels).all()
    space = Space.of(pipeline)
    assert prepared(TABLE.to_numpy(), space.basis, how).points == pytest.approx(space.place(TABLE))


def test_as_it_is_nothing_is_told_that_was_not_told_before_so_that_keys_stay():
    parameters = Parameters(4, ("A",))
    assert parameters.told == {"k": 4, "basis": ("A",), "starts": 20, "seed": 2014}
    bent = replace(parameters, preparation=Preparation((("A", Shape.LOGARITHM),)))
    assert bent.told["preparation"]["shapes"] == (("A", "logarithm"),)
