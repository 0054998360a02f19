from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event, update

from core.data.people import People
from core.errors import ModelError
from core.model.artefacts import PEOPLE, load
from core.model.given_names import LONGEST_NAME, Names, named
from core.store.database import opened
from core.store.tables import segment_names
from tests.support.postgresql import BOTH
from tests.support.processes import KILLED, die, started


def name_and_die(line, folder, where):
    database = opened(where)
    event.listen(database.engine, "commit", die)
    Names(database).set_name(load(folder), 2, "Half a na", by="bo")


@pytest.fixture
def names(tmp_path, database) -> Names:
    return Names(database)


@BOTH
def test_a_name_is_remembered_with_who_and_when(names, model):
    names.set_name(model, 2, "Cellar friends", by="ada")
    said = names.read(model.card.key)[2].name
    assert (said.text, said.by) == ("Cellar friends", "ada")
    assert said.when.endswith("+00:00")


@BOTH
def test_a_note_stands_beside_the_name(names, model):
    names.set_note(model, 2, "Ask Jo before mailing them.\nTwice.", by="ada")
    names.set_name(model, 2, "Cellar friends", by="bo")
    kept = names.read(model.card.key)[2]
    assert (kept.name.text, kept.note.text, kept.note.by) == (
        "Cellar friends",
        "Ask Jo before mailing them.\nTwice.",
        "ada",
    )


@BOTH
def test_an_empty_note_takes_the_note_away(names, model):
    names.set_note(model, 2, "soon gone", by="ada")
    names.set_note(model, 2, " \n ", by="ada")
    assert names.read(model.card.key)[2].note is None


def test_the_name_stands_on_profile_and_charts_while_addresses_stay_numbers(names, model):
    shown = named(model, names.set_name(model, 2, "Cellar friends", by="ada"))
    assert shown.card.profile.segment(2).name == "Cellar friends"
    assert shown.card.profile.segment(1).name == model.card.profile.segment(1).name
    axis = shown.crossfilter.axes["Segment"]
    assert axis.labels[1] == "Cellar friends"
    assert axis.slugs == model.crossfilter.axes["Segment"].slugs
    selection = shown.crossfilter.selection("Segment=2")
    assert shown.crossfilter.count(selection) == model.card.profile.segment(2).size


def test_what_was_fitted_stays_as_it_was_and_data_are_not_copied(names, model):
    before = model.card.profile.segment(2).name
    shown = named(model, names.set_name(model, 2, "Cellar friends", by="ada"))
    assert model.card.profile.segment(2).name == before
    assert shown.people is model.people
    assert shown.space is model.space


def test_without_names_the_model_is_what_it_was(model):
    assert named(model, {}) is model


@pytest.mark.parametrize(
    "text",
    ["", "   ", "x" * 41, "two\nlines", "tab\there", "nul\x00", "right\u202eleft", "zero\u200bwidth"],
    ids=repr,
)
def test_a_name_that_nobody_could_read_is_refused_in_words(names, model, text):
    with pytest.raises(ModelError, match="Expected a name of 1 to 40"):
        names.set_name(model, 1, text, by="ada")
    assert names.read(model.card.key) == {}


@pytest.mark.parametrize("text", ["x", "x" * 40, "Été à Łódź", "ワイン好き", "  spare   spaces "], ids=repr)
@BOTH
def test_names_of_every_language_are_taken(names, model, text):
    said = names.set_name(model, 1, text, by="ada")[1].name
    assert said.text == " ".join(text.split())


@BOTH
def test_two_segments_never_have_one_name(names, model):
    taken = model.card.profile.segment(1).name
    with pytest.raises(ModelError, match="Segment 1 is called"):
        names.set_name(model, 2, taken.upper(), by="ada")
    names.set_name(model, 1, "Somebody else", by="ada")
    names.set_name(model, 2, taken, by="ada")
    with pytest.raises(ModelError, match="Segment 2 is called"):
        names.set_name(model, 3, taken, by="ada")


def test_a_segment_may_be_given_the_name_that_it_has(names, model):
    names.set_name(model, 1, "Premium", by="ada")
    names.set_name(model, 1, "PREMIUM", by="ada")
    assert names.read(model.card.key)[1].name.text == "PREMIUM"


def test_the_name_that_was_computed_can_be_said_however_long_it_is(names, model):
    long = "Customers with high spending in the first shop"
    assert len(long) > LONGEST_NAME
    first, *others = model.card.profile.segments
    profile = replace(model.card.profile, segments=(replace(first, name=long), *others))
    computed = replace(model, card=replace(model.card, profile=profile))
    assert names.set_name(computed, 1, long, by="ada")[1].name.text == long
    with pytest.raises(ModelError, match="Expected a name of 1 to 40"):
        names.set_name(computed, 2, long, by="ada")


