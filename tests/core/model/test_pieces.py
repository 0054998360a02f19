from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data import cleaning, derive, piecewise, quality
from core.data.people import People
from core.data.read import Read
from core.data.tight import Tight
from core.model import axes, pieces
from core.model.fit import Parameters
from core.model.profiling import profile
from core.model.refits import refits
from core.model.space import Space
from tests.support.personality import PERSONALITY, SAMPLE, read_customers

PARAMETERS = Parameters(4, PERSONALITY.basis, starts=3)


@pytest.fixture(scope="module")
def read():
    """The sample with its traps, and some of what only all rows together tell: repeated rows and IDs, odd spellings."""
    found = read_customers(SAMPLE)
    again = found.frame.iloc[[5, 700, 5]].assign(ID=[found.frame["ID"].iloc[9], 10_000_001, 10_000_002])
    wrong = {"Recency": -5, "Complain": 2, "Income": 9e6}
    odd = found.frame.iloc[[3]].assign(ID=10_000_003, Education=" phd ", Marital_Status="YOLO", **wrong)
    frame = pd.concat([found.frame, again, odd], ignore_index=True)
    return Read(frame, found.notes)


def made(read: Read, frame: pd.DataFrame, rows: int, folder):
    """All that a model is made of: what was cleaned, findings, the table, its segments, and the files of its columns."""
    rules = [one.name for one in cleaning.rules_for(PERSONALITY)]
    cleaned = cleaning.clean(frame, rules, PERSONALITY)
    table = derive.engineer(cleaned.frame, PERSONALITY)
    pipeline = pieces.fit(table, PARAMETERS, PERSONALITY, rows=rows)
    table = table.assign(Segment=(pipeline["kmeans"].labels_ + 1).astype("int8"))
    space, about = Space.of(pipeline), profile(table, 4, PERSONALITY)
    lines, reach = refits(space, table, PARAMETERS).lines, space.reach(table)
    folder.mkdir()
    People.write(table, folder / "people.arrow", PERSONALITY)
    axes.build(table, about, folder / "columns", PERSONALITY)
    files = {one.name: one.read_bytes() for one in (folder / "columns").iterdir()}
    kept = People.open(folder / "people.arrow", PERSONALITY)
    assert {"Total_Spending", "Share_Wines"}.isdisjoint(kept.arrow.held.column_names)
    people = kept.frame()
    return (
        cleaned.log,
        quality.inspect(Read(frame, read.notes), PERSONALITY),
        about,
        files,
        people,
        lines,
        reach,
    )


def test_customers_some_at_a_time_make_the_model_that_they_make_in_one_piece(read, tmp_path, monkeypatch):
    whole = made(read, Tight.of(read.frame), 10_000, tmp_path / "whole")
    monkeypatch.setattr(piecewise, "ROWS", 300)
    parts = made(read, Tight.of(read.frame), 130, tmp_path / "parts")
    assert whole[:4] == parts[:4]
    pd.testing.assert_frame_equal(whole[4], parts[4])
    np.testing.assert_allclose(whole[5], parts[5], rtol=1e-9)
    assert whole[6] == pytest.approx(parts[6], rel=1e-12)


def test_a_table_held_tight_gives_what_a_frame_gives(read, tmp_path, monkeypatch):
    monkeypatch.setattr(piecewise, "ROWS", 300)
    frame = made(read, read.frame, 0, tmp_path / "frame")
    held = made(read, Tight.of(read.frame), 130, tmp_path / "tight")
    assert held[:2] == frame[:2]
    caught = {"repeated_id", "repeated_rows", "tidy_categories", "negative_values", "impossible_flag"}
    assert {one.rule for one in held[0] if one.rows} >= caught
    segments = [one[4].pop("Segment") for one in (held, frame)]
    assert (
        segments[0] == segments[1]
    ).mean() > 0.995  # Lloyd's iterations of two makers end within a tolerance
    pd.testing.assert_frame_equal(held[4], frame[4])
    columns = [name for name in frame[3] if name.endswith(".codes.npy") and not name.startswith("Segment")]
    assert all(held[3][name] == frame[3][name] for name in columns)
    assert len(columns) > 50
