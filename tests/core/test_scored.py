from __future__ import annotations

import os
from types import SimpleNamespace

import pandas as pd
import pytest

from core.errors import DataError
from core.scored import KEEP_SECONDS, MOST_EACH, ScoredFiles, score_sent
from core.segments.batch import Note, Scored
from tests.core.segments.conftest import SAMPLE, model

__all__ = ["model"]

RESULT = Scored(
    pd.DataFrame({"ID": ["a", "b"], "Segment": [1, 1], "Segment_Name": ["Rich", "Rich"]}), (Note("odd", 1),)
)


@pytest.fixture
def files(tmp_path) -> ScoredFiles:
    return ScoredFiles(tmp_path / "scored")


def keep(files, owner="vera"):
    return files.keep(RESULT, owner=owner, name="new.csv", model="m")


def test_what_is_kept_is_found_by_its_owner(files):
    kept = keep(files)
    assert files.find(kept.id, "vera") == kept
    pd.testing.assert_frame_equal(files.people(kept).frame(), RESULT.table, check_dtype=False)
    assert kept.sizes == {"Rich": 2}


def test_nobody_else_finds_it(files):
    assert files.find(keep(files).id, "mallory") is None


@pytest.mark.parametrize(
    "identity",
    ["", "..", "../../users.csv", "x" * 32, "." + "x" * 31, "/" * 32, None, 7, [], {}, "x" * 10_000],
)
def test_an_id_that_is_none_finds_nothing(files, identity):
    keep(files)
    assert files.find(identity, "vera") is None


def test_ids_can_not_be_counted_up(files):
    assert len({keep(files, owner=str(place)).id for place in range(20)}) == 20


def age(files, kept, monkeypatch):
    monkeypatch.setattr("core.scored.time.time", lambda: kept.made + KEEP_SECONDS + 1)


def test_after_an_hour_it_is_not_found_and_the_next_sweep_deletes_it(files, monkeypatch):
    kept = keep(files)
    age(files, kept, monkeypatch)
    assert files.find(kept.id, "vera") is None
    files.sweep()
    assert list(files.folder.iterdir()) == []


def test_a_file_that_is_being_written_is_not_swept_but_one_left_behind_is(files):
    keep(files)
    fresh, old = files.folder / ".fresh", files.folder / ".old"
    fresh.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    files.sweep()
    assert fresh.exists()
    assert not old.exists()


def test_only_the_newest_of_each_user_are_kept(files):
    other = keep(files, owner="otto")
    every = [keep(files) for _ in range(MOST_EACH + 2)]
    assert [files.find(one.id, "vera") is not None for one in every] == [False] * 2 + [True] * MOST_EACH
    assert files.find(other.id, "otto") is not None


def test_files_are_for_the_process_only(files):
    kept = keep(files)
    assert (files.folder / kept.id).stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_nothing(files):
    kept = keep(files)
    (files.folder / kept.id / "card.json").write_text("{")
    assert files.find(kept.id, "vera") is None


def test_what_was_deleted_meanwhile_is_an_empty_table(files):
    kept = keep(files)
    (files.folder / kept.id / "customers.arrow").unlink()
    assert len(files.people(kept)) == 0


def test_what_was_sent_waits_for_its_owner_and_gives_way_to_what_was_scored(files):
    sent = files.receive(b"ID\n1\n", owner="vera", name="new.csv")
    assert files.waiting(sent.id, "vera") == sent
    assert files.waiting(sent.id, "mallory") is None
    assert files.find(sent.id, "vera") is None
    assert files.content(sent) == b"ID\n1\n"
    files.finish(sent, RESULT, "m")
    assert files.find(sent.id, "vera").customers == 2
    assert files.content(sent) == b""


def test_what_was_sent_is_swept_after_an_hour_too(files, monkeypatch):
    sent = files.receive(b"x", owner="vera", name="new.csv")
    age(files, sent, monkeypatch)
    assert files.waiting(sent.id, "vera") is None
    files.sweep()
    assert list(files.folder.iterdir()) == []


def services(files, model):
    return SimpleNamespace(settings=SimpleNamespace(home=files.folder.parent), model=model)


def test_the_work_scores_what_waits(files, model):
    content = SAMPLE.read_bytes()
    sent = files.receive(content, owner="vera", name="customers.csv")
    assert score_sent(services(files, model), {"id": sent.id}) == {
        "id": sent.id,
        "customers": len(model.people),
    }
    kept = files.find(sent.id, "vera")
    assert sum(kept.sizes.values()) == len(model.people)


@pytest.mark.parametrize(
    "arguments", [{}, {"id": "x"}, {"id": "../../users.csv"}, {"id": None}, {"id": "x" * 32}]
)
def test_the_work_refuses_what_is_not_there(files, model, arguments):
    with pytest.raises(DataError, match="no longer kept"):
        score_sent(services(files, model), arguments)


def test_the_work_says_what_is_wrong_with_a_file(files, model):
    sent = files.receive(b"Name,Town\nAda,London\n", owner="vera", name="new.csv")
    with pytest.raises(DataError, match="no column for Age"):
        score_sent(services(files, model), {"id": sent.id})
