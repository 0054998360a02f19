"""What every runner answers, over parts in any order: the same as one machine over the whole table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from distributed import Client

from bench import counted
from core.crossfilter.columns import open_columns
from core.crossfilter.counting import Query, tally
from core.crossfilter.passing import Condition
from core.data.orders import fold, with_categories
from core.data.raw import read_raw
from core.data.typed_lines import typed_lines
from core.model.artefacts import COLUMNS, Model
from core.model.space import Space
from core.runners import verbs
from core.runners.cluster import Parts
from core.runners.fitting import fit_on
from core.runners.partials import added
from core.runners.runner import InParts, Runner
from core.runners.sql import Sql
from core.schema.order_lines import Lines
from tests.support import warehouses
from tests.support.dask_cluster import client
from tests.support.warehouses import MEMORY

Over = Callable[[Sequence[object]], AbstractContextManager[Runner]]


@dataclass(frozen=True)
class Local(InParts):
    """Parts of a table of customers in memory, one after the other: what all others are held to."""

    parts: Sequence[pd.DataFrame]

    def each(self, verb, *given, **named):
        return [verb(part, *given, **named) for part in self.parts]


@contextmanager
def local(parts: Sequence[object]) -> Iterator[Runner]:
    yield Local(parts)


_CONNECTED: list[Client] = []


@contextmanager
def dask(parts: Sequence[object]) -> Iterator[Runner]:
    yield Parts.made_by(_CONNECTED[0], copy, {f"part {place}": one for place, one in enumerate(parts)})


RUNNERS: dict[str, Over] = {"local": local, "dask": dask}
"""Each makes a runner of parts: of customers as data frames."""

TODAY = np.datetime64("2024-12-31")
LINES = Lines(
    "who", "when", amount="paid", quantity="pieces", product="what", category="kind", states=("state",), describing=("land",)
)  # fmt: skip


@pytest.fixture(scope="module")
def connected() -> Iterator[None]:
    """One cluster for all that is asked of Dask here."""
    with client() as found:
        _CONNECTED.append(found)
        yield
        _CONNECTED.clear()


@pytest.fixture(scope="module", params=[*RUNNERS, "duckdb", "postgresql"])
def over(request) -> Over:
    if request.param == "dask":
        request.getfixturevalue("connected")
    if request.param in RUNNERS:
        return RUNNERS[request.param]
    address = MEMORY if request.param == "duckdb" else request.getfixturevalue("postgresql").bare()
    return partial(warehouses.over, address)


@pytest.fixture(scope="module", params=["sample", "real file"])
def alone(request) -> Model:
    """The model of one machine."""
    found: Model = request.getfixturevalue("model" if request.param == "sample" else "real_model")
    return found


@pytest.fixture(scope="module", params=[1, 4, 16])
def asked(request, over, alone) -> Iterator[SimpleNamespace]:
    """The table of a model in parts and out of order, one of them empty, and its runner."""
    if isinstance(over, partial) and over.args != (MEMORY,) and request.param < 16:
        pytest.skip("to a warehouse parts are one table")
    table = alone.table.drop(columns="Segment")
    parts = [table.iloc[places] for places in np.array_split(np.random.default_rng(3).permutation(len(table)), request.param)]  # fmt: skip
    with over([*parts, table.iloc[:0]] if request.param > 1 else parts) as runner:
        yield SimpleNamespace(runner=runner, table=table, model=alone)


def test_counts_and_sums_of_charts_are_those_of_one_table(asked):
    columns = open_columns(asked.model.folder / COLUMNS)
    some = Condition("Income", frozenset(range(5, 12)))
    queries = [Query((), field) for field in columns.axes]
    queries += [Query((some,), field, "Segment") for field in ("Education", "Total_Spending", "Response")]
    queries += [Query((some,)), Query((some,), value="Total_Spending"), Query((some,), "Segment", None, "Total_Spending")]  # fmt: skip
    if isinstance(asked.runner, Sql):
        pytest.skip("charts are counted where pages are")
    coded = asked.runner.each(counted.code, columns.axes, columns.values, asked.model.space)
    found = added(counted.counts(one, queries) for one in coded).answers
    expected = tally(columns, queries)
    for query in queries:
        if query.value:
            np.testing.assert_allclose(found[query], expected[query], rtol=1e-9)
        else:
            np.testing.assert_array_equal(found[query], expected[query])


def test_moments_are_those_of_one_table(asked):
    names = ("Income", "Age", "Total_Spending", "Share_On_Deals")
    names = tuple(name for name in names if name in asked.table)
    values, found = asked.table[[*names]], asked.runner.moments(names)
    assert found.rows == len(values)
    np.testing.assert_array_equal(found.known, values.count())
    np.testing.assert_allclose(found.sums, values.sum(), rtol=1e-9)
    np.testing.assert_allclose(found.deviations, values.std(ddof=0), rtol=1e-9)
    np.testing.assert_array_equal([found.low, found.high], [values.min(), values.max()])
    assert asked.runner.medians(names) == values.median().to_dict()


def test_a_lloyd_step_is_that_of_one_table(asked):
    space, segments = asked.model.space, asked.model.table["Segment"]
    points, found = space.place(asked.table), asked.runner.assign(space, "Total_Spending")
    np.testing.assert_array_equal(found.sizes, segments.value_counts().sort_index())
    means = pd.DataFrame(points).groupby(segments.to_numpy()).mean()
    np.testing.assert_allclose(found.moved(space.centres), means, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.worth, asked.table["Total_Spending"].groupby(segments).sum(), rtol=1e-9)
    assert found.squares == pytest.approx(asked.model.card.inertia, rel=1e-9)


def test_customers_have_the_segment_that_the_model_gives_them(asked):
    found = labelled(asked.runner, asked.model.space)
    expected = asked.model.table.set_index("ID")["Segment"]
    assert (found.reindex(expected.index) == expected).mean() >= 0.999


def labelled(runner: Runner, space: Space) -> pd.Series:
    """The segment of each customer, by ID."""
    if isinstance(runner, Sql):
        found = pd.DataFrame(runner.connection.execute(runner.segments(space)).mappings().all())
        return found.set_index("ID")["Segment"]
    return pd.concat(runner.each(of_part, space))


def of_part(part: pd.DataFrame, space: Space) -> pd.Series:
    return pd.Series(verbs.labels(part, space), part["ID"])


def test_a_fit_over_parts_finds_the_segments_of_one_machine(asked):
    card = asked.model.card
    found = fit_on(asked.runner, card.parameters, card.schema)
    assert found.inertia <= card.inertia * 1.005
    labels = labelled(asked.runner, found.space)
    expected = asked.model.table.set_index("ID")["Segment"]
    assert (labels.reindex(expected.index) == expected).mean() >= 0.999


@pytest.mark.parametrize("several", [0, 3], ids=["orders of a line", "orders of three"])
@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_lines_of_orders_add_up_to_the_customers_of_one_table(kind, several, request):
    address = MEMORY if kind == "duckdb" else request.getfixturevalue("postgresql").bare()
    columns = read_raw(orders(), name="orders.csv", max_mb=5).columns
    meant = LINES
    if several:  # of which gaps are told by the others
        meant, numbers = replace(LINES, order="number"), [f"o{row // several}" for row in range(1_000)]
        columns = {**columns, "number": pa.chunked_array([pa.array(numbers)])}
    typed = typed_lines(columns, meant)
    lines = with_categories(typed, meant)
    expected = fold(typed, lines, TODAY).frame.set_index("ID").sort_index()
    rows = np.random.default_rng(1).permutation(len(typed))
    with warehouses.over(address, [{name: one.take(rows) for name, one in columns.items()}]) as runner:
        found = warehouses.customers_from_lines(runner, lines, TODAY)
    pd.testing.assert_frame_equal(found[[*expected]], expected, rtol=1e-9)


def orders() -> bytes:
    """A thousand lines with all that can be odd about one."""
    rng, lines = np.random.default_rng(5), 1_000
    who = rng.integers(0, 120, lines).astype(str)
    table = pd.DataFrame(
        {
            "who": np.where(rng.random(lines) < 0.03, "", np.char.add("c", who)),
            "when": np.datetime64("2024-01-01") + rng.integers(0, 300, lines),
            "paid": np.round(rng.normal(40, 30, lines), 2),
            "pieces": rng.integers(-1, 5, lines),
            "what": rng.integers(0, 40, lines),
            "kind": rng.choice(["tea", "pots", "cups", ""], lines, p=[0.5, 0.3, 0.15, 0.05]),
            "state": rng.choice(["complete", "cancelled", "refunded", "pending"], lines, p=[0.8, 0.1, 0.05, 0.05]),
            "land": np.where(rng.random(lines) < 0.1, "", "L" + pd.Series(who).str[-1]),
        }
    )  # fmt: skip
    table.loc[7, "when"] = np.datetime64("2099-12-31")
    return table.to_csv(index=False).encode()


def test_medians_are_found_between_values_that_lie_close_and_where_nothing_is_known(over):
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        {"far": rng.normal(0, 1e-9, 101), "none": np.nan, "two": np.repeat([1.0, 2.0], [50, 51])}
    )
    table.loc[3, "far"] = 1e9
    table["even"] = np.append(np.arange(100.0), np.nan)
    with over([table.iloc[:40].assign(ID=range(40)), table.iloc[40:].assign(ID=range(40, 101))]) as runner:
        found = runner.medians(("far", "none", "two", "even"))
    assert np.isnan(found.pop("none"))
    assert found == table[["far", "two", "even"]].median().to_dict()


def test_a_coreset_weighs_as_much_as_all_and_is_the_same_whatever_the_parts(over, model):
    table, space = model.table, model.space
    sums = []
    for parts in ([table], [table.iloc[900:], table.iloc[:900]]):
        with over(parts) as runner:
            everyone = runner.moments(space.basis, space)
            drawn = [runner.coreset(space, everyone, rows=400, seed=seed) for seed in (1, 2, 3, 4)]
        sums.append([(len(one.points), one.weights.sum(), one.points.sum()) for one in drawn])
    np.testing.assert_allclose(sums[0], sums[1], rtol=1e-9)
    sizes, weights, _ = np.mean(sums[0], axis=0)
    assert sizes == pytest.approx(400, rel=0.1)
    assert weights == pytest.approx(len(table), rel=0.1)


def test_a_crowd_is_cut_from_its_coreset_as_well_as_from_everyone(over, model, monkeypatch):
    monkeypatch.setattr("core.runners.fitting.LARGE", 1_000)
    monkeypatch.setattr("core.model.coreset.ROWS", 900)
    with over([model.table.iloc[:1_000], model.table.iloc[1_000:]]) as runner:
        found = fit_on(runner, replace(model.card.parameters, starts=10), model.schema)
    assert found.steps > 1
    assert found.inertia <= model.card.inertia * 1.03
