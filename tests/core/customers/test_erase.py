"""A customer who was erased is nowhere any more, whoever is killed meanwhile; everything else is as it was."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import insert, select

import core.customers.erase as module
from core.accounts import audit
from core.accounts.page_notes import PageNotes
from core.accounts.saved_views import ViewsStore
from core.customers import told
from core.customers.erase import erase, plan, resume
from core.customers.held import held
from core.datasets.catalogue import Catalogue, Dataset
from core.datasets.changes import Changes
from core.datasets.update import Update
from core.datasets.versions import Way
from core.datasets.workspace import Workspaces
from core.errors import DataError
from core.progress import Cancelled
from core.settings import ROOT, Settings
from core.store.arriving_files import ArrivingFiles
from core.store.database import Database, opened
from core.store.erasures import Erasures
from core.store.kept_files import KeptFiles
from core.store.staged_files import StagedFiles
from core.store.tables import METADATA, findings, jobs
from tests.core.datasets.test_update import CARDS, customers, february, written
from tests.core.datasets.test_workspace import again
from tests.support.audited import audited
from tests.support.postgresql import BOTH, address, settled
from tests.support.processes import KILLED, die, started

WHO, OTHER = "C10042", "C10043"
ROW = CARDS.frame.set_index("CUST_ID").loc[WHO]
BALANCES = (float(ROW["BALANCE"]), round(float(ROW["BALANCE"]) * 1.5, 2))


@pytest.fixture
def where(request, tmp_path) -> Settings:
    """Settings of an empty home, with the database that `BOTH` asks for, else SQLite."""
    kind = getattr(request, "param", "sqlite")
    server = None if kind == "sqlite" else request.getfixturevalue("postgresql").new()
    return settled(tmp_path / "home", server)


OPENED: list[Database] = []


def anew(where: Settings) -> Workspaces:
    """As another process sees them."""
    OPENED.append(opened(where))
    return Workspaces(Catalogue(where, OPENED[-1]))


@pytest.fixture
def spaces(where, tmp_path) -> Iterator[Workspaces]:
    """Two versions of some cards, and what people made of them."""
    spaces = anew(where)
    spaces.add(written(tmp_path, CARDS.frame, "january"), "Cards", CARDS.schema, by="ada")
    with spaces.at("cards"):
        spaces.current.live.name_segment(2, "Cash lovers", by="ada")
    Update(spaces, "cards").go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    yield spaces
    while OPENED:
        OPENED.pop().close()


def everything(home: Path) -> Iterator[tuple[str, bytes]]:
    """All that is in a folder: files as they are, and what is packed in them."""
    for path in (one for one in home.rglob("*") if one.is_file()):
        content = path.read_bytes()
        yield path.name, content
        if path.suffix == ".parquet":
            yield path.name, pd.read_parquet(path).to_csv().encode()
        if path.suffix == ".arrow":
            yield path.name, pa.ipc.open_file(path).read_pandas().to_csv().encode()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((f"{path.name}/{one}", archive.read(one)) for one in archive.namelist())


def holding(home: Path, id: str = WHO, amounts: tuple[float, ...] = BALANCES) -> list[str]:
    """Files that have the ID, or a value of the customer's, as text or as a number."""
    words = [id.encode(), *(f"{one:.2f}".encode() for one in amounts)]
    words += [struct.pack("<d", one) for one in amounts]
    return sorted({name for name, content in everything(home) if any(word in content for word in words)})


def rows_holding(spaces: Workspaces, id: str = WHO) -> list[str]:
    """Tables of the database that have the ID, be it within a text."""
    with spaces.catalogue.database.reading() as connection:
        return [
            one.name
            for one in METADATA.sorted_tables
            if any(id in str(tuple(row)) for row in connection.execute(select(one)))
        ]


