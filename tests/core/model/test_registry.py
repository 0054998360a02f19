from __future__ import annotations

import importlib
import io
import logging
import shutil
import time
from dataclasses import replace

import pytest

from core.errors import DataError
from core.model import artefacts, fit, registry
from core.model.refits import REFITS
from core.model.registry import Registry
from core.scoring.prediction import score
from tests.support.personality import Parameters, read_customers
from tests.support.processes import KILLED, die, let_go, started, together

anew = pytest.mark.usefixtures("fitted_anew")


def ensure(line, folder, recipe):
    """In another process: the model's key, when it was made, and what was logged."""
    registry_log = logging.getLogger(registry.__name__)
    registry_log.setLevel("INFO")
    registry_log.addHandler(logging.StreamHandler(logged := io.StringIO()))
    let_go(line)
    card = Registry(folder).ensure(recipe).card
    line.send([(card.key, card.made, logged.getvalue())])


def ensure_and_die(line, folder, recipe, module, step):
    """Killed for certain at that step."""
    setattr(importlib.import_module(module), step, die)
    Registry(folder).ensure(recipe)


@pytest.fixture
def models(tmp_path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture(scope="module")
def kept(tmp_path_factory, recipe) -> Registry:
    """The model of `recipe`, made once: for what begins when there is one."""
    registry = Registry(tmp_path_factory.mktemp("kept"))
    registry.ensure(recipe)
    return registry


def test_a_model_keeps_what_a_rectangle_over_its_two_main_fields_needs(kept, recipe):
    totals = kept.ensure(recipe).crossfilter._columns.totals
    sums = {f"sums/Income*Total_Spending/{value}/0" for value in ("Income", "Total_Spending", "Response")}
    assert sums | {"counts/Income/Total_Spending"} <= totals.keys()


@pytest.fixture
def made(models, kept) -> Registry:
    """A registry of one's own that has the model of `recipe`."""
    shutil.copytree(kept.folder, models.folder)
    return models


@anew
def test_a_second_start_fits_nothing(models, recipe, caplog, monkeypatch):
    first = models.ensure(recipe)
    assert len(first.refits) == REFITS
    monkeypatch.setattr(registry, "fit", None)
    second = models.ensure(recipe)
    assert second.card == first.card
    assert second.table.equals(first.table)


def test_what_was_kept_scores_as_what_was_fitted(kept, recipe):
    model = kept.ensure(recipe)
    again = artefacts.load(model.folder)
    basis = model.table[list(model.space.basis)]
    assert (model.space.centres == again.space.centres).all()
    assert (score(again.space, basis.to_numpy(dtype=float)).segment == again.table["Segment"]).all()


@pytest.mark.parametrize(
    "change",
    [{"rules": ("impossible_age",)}, {"parameters": Parameters(k=4)}, {"parameters": Parameters(seed=1)}],
)
def test_other_rules_or_parameters_make_another_model(made, recipe, change):
    assert made.ensure(recipe).card.key != made.ensure(replace(recipe, **change)).card.key


def test_customers_that_a_file_only_names_come_from_their_reader(models, recipe, tmp_path):
    named = tmp_path / "named.json"
    named.write_text('{"customers": 300}')
    read = read_customers(recipe.data)
    fewer = replace(read, frame=read.frame.head(300))
    first = models.ensure(replace(recipe, data=named), lambda _: fewer)
    assert first.card.data.rows == 300
    assert models.ensure(replace(recipe, data=named)).card == first.card


@anew
def test_a_model_that_would_be_fitted_otherwise_today_is_fitted_again(made, recipe, monkeypatch, caplog):
    assert made.ensure(recipe).card.method == fit.method(2240)
    monkeypatch.setattr(fit, "LARGE", 1_000)
    assert made.ensure(recipe).card.method == fit.CORESET
    assert "fitted by lloyd and swaps" in caplog.text


def test_other_data_makes_another_model(made, recipe, tmp_path):
    other = tmp_path / "other.csv"
    other.write_bytes(recipe.data.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    assert made.ensure(recipe).card.key != made.ensure(replace(recipe, data=other)).card.key


@pytest.mark.parametrize(
    "name",
    [
        artefacts.PIPELINE,
        artefacts.SPACE,
        artefacts.REFITS,
        artefacts.PEOPLE,
        artefacts.CARD,
        "crossfilter/Age.codes.npy",
    ],
)
@pytest.mark.parametrize("damage", ["truncated", "changed", "gone", "empty"])
def test_a_damaged_artefact_is_set_aside_and_fitted_again(made, recipe, caplog, name, damage):
    path = made.ensure(recipe).folder / name
    content = path.read_bytes()
    middle = len(content) // 2
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {
                "truncated": content[:middle],
                "changed": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
                "empty": b"",
            }[damage]
        )
    with caplog.at_level(logging.WARNING):
        model = made.ensure(recipe)
    assert len(model.table) == model.card.profile.customers
    assert "is damaged" in caplog.text
    assert len(list(made.folder.glob("damaged-*"))) == 1


def test_the_artefacts_of_another_model_are_not_served(made, recipe, caplog):
    other = made.ensure(replace(recipe, parameters=Parameters(k=4)))
    key = made.ensure(recipe).card.key
    for path in [path for path in other.folder.iterdir() if path.is_file()]:
        (made.folder / key / path.name).write_bytes(path.read_bytes())
    assert made.ensure(recipe).card.parameters.k == 6


@anew
def test_four_processes_that_start_at_once_fit_once(models, recipe):
    said = together([started(ensure, models.folder, recipe) for _ in range(4)])
    assert len({(key, made) for key, made, _ in said}) == 1
    assert sum("Fitted model" in log for _, _, log in said) == 1


@anew
@pytest.mark.parametrize("step", ["fit", "save", "sync_folder"])
def test_a_process_killed_while_it_makes_a_model_leaves_nothing_half_made(models, recipe, step):
    module = "core.model.registry" if step != "sync_folder" else "core.model.artefacts"
    assert started(ensure_and_die, models.folder, recipe, module, step).ended() == KILLED
    kept = [path.name for path in models.folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    assert kept == []
    assert models.ensure(recipe).card.parameters.k == 6
    assert not [path for path in models.folder.iterdir() if path.is_dir() and path.name.startswith(".")]


@anew
def test_a_process_killed_at_any_moment_blocks_nobody(models, recipe):
    for wait in (0.0, 0.02, 0.05):
        other = started(ensure, models.folder, recipe)
        other.line.send("go")
        deadline = time.monotonic() + 60
        while (
            not list(models.folder.glob("*.lock"))
            and other.process.is_alive()
            and time.monotonic() < deadline
        ):
            time.sleep(0.001)
        other.process.join(wait or 0.001)
        other.kill()
    assert models.ensure(recipe).card.profile.customers > 0


def test_a_missing_file_is_told_with_what_to_do(models, recipe, tmp_path):
    with pytest.raises(DataError, match="Set PARTERRE_DATA to its path"):
        models.ensure(replace(recipe, data=tmp_path / "none.csv"))
