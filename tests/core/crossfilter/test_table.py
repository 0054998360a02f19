"""The engine against pandas on random tables, and its folder."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core.crossfilter.building
import core.crossfilter.columns
import core.crossfilter.counting
import core.crossfilter.passing
import core.crossfilter.specs
import core.crossfilter.table
import core.crossfilter.values
from core.crossfilter.crossing import keep
from core.crossfilter.cubes import keep as keep_cubes
from core.crossfilter.memory import Lately
from core.crossfilter.table import Breakdown, Clause, Crossfilter, Selection, SelectionError, Spec, build
from core.crossfilter.values import BitSliced
from core.errors import DataError, SchemaError

SEGMENTS = ("one", "two", "three", "four")
SPECS = (
    Spec("segment", "coded", labels=SEGMENTS),
    Spec("Age"),
    Spec("Income", values=True),
    Spec("Spending", values=True),
    Spec("Balance", values=True, sliced=True),
    Spec("Kidhome"),
    Spec("Education", "category"),
)
FIELDS = [spec.name for spec in SPECS]
VIEWS = (
    *(Breakdown(f"of {field}", field) for field in FIELDS),
    *(Breakdown(f"split {field}", field, by="segment") for field in FIELDS),
    Breakdown("spending", "Age", value="Spending"),
    Breakdown("spending by segment", "Age", by="segment", value="Spending"),
    Breakdown("income", "Education", value="Income"),
    Breakdown("pair", "Age", by="Education", value="Income"),
    Breakdown("balance", "segment", value="Balance"),
    Breakdown("balance by age", "Age", by="segment", value="Balance"),
)


def customers(rows: int, seed: int, gaps: float = 0.1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "segment": random.integers(0, random.integers(1, 5), rows),
            "Age": random.integers(18, 91, rows),
            "Income": np.where(random.random(rows) < gaps, np.nan, random.lognormal(10, 0.6, rows)),
            "Spending": random.gamma(1, 600, rows),
            "Balance": random.integers(-60, 100, rows) / 4,
            "Kidhome": random.integers(0, 3, rows),
            "Education": pd.Series(random.choice(["PhD", "Master", "Basic"], rows), dtype="str"),
        }
    )
    return frame.astype({"Income": "float32", "Spending": "float32"}).astype({"Income": "float64"})


def made(frame: pd.DataFrame, folder: Path, **more: object) -> Crossfilter:
    build(frame, SPECS, folder, parted_by="segment")
    keep_cubes(folder, FIELDS, ["Income", "Spending", "Balance"], ["Income", "Balance"])
    return Crossfilter.open(folder, **more)


def codes_of(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({spec.name: core.crossfilter.specs.bin_column(frame, spec).codes for spec in SPECS})


def passing(codes: pd.DataFrame, selection: Selection, *skip: str) -> np.ndarray:
    mask = np.ones(len(codes), dtype=bool)
    for clause in selection.clauses:
        if clause.source not in skip:
            mask &= codes[clause.field].isin(clause.codes).to_numpy()
    return mask


def expected(
    frame: pd.DataFrame,
    codes: pd.DataFrame,
    selection: Selection,
    view: Breakdown,
    table: Crossfilter,
    how: str,
):
    keys = [view.field, view.by] if view.by else [view.field]
    shape = [len(table.axes[key]) for key in keys]
    rows = codes[passing(codes, selection, view.name, view.field)]
    value = frame.loc[rows.index, view.value].astype("float64") if view.value else rows[view.field]
    found = value.groupby([rows[key] for key in keys]).agg(how)
    dense = np.zeros(shape)
    for place, number in found.items():
        dense[place] = number
    return dense


@pytest.fixture(params=["as built", "parted, in many slices", "bit planes", "gathering", "in cubes"])
def layout(request, monkeypatch):
    """The same answers, however rows are laid out and counted."""
    if request.param != "as built":
        monkeypatch.setattr(core.crossfilter.building, "UNDIVIDED_ROWS", 1)
        monkeypatch.setattr(core.crossfilter.building, "SLICE_ROWS", 128)
    if request.param == "bit planes":
        monkeypatch.setattr(core.crossfilter.counting, "PLANES_AHEAD", -(10**9))
        monkeypatch.setattr(core.crossfilter.counting, "ROWS_A_BIN", 0.001)
    if request.param == "in cubes":
        monkeypatch.setattr(core.crossfilter.cubes, "FROM", 1)
    if request.param == "gathering":
        monkeypatch.setattr(core.crossfilter.counting, "PLANES_AHEAD", 10**9)


@st.composite
def choices(draw):
    """Sources with a field each, and a share of its codes."""
    sources = draw(st.lists(st.sampled_from([*FIELDS, "cards", "map"]), unique=True, max_size=4))
    picked = st.sampled_from(FIELDS)
    return [
        (source, source if source in FIELDS else draw(picked), draw(st.randoms()), draw(st.floats(0.05, 1)))
        for source in sources
    ]


def chosen(table: Crossfilter, wanted) -> Selection:
    selection = table.selection()
    for source, field, random, share in wanted:
        codes = {code for code in range(len(table.axes[field])) if random.random() < share}
        selection = selection.replace(Clause(field, codes, source))
    return selection


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.sampled_from([0, 1, 65, 1500]),
    seed=st.integers(0, 2**32),
    wanted=choices(),
    field=st.sampled_from(FIELDS),
)
def test_any_choice_of_bins_is_a_sum_of_columns_of_the_tile(layout, rows, seed, wanted, field):
    with tempfile.TemporaryDirectory() as folder:
        table = made(customers(rows, seed), Path(folder))
        others = [view for view in VIEWS if view.field != field]
        selection = chosen(table, wanted)
        tile = table.tile(selection, field, VIEWS)
        codes = [code for code in range(len(table.axes[field])) if (seed >> code % 32) & 1]
        clicked = selection.replace(Clause(field, frozenset(codes)))
        answer, told = Crossfilter.open(Path(folder)).views(clicked, others), table.figures(clicked, others)
        assert tile.keys() == {view.name for view in others}
        for view in others:
            np.testing.assert_array_equal(told[view.name].counts, answer[view.name].counts, err_msg=view.name)
            found = (tile[view.name][..., codes] if codes else tile[view.name]).sum(axis=2)
            found = found if view.by else found[:, 0]
            if view.value is None:
                np.testing.assert_array_equal(found, answer[view.name].counts, err_msg=view.name)
            else:
                np.testing.assert_allclose(found, answer[view.name].sums, rtol=1e-9, atol=1e-6)


def test_a_click_on_a_chart_whose_tile_is_there_counts_nobody_again(tmp_path, monkeypatch):
    table = made(customers(500, 3), tmp_path)
    selection, counted = table.selection("Kidhome=0,1"), [view for view in VIEWS if view.value is None]
    table.tile(selection, "Education", counted)
    table.views(selection, [Breakdown("Education", "Education")])
    monkeypatch.setattr(core.crossfilter.table, "tally", None)
    clicked = selection.replace(Clause("Education", {0}))
    others = [view for view in counted if view.field != "Education" and view.by != "Education"]
    assert table.figures(clicked, others)["of Age"].counts.sum() == table.count(clicked) > 0


@pytest.mark.parametrize("field", ["Education", "segment"])
def test_totals_of_a_click_on_a_chart_whose_tile_is_there_add_up_nobody_again(tmp_path, monkeypatch, field):
    rows, values = customers(500, 3), ["Income", "Spending", "Balance", "Flag"]
    build(
        rows.assign(Flag=rows["Age"] % 2), (*SPECS, Spec("Flag", values=True)), tmp_path, parted_by="segment"
    )
    table = Crossfilter.open(tmp_path)
    for clauses in ("", "Kidhome=0,1"):
        selection = table.selection(clauses)
        table.views(selection, (), values=values)
        by_bins = [Breakdown(name, field, value=name) for name in values]
        table.figures(selection, by_bins, squared=True)
        with monkeypatch.context() as patch:
            patch.setattr(core.crossfilter.table, "tally", None)
            found = table.views(selection.replace(Clause(field, {1, 2})), (), values=values).selected.values
        anew = Crossfilter.open(tmp_path, remembered=0)
        expected = anew.views(anew.selection(clauses).replace(Clause(field, {1, 2})), (), values=values)
        for name in values:
            assert found[name].known == expected.selected.values[name].known > 0
            assert found[name].sum == pytest.approx(expected.selected.values[name].sum)
            assert found[name].squares == pytest.approx(expected.selected.values[name].squares)


def test_sums_by_the_cells_of_two_fields_are_added_once(tmp_path, monkeypatch):
    table = made(customers(2_000, 3), tmp_path, remembered=0)
    view = Breakdown("cells", "Age*Spending", value="Income")
    first = table.crossed("Age*Spending").figures(table.selection(), [view])["cells"].sums
    assert first.sum() == pytest.approx(customers(2_000, 3)["Income"].sum())
    monkeypatch.setattr(core.crossfilter.values.Values, "sums", None)
    again = table.crossed("Age*Spending").figures(table.selection(), [view])["cells"].sums
    np.testing.assert_array_equal(again, first)


def test_everyone_by_two_fields_that_are_crossed_is_not_counted_again(tmp_path, monkeypatch):
    table = made(customers(2_000, 3), tmp_path, remembered=0)
    views = Breakdown("one", "Age", by="Spending"), Breakdown("other", "Spending", by="Age")
    expected = table.figures(table.selection(), views)
    filtered = table.selection().replace(Clause("Kidhome", {0}))
    some = table.figures(filtered, views[:1])["one"].counts
    table = table.crossed("Age*Spending")
    np.testing.assert_array_equal(table.figures(filtered, views[:1])["one"].counts, some)
    monkeypatch.setattr(core.crossfilter.passing, "counted", None)
    for view in views:
        found = table.figures(table.selection(), [view])[view.name].counts
        np.testing.assert_array_equal(found, expected[view.name].counts)


@pytest.mark.parametrize("low", [-9, 0, 250])
def test_a_bit_sliced_index_adds_up_what_its_numbers_do(monkeypatch, low):
    monkeypatch.setattr(core.crossfilter.building, "SLICE_ROWS", 128)
    random = np.random.default_rng(low + 9)
    numbers = random.integers(low, low + 777, 1_000).astype(np.int16)
    slices = list(core.crossfilter.building._slices([(0, 130), (1, 0), (2, 870)]))
    planes = core.crossfilter.building._planes(777, numbers, slices, low)
    starts, words = np.array([(piece.start, piece.word) for piece in slices]).T
    index, any_ = BitSliced(planes, starts, words, low, per=100), random.permutation(1_000)[:300]
    np.testing.assert_array_equal(index[any_].numbers, numbers[any_])
    for piece in slices:
        hit = random.random(piece.rows) < 0.4
        own = numbers[piece.start : piece.stop].astype(np.int64)
        np.testing.assert_array_equal(index[piece.start : piece.stop].numbers, own)
        mask, at = core.crossfilter.columns.pack(hit), slice(piece.word, piece.word + piece.words)
        expected = own[hit].sum() / 100, (own[hit] ** 2).sum() / 100**2
        assert index.powers(at, mask, int(hit.sum())).tolist() == [*expected]
        assert index.powers(at, mask, int(hit.sum()), 1).tolist() == [expected[0]]


@pytest.mark.parametrize("rows", [2_000, 700_000])
def test_what_a_rectangle_needs_of_everyone_is_kept_with_the_columns(tmp_path, monkeypatch, rows):
    expected = made(customers(rows, 3), tmp_path, remembered=0).crossed("Age*Spending")
    views = Breakdown("sums", "Age*Spending", value="Income"), Breakdown("pairs", "Spending", by="Age")
    keep(tmp_path, "Age*Spending", ["Income", "Kidhome"])
    table = Crossfilter.open(tmp_path, remembered=0)
    wanted = expected.figures(expected.selection(), views)
    monkeypatch.setattr(core.crossfilter.values.Values, "sums", None)
    monkeypatch.setattr(core.crossfilter.passing, "counted", None)
    table = table.crossed("Age*Spending")
    found = table.figures(table.selection(), views)
    np.testing.assert_array_equal(found["sums"].sums, wanted["sums"].sums)
    np.testing.assert_array_equal(found["pairs"].counts, wanted["pairs"].counts)


def test_cells_of_other_slices_are_refused(tmp_path):
    made(customers(500, 3), tmp_path)
    np.savez(tmp_path / core.crossfilter.columns.CELLS, **{"counts/Age/Spending": np.zeros((7, 2, 2))})
    with pytest.raises(DataError, match="of 7 slices"):
        Crossfilter.open(tmp_path)


def test_what_was_counted_by_two_fields_is_known_the_other_way_round(tmp_path, monkeypatch):
    table = made(customers(500, 3), tmp_path)
    one, other = (
        Breakdown("one", "Age", "Kidhome", "Spending"),
        Breakdown("other", "Kidhome", "Age", "Spending"),
    )
    selection = table.selection().replace(Clause("Education", {0}))
    first = table.figures(selection, [one])["one"]
    monkeypatch.setattr(core.crossfilter.table, "tally", None)
    turned = table.figures(selection, [other])["other"]
    np.testing.assert_array_equal(turned.counts, first.counts.T)
    np.testing.assert_array_equal(turned.sums, first.sums.T)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.sampled_from([0, 1, 2, 63, 64, 65, 200, 1500]),
    seed=st.integers(0, 2**32),
    gaps=st.sampled_from([0, 0.1, 1]),
    wanted=choices(),
)
def test_every_view_of_every_selection_agrees_with_groupby(layout, rows, seed, gaps, wanted):
    frame = customers(rows, seed, gaps)
    with tempfile.TemporaryDirectory() as folder:
        table = made(frame, Path(folder))
        codes, selection = codes_of(frame), chosen(table, wanted)
        first, answer = (table.views(selection, VIEWS, values=["Income"]) for _ in range(2))
        for view in VIEWS:
            counts = expected(frame, codes, selection, view, table, "size")
            np.testing.assert_array_equal(answer[view.name].counts, counts, err_msg=view.name)
            np.testing.assert_array_equal(first[view.name].counts, counts, err_msg=view.name)
            if view.value:
                known = expected(frame, codes, selection, view, table, "count")
                sums = expected(frame, codes, selection, view, table, "sum")
                np.testing.assert_array_equal(answer[view.name].known, known)
                np.testing.assert_allclose(answer[view.name].sums, sums, rtol=1e-9, atol=1e-4)
        mask = passing(codes, selection)
        for group, part in ((answer.selected, frame[mask]), (answer.everyone, frame)):
            assert group.rows == len(part)
            for name in ("Income", "Spending"):
                value = part[name].dropna().astype("float64")
                assert group.values[name].known == len(value)
                assert group.values[name].sum == pytest.approx(value.sum(), rel=1e-9, abs=1e-4)
                assert group.values[name].squares == pytest.approx((value**2).sum(), rel=1e-9, abs=1)
        np.testing.assert_array_equal(table.rows(selection), np.flatnonzero(mask))
        assert table.count(selection) == mask.sum()


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return made(customers(2_000, seed=1), tmp_path_factory.mktemp("engine"))


def test_a_chart_does_not_filter_itself(table):
    selection = table.selection().replace(Clause("Kidhome", {0})).replace(Clause("segment", {1}))
    answer = table.views(selection, [Breakdown("kids", "Kidhome"), Breakdown("age", "Age")])
    everyone_in_the_segment = table.count(table.selection().replace(Clause("segment", {1})))
    assert answer["kids"].counts.sum() == everyone_in_the_segment
    assert answer["age"].counts.sum() == answer["kids"].counts[0] < everyone_in_the_segment


def test_a_clause_of_the_segment_cards_does_filter_the_segment_chart(table):
    selection = table.selection().replace(Clause("segment", {1}, "cards"))
    assert np.flatnonzero(
        table.views(selection, [Breakdown("sizes", "segment")])["sizes"].counts
    ).tolist() == [1]


def test_a_selection_that_nobody_passes_is_all_zeros(table):
    selection = Selection(table.axes, (Clause("segment", {0}), Clause("segment", {1}, "cards")))
    answer = table.views(selection, [Breakdown("age", "Age", by="segment", value="Income")])
    assert answer.selected.rows == 0
    assert not answer["age"].counts.any()
    assert not answer["age"].sums.any()
    assert np.isnan(answer.selected.values["Income"].mean)


def test_the_one_customer_who_fails_is_all_that_is_missing(tmp_path):
    rows = 1_000
    frame = pd.DataFrame({"Kidhome": np.arange(rows) == 0, "Spending": np.arange(rows) + 5}).astype("float64")
    build(frame, [Spec("Kidhome"), Spec("Spending", values=True)], tmp_path)
    table = Crossfilter.open(tmp_path)
    answer = table.views(table.selection("Kidhome=0"), [Breakdown("s", "Spending", value="Spending")])
    assert answer["s"].counts.sum() == answer.selected.rows == rows - 1
    assert answer["s"].sums.sum() == answer.selected.values["Spending"].sum == frame["Spending"].sum() - 5


def test_mean_and_deviation_are_those_of_the_known(table):
    income = customers(2_000, seed=1)["Income"].dropna()
    found = table.views(table.selection(), (), values=["Income"]).everyone.values["Income"]
    assert found.mean == pytest.approx(income.mean())
    assert found.deviation == pytest.approx(income.std())


@pytest.mark.parametrize(
    ("amount", "bytes_"), [(3.0, 1), (-700.0, 2), (1e6, 4), (0.1, 1), (1234.56, 4), (0.125, 4), (1 / 3, 8)]
)
def test_a_million_amounts_are_kept_in_the_fewest_bytes_and_add_up_exactly(tmp_path, amount, bytes_):
    frame = pd.DataFrame({"Age": np.tile([1, 2], 50_000), "Spending": np.full(100_000, amount)})
    build(frame, [Spec("Age"), Spec("Spending", values=True)], tmp_path)
    table = Crossfilter.open(tmp_path)
    half = table.views(
        table.selection().replace(Clause("Age", {0})), [Breakdown("a", "Spending", value="Spending")]
    )
    assert half.selected.values["Spending"].sum == pytest.approx(amount * 50_000, rel=1e-12)
    assert half.selected.values["Spending"].squares == pytest.approx(amount**2 * 50_000, rel=1e-12)
    assert half["a"].sums.sum() == pytest.approx(amount * 50_000, rel=1e-12)
    assert np.load(tmp_path / "Spending.values.npy").itemsize == bytes_


def test_a_sample_holds_only_customers_that_pass_and_is_the_same_at_every_call(table):
    selection = table.selection("Kidhome=0")
    found = table.sample(selection, 50)
    assert len(set(found.tolist())) == 50
    assert set(found.tolist()) <= set(table.rows(selection).tolist())
    assert table.sample(selection, 50).tolist() == found.tolist()


def test_a_sample_larger_than_the_selection_is_the_selection(table):
    selection = table.selection("Kidhome=0")
    assert sorted(table.sample(selection, len(table)).tolist()) == table.rows(selection).tolist()


def test_an_answer_can_not_be_spoilt_for_the_next_who_asks(table):
    counts = table.views(table.selection(), [Breakdown("age", "Age")])["age"].counts
    with pytest.raises(ValueError, match="read-only"):
        counts[0] = 0


def test_answers_are_remembered_within_a_bound(tmp_path, monkeypatch):
    table = made(customers(500, seed=2), tmp_path, remembered=3)
    asked = []
    real = core.crossfilter.table.tally
    monkeypatch.setattr(
        core.crossfilter.table, "tally", lambda columns, queries: asked.append(1) or real(columns, queries)
    )
    for _ in range(2):
        table.count(table.selection().replace(Clause("segment", {0})))
    assert len(asked) == 1
    for code in range(3):
        table.count(table.selection().replace(Clause("Kidhome", {code})))
    table.count(table.selection().replace(Clause("segment", {0})))
    assert len(asked) == 5
    assert len(table._memory._lately._kept) <= 3


def test_who_passed_is_remembered_within_a_bound_and_counts_stay_what_they_are(tmp_path):
    made(customers(3_000, seed=4), tmp_path)
    small = replace(core.crossfilter.columns.open_columns(tmp_path), passed=Lately(20_000))
    table = Crossfilter(small, remembered=0)
    for age in range(len(table.axes["Age"])):
        for children in (range(1), range(3)):
            chosen = table.selection().replace(Clause("Age", {age})).replace(Clause("Kidhome", {*children}))
            anew = Crossfilter.open(tmp_path, remembered=0).views(chosen, VIEWS, values=["Income"])
            for _ in range(2):
                again = table.views(chosen, VIEWS, values=["Income"])
                assert again.selected == anew.selected
                for name, figures in anew.views.items():
                    np.testing.assert_array_equal(again[name].counts, figures.counts)
            kept = small.passed._kept.values()
            assert kept
            assert sum(size for _, size in kept) == small.passed.held <= 20_000


def test_many_threads_get_the_answers_that_one_gets(tmp_path):
    table = made(customers(3_000, seed=3), tmp_path, remembered=8)
    selections = [
        table.selection().replace(Clause("Age", {code})) for code in range(len(table.axes["Age"]))
    ] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(table.count, selections))
    assert found == [Crossfilter.open(tmp_path, remembered=0).count(selection) for selection in selections]


@pytest.mark.parametrize(
    ("view", "named"),
    [
        (Breakdown("a", "Salary"), "Salary"),
        (Breakdown("a", "Age", by="Salary"), "Salary"),
        (Breakdown("a", "Age", value="Age"), "sums of Age"),
    ],
)
def test_a_view_of_what_is_not_there_is_refused(table, view, named):
    with pytest.raises(SelectionError, match=named):
        table.views(table.selection(), [view])


def test_a_selection_of_another_table_is_checked_against_this_one(table, tmp_path):
    other = made(customers(10, seed=4), tmp_path)
    selection = table.selection().replace(Clause("Age", {len(table.axes["Age"]) - 1}))
    assert len(other.axes["Age"]) <= max(selection.codes("Age"))
    with pytest.raises(SelectionError, match="Age"):
        other.views(selection, ())


def test_a_link_survives_the_folder_being_opened_again(tmp_path):
    frame = customers(1_000, seed=5)
    first = made(frame, tmp_path)
    text = str(first.selection().replace(Clause("Age", {2})).replace(Clause("segment", {1})))
    again = Crossfilter.open(tmp_path)
    assert again.axes == first.axes
    assert str(again.selection(text)) == text


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_opening_reads_nothing_and_pages_are_shared(tmp_path):
    rows = 3_000_000
    frame = pd.DataFrame({name: np.full(rows, 1 / 3, dtype=np.float32) for name in "abcd"})
    build(frame, [Spec(name, values=True) for name in "abcd"], tmp_path)
    del frame
    before = resident()
    table = Crossfilter.open(tmp_path)
    assert len(table) == rows
    assert resident() - before < 20_000_000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) > 60_000_000
    maps = Path("/proc/self/maps").read_text()
    shared = [line for line in maps.splitlines() if "a.codes.npy" in line]
    assert shared
    assert all(" r--" in line for line in shared)


@pytest.mark.parametrize(
    "file",
    ["fields.json", "totals.npz", "order.npy", "Age.codes.npy", "Age.planes.npy", "Income.values.npy"],
)
@pytest.mark.parametrize("harm", ["missing", "empty", "cut short", "other"])
def test_a_damaged_folder_is_told_in_words(tmp_path, file, harm):
    made(customers(500, seed=6), tmp_path)
    path = tmp_path / file
    content = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes({"empty": b"", "cut short": content[:-100], "other": b"[1, 2]"}[harm])
    with pytest.raises(DataError, match=r"found .*Delete the folder"):
        Crossfilter.open(tmp_path)


def test_files_of_another_table_do_not_pass(tmp_path):
    made(customers(500, seed=6), tmp_path)
    np.save(tmp_path / "Age.codes.npy", np.zeros(499, dtype=np.uint8))
    with pytest.raises(DataError, match=r"Age\.codes"):
        Crossfilter.open(tmp_path)


def test_totals_of_another_table_do_not_pass(tmp_path):
    for name, rows in (("one", 500), ("other", 5)):
        (tmp_path / name).mkdir()
        made(customers(rows, seed=6), tmp_path / name)
    (tmp_path / "other" / "totals.npz").replace(tmp_path / "one" / "totals.npz")
    with pytest.raises(DataError, match=r"totals\.npz"):
        Crossfilter.open(tmp_path / "one")


@pytest.mark.parametrize(
    ("specs", "error", "named"),
    [
        ([Spec("Salary")], SchemaError, "Salary"),
        ([Spec("Age"), Spec("Age")], SchemaError, "Age"),
        ([Spec("../Age")], DataError, "../Age"),
        ([Spec("Education")], DataError, "numbers"),
        ([Spec("Education", "category", values=True)], DataError, "sums of Education"),
    ],
)
def test_a_table_that_can_not_be_built_is_told_in_words(tmp_path, specs, error, named):
    frame = customers(10, seed=7).assign(**{"../Age": 1})
    with pytest.raises(error, match=named):
        build(frame, specs, tmp_path)
