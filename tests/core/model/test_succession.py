"""Which segment goes on from which: by shared customers, else by borders; and what moved those who moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import ModelError
from core.model.before import Before, identity
from core.model.profile import Profile
from core.model.space import Space
from core.model.succession import moved, order, succession

BASIS = ("Spent", "Visits")
CENTRES = np.array([[10.0, 0.0], [0.0, 10.0], [0.0, 0.0]])
NOBODY = Profile(0, 0.0, {}, {}, ())


def space_of(centres) -> Space:
    return Space(BASIS, np.zeros(2), np.zeros(2), np.ones(2), np.array(centres, dtype=float))


def people(sizes, centres=CENTRES, *, first=0) -> pd.DataFrame:
    """Customers who stand on the centres of their segments, numbered on."""
    segments = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    points = np.asarray(centres, dtype=float)[segments - 1]
    ids = [f"C{first + place}" for place in range(len(segments))]
    return pd.DataFrame({"ID": ids, "Segment": segments, "Spent": points[:, 0], "Visits": points[:, 1]})


def before(table, centres=CENTRES) -> Before:
    return Before("before", 1, NOBODY, space_of(centres), table)


def test_segments_keep_their_numbers_whatever_the_fit_calls_them():
    old = people([40, 50, 60])
    new = old.assign(Segment=old["Segment"].map({1: 3, 2: 1, 3: 2}))
    assert order(before(old), new, space_of(CENTRES[[1, 2, 0]])).tolist() == [2, 0, 1]
    came = succession(before(old), old, space_of(CENTRES))
    assert (came.names, came.moved, came.shared, came.by_centres) == ({1: 1, 2: 2, 3: 3}, 0, 150, False)


def test_who_came_and_went_is_counted_by_segment():
    old, new = (
        people([40, 50, 60]),
        people(
            [
                40,
                50,
                60,
            ]
        ).iloc[10:],
    )
    new = pd.concat([new, people([0, 0, 7], first=500)])
    came = succession(before(old), new, space_of(CENTRES))
    assert (came.gone, came.new) == ((10, 0, 0), (0, 0, 7))
    assert came.counts == ((30, 0, 0), (0, 50, 0), (0, 0, 60))


def test_below_half_of_the_larger_of_both_a_segment_is_new():
    old = people([40, 40, 100])
    new = old.assign(Segment=np.where(np.arange(180) < 21, 1, np.where(np.arange(180) < 80, 2, 3)))
    came = succession(before(old), new, space_of(CENTRES))
    assert [one.before for one in came.kin] == [1, 2, 3]
    assert [round(one.share, 3) for one in came.kin] == [round(21 / 40, 3), round(40 / 59, 3), 1.0]
    fewer = new.assign(Segment=np.where(np.arange(180) < 19, 1, new["Segment"].replace({1: 2})))
    came = succession(before(old), fewer, space_of(CENTRES))
    assert [one.before for one in came.kin] == [None, 2, 3]
    assert [(one.before, one.after, one.why) for one in came.flows] == [(1, 2, "gone")]


def test_where_nobody_is_shared_borders_decide():
    old, new = people([40, 50, 60]), people([45, 45, 45], CENTRES[[2, 0, 1]], first=1000)
    assert order(before(old), new, space_of(CENTRES[[2, 0, 1]])).tolist() == [1, 2, 0]
    came = succession(before(old), people([45, 45, 45], first=1000), space_of(CENTRES))
    assert (came.by_centres, came.names, came.shared, came.flows) == (True, {1: 1, 2: 2, 3: 3}, 0, ())


def test_what_drove_those_who_moved_is_their_own_change_or_the_border():
    old = people([40, 50, 60])
    new = old.copy()
    new.loc[:9, ["Spent", "Visits", "Segment"]] = [4.0, 9.0, 2]  # come more than they spend less
    drawn_in = old["ID"].isin(old["ID"].iloc[40:46])
    old.loc[drawn_in, "Visits"] = new.loc[drawn_in, "Visits"] = 5.5
    new.loc[drawn_in, "Segment"] = 3  # as they were, and the border is at 7 now
    came = succession(before(old), new, space_of([[10, 0], [0, 10], [0, 4]]))
    assert [(one.before, one.after, one.customers, one.why, one.field) for one in came.flows] == [
        (1, 2, 10, "changed", "Visits"),
        (2, 3, 6, "border", "Visits"),
    ]
    assert (came.flows[0].was, came.flows[0].now) == (0.0, 9.0)
    assert len(moved(before(old), new).query("Segment != Segment_before")) == 16


def test_what_is_kept_of_before_is_there_again_and_what_is_damaged_is_refused(tmp_path, model):
    assert identity(tmp_path) == identity(None) == ""
    kept = Before.of(model, 1)
    kept.save(tmp_path)
    again, named = Before.load(tmp_path), identity(tmp_path)
    assert (again.model, again.version, again.profile) == (model.card.key, 1, model.card.profile)
    pd.testing.assert_frame_equal(again.people, kept.people)
    np.testing.assert_array_equal(again.space.centres, model.space.centres)
    again.people.iloc[1:].to_parquet(tmp_path / "before.parquet")
    assert identity(tmp_path) == named
    with pytest.raises(ModelError, match="segments before it is damaged"):
        Before.load(tmp_path)


def test_a_field_called_before_is_no_field_of_the_version_before():
    """Its name was that of another field's old values: who moved could not be told."""
    names = {"Visits": "Spent_before"}
    old = people([40, 50, 60]).rename(columns=names)
    space = Space(("Spent", "Spent_before"), np.zeros(2), np.zeros(2), np.ones(2), CENTRES)
    new = old.assign(Segment=[2] * 10 + old["Segment"].tolist()[10:])
    new.loc[:9, ["Spent", "Spent_before"]] = [1.0, 9.0]
    came = succession(Before("before", 1, NOBODY, space, old), new, space)
    assert [(one.before, one.after, one.customers) for one in came.flows] == [(1, 2, 10)]
    assert len(moved(Before("before", 1, NOBODY, space, old), new).query("Segment != Segment_before")) == 10
