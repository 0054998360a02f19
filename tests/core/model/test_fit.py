from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from core.errors import ModelError
from core.model import fit as fitting
from core.model.fit import method
from core.model.lloyd import kmeans
from core.model.space import Space
from tests.support.personality import (
    PERSONALITY,
    Parameters,
    chosen,
    clean,
    engineer,
    fit,
    read_customers,
    refit,
)

REFERENCE = {  # published figures of the real file: WCSS, silhouette
    2: (10014.8, 0.3274),
    3: (8771.4, 0.2629),
    4: (7917.4, 0.1925),
    5: (7316.4, 0.1877),
    6: (6805.7, 0.1827),
    8: (6133.4, 0.1816),
    10: (5627.2, 0.1727),
}


@pytest.fixture(scope="module")
def real_table(real_file):
    cleaned = clean(read_customers(real_file).frame, chosen())
    return engineer(cleaned.frame)


def planted(sizes=(60, 80, 100), spending=(2000.0, 900.0, 100.0), seed=0) -> tuple[pd.DataFrame, np.ndarray]:
    """Three groups, far apart in every basis field; the truth is known."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    table = pd.DataFrame({name: truth * 50.0 + rng.normal(0, 1, len(truth)) for name in Parameters().basis})
    table["Total_Spending"] = np.asarray(spending)[truth] + rng.normal(0, 5, len(truth))
    return table, truth


@pytest.mark.parametrize("k", REFERENCE)
def test_the_real_file_gives_the_reference_figures(real_table, k):
    pipeline = fit(real_table, Parameters(k=k))
    wcss, silhouette = REFERENCE[k]
    assert pipeline["kmeans"].inertia_ == pytest.approx(wcss, rel=0.005)
    assert silhouette_score(
        Space.of(pipeline).place(real_table), pipeline["kmeans"].labels_
    ) == pytest.approx(silhouette, abs=0.01)


def test_the_real_file_falls_into_the_six_known_sizes(real_table):
    sizes = np.bincount(fit(real_table, Parameters())["kmeans"].labels_)
    assert sorted(sizes) == pytest.approx(sorted([436, 444, 365, 339, 334, 322]), abs=5)


def test_planted_segments_are_found_again():
    table, truth = planted()
    labels = fit(table, Parameters(k=3))["kmeans"].labels_
    assert adjusted_rand_score(truth, labels) == 1.0


def test_the_first_segment_spends_most():
    table, _ = planted(spending=(100.0, 2000.0, 900.0))
    pipeline = fit(table, Parameters(k=3))
    assert (
        np.diff(pipeline["kmeans"].cluster_centers_[:, Parameters().basis.index("Total_Spending")]) < 0
    ).all()
    labels = pipeline.predict(table[list(Parameters().basis)])
    assert (labels == pipeline["kmeans"].labels_).all()


def test_two_fits_of_the_same_customers_agree():
    table, _ = planted()
    first, second = fit(table, Parameters(k=5)), fit(table, Parameters(k=5))
    assert (first["kmeans"].cluster_centers_ == second["kmeans"].cluster_centers_).all()


@pytest.mark.parametrize("large", [False, True])
def test_the_order_of_rows_changes_no_segment(monkeypatch, large):
    """Noise has no right cut, so that starts from other places would end in another one."""
    monkeypatch.setattr("core.model.fit.LARGE", 100 if large else 10**6)
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(0, 1, (600, 7)), columns=list(Parameters().basis))
    table.loc[rng.random(600) < 0.1, "Income"] = np.nan
    shuffled = table.sample(frac=1, random_state=1)
    first, second = (fit(one, Parameters(k=6, starts=2)) for one in (table, shuffled))
    assert (first["kmeans"].cluster_centers_ == second["kmeans"].cluster_centers_).all()
    labels = pd.Series(second["kmeans"].labels_, index=shuffled.index).sort_index()
    assert (labels == first["kmeans"].labels_).all()


def test_another_number_of_segments_is_as_deaf_to_the_order_of_rows():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.normal(0, 1, (300, 7)), columns=list(Parameters().basis))
    pipeline, parameters = fit(table, Parameters(k=3, starts=2)), Parameters(k=5, starts=2)
    shuffled = table.sample(frac=1, random_state=1)
    again = refit(Space.of(pipeline), shuffled, parameters)
    whole = fit(table, parameters)["kmeans"]
    assert (pd.Series(again.labels_, index=shuffled.index).sort_index() == whole.labels_).all()


def test_centres_of_a_sample_go_on_among_many():
    """In noise a sample's own centres fit nobody else as well; sizes and squares stay those of the sample."""
    names = list(Parameters().basis)
    everyone = pd.DataFrame(np.random.default_rng(5).normal(0, 1, (4000, 7)), columns=names)
    sample, parameters = everyone.head(200), Parameters(k=5, starts=3)
    space = Space.of(fit(sample, parameters))
    points = space.place(everyone)
    alone, among = (refit(space, sample, parameters, many=many) for many in (None, points))
    best = kmeans(points, 5, starts=5, seed=1).wcss
    assert -alone.score(points) > 1.03 * best
    assert -among.score(points) < 1.01 * best
    assert len(among.labels_) == 200
    assert among.inertia_ == pytest.approx(-among.score(points[:200]))