def named_everywhere(spaces: Workspaces, home: Path) -> None:
    """A note, views, a finding, a calculation and files that name the customer, beside others that don't."""
    database, dataset = spaces.catalogue.database, spaces.catalogue.find("cards")
    with spaces.at("cards"):
        live = spaces.current.live
        live.note_segment(3, f"Ask {WHO} in May", by="ada")
        key = live.model.card.key
    PageNotes(database, "cards").add("/", "", f"Ask {WHO} again", "ada")
    views = ViewsStore(database, "cards")
    views.add("ada", "One of them", f"/customers?customer={WHO}")
    views.add("ada", f"Like {WHO}", "/customers?Segment=3")
    views.add("bob", "Second", f"/customers?Segment=2&model={key}")
    with database.changing() as connection:
        row = {"dataset": "cards", "model": key, "name": "odd", "content": json.dumps([WHO])}
        connection.execute(insert(findings), row)
        made = dict.fromkeys((one.name for one in jobs.c if one.name not in ("number", "claim")), "")
        made |= dict.fromkeys(("created", "share", "started", "ended", "beat", "deaths"), 0)
        made |= {"id": "job", "dataset": "", "kind": "compare", "state": "done", "result": f'["{WHO}"]'}
        connection.execute(insert(jobs), made | {"arguments": '{"slug": "cards"}'})
    file = f"Customer,Balance\n{WHO},{BALANCES[0]}\nC2,5\n".encode()
    for folder, of in (("scored", dataset.home.name), ("exports", "")):
        KeptFiles(home / folder, of).keep("ada", "new.csv", lambda to: (to / "sent.csv").write_bytes(file))
    coming = ArrivingFiles(StagedFiles(home, database))
    for name, more in (("march.csv", 0), ("broken off.csv", 9)):
        coming.add(coming.begin("ada", name, len(file) + more), 0, io.BytesIO(file))


@BOTH
def test_of_an_erased_customer_nothing_is_left_anywhere_and_all_else_is_as_it_was(spaces, where):
    home = where.home
    named_everywhere(spaces, home)
    elsewhere, before = anew(where), customers(spaces)
    assert len(customers(elsewhere)) == 380
    said = plan(spaces, "cards", WHO)
    assert (dict(said.rows), len(said.models)) == ({1: 1, 2: 1}, 2)
    assert sum(said.named.values()) == 10
    files = {"before.parquet", "customers.arrow", "january.csv"}
    assert files | ({"parterre.sqlite-wal"} if where.database_url is None else set()) <= {*holding(home)}
    assert {"findings", "jobs", "saved_views", "segment_names"} <= {*rows_holding(spaces)}
    done = erase(spaces, "cards", WHO, by="ada").told
    assert (holding(home), rows_holding(spaces)) == ([], [])
    assert [one["rows"] for one in done["versions"]] == [1, 1]
    assert (len(done["models"]), done["renumbered"], sum(done["named"].values())) == (2, 0, 10)

    after = customers(elsewhere)  # the other process, at its next request
    assert (len(after), WHO in after.index) == (379, False)
    same = before.drop(index=WHO)
    columns = [name for name in CARDS.schema.columns if name != "ID"]
    pd.testing.assert_frame_equal(after[columns], same[columns])
    assert (after["Segment"] == same["Segment"]).mean() > 0.95
    with elsewhere.at("cards"):
        live = elsewhere.current.live
        assert live.model.card.profile.names[2] == "Cash lovers"
        assert live.namings[3].note.text == "Ask [erased] in May"
        assert live.model.card.succession.version == 1
        assert sum(map(sum, live.model.card.succession.counts)) == 369
    views = ViewsStore(spaces.catalogue.database, "cards")
    assert [one.name for one in views.all("ada")] == ["Like [erased]"]
    assert views.all("bob")[0].address == f"/customers?Segment=2&model={live.model.card.key}"
    kept = spaces.catalogue.versions(spaces.catalogue.find("cards"))
    first, second = kept.all()
    assert (first.rows, second.rows, first.who, second.who, kept.live()) == (399, 379, "ada", "eve", 2)
    changes = Changes.from_json(second.changes)
    assert (changes.before, changes.after, changes.new, changes.gone) == (399, 379, 10, 30)
    Update(spaces, "cards").back(by="ada")
    assert len(customers(spaces)) == 399
    with spaces.at("cards"):
        assert spaces.current.live.model.card.profile.names[2] == "Cash lovers"
    assert held(spaces, WHO, ["cards"])["found"] is False
    with pytest.raises(DataError, match="Nothing is held"):
        erase(spaces, "cards", WHO, by="ada")


