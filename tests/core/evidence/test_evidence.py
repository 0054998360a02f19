from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples

from core.errors import ModelError
from core.evidence import algorithms, criteria, evidence, flows, practice, preference, recommendation
from core.evidence import measure as evidence_work
from core.evidence.repetitions import Effort
from core.evidence.results import Findings
from core.model.registry import Registry
from core.model.space import Space
from core.numbers import Numbers
from core.progress import Cancelled, parts
from tests.support.personality import Parameters, fit, measure, recipe_of, refit

LIGHT = Effort(curves=2, references=8, splits=4, crowds=19, cuts=19)
NUMBERS = Numbers()
REFERENCE = {  # published figures: WCSS, silhouette, Calinski-Harabasz, Davies-Bouldin
    2: (10014.8, 0.3274, 1266.0, 1.2631),
    3: (8771.4, 0.2629, 881.0, 1.6716),
    4: (7917.4, 0.1925, 730.8, 1.7653),
    5: (7316.4, 0.1877, 638.7, 1.7476),
    6: (6805.7, 0.1827, 582.6, 1.6039),
    8: (6133.4, 0.1816, 496.3, 1.6052),
    10: (5627.2, 0.1727, 442.7, 1.5832),
}


def customers(points: np.ndarray) -> pd.DataFrame:
    """A table whose basis fields are these columns."""
    return pd.DataFrame(points, columns=list(Parameters().basis[: points.shape[1]]) or None)


def planted(k: int, rows: int = 240) -> pd.DataFrame:
    """Groups in a row, so that every division of them shows."""
    rng, group = np.random.default_rng(k), np.arange(rows) % k
    return customers(6 * group[:, None] * np.array([1, -1, 1, -1, 1, -1, 1]) + rng.normal(size=(rows, 7)))


def crowd(correlation: float) -> np.ndarray:
    """A thousand customers in seven fields that are related, and no groups."""
    related = correlation + (1 - correlation) * np.eye(7)
    return np.random.default_rng(3).multivariate_normal(np.zeros(7), related, 1000)


@cache
def of_planted(k: int) -> evidence.Evidence:
    """What is found of planted groups."""
    return measured(planted(k))


@cache
def of_crowd() -> evidence.Evidence:
    """What is found of one long crowd: seven correlated fields (r = .8)."""
    return measured(customers(crowd(0.8)))


def measured(table: pd.DataFrame, k: int = 6, effort: Effort = LIGHT) -> evidence.Evidence:
    parameters = Parameters(k=k)
    return measure(Space.of(fit(table, parameters)), table, parameters, effort=effort)


@pytest.fixture(scope="module")
def real_model(real_file, tmp_path_factory):
    recipe = recipe_of(real_file)
    return Registry(tmp_path_factory.mktemp("models")).ensure(recipe)


@pytest.fixture(scope="module")
def real(real_model) -> evidence.Evidence:
    effort = replace(LIGHT, crowds=evidence_work.FULL.crowds)  # as the product says whether there are groups
    return measure(real_model.space, real_model.table, real_model.card.parameters, effort=effort)


@pytest.fixture(scope="module")
def noise() -> evidence.Evidence:
    return measured(customers(np.random.default_rng(1).uniform(size=(400, 7))))


@pytest.mark.parametrize("k", REFERENCE)
def test_the_real_file_gives_the_reference_figures(real, k):
    wcss, silhouette, calinski, davies = REFERENCE[k]
    found = real.choice(k)
    assert found.wcss == pytest.approx(wcss, rel=0.005)
    assert found.scores.silhouette == pytest.approx(silhouette, abs=0.01)
    assert found.scores.calinski_harabasz == pytest.approx(calinski, rel=0.01)
    assert found.scores.davies_bouldin == pytest.approx(davies, rel=0.03)


def test_the_scores_are_those_of_an_independent_fit(real, real_model):
    points = real_model.space.place(real_model.table)
    labels = KMeans(2, n_init=20, random_state=0).fit(points).labels_
    found = real.choice(2).scores
    assert found.silhouette == pytest.approx(silhouette_samples(points, labels).mean(), abs=1e-3)
    assert found.calinski_harabasz == pytest.approx(calinski_harabasz_score(points, labels), rel=1e-3)
    assert found.davies_bouldin == pytest.approx(davies_bouldin_score(points, labels), rel=1e-3)


def test_the_live_choice_is_the_live_model(real, real_model):
    live = real.choice(6)
    assert live.wcss == pytest.approx(real_model.card.inertia)
    assert (algorithms.read(live.labels) + 1).tolist() == real_model.table["Segment"].tolist()
    segments = real_model.card.profile.segments
    assert [(one.name, one.size) for one in live.groups] == [(one.name, one.size) for one in segments]


