"""Two versions under the same filters: every figure is that of an independent reckoning in pandas."""

from __future__ import annotations

from itertools import permutations

import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import adjusted_rand_score

from core.datasets.beside import EVERYONE, Looked, beside
from core.datasets.in_common import Two, agreement, in_common
from core.datasets.update import Update
from core.datasets.versions import Way
from core.profiles.contrast import compared
from core.statistics.by_construction import Chosen
from tests.core.datasets.test_update import CARDS, written
from tests.core.datasets.test_workspace import again

RISEN = "PAYMENTS"
CARD = CARDS.schema


def april() -> pd.DataFrame:
    """30 are gone, 25 new, and everybody pays 30 % more."""
    frame = CARDS.frame.iloc[30:]
    new = CARDS.frame.iloc[:25].assign(CUST_ID=[f"N{number}" for number in range(25)])
    frame = pd.concat([frame, new], ignore_index=True).sample(frac=1, random_state=1)
    return frame.assign(**{RISEN: (frame[RISEN] * 1.3).round(2)})


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Two:
    folder = tmp_path_factory.mktemp("beside")
    spaces = again(folder / "home")
    spaces.add(written(folder, CARDS.frame, "march"), "Cards", CARD, by="ada")
    Update(spaces, "cards").go(written(folder, april(), "april"), Way.REPLACE, by="ada")
    with spaces.at("cards"):
        live = spaces.current.live
        return Two(live.model, live.of_version(1))


def looked(two: Two, text: str = "", groups=(EVERYONE,)) -> Looked:
    return Looked(two, two.now.crossfilter.selection(text), groups)


def called(column: str) -> str:
    return next(name for name in CARD.columns if CARD[name].column == column)


def test_what_was_planted_is_seen_and_nothing_else(two):
    found = beside(looked(two))
    assert (found.now, found.then, found.both) == (395, 400, 370)
    sure = [one.field for one in found.changes if one.apart and not one.apart.chance]
    same = [one.field for one in found.changes if one.of_both and not one.of_both.chance]
    assert same == [called(RISEN)]
    assert set(sure) <= {called(RISEN)}
    assert len(found.changes) == len(compared(two.now.card.profile, two.now.schema))
    assert (found.lacking, found.unasked) == ((), ())


def matching(model, where) -> pd.DataFrame:
    table = model.table.set_index("ID")
    return table[where(table)]


def test_figures_under_filters_are_those_of_pandas(two):
    payments, limit = called("PAYMENTS"), called("CREDIT_LIMIT")
    edges = two.now.crossfilter.axes[limit].edges
    low = next(edge for edge in edges if edge > 1500)
    found = beside(looked(two, f"{limit}={low:g}~{edges[-1]:g}"))
    now, then = (matching(model, lambda table: table[limit] >= low) for model in (two.now, two.then))
    both = now.index.intersection(then.index)
    assert (found.now, found.then, found.both) == (len(now), len(then), len(both))
    for part in found.parts:
        assert part.now == (now["Segment"] == part.number).sum()
        assert part.then == (then["Segment"] == part.before).sum()
    by_field = {one.field: one for one in found.changes}
    for name, one in by_field.items():
        assert one.now == pytest.approx(now[name].mean())
        assert one.then == pytest.approx(then[name].mean())
    one = by_field[payments]
    paired = stats.ttest_rel(now.loc[both, payments], then.loc[both, payments])
    middle = (one.of_both.low + one.of_both.high) / 2
    assert one.both == len(both)
    assert middle == pytest.approx((now.loc[both, payments] - then.loc[both, payments]).mean())
    wide = {"low": one.of_both.low, "high": one.of_both.high}
    exact = [paired.confidence_interval(sure) for sure in (0.95, 0.999)]
    assert exact[1].low < wide["low"] <= exact[0].low * (1 + 1e-9), "wider, since many are looked at"
    assert by_field[limit].decided is Chosen.BY_FIELD
    assert by_field[limit].apart is None


def test_a_segment_is_asked_of_the_one_that_it_goes_on_from(two):
    kin = in_common(two).kin
    assert kin, "segments go on"
    number, was = next(iter(kin.items()))
    found = beside(looked(two, f"Segment={number}"))
    then = matching(two.then, lambda table: table["Segment"] == was)
    assert found.then == len(then)
    assert found.decided is Chosen.BY_FIELD
    by_group = beside(looked(two, "", (number, EVERYONE))).changes
    name = called("PAYMENTS")
    one = next(one for one in by_group if (one.group, one.field) == (number, name))
    assert one.then == pytest.approx(then[name].mean())
    made = next(one for one in by_group if one.group == number and one.field in two.now.space.basis)
    assert (made.decided, made.apart, made.of_both) == (Chosen.BY_SEGMENT, None, None)


def test_shares_are_compared_by_the_borders_of_one_version(two):
    placed = in_common(two).placed
    points = two.now.space.place(two.then.table)
    nearest = ((points[:, None] - two.now.space.centres[None]) ** 2).sum(axis=2).argmin(axis=1) + 1
    assert placed.tolist() == nearest.tolist()
    for part in beside(looked(two)).parts:
        if part.number:
            now = (two.now.table["Segment"] == part.number).mean()
            assert part.by_borders.value == pytest.approx(now - (nearest == part.number).mean())


def test_two_models_agree_as_scikit_learn_reckons(two):
    found = agreement(two)
    now, then = (model.table.set_index("ID")["Segment"] for model in (two.now, two.then))
    both = now.index.intersection(then.index)
    assert found.both == len(both)
    assert found.rand == pytest.approx(adjusted_rand_score(then[both], now[both]))
    counts = pd.crosstab(then[both], now[both]).to_numpy()
    alike = max(sum(counts[row, column] for row, column in enumerate(way)) for way in permutations(range(6)))
    assert found.elsewhere == len(both) - alike
    assert agreement(Two(two.now, two.now)).elsewhere == 0


def test_of_a_whole_file_nothing_is_uncertain(two):
    found = beside(looked(two), whole=True)
    assert {(one.apart, one.of_both) for one in found.changes} == {(None, None)}
    assert {part.by_borders for part in found.parts} == {None}


def test_what_the_other_version_has_nothing_on_is_said_and_asks_for_nobody(two, monkeypatch):
    name = called("PAYMENTS")
    known = [one for one in two.then.people.columns if one != name]
    monkeypatch.setitem(two.then.people.__dict__, "columns", known)
    axis = two.now.crossfilter.axes[name]
    found = beside(looked(two, f"{name}={axis.edges[1]:g}~{axis.edges[2]:g}"))
    assert (found.lacking, found.unasked, found.then, found.changes) == ((name,), (name,), 0, ())
    assert name not in {one.field for one in beside(looked(two)).changes}
