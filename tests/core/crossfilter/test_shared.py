"""Answers that several processes share: each counted once, and none ever wrong."""

from __future__ import annotations

import os

import numpy as np
import pytest

import core.crossfilter.table
from core.crossfilter import memory
from core.crossfilter.counting import Query
from core.crossfilter.passing import Condition
from core.crossfilter.shared import LONGEST, Shared
from core.crossfilter.table import Breakdown, Clause, Crossfilter
from core.crossfilter.typed import Typed
from tests.core.crossfilter.test_table import customers, made

KEY = b"0123456789abcdef"
VIEWS = [Breakdown("age", "Age"), Breakdown("children", "Kidhome", value="Income")]


@pytest.fixture(autouse=True)
def shared(monkeypatch):
    monkeypatch.setattr(core.crossfilter.table, "SHARED_FROM", 0)
    monkeypatch.setattr(memory, "SHARED", Shared(1 << 20))
    return memory.SHARED


@pytest.fixture
def counted(monkeypatch):
    asked, real = [], core.crossfilter.table.tally
    monkeypatch.setattr(
        core.crossfilter.table, "tally", lambda columns, new: asked.extend(new) or real(columns, new)
    )
    return asked


def elsewhere(what):
    """Done in a process of its own, forked from this one."""
    if not (child := os.fork()):
        try:
            what()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def some_ages(table):
    return table.selection().replace(Clause("Age", {1, 2}))


def test_what_one_process_counted_no_other_counts_again(tmp_path, counted):
    table = made(customers(600, seed=3), tmp_path)
    elsewhere(lambda: table.views(some_ages(table), VIEWS, values=["Income"]))
    found = table.views(some_ages(table), VIEWS, values=["Income"])
    assert not counted
    anew = Crossfilter.open(tmp_path, remembered=0).views(some_ages(table), VIEWS, values=["Income"])
    assert counted
    assert (found.selected, found.everyone) == (anew.selected, anew.everyone)
    np.testing.assert_array_equal(found["age"].counts, anew["age"].counts)
    np.testing.assert_array_equal(found["children"].sums, anew["children"].sums)


def test_the_tile_of_one_process_answers_the_clicks_that_come_to_another(tmp_path, counted):
    table = made(customers(600, seed=4), tmp_path)
    children = [Breakdown("children", "Kidhome")]
    elsewhere(lambda: table.tile(table.selection(), "Age", children))
    table.views(some_ages(table), children)
    assert {query.field for query in counted} == {None}


def test_tables_know_only_their_own_answers_also_in_a_folder_that_was_built_again(tmp_path):
    (tmp_path / "same").mkdir()
    for seed in (5, 6):
        (tmp_path / f"other-{seed}").mkdir()
        table = made(customers(500 + seed, seed=seed), tmp_path / "same")
        assert table.count(table.selection()) == 500 + seed
        other = made(customers(400 + seed, seed=seed), tmp_path / f"other-{seed}")
        assert other.count(other.selection()) == 400 + seed


def test_small_tables_are_counted_without_asking_others(tmp_path, monkeypatch, counted):
    monkeypatch.setattr(core.crossfilter.table, "SHARED_FROM", 601)
    table = made(customers(600, seed=3), tmp_path)
    elsewhere(lambda: table.count(some_ages(table)))
    table.count(some_ages(table))
    assert counted


def test_a_question_has_one_key_however_its_codes_were_put_together():
    one = Query((Condition("Age", frozenset([1, 33, 65])), Condition("Income", frozenset([2]))), "Kidhome")
    same = Query((Condition("Age", frozenset([65, 33, 1])), Condition("Income", frozenset([2]))), "Kidhome")
    assert one.key("table") == same.key("table")


def test_questions_that_differ_in_anything_have_keys_that_differ():
    condition = Condition("Age", frozenset([1]))
    typed = condition._replace(typed=Typed("5..", low=5))
    conditions = [
        condition,
        condition._replace(field="Income"),
        condition._replace(codes=frozenset([11])),
        condition._replace(codes=frozenset([1, 2])),
        typed,
        condition._replace(typed=Typed("5..", low=5, open=True)),
        condition._replace(typed=Typed("has:5", has="5")),
        Condition("", frozenset(), group=(condition, typed)),
        Condition("", frozenset(), group=(condition,)),
    ]
    asked = [Query((one,), "Kidhome") for one in conditions]
    asked += [Query(()), Query((condition, typed), "Kidhome"), Query((condition,), "Kidhome", "Age")]
    asked += [Query((condition,), "Kidhome", None, "Age"), Query((condition,), "Kidhome", None, None, "Age")]
    asked += [Query((condition,), "Kidhome", None, "Age", squared=True)]
    keys = {one.key(table) for one in asked for table in ("table", "another")}
    assert len(keys) == 2 * len(asked)


@pytest.mark.parametrize(
    "what",
    [np.arange(7), np.arange(12.0).reshape(3, 4), np.arange(24).reshape(2, 3, 4), np.array([np.nan, -0.0])],
)
def test_what_was_kept_is_found_as_it_was(shared, what):
    shared.keep(KEY, what)
    found = shared.get(KEY)
    assert (found.dtype, found.shape, found.tobytes()) == (what.dtype, what.shape, what.tobytes())
    assert shared.get(KEY[::-1]) is None


def test_an_answer_of_which_any_byte_is_another_is_not_there(shared):
    shared.keep(KEY, np.arange(9))
    start, whole = shared._start(KEY), 24 + 9 * 8
    for place in range(start, start + whole):
        shared._bytes[place] ^= 1
        assert shared.get(KEY) is None
        shared._bytes[place] ^= 1
    assert shared.get(KEY).tolist() == list(range(9))


def test_answers_that_have_no_room_beside_one_another_are_gone_and_none_is_wrong():
    small = Shared(LONGEST + 4096)
    keys = [bytes([high, low, *range(14)]) for high in range(8) for low in range(32)]
    for place, key in enumerate(keys):
        small.keep(key, np.full(40, place))
    found = [(place, small.get(key)) for place, key in enumerate(keys)]
    there = [(place, numbers) for place, numbers in found if numbers is not None]
    assert 0 < len(there) < len(keys)
    assert all((numbers == place).all() for place, numbers in there)


@pytest.mark.parametrize("what", [np.zeros(LONGEST // 8 + 1), np.zeros((1, 1, 1, 1)), np.zeros(3, np.uint8)])
def test_what_is_too_long_or_no_count_is_not_kept(shared, what):
    shared.keep(KEY, what)
    assert shared.get(KEY) is None
