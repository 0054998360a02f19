"""What is typed is counted by the values themselves: against pandas on random tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.crossfilter.building
import core.crossfilter.columns
from core.crossfilter.binning import Axis, Scale
from core.crossfilter.building import build
from core.crossfilter.specs import Spec
from core.crossfilter.table import Breakdown, Crossfilter, SelectionError
from core.data.narrow import ends_of

SPECS = (
    Spec("segment", "coded", labels=("one", "two", "three")),
    Spec("Income", values=True),
    Spec("Kids"),
    Spec("Share"),
    Spec("Points", values=True, sliced=True),
)
COMPARE = {"over:{}": "gt", "under:{}": "lt", "{}..": "ge", "..{}": "le"}


def customers(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "segment": random.integers(0, 3, rows),
            # Numbers that no float32 tells apart, as amounts of large customers are.
            "Income": np.where(random.random(rows) < 0.1, np.nan, 20_000_000 + random.integers(0, 40, rows)),
            "Kids": random.integers(0, 4, rows),
            "Share": random.random(rows),
            "Points": random.integers(-30, 900, rows),
            "Joined": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200 * 24, rows), "h"),
            "Name": pd.Series(
                random.choice(["Acme & Co", "ACME 50%", "Beta~Works", None], rows), dtype="str"
            ),
        }
    )


def opened(frame: pd.DataFrame, folder: Path) -> Crossfilter:
    build(frame, SPECS, folder, parted_by="segment")
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    joined = Axis("Joined", Scale.DATE, (), ends_of(arrow["Joined"]), gaps=arrow["Joined"].null_count > 0)
    more = {"Joined": joined, "Name": Axis("Name", Scale.TEXT, (), gaps=True)}
    return Crossfilter.open(folder).over(
        lambda name, places: (arrow if places is None else arrow.take(places))[name], more
    )


@settings(max_examples=25, deadline=None)
@given(
    rows=st.sampled_from([1, 64, 65, 700]),
    seed=st.integers(0, 2**32),
    form=st.sampled_from(sorted(COMPARE)),
    end=st.integers(19_999_999, 20_000_041),
    kids=st.integers(0, 3),
    days=st.integers(1, 250),
    sliced=st.booleans(),
)
def test_typed_filters_and_a_group_agree_with_pandas(rows, seed, form, end, kids, days, sliced):
    frame, text = customers(rows, seed), form.format(end)
    income = getattr(frame["Income"], COMPARE[form])(end)
    last = frame["Joined"].dt.normalize() > frame["Joined"].dt.normalize().max() - pd.Timedelta(days=days)
    named = frame["Name"].str.contains("acme", case=False).fillna(value=False).astype(bool)
    expected = {
        f"Income={text}&Kids={kids}..{kids}": income & (frame["Kids"] == kids),
        f"Joined=last:{days}&any:Income={text}&any:Name=has:acme": last & (income | named),
        f"any:Income={text}&any:Kids=..0&any2:Name=has:acme&any2:Kids=1..1&any2:Kids=over:{kids}": (
            (income | (frame["Kids"] <= 0)) & (named | (frame["Kids"] == 1) | (frame["Kids"] > kids))
        ),
        "Name=has:~7E&Kids=..2": frame["Name"].str.contains("~").fillna(value=False).astype(bool)
        & (frame["Kids"] <= 2),
        "Name=not-known": frame["Name"].isna(),
        f"Points=over:{3 * days}&Kids={kids}..": (frame["Points"] > 3 * days) & (frame["Kids"] >= kids),
        f"Share=over:0.{days}&Kids={kids}..": (frame["Share"] > float(f"0.{days}")) & (frame["Kids"] >= kids),
    }
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if sliced:
            patch.setattr(core.crossfilter.building, "UNDIVIDED_ROWS", 1)
            patch.setattr(core.crossfilter.building, "SLICE_ROWS", 128)
        table = opened(frame, Path(folder))
        for address, mask in expected.items():
            selection = table.selection(address)
            assert table.selection(str(selection)) == selection, address
            np.testing.assert_array_equal(table.rows(selection), np.flatnonzero(mask), err_msg=address)
            by_kids = table.views(selection, [Breakdown("kids", "segment")])["kids"].counts
            np.testing.assert_array_equal(by_kids, np.bincount(frame["segment"][mask], minlength=3))
            assert set(table.sample(selection, rows)) == set(np.flatnonzero(mask))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return opened(customers(500, 1), tmp_path_factory.mktemp("typed"))


def test_a_chart_sets_its_own_typed_filter_aside_but_not_that_of_a_group(table):
    income = Breakdown("Income", "Income")
    alone = table.views(table.selection("Income=over:20000030"), [income])
    assert alone["Income"].counts.sum() == 500 > alone.selected.rows
    group = table.views(table.selection("any:Income=over:20000030&any:Kids=0"), [income])
    assert group["Income"].counts.sum() == group.selected.rows < 500


@pytest.mark.parametrize(
    "text",
    [
        "Income=65000..40000",
        "Income=over:",
        "Income=over:1e5",
        "Income=..",
        "Income=has:1",
        "Income=last:90",
        "Joined=2024-02-31..",
        "Joined=last:0",
        "Joined=5",
        "Name=acme",
        "Name=has:",
        f"Name=has:{'x' * 65}",
        "any:Kids=1&any:Kids=1",
        "Nobody=5..",
    ],
)
def test_what_cannot_be_typed_of_a_field_is_refused_in_words(table, text):
    with pytest.raises(SelectionError, match=r"^Filters: found .* Expected .+\. Clear the filters"):
        table.selection(text)
