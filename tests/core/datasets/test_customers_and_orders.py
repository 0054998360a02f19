"""A dataset of customers and their orders has what one of orders has, and takes the next customers, orders, or both."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.customers.erase import erase
from core.customers.held import held
from core.datasets.alike import alike
from core.datasets.together import as_one, propose_together
from core.datasets.update import Update
from core.datasets.versions import Way
from core.datasets.workspace import Workspaces
from core.errors import DataError
from core.model.artefacts import Model
from core.profiles.rfm_beside import beside
from tests.core.datasets.test_workspace import again

PEOPLE, WITHOUT = 360, 20  # customers, and those of them who never ordered


def people() -> pd.DataFrame:
    draw = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "customer_id": [f"C{n:04}" for n in range(PEOPLE)],
            "Age": draw.integers(18, 80, PEOPLE),
            "City": draw.choice(["Rome", "Oslo", "Bonn"], PEOPLE),
        }
    )


def orders() -> pd.DataFrame:
    """Two years of orders at random; who buys bread buys butter with it."""
    draw = np.random.default_rng(4)
    rows = []
    for who in people()["customer_id"][:-WITHOUT]:
        for day in sorted(draw.integers(0, 730, draw.geometric(0.3))):
            bought = ("Bread", "Butter") if draw.random() < 0.4 else (draw.choice(["Tea", "Soap", "Bread"]),)
            rows += [(who, day, what, round(float(draw.gamma(2, 10)) + 1, 2)) for what in bought]
    found = pd.DataFrame(rows, columns=["customer", "day", "category", "amount"])
    number = found.groupby(["customer", "day"], sort=False).ngroup()
    day = (pd.Timestamp("2023-01-01") + pd.to_timedelta(found.pop("day"), "D")).dt.strftime("%Y-%m-%d")
    return pd.DataFrame({"order number": number + 1, "customer": found["customer"], "date": day, "category": found["category"], "amount": found["amount"]})  # fmt: skip


def kept(frame: pd.DataFrame, file: Path) -> Path:
    frame.to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Of a dataset called shop."""
    folder = tmp_path_factory.mktemp("shop")
    files = kept(people(), folder / "customers.csv"), kept(orders(), folder / "orders.csv")
    found = propose_together(files, folder, max_mb=20)
    assert found.refused == ""
    spaces = again(folder / "home")
    with spaces.at(spaces.add(found.file, "Shop", found.schema, by="ada").slug):
        assert spaces.current.live.model
    return folder / "home"


@pytest.fixture
def spaces(home, tmp_path) -> Workspaces:
    return again(Path(shutil.copytree(home, tmp_path / "home")))


def model_of(spaces: Workspaces) -> Model:
    with spaces.at("shop"):
        return spaces.current.live.model


def row(spaces: Workspaces, who: str) -> pd.Series:
    people = model_of(spaces).people
    frame = people.frame(["ID", "Age", "Frequency", "Total_Spent", "RFM_Group"])
    return frame.set_index("ID").loc[who]


def test_it_has_expectations_baskets_groups_and_cohorts_as_orders_alone_have(spaces):
    model = model_of(spaces)
    sold = orders()
    days = sold.groupby("customer")["date"].nunique()
    assert row(spaces, "C0003")["Frequency"] == days["C0003"]
    assert row(spaces, "C0003")["Total_Spent"] == pytest.approx(
        sold.groupby("customer")["amount"].sum()["C0003"]
    )
    assert row(spaces, f"C{PEOPLE - 1:04}")[["Frequency", "RFM_Group"]].tolist() == [0, "No orders"]
    assert model.card.forecast.check.days == 364
    assert model.card.together.purchases == days.sum()
    assert sum(one.size for one in beside(model).groups) == PEOPLE - WITHOUT
    assert model.schema.picked("cohorts") == ("First_Order", "Last_Order")
    assert {"Age", "Recency_Days", "Frequency"} <= {*model.card.parameters.basis}


def told(spaces: Workspaces, file: Path, way: Way = Way.BY_KEY) -> int:
    return Update(spaces, "shop").go(file, way, by="ada").number


def test_new_orders_alone_come_to_those_that_are_there(spaces, tmp_path):
    before = row(spaces, "C0003")
    more = pd.DataFrame({"order number": [90001, 90002], "customer": ["C0003", "X9"], "date": "2025-02-01", "category": "Tea", "amount": 7.5})  # fmt: skip
    file = kept(more, tmp_path / "february.csv")
    with spaces.at("shop"):
        assert [one.dataset.slug for one in alike([*more], spaces.catalogue)] == ["shop"]
    assert told(spaces, file) == 2
    after = row(spaces, "C0003")
    assert after["Frequency"] == before["Frequency"] + 1
    assert after["Total_Spent"] == pytest.approx(before["Total_Spent"] + 7.5)
    findings = " ".join(one.sentence for one in model_of(spaces).card.findings)
    assert "One order line names nobody among the customers: left out." in findings
    assert told(spaces, file) == 3
    assert row(spaces, "C0003")["Frequency"] == after["Frequency"]


def test_customers_alone_are_updated_by_their_id_and_keep_their_orders(spaces, tmp_path):
    before = row(spaces, "C0003")
    older = people().head(5).assign(Age=99)
    told(spaces, kept(older, tmp_path / "people.csv"))
    assert row(spaces, "C0003")["Age"] == 99
    assert row(spaces, "C0003")["Frequency"] == before["Frequency"]
    assert len(model_of(spaces).people) == PEOPLE


def test_both_files_update_and_replace_and_one_alone_replaces_nothing(spaces, tmp_path):
    new = pd.DataFrame({"customer_id": ["N1"], "Age": [30], "City": ["Rome"]})
    sold = pd.DataFrame({"order number": [90001], "customer": ["N1"], "date": ["2025-01-05"], "category": ["Tea"], "amount": [5.0]})  # fmt: skip
    both = pd.concat([people().tail(40), new]), pd.concat([orders().tail(40), sold])
    files = [kept(one, tmp_path / name) for one, name in zip(both, ("c.csv", "o.csv"), strict=True)]
    together = as_one(files, tmp_path, {}, max_mb=20, schema=model_of(spaces).schema)
    told(spaces, together)
    assert row(spaces, "N1")["Frequency"] == 1
    assert len(model_of(spaces).people) == PEOPLE + 1
    with pytest.raises(DataError, match="Expected customers and their orders, put together"):
        told(spaces, files[1], Way.REPLACE)
    told(spaces, together, Way.REPLACE)
    assert len(model_of(spaces).people) == 41


def test_an_erased_customer_is_in_neither_table_any_more(spaces):
    assert {*map(len, held(spaces, "C0003", ["shop"])["datasets"][0]["versions"][0]["rows"])} == {3, 5}
    erase(spaces, "shop", "C0003", by="ada")
    file = spaces.catalogue.find("shop").file
    assert b"C0003" not in file.read_bytes()
    assert len(model_of(spaces).people) == PEOPLE - 1