@pytest.mark.parametrize("number", [0, -1, 7])
def test_a_segment_that_is_not_there_has_no_name(names, model, number):
    with pytest.raises(ModelError, match="Expected 1 to 6"):
        names.set_name(model, number, "Nobody", by="ada")
    with pytest.raises(ModelError, match="Expected 1 to 6"):
        names.set_note(model, number, "Nobody", by="ada")


@pytest.mark.parametrize("text", ["x" * 501, "bell\x07"], ids=["too long", "control character"])
def test_a_note_that_can_not_be_kept_is_refused_in_words(names, model, text):
    with pytest.raises(ModelError, match="Expected at most 500"):
        names.set_note(model, 1, text, by="ada")


@BOTH
def test_people_who_name_segments_at_once_all_succeed(names, model):
    def name(number: int) -> None:
        names.set_name(model, number, f"Bed {number}", by=f"gardener {number}")

    with ThreadPoolExecutor(6) as gardeners:
        list(gardeners.map(name, range(1, 7)))
    kept = names.read(model.card.key)
    assert {number: kept[number].name.text for number in kept} == {n: f"Bed {n}" for n in range(1, 7)}


@BOTH
def test_a_process_killed_in_the_middle_of_naming_leaves_the_old_names(names, model, where, database):
    names.set_name(model, 2, "Cellar friends", by="ada")
    assert started(name_and_die, model.folder, where).ended() == KILLED
    assert names.read(model.card.key)[2].name.text == "Cellar friends"
    names.set_name(model, 3, "And on it goes", by="bo")


def made_anew(model, folder, key: str, *, turned: bool = True, moved: int = 0):
    """The same model under another key, as other code makes it: segments turned around, some customers moved."""
    table = model.people.frame(["ID", "Segment"])
    if turned:
        table["Segment"] = 7 - table["Segment"]
    table.loc[table.index[table["Segment"] == 5][:moved], "Segment"] = 6
    shutil.rmtree(folder / key, ignore_errors=True)
    (folder / key).mkdir(parents=True)
    People.write(table.sample(frac=1, random_state=1), folder / key / PEOPLE)
    (folder / key / "card.json").write_bytes(replace(model.card, key=key).to_json())
    return replace(model, card=replace(model.card, key=key), folder=folder / key)


@BOTH
def test_names_and_notes_follow_the_same_customers_to_a_model_of_another_key(names, model, tmp_path):
    names.set_name(model, 2, "Cellar friends", by="ada")
    names.set_note(model, 3, "Ask Jo first.", by="ada")
    after = made_anew(model, tmp_path / "models", "b" * 16)
    found = names.of(after)
    assert (found[5].name.text, found[5].name.by, found[4].note.text) == (
        "Cellar friends",
        "ada",
        "Ask Jo first.",
    )
    assert set(found) == {4, 5}
    names.set_name(after, 1, "Savers", by="bo")
    assert {number: one.name.text for number, one in names.of(after).items() if one.name} == {
        1: "Savers", 5: "Cellar friends"
    }  # fmt: skip
    assert set(names.of(model)) == {2, 3}


def test_a_segment_that_lost_or_got_one_customer_keeps_no_name(names, model, tmp_path):
    names.set_name(model, 2, "Cellar friends", by="ada")
    names.set_name(model, 4, "Savers", by="ada")
    after = made_anew(model, tmp_path / "models", "b" * 16, moved=1)
    assert {number: one.name.text for number, one in names.of(after).items()} == {3: "Savers"}


def test_names_do_not_follow_to_another_file(names, model, tmp_path):
    names.set_name(model, 2, "Cellar friends", by="ada")
    after = made_anew(model, tmp_path / "models", "b" * 16)
    card = json.loads((after.folder / "card.json").read_bytes())
    card["data"]["sha256"] = "0" * 64
    (after.folder / "card.json").write_text(json.dumps(card))
    assert names.of(after) == {}


def test_a_model_that_is_made_otherwise_under_its_own_key_gives_nobody_anothers_name(names, model, tmp_path):
    before = made_anew(model, tmp_path / "models", "b" * 16, turned=False)
    names.set_name(before, 2, "Cellar friends", by="ada")
    names.set_name(before, 5, "Savers", by="ada")
    after = made_anew(model, tmp_path / "models", "b" * 16, moved=1)
    assert {number: one.name.text for number, one in names.of(after).items()} == {2: "Savers"}


def test_a_name_that_another_segment_has_by_now_does_not_follow(names, model, tmp_path):
    names.set_name(model, 1, "Somebody else", by="ada")
    names.set_name(model, 2, model.card.profile.segment(1).name, by="ada")
    after = made_anew(model, tmp_path / "models", "b" * 16)
    with names.database.changing() as connection:
        of_one = segment_names.c.name == "Somebody else"
        connection.execute(update(segment_names).where(of_one).values(name="Another"))
    found = names.of(after)
    assert found[5].name is None
    assert found[6].name.text == "Another"