def test_the_next_file_brings_nobody_back_who_was_erased_unless_somebody_says_so(spaces, tmp_path):
    erase(spaces, "cards", WHO, by="ada")
    asked = Update(spaces, "cards")
    found = asked.would_change(written(tmp_path, february(), "march"), Way.REPLACE)
    assert (found.after, [one.sentence for one in found.worse]) == (
        379,
        ["One customer left out who was erased here."],
    )
    asked.go(tmp_path / "march.csv", Way.BY_KEY, by="eve")
    assert WHO not in customers(spaces).index
    assert holding(tmp_path / "home") == []
    erasures = Erasures(spaces.catalogue.database)
    assert [erasures.allow("cards", one) for one in (OTHER, WHO, WHO)] == [False, True, False]
    asked.go(tmp_path / "march.csv", Way.REPLACE, by="eve")
    assert WHO in customers(spaces).index


def test_what_a_calculation_leaves_while_the_customer_is_erased_goes_too(spaces, tmp_path, monkeypatch):
    home, clear = tmp_path / "home", module.unserved.clear
    file = f"Customer,Balance\n{WHO},{BALANCES[0]}\n".encode()

    def meanwhile(*given: object) -> int:
        KeptFiles(home / "exports").keep("", "new.csv", lambda to: (to / "sent.csv").write_bytes(file))
        with spaces.catalogue.database.changing() as connection:
            row = {"dataset": "cards", "model": "0" * 16, "name": "odd", "content": json.dumps([WHO])}
            connection.execute(insert(findings), row)
        return clear(*given)

    monkeypatch.setattr(module.unserved, "clear", meanwhile)
    erase(spaces, "cards", WHO, by="ada")
    assert holding(home) == []


def erase_and_die(line, home, server):
    module.unserved.clear = die
    erase(anew(settled(home, server)), "cards", WHO, by="ada")


def erase_and_die_before_the_database_forgets(line, home):
    Database.forget = die
    erase(again(home), "cards", WHO, by="ada")


def test_what_a_process_that_was_killed_at_last_left_in_the_file_of_the_database_goes_at_the_next_start(
    spaces, tmp_path
):
    home = tmp_path / "home"
    assert started(erase_and_die_before_the_database_forgets, home).ended() == KILLED
    left = again(home)
    assert [one.customer for one in Erasures(left.catalogue.database).under_way()] == [""]
    audit.keep_in(left.catalogue.database, home)
    resume(left)
    assert holding(home) == []
    assert Erasures(left.catalogue.database).under_way() == []
    assert [one["event"] for one in audited(home)] == ["customer-erased"]


@BOTH
def test_a_process_that_is_killed_leaves_the_old_state_or_the_new_and_the_next_start_finishes(
    spaces, where, monkeypatch
):
    home = where.home

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "go_over", stopped)
    with pytest.raises(KeyboardInterrupt):
        erase(spaces, "cards", WHO, by="ada")
    monkeypatch.undo()
    assert WHO in customers(anew(where)).index, "nothing has changed yet"
    assert started(erase_and_die, home, address(where)).ended() == KILLED
    left = anew(where)
    assert WHO not in customers(left).index, "nobody is shown the customer any more"
    assert "january.csv" in holding(home)
    resume(left)
    assert (holding(home), rows_holding(left)) == ([], [])
    (done,) = [Erasures(left.catalogue.database).find(number) for number in (1,)]
    assert (done.customer, done.stage, len(done.told["versions"])) == ("", "done", 2)
    assert [len(customers(left)), WHO in customers(spaces).index] == [379, False]


