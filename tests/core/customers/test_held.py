"""What is held of a customer is told whole: as the file has it, as models made it, and wherever else they are named."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from sqlalchemy import insert

from core.accounts.saved_views import ViewsStore
from core.customers.held import held
from core.customers.mentions import mentions, named_by, said_in, without
from core.datasets.catalogue import Dataset
from core.datasets.file_rows import FileRows
from core.datasets.intake import propose
from core.datasets.update import Update
from core.datasets.versions import Way
from core.datasets.workspace import Workspaces
from core.errors import DataError
from core.store.kept_files import KeptFiles
from core.store.tables import findings
from tests.core.datasets.test_update import CARDS, february, written
from tests.core.datasets.test_workspace import again

WHO = "C10042"
ORDERS = """Order no;Customer;Date;Article;Amount
1;K-7;03.01.2025;Lamp;"1.250,50"
1;;03.01.2025;Shade;"20,00"
2;K-8;04.01.2025;Lamp;"1.100,00"
3;k8@example.org;05.02.2025;Lamp;"10,00"
4;K8@EXAMPLE.ORG;06.02.2025;Shade;"11,00"
5;K-7;17.03.2025;Shade;"19,90"
"""


@pytest.fixture
def spaces(tmp_path) -> Workspaces:
    spaces = again(tmp_path / "home")
    spaces.add(written(tmp_path, CARDS.frame, "january"), "Cards", CARDS.schema, by="ada")
    return spaces


def test_a_customer_is_found_in_every_version_model_and_place(spaces, tmp_path):
    Update(spaces, "cards").go(written(tmp_path, february(), "february"), Way.REPLACE, by="eve")
    database = spaces.catalogue.database
    with spaces.at("cards"):
        live = spaces.current.live
        live.note_segment(2, f"Ask {WHO} in May", by="ada")
        live.marks.say(live.model.card.key, f"For {WHO}", retired=False, by="ada")
        segment, key = live.model.table.set_index("ID").loc[WHO, "Segment"], live.model.card.key
    views = ViewsStore(database, "cards")
    views.add("ada", "One of them", f"/customers?customer={WHO}")
    views.add("bob", "Others", "/customers?Segment=2")
    with database.changing() as connection:
        row = {"dataset": "cards", "model": key, "name": "odd", "content": json.dumps([{"who": WHO}])}
        connection.execute(insert(findings), row)
    home = tmp_path / "home"
    dataset = spaces.catalogue.find("cards")
    file = f"Customer,Age\n{WHO},4\nC2,5\n".encode()
    files = KeptFiles(home / "scored", dataset.home.name)
    files.keep("ada", "new.csv", lambda folder: (folder / "sent.csv").write_bytes(file))

    found = held(spaces, f" {WHO} ", ["", "cards"])
    (told,) = found["datasets"]
    assert (found["customer"], told["dataset"]) == (WHO, "cards")
    first, second = told["versions"]
    raw = CARDS.frame.astype(str).set_index("CUST_ID").loc[WHO]
    (row,) = first["rows"]
    assert (row["CUST_ID"], row["BALANCE"], row["TENURE"]) == (WHO, raw["BALANCE"], raw["TENURE"])
    assert float(second["rows"][0]["BALANCE"]) == round(float(raw["BALANCE"]) * 1.5, 2)
    (model,) = second["models"]
    assert (model["model"], model["segment"], second["live"], first["live"]) == (key, segment, True, False)
    assert model["values"]["BALANCE"] == float(second["rows"][0]["BALANCE"])
    assert (first["before"], second["before"]["Segment"]) == (None, first["models"][0]["segment"])
    assert sorted((one["in"], one["owner"]) for one in told["named"]) == [
        ("finding", None),
        ("note", "ada"),
        ("note of a model", "ada"),
        ("scored file", "ada"),
        ("view", "ada"),
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    own = held(spaces, WHO, ["cards"], owner="bob", files=False)["datasets"][0]["named"]
    assert [one["in"] for one in own] == ["note", "note of a model", "finding"]
    assert held(spaces, "C1004", ["", "cards"])["found"] is False
    with pytest.raises(DataError, match="Found no ID"):
        held(spaces, "\x00", [""])


def test_every_line_of_orders_is_found_as_the_file_has_it(tmp_path):
    file = tmp_path / "orders.csv"
    many = "".join(
        f"{n};K-{n % 40 + 100};{n % 27 + 1:02}.0{n % 6 + 1}.2025;Lamp;{n % 90},5\n" for n in range(10, 300)
    )
    file.write_text(ORDERS + many)
    schema = propose(file, max_mb=10).schema
    assert schema.lines
    rows = FileRows.of(Dataset("any", "Any", file, tmp_path, schema), max_mb=10)
    assert [one["Amount"] for one in rows.texts("K-7")] == ["1.250,50", "20,00", "19,90"], (
        "of their order too"
    )
    assert [one["Customer"] for one in rows.texts("k8@example.org")] == ["k8@example.org", "K8@EXAMPLE.ORG"]
    assert rows.texts("K-9") == []


@pytest.mark.parametrize(
    ("written_as", "asked", "found"),
    [("7.0", "7", 1), ("007", "007", 1), ("007", "7", 0), ('="007"', "007", 1), (" 7 ", "7", 1)],
)
def test_an_id_is_what_the_reader_takes_it_for(tmp_path, written_as, asked, found):
    others = [f"{n}.0" if ".0" in written_as else str(n) for n in range(1000, 1000 + len(CARDS.frame) - 1)]
    file = written(tmp_path, CARDS.frame.assign(CUST_ID=[written_as, *others]), "ids")
    dataset = Dataset("any", "Any", file, tmp_path, CARDS.schema)
    assert len(FileRows.of(dataset, max_mb=10).texts(asked)) == found


def test_customers_without_a_column_go_by_their_row(tmp_path):
    file = written(tmp_path, CARDS.frame.drop(columns="CUST_ID"), "nobody")
    rows = FileRows.of(Dataset("any", "Any", file, tmp_path, CARDS.schema), max_mb=10)
    assert not rows.named
    assert float(rows.texts("5")[0]["BALANCE"]) == pd.Series(CARDS.frame["BALANCE"]).iloc[4]


def test_a_number_in_a_sentence_is_an_id_only_as_a_word_of_its_own():
    assert mentions("Ask 5524, in May", "5524")
    assert not any(mentions(text, "5524") for text in ("15524", "5524.50", "2,5524", "5524-1", "", None))
    assert without("5524 and (5524).", "5524") == "[erased] and ([erased])."
    assert said_in('{"a": [{"b": "row of 5524"}]}', "5524")
    assert said_in('["Ren\\u00e9"]', "René")
    assert not said_in('{"a": 5524}', "5524")
    assert named_by("/customers?Income=0~5524&customer=55%2024", "55 24")
    assert not named_by("/customers?Income=5524", "5524")
