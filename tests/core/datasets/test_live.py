from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import event, insert, select, update

from core.datasets.deployments import previous_of
from core.datasets.live import Live
from core.errors import ModelError, StoreError
from core.model.registry import Registry
from core.store.database import opened
from core.store.tables import deployments, marks
from tests.support.postgresql import BOTH
from tests.support.processes import KILLED, die, started


def serve(line, models, recipe, where):
    """Another worker: asked by a line, it says what it serves."""
    live = Live(models, recipe, opened(where))
    while line.recv():
        line.send(f"{k_of(live)} {live.model.card.profile.segment(1).name}")


def choose_and_die(line, models, recipe, where):
    """Killed right before what it chose is kept."""
    database = opened(where)
    live = Live(models, recipe, database)
    event.listen(database.engine, "commit", die)
    live.choose(with_k(recipe, 5), by="bo")


@pytest.fixture
def models(tmp_path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def live(models, recipe, database) -> Live:
    return Live(models, recipe, database)


@pytest.fixture
def workers(live, models, recipe, where):
    """Two more processes that serve from the same home."""
    others = [started(serve, models, recipe, where) for _ in range(2)]
    yield others
    for other in others:
        other.line.send("")
    assert [other.ended() for other in others] == [0, 0]


def with_k(recipe, k: int):
    return replace(recipe.parameters, k=k)


def says(worker) -> str:
    worker.line.send("what?")
    return worker.said()


def k_of(live: Live) -> int:
    return live.model.card.parameters.k


def test_until_somebody_chooses_the_settings_decide(live):
    assert k_of(live) == 6
    (only,) = live.history()
    assert (only.key, only.by) == (live.model.card.key, "")


@BOTH
def test_a_chosen_model_is_live_and_who_chose_it_is_known(live, recipe):
    before = live.model.card.key
    chosen = live.choose(with_k(recipe, 4), by="ada")
    assert k_of(live) == 4
    assert chosen.card.key == live.model.card.key
    first, latest = live.history()
    assert (first.key, first.by) == (before, "")
    assert (latest.key, latest.parameters.k, latest.by) == (chosen.card.key, 4, "ada")


def test_a_model_is_chosen_by_its_key_as_well(live, recipe, models):
    key = models.ensure(replace(recipe, parameters=with_k(recipe, 5))).card.key
    assert live.choose(key, by="ada").card.key == key
    assert k_of(live) == 5


@BOTH
def test_what_was_chosen_is_live_after_a_restart(live, models, recipe, database):
    live.choose(with_k(recipe, 4), by="ada")
    assert k_of(Live(models, recipe, database)) == 4


@BOTH
def test_the_previous_one_can_be_restored_and_restored_again(live, models, recipe, database):
    live.choose(with_k(recipe, 4), by="ada")
    live.choose(with_k(recipe, 5), by="ada")
    assert live.restore(by="bo").card.parameters.k == 4
    assert live.restore(by="bo").card.parameters.k == 5
    assert [choice.parameters.k for choice in live.history()] == [6, 4, 5, 4, 5]
    fits = [(0, 6), (0, 4), (0, 5)]
    assert [(fit.version, fit.chosen.parameters.k) for fit in live.fits()] == fits
    keys = [fit.key for fit in live.fits()]
    live.mark(keys[1], "too coarse", retired=True, by="bo")
    with database.changing() as connection:
        for key in keys:
            for table in (deployments, marks):
                connection.execute(update(table).where(table.c.model == key).values(model=key[::-1]))
    upgraded = Live(models, recipe, database)
    found = [(fit.version, fit.chosen.parameters.k) for fit in upgraded.fits()]
    assert found == fits, "also after an upgrade, by which models have other keys"
    assert upgraded.marks.all()[keys[1]].note == "too coarse"
    with pytest.raises(ModelError, match="was retired by bo"):
        upgraded.choose(keys[1], by="ada")


@BOTH
def test_choosing_what_is_live_changes_nothing(live, recipe):
    live.choose(with_k(recipe, 4), by="ada")
    live.choose(with_k(recipe, 4), by="bo")
    assert [choice.by for choice in live.history()] == ["", "ada"]


def test_without_an_earlier_model_there_is_nothing_to_restore(live):
    with pytest.raises(ModelError, match="There is no earlier model"):
        live.restore(by="ada")
    assert k_of(live) == 6


@pytest.mark.parametrize(
    "key", ["", "../../users", "f" * 16, "F" * 16, "f" * 15, "0" * 16 + "\n", "live.json"]
)
def test_a_forged_key_is_refused(live, key):
    with pytest.raises(ModelError, match="Found no model"):
        live.choose(key, by="mallory")
    assert k_of(live) == 6


def test_a_model_of_other_customers_or_rules_of_the_settings_is_refused(live, models, recipe, tmp_path):
    other = tmp_path / "other.csv"
    other.write_bytes(recipe.data.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    for foreign in (replace(recipe, data=other), replace(recipe, rules=("impossible_age",))):
        with pytest.raises(ModelError, match="Found no model"):
            live.choose(models.ensure(foreign).card.key, by="ada")
    assert k_of(live) == 6


@pytest.mark.parametrize("k", [-1, 0, 1, 13, 10**9])
def test_a_number_of_segments_out_of_range_is_refused(live, recipe, k):
    with pytest.raises(ModelError, match="Expected 2 to 12"):
        live.choose(with_k(recipe, k), by="ada")


@BOTH
def test_other_settings_win_over_what_was_chosen_before(live, models, recipe, database):
    live.choose(with_k(recipe, 4), by="ada")
    operator = replace(recipe, parameters=with_k(recipe, 5))
    assert k_of(Live(models, operator, database)) == 5
    assert [choice.by for choice in Live(models, operator, database).history()] == [""]


def test_other_customers_win_over_what_was_chosen_before(live, models, recipe, tmp_path, database):
    live.choose(with_k(recipe, 4), by="ada")
    other = tmp_path / "other.csv"
    other.write_bytes(recipe.data.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    assert k_of(Live(models, replace(recipe, data=other), database)) == 6


def test_a_change_of_the_file_under_a_running_server_mixes_nothing(models, recipe, tmp_path, database):
    models.ensure(replace(recipe, parameters=with_k(recipe, 4)))
    data = tmp_path / "growing.csv"
    data.write_bytes(recipe.data.read_bytes())
    running = Live(models, replace(recipe, data=data), database)
    data.write_bytes(recipe.data.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    assert running.choose(with_k(recipe, 4), by="ada").card.profile.customers == 2240
    with pytest.raises(ModelError, match="has changed since the start"):
        running.choose(with_k(recipe, 7), by="ada")
    assert k_of(running) == 4


@BOTH
def test_all_workers_serve_what_one_of_them_chose(live, recipe, workers):
    assert {says(worker)[0] for worker in workers} == {"6"}
    live.choose(with_k(recipe, 4), by="ada")
    assert {says(worker)[0] for worker in workers} == {"4"}
    live.restore(by="ada")
    assert {says(worker)[0] for worker in workers} == {"6"}


def test_all_workers_call_a_segment_as_one_of_them_named_it(live, workers):
    before = live.model.card.profile.segment(1).name
    assert {says(worker) for worker in workers} == {f"6 {before}"}
    for name in ("Cellar friends", "Cellar folk", "The very best"):
        live.name_segment(1, name, by="ada")
        assert {says(worker) for worker in workers} == {f"6 {name}"}


def test_names_belong_to_a_model_and_come_back_with_it(live, models, recipe, database):
    live.name_segment(1, "Cellar friends", by="ada")
    live.choose(with_k(recipe, 4), by="ada")
    assert live.model.card.profile.segment(1).name != "Cellar friends"
    assert Live(models, recipe, database).restore(by="ada").card.profile.segment(1).name == "Cellar friends"


def test_notes_are_served_with_who_and_when(live):
    live.note_segment(3, "Ask Jo before mailing them.", by="ada")
    assert live.namings[3].note.text == "Ask Jo before mailing them."
    assert live.namings[3].note.by == "ada"


@BOTH
def test_a_request_is_served_one_model_to_its_end(live, models, recipe, database):
    elsewhere = Live(models, recipe, database)
    with live.pinned():
        assert k_of(live) == 6
        elsewhere.choose(with_k(recipe, 4), by="ada")
        elsewhere.name_segment(1, "Cellar friends", by="ada")
        assert k_of(live) == 6
    assert k_of(live) == 4
    assert live.model.card.profile.segment(1).name == "Cellar friends"


def test_threads_are_pinned_apart(live, models, recipe, database):
    elsewhere, seen = Live(models, recipe, database), []
    with live.pinned():
        assert k_of(live) == 6
        elsewhere.choose(with_k(recipe, 4), by="ada")
        other = threading.Thread(target=lambda: seen.append(k_of(live)))
        other.start()
        other.join()
        assert (k_of(live), seen) == (6, [4])


def test_who_changes_something_sees_it_in_the_same_request(live, recipe):
    with live.pinned():
        assert k_of(live) == 6
        live.choose(with_k(recipe, 4), by="ada")
        assert k_of(live) == 4
        live.name_segment(1, "Cellar friends", by="ada")
        assert live.model.card.profile.segment(1).name == "Cellar friends"


def test_a_job_works_on_the_model_that_it_is_about(live, models, recipe):
    key = live.model.card.key
    live.choose(with_k(recipe, 4), by="ada")
    with live.pinned(key):
        assert live.model.card.key == key
    assert k_of(live) == 4
    with pytest.raises(ModelError, match="Found no model"), live.pinned("f" * 16):
        pass


@BOTH
def test_nothing_but_the_latest_row_is_asked_for_while_nothing_changes(live, monkeypatch):
    first = live.model
    monkeypatch.setattr("core.datasets.live.load", None)
    monkeypatch.setattr("core.datasets.live.Deployments.all", None)
    assert live.model is first


def test_what_was_served_is_served_on_while_the_database_can_not_be_reached(
    live, recipe, caplog, monkeypatch
):
    live.choose(with_k(recipe, 4), by="ada")

    def gone(self, *asked):
        raise StoreError("gone")

    monkeypatch.setattr("core.store.database.Database.known", gone)
    assert k_of(live) == 4
    assert "served on: gone" in caplog.text


def test_a_chosen_model_that_is_damaged_is_fitted_again(live, models, recipe, database):
    key = live.choose(with_k(recipe, 4), by="ada").card.key
    (models.folder / key / "pipeline.skops").write_bytes(b"")
    assert Live(models, recipe, database).model.card.key == key


def test_a_choice_of_a_model_that_can_not_be_made_leaves_the_one_that_is_served(
    live, models, recipe, caplog, database
):
    live.choose(with_k(recipe, 4), by="ada")
    with database.changing() as connection:
        connection.execute(insert(deployments), [row_of(connection, "4", "99")])
    assert k_of(live) == 4
    assert "can't be loaded" in caplog.text
    assert k_of(Live(models, recipe, database)) == 6


def row_of(connection, k: str, other: str) -> dict:
    """The latest row, with another number of segments and as another row."""
    row = connection.execute(select(deployments).order_by(deployments.c.id.desc()).limit(1)).one()._asdict()
    return {**row, "id": row["id"] + 1, "parameters": row["parameters"].replace(f'"k": {k}', f'"k": {other}')}


@BOTH
def test_a_process_killed_in_the_middle_of_choosing_leaves_the_old_choice(
    live, models, recipe, where, database
):
    live.choose(with_k(recipe, 4), by="ada")
    models.ensure(replace(recipe, parameters=with_k(recipe, 5)))
    assert started(choose_and_die, models, recipe, where).ended() == KILLED
    assert k_of(live) == k_of(Live(models, recipe, database)) == 4
    assert live.choose(with_k(recipe, 5), by="bo").card.parameters.k == 5


@BOTH
def test_people_who_choose_at_once_leave_one_of_their_models_live(live, models, recipe, database):
    others = [Live(models, recipe, database) for _ in range(6)]
    threads = [
        threading.Thread(
            target=one.choose, args=(with_k(recipe, 4 + place % 2),), kwargs={"by": f"user {place}"}
        )
        for place, one in enumerate(others)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert k_of(live) in (4, 5)
    assert {k_of(one) for one in others} == {k_of(live)}


def test_what_has_become_of_a_model_says_who_when_and_how(live, recipe):
    six = live.model.card.key
    live.choose(with_k(recipe, 4), by="ada")
    change = live.changed_since(six)
    assert (change.by, change.before, change.after) == ("ada", 6, 4)
    assert change.when == live.history()[-1].when
    assert live.changed_since("0" * 16).before is None


def test_an_older_model_is_served_on_request_under_its_own_names(live, recipe):
    six = live.model.card.key
    live.choose(with_k(recipe, 4), by="ada")
    with live.pinned(six):
        assert live.is_older
        live.name_segment(1, "Old gold", by="ada")
        assert (live.model.card.key, live.model.card.profile.segment(1).name) == (six, "Old gold")
    assert not live.is_older
    assert live.model.card.profile.segment(1).name != "Old gold"


def test_only_a_few_older_models_stay_open(live, recipe):
    keys = [live.choose(with_k(recipe, k), by="ada").card.key for k in (6, 4, 5, 3, 2)]
    for key in keys[:-1]:
        with live.pinned(key):
            assert live.model.card.key == key
    assert list(live._older) == keys[2:4]


@BOTH
def test_a_retired_model_is_made_live_by_nobody_until_that_is_taken_back(live, recipe):
    four = live.choose(with_k(recipe, 4), by="ada").card.key
    live.choose(with_k(recipe, 5), by="ada")
    live.marks.say(four, "too coarse", retired=True, by="bo")
    for wanted in (four, with_k(recipe, 4)):
        with pytest.raises(ModelError, match=r"was retired by bo on .*: “too coarse”"):
            live.choose(wanted, by="ada")
    five = live.model.card.key
    with pytest.raises(ModelError, match="This model is live"):
        live.mark(five, "", retired=True, by="bo")
    assert k_of(live) == 5
    assert previous_of(live.history(), live.marks).parameters.k == 6, "the one before is skipped"
    assert live.restore(by="ada").card.parameters.k == 6
    live.marks.say(four, "too coarse", retired=False, by="bo")
    assert live.choose(four, by="ada").card.key == four