def test_what_can_not_be_done_changes_nothing(spaces, tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise DataError("Found no room.")

    monkeypatch.setattr("core.customers.remade.without.write", refuse)
    with pytest.raises(DataError, match="no room"):
        erase(spaces, "cards", WHO, by="ada")
    monkeypatch.undo()

    def cancel(words: str, _share: float) -> None:
        if words == "Looking for other mentions":
            raise Cancelled

    with pytest.raises(Cancelled):
        erase(spaces, "cards", WHO, by="ada", tell=cancel)
    assert WHO in customers(spaces).index
    assert Erasures(spaces.catalogue.database).under_way() == []
    assert len(list((spaces.catalogue.find("cards").home / "versions").iterdir())) == 1
    nameless = written(tmp_path, CARDS.frame.drop(columns="CUST_ID"), "nobody")
    spaces.add(nameless, "Nobody", CARDS.schema)
    with pytest.raises(DataError, match="no column in nobody"):
        erase(spaces, "nobody", "5", by="ada")


def test_of_the_default_dataset_a_copy_without_the_customer_is_served_and_the_file_is_left_alone(tmp_path):
    sample = pd.read_csv(ROOT / "data" / "customers.csv", dtype=str).iloc[:300]
    file = tmp_path / "ours.csv"
    sample.to_csv(file, index=False)
    content, home, who = file.read_bytes(), tmp_path / "home", int(sample["ID"].iloc[7])

    def serve() -> Workspaces:
        settings = settled(home).model_copy(update={"data": file})
        return Workspaces(Catalogue(settings, opened(settings)))

    def ids(spaces: Workspaces) -> list[int]:
        with spaces.at(""):
            return spaces.current.live.model.table["ID"].tolist()

    spaces, elsewhere = serve(), serve()
    with spaces.at(""):
        spaces.current.live.name_segment(1, "Our best", by="ada")
    assert who in ids(elsewhere)
    done = erase(spaces, "", str(who), by="ada").told
    assert (len(done["models"]), file.read_bytes()) == (1, content)
    for one in (spaces, elsewhere, serve()):
        assert ids(one) == [int(id) for id in sample["ID"] if int(id) != who]
        with one.at(""):
            assert one.current.live.model.card.profile.names[1] == "Our best"
    income = float(sample["Income"].iloc[7])
    assert holding(home, f",{who},", (income,)) == []
    erase(spaces, "", str(sample["ID"].iloc[8]), by="ada")
    assert len(ids(serve())) == 298
    assert len(list((home / "versions").iterdir())) == 1


def test_dates_that_only_the_erased_row_told_are_written_as_they_were_read(tmp_path):
    from core.data.read import read_customers
    from core.datasets.intake import propose
    from core.datasets.without import write

    frame = CARDS.frame[["CUST_ID", "BALANCE", "PURCHASES"]].assign(
        JOINED=[f"{n % 12 + 1:02}/{n % 11 + 1:02}/2024" for n in range(len(CARDS.frame))]
    )
    frame.loc[7, "JOINED"] = "25/03/2024"
    file = written(tmp_path, frame, "dates")
    dataset = Dataset("any", "Any", file, tmp_path, propose(file, max_mb=10).schema)
    (tmp_path / "to").mkdir()
    made = write(dataset, [frame["CUST_ID"].iloc[7]], tmp_path / "to", max_mb=10)
    before, after = (read_customers(one, dataset.schema, dataset.template).frame for one in (file, made))
    (name,) = [one for one in before if "date" in str(before[one].dtype)]
    assert after[name].tolist() == before[name].drop(index=7).tolist()
    assert len(after) == 399


def test_that_names_and_notes_are_not_searched_for_a_short_number_is_said(spaces):
    dataset, words = (
        spaces.dataset("cards"),
        "Names and notes are not searched for an ID of fewer than four digits",
    )
    said = {id: " ".join(told.before(plan(spaces, "cards", id, files=False), dataset)) for id in ("123", WHO)}
    assert [words in one for one in said.values()] == [True, False]


def test_who_waits_for_others_says_so_and_can_be_cancelled(spaces):
    said = []

    def tell(words, _share):
        said.append(words)
        raise Cancelled

    begun = module.begin(spaces, "cards", WHO, by="ada")
    with spaces.catalogue.alone(spaces.dataset("cards")), pytest.raises(Cancelled):
        module.finish(spaces, begun, tell)
    assert said == ["Waiting until nobody else changes the files of this dataset"]