def test_the_real_file_in_any_order_gives_the_same_segments(real_table):
    whole = fit(real_table, Parameters())["kmeans"].labels_
    for seed in range(3):
        shuffled = real_table.sample(frac=1, random_state=seed)
        labels = pd.Series(fit(shuffled, Parameters())["kmeans"].labels_, index=shuffled.index)
        assert (labels.sort_index() == whole).all()


def test_a_gap_is_filled_with_the_median_of_the_fit():
    table, _ = planted()
    table.loc[0, "Income"] = np.nan
    pipeline = fit(table, Parameters(k=3))
    gap = table.iloc[[0]]
    filled = gap.assign(Income=Space.of(pipeline).typical["Income"])
    assert Space.of(pipeline).typical["Income"] == table["Income"].median()
    assert (Space.of(pipeline).place(gap) == Space.of(pipeline).place(filled)).all()


def test_a_column_without_values_is_told_by_name():
    table, _ = planted()
    with pytest.raises(ModelError, match="no usable value in Recency"):
        fit(table.assign(Recency=np.nan), Parameters(k=3))


@pytest.mark.parametrize(
    ("field", "parts", "words"),
    [
        ("Age", {"Year_Birth": np.nan, "Dt_Customer": 1}, "Year_Birth (for age)"),
        ("Total_Spending", {"MntWines": np.nan, "MntFruits": 1}, "MntWines (for total spending)"),
    ],
)
def test_what_is_made_of_columns_without_values_is_told_by_their_names(field, parts, words):
    table, _ = planted()
    with pytest.raises(ModelError, match=re.escape(f"no usable value in {words}")):
        fit(table.assign(**parts, **{field: np.nan}), Parameters(k=3))


def test_fewer_different_customers_than_segments_are_refused():
    table, _ = planted()
    with pytest.raises(ModelError, match="Found only customers who are alike"):
        fit(pd.concat([table.iloc[[0]]] * 20), Parameters(k=3))


def test_swaps_go_on_until_none_helps_any_more(monkeypatch):
    """One swap that helps gives as many again as were in vain before; of many customers none is tried."""
    points, tried = np.random.default_rng(0).normal(size=(60, 2)), []

    def settled(_points, centres):
        tried.append(centres)
        return SimpleNamespace(
            centres=centres, wcss=(np.inf, 1.0, 1 - fitting.GAIN / 2)[np.sign(len(tried) - 7) + 1]
        )

    monkeypatch.setattr(fitting.lloyd, "settled", settled)
    fitting.best_of_starts(points, Parameters(k=3))
    assert len(tried) == 7 + 3 * fitting.SWAPS
    assert (tried[7] == tried[6]).all(axis=1).sum() == 2
    tried.clear()
    monkeypatch.setattr(fitting, "FEW", 59)
    fitting.best_of_starts(points, Parameters(k=3))
    assert tried == []
    assert method(59) != method(60)


@pytest.mark.parametrize(
    ("k", "best"),
    [(8, 6114.9), (9, 5861.5), (10, 5625.2), (11, 5429.0), (12, 5244.0)],
)
def test_the_real_file_ends_near_the_optimum_that_r_finds(real_table, k, best):
    """R 4.2.2, kmeans(x, k, nstart = 500, iter.max = 100) after set.seed(1), on the same standardised figures."""
    assert fit(real_table, Parameters(k=k))["kmeans"].inertia_ <= 1.0002 * best


@pytest.mark.parametrize("value", [None, "Income"])
def test_segments_are_numbered_by_the_value_in_the_basis_or_not_and_by_size_where_there_is_none(
    real_table, value
):
    basis = ("Age", "Recency")
    schema = replace(PERSONALITY, basis=basis, value=value)
    parameters = Parameters(k=4, basis=basis, starts=1)
    pipeline = fit(real_table, parameters, schema=schema)
    for labels in (
        pipeline["kmeans"].labels_,
        refit(Space.of(pipeline), real_table, parameters, schema=schema).labels_,
    ):
        groups = real_table.groupby(labels)
        found = groups["Income"].mean() if value else groups.size()
        assert found.is_monotonic_decreasing