def test_what_the_page_says_of_the_real_file(real):
    chosen = preference.preferred(real)
    assert chosen["silhouette"] == chosen["calinski_harabasz"] == chosen["davies_bouldin"] == [2]
    assert 7 in chosen["gap"]
    assert chosen["icl"][0] >= 4
    assert preference.recommended(real) == 2
    assert preference.strength_prefers(real, criteria.STRICT) == 2
    assert "Six is live, which is more detail than most criteria back." in recommendation.opening(
        real, 6, NUMBERS
    )
    assert recommendation.opening(real, 6, NUMBERS).startswith(
        "There are groups: cut into two, customers thin out between the parts more than crowds without"
    )
    assert "fits best (BIC), but customers lie otherwise between its parts than it has them" in (
        recommendation.opening(real, 6, NUMBERS)
    )
    assert "(more than 39 of 39 of each kind; chance of error 2.5%), and so do customers who had" in (
        recommendation.grouped(real, NUMBERS)
    )
    assert "Against two, six cost clearness" in recommendation.cost(real, 6, NUMBERS)


@pytest.mark.parametrize("k", [3, 4])
def test_planted_segments_are_what_the_evidence_prefers(k):
    found = of_planted(k)
    assert set(map(tuple, preference.preferred(found).values())) == {(k,)}
    assert preference.recommended(found) == k
    assert {len(one.leads) for one in found.choices} == {0, 6}
    assert all(value > 0 for value in found.choice(k).leads.values())
    assert recommendation.opening(found, k, NUMBERS).endswith(f"{('Three', 'Four')[k - 3]} is live.")


def test_of_pure_noise_it_is_said_that_no_groups_are_seen_and_that_some_can_be_missed(noise):
    assert preference.gap_prefers(noise) == 1
    said = recommendation.opening(noise, 6, NUMBERS)
    assert said.startswith("No groups are to be seen")
    assert "can be missed like this" in said
    assert " If customers are to be cut all the same, two is recommended: " in said
    assert said.endswith("Six is live: a way to cut these customers, not groups that were found.")
    assert "recommended if customers are to be cut all the same" in recommendation.cost(noise, 6, NUMBERS)


def test_of_one_long_crowd_it_is_said_that_there_are_no_groups():
    """All that prefers two cuts the crowd across."""
    found = of_crowd()
    assert preference.silhouette_prefers(found) == 2
    assert preference.whole(found)
    assert "No groups are to be seen" in recommendation.opening(found, 2, NUMBERS)
    assert "costs nothing" not in recommendation.cost(found, 2, NUMBERS)


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_a_crowd_without_groups_gains_no_more_by_further_segments_than_others_like_it(noise, correlation):
    found = noise if correlation == 0 else of_crowd()
    assert recommendation.explained(found, 6) == pytest.approx(
        recommendation.crowd_explained(found, 6), abs=0.02
    )
    assert recommendation.worthwhile(flows.steps(found)).startswith("No step buys clearly more")


def test_the_same_customers_give_the_same_evidence():
    assert measured(planted(3)) == of_planted(3)


def test_silhouettes_per_segment_are_those_of_its_customers(noise):
    table = customers(np.random.default_rng(1).uniform(size=(400, 7)))
    choice = noise.choice(4)
    labels = algorithms.read(choice.labels)
    each = silhouette_samples(Space.of(fit(table, Parameters())).place(table), labels)
    for group in choice.groups:
        own = each[labels == group.number - 1]
        assert (group.widths[0], group.widths[20], group.widths[-1]) == pytest.approx(
            (own.min(), np.median(own), own.max()), abs=1e-4
        )
        assert group.doubtful == pytest.approx((own < 0).mean())


def test_a_step_counts_every_customer_once(noise):
    for step in flows.steps(noise):
        assert step.counts.shape == (step.k, step.k + 1)
        assert step.counts.sum() == noise.rows
        assert step.counts.sum(axis=1).tolist() == [one.size for one in noise.choice(step.k).groups]


def test_the_step_to_the_planted_number_splits_what_was_one():
    found = of_planted(3)
    step = flows.steps(found)[1]
    assert step.together == 1.0
    assert len(step.children) == 2
    assert recommendation.worth(step) == "clearly more than a crowd"
    assert flows.steps(found)[3].gain < step.gain / 3


def test_nobody_moves_from_the_live_model_to_itself(real, real_model):
    live = real_model.table["Segment"].to_numpy(dtype=np.int64) - 1
    same = flows.moves(live, 6, real.choice(6))
    assert (same.moved, same.heirs) == (0, {number: number for number in range(1, 7)})
    five = flows.moves(live, 6, real.choice(5))
    assert five.counts.sum() == 2240
    assert five.moved == 2240 - sum(five.counts[row - 1, column - 1] for row, column in five.heirs.items())
    assert flows.agreement(live, real.choice(6).labels) == 1.0


def test_a_small_group_is_found_and_told_with_the_number_that_makes_it_a_segment():
    """Three crowds, of which one has 5 % of the customers; on a single crowd nothing is told."""
    rng, group = np.random.default_rng(8), np.arange(600) % 40
    apart = 7 * np.eye(7)[np.where(group < 2, 2, group % 2)]
    found = measured(customers(apart + rng.normal(size=(600, 7))))
    small = practice.small_group(found)
    assert small is not None
    assert (round(small.share, 2), small.k) == (0.05, 3)
    assert practice.of_sizes(found, 2, NUMBERS).endswith(
        "There is a small group: mixtures set 30 customers (5%) apart; with three segments it is one of them."
    )


