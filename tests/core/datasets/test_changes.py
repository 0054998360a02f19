"""What would change: halves of one table raise no alarm, and what moved is said with what it was."""

from __future__ import annotations

import numpy as np
import pytest

from core.datasets.changes import Held, Shift, compared
from core.datasets.changes_told import moved, told
from core.datasets.templates import PERSONALITY
from core.numbers import Numbers, plain
from core.statistics.drift import Psi


@pytest.fixture(scope="module")
def sample(model):
    return model.table


def changes(one, other):
    return compared(Held(one, (), identified=True), Held(other, (), identified=True), PERSONALITY)


def words(found) -> str:
    return plain(" ".join(told(found, PERSONALITY, Numbers())))


def test_random_halves_raise_no_alarm_whatever_their_size(sample):
    draw, alarms = np.random.default_rng(5), []
    for size in [1120] * 8 + [150] * 8:
        order = draw.permutation(len(sample))
        found = changes(sample.iloc[order[:size]], sample.iloc[order[size : 2 * size]])
        assert len(found.shifts) > 20
        alarms += [shift.field for shift in found.moved]
    assert alarms == []
    assert "No field has moved by more than chance and enough to matter" in words(found)


@pytest.mark.parametrize(
    ("column", "change", "said"),
    [
        ("Income", lambda values: values * 1.3, "its median rose from 5"),
        ("Education", lambda values: values.mask(np.arange(len(values)) % 3 == 0, "PhD"), "the share of “PhD” rose from 2"),
        ("Complain", lambda values: values.mask(np.arange(len(values)) % 9 == 0, 1), "the share of yes rose from 0.9%"),
        ("Income", lambda values: values.mask(np.arange(len(values)) % 4 == 0), "what is not known rose from 1.1% to 25."),
    ],
)  # fmt: skip
def test_what_moved_is_said_with_what_it_was(sample, column, change, said):
    found = changes(sample, sample.assign(**{column: change(sample[column])}))
    assert [one.field for one in found.moved] == [column]
    assert said in words(found)


@pytest.mark.parametrize(
    ("field", "about", "was", "now", "said"),
    [
        ("Complain", "yes", 0.1412, 0.1439, "the share of yes rose from 14.1% to 14.4%"),
        ("Complain", "yes", 0.1412, 0.1413, "its values lie otherwise"),
        ("Income", "median", 51381.4, 51381.2, "its values lie otherwise"),
        ("Income", "median", 52000.0, 51000.0, "its median fell from 52,000 to 51,000"),
    ],
)
def test_nothing_rises_from_a_number_to_the_same_number(field, about, was, now, said):
    shift = Shift(field, Psi(0.3, 0.1, 0.2), about, "", was, now)
    assert moved(shift, PERSONALITY, Numbers()) == said


def test_a_file_of_strangers_is_asked_about(sample):
    found = changes(sample, sample.assign(ID=[f"X{one}" for one in sample["ID"]]))
    assert (found.new, found.gone, found.changed, found.kept) == (2240, 2240, 0, 0)
    assert "is it the next file of these customers?" in words(found)


def test_capitals_of_a_word_move_no_customer(sample):
    found = changes(sample, sample.assign(Education=sample["Education"].str.upper()))
    assert found.moved == ()
    assert dict(found.columns)["Education"] == len(sample)