def test_of_groups_of_like_size_none_is_called_small_and_of_noise_nothing_is_said(noise):
    few = of_planted(3)
    more = replace(few, rows=300, customers=300)
    assert "No group of 20 customers to 8% of all is to be seen" in practice.of_sizes(more, 3, NUMBERS)
    assert practice.of_sizes(few, 3, NUMBERS).endswith("%)."), "8% of 240 are fewer than a group has"
    assert practice.of_sizes(noise, 6, NUMBERS).endswith("%).")


def test_another_k_on_the_same_scaling_is_what_a_new_model_would_be():
    table = planted(4)
    six = fit(table, Parameters(k=6))
    again, new = refit(Space.of(six), table, Parameters(k=3)), fit(table, Parameters(k=3))
    assert again.inertia_ == pytest.approx(new["kmeans"].inertia_)
    assert again.labels_.tolist() == new["kmeans"].labels_.tolist()
    assert six["kmeans"].n_clusters == 6


def test_density_finds_planted_groups_and_calls_strays_noise():
    rng = np.random.default_rng(0)
    groups = 30 * np.eye(3)[np.arange(300) % 3] + rng.normal(size=(300, 3))
    strays = rng.uniform(200, 400, size=(6, 3)) * np.arange(1, 7)[:, None]
    found = algorithms.density(np.vstack([groups, strays]))
    assert found.sizes == pytest.approx((100, 100, 100), abs=6)
    assert found.noise >= 6 / 306
    assert found.scores.silhouette > 0.8


def test_the_radius_of_dbscan_is_where_the_distances_to_neighbours_bend_most():
    points = np.cumsum([0.01] * 60 + [*range(1, 41)])[:, None]
    distances = np.sort(
        np.minimum(*(np.diff(points[:, 0], **end) for end in ({"prepend": -9}, {"append": 9999})))
    )
    bend = np.argmax(np.linspace(0, 1, len(points)) - distances / distances.max())
    assert algorithms.eps(points, 2) == pytest.approx(distances[bend])


def test_density_is_scikit_learns_with_the_radius_that_it_names(real, real_model):
    found = real.others[-1]
    points = real_model.space.place(real_model.table)
    labels = DBSCAN(eps=algorithms.eps(points, 14), min_samples=14).fit_predict(points)
    assert found.noise == pytest.approx((labels == -1).mean())
    assert found.labels == algorithms.written(labels)


def test_labels_are_read_as_they_were_written():
    labels = np.array([0, 9, 10, 11, 35, -1, 3])
    assert algorithms.written(labels) == "09abz-3"
    assert algorithms.read("09abz-3").tolist() == labels.tolist()


def test_large_tables_are_sampled_and_small_ones_are_not():
    assert evidence_work.sample_of(300, 1).tolist() == list(range(300))
    places = evidence_work.sample_of(1_000_000, 1)
    assert len(np.unique(places)) == evidence_work.SAMPLE
    assert places.tolist() == evidence_work.sample_of(1_000_000, 1).tolist()


def test_too_few_customers_are_told():
    with pytest.raises(ModelError, match="Expected at least 50"):
        measured(planted(3, rows=40))


def test_cancelled_work_stops():
    def cancel(_words: str, share: float) -> None:
        if share > 0.02:
            raise Cancelled

    table = planted(3, rows=120)
    with pytest.raises(Cancelled):
        measure(Space.of(fit(table, Parameters())), table, Parameters(), tell=cancel, effort=LIGHT)


def test_progress_never_goes_back_and_tells_what_is_found_as_soon_as_it_is():
    """First of groups, after nineteen crowds, before anything else is measured; then what all crowds say, to the end."""
    heard: list[tuple[str, float]] = []
    table, effort = planted(3, rows=120), replace(LIGHT, crowds=21)
    measure(
        Space.of(fit(table, Parameters())),
        table,
        Parameters(),
        tell=lambda *told: heard.append(told),
        effort=effort,
    )
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    found = [parts(words)[0] for words, _ in heard]
    assert found[:19] == [""] * 19
    assert "first 19 of 21 crowds" in found[19]
    early = [one for one in found if "preliminary" in one]
    assert early == found[19 : 19 + len(early)]
    sure = found[19 + len(early)]
    assert sure.startswith("There are groups")
    assert found[-1].startswith(f"{sure} ")
    assert found[-1].endswith(" Three crowds with valleys between them.")


def test_evidence_is_kept_for_all_models_that_differ_in_k_alone(model, noise, database):
    findings = Findings(database)
    assert evidence.find(findings, model.card) is None
    evidence.keep(findings, model.card, noise)
    five = replace(model.card, key="0" * 16, parameters=replace(model.card.parameters, k=5))
    assert evidence.find(findings, five) == noise
    other = replace(model.card, parameters=replace(model.card.parameters, seed=1))
    assert evidence.find(findings, other) is None


def test_evidence_that_is_not_ours_is_computed_again(model, database):
    findings = Findings(database)
    findings.write(evidence.key(model.card), evidence.NAME, json.loads('{"format": 0}'))
    assert evidence.find(findings, model.card) is None
