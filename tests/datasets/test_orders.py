"""A file of order lines becomes a dataset of customers, and every page opens on it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from app import create_app
from callbacks.explore import quality
from core.data.quality import inspect
from core.data.read import read_customers
from core.datasets.alike import alike
from core.datasets.intake import propose
from core.datasets.staged import look_of
from core.datasets.update import Update
from core.datasets.versions import Way
from core.numbers import Numbers
from core.profiles.rfm_beside import beside
from core.schema.column_guess import Role
from core.schema.decisions import choices_of
from core.schema.grain import Grain
from core.schema.schema import Template
from core.services import create_services
from tests.callbacks.dash_client import UPDATE, Visitor, text
from tests.core.datasets.test_workspace import again
from tests.datasets.conftest import House
from tests.datasets.test_pages import NO_FIGURE
from tests.support.english import english, read
from tests.support.postgresql import settled

PAGES = (
    "/",
    "/explore",
    "/explore?show=quality",
    "/segments",
    "/segments?show=orders",
    "/campaigns",
    "/predict",
    "/customers",
    "/choose-k",
)


def lines(customers: int = 120) -> pd.DataFrame:
    """Lines of a shop: some buy often, some come back after a year, some send things back."""
    draw = np.random.default_rng(31)
    orders = draw.poisson(np.where(draw.random(customers) < 0.3, 8, 1)) + 1
    who = np.repeat(np.arange(customers), orders)
    day = pd.Timestamp(2024, 1, 1) + pd.to_timedelta(draw.integers(0, 500, len(who)), unit="D")
    sold = pd.DataFrame({"Order number": np.arange(len(who)) + 5000, "Customer": who, "Order date": day})
    sold = sold.loc[sold.index.repeat(draw.integers(1, 4, len(sold)))].reset_index(drop=True)
    rows = len(sold)
    sold["Customer"] = [f"K{number:04d}" for number in sold["Customer"]]
    sold["Product group"] = draw.choice(["Tea", "Coffee", "Pots"], rows)
    sold["Quantity"] = np.where(draw.random(rows) < 0.04, -1, draw.integers(1, 6, rows))
    sold["Unit price"] = draw.lognormal(2, 0.5, rows).round(2)
    sold["Status"] = draw.choice(["shipped", "cancelled"], rows, p=[0.97, 0.03])
    sold["Country"] = np.where(sold["Customer"] < "K0040", "France", "Italy")
    sold["Order date"] = sold["Order date"].dt.strftime("%d/%m/%Y")
    return sold


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("orders") / "sold.csv"
    lines().to_csv(file, index=False, sep=";")
    return file


def test_lines_that_were_left_out_are_counted_as_lines_and_as_no_share_of_customers(file):
    found, numbers = propose(file, max_mb=5), Numbers()
    told = inspect(found.read, found.schema)
    services = SimpleNamespace(numbers=numbers, label=found.schema.label)
    shares = {one.name: quality._finding(services, one)[1:3] for one in told}
    assert shares["lines_cancelled"][1] == "", "of lines, which are more than customers"
    [least] = [one for one in told if one.name == "lines_cancelled"]
    assert shares["lines_cancelled"][0] == numbers.whole(least.count)
    assert all(share for name, (_, share) in shares.items() if not name.startswith("lines_"))
    assert quality.HEAD[1:3] == ("How many", "Share of customers")


def test_the_columns_of_lines_get_their_parts_and_their_customers_a_schema(file):
    found = propose(file, max_mb=5)
    assert (found.refused, found.guessed.grain, found.raw.rows) == ("", Grain.LINES, len(lines()))
    assert {one.column: one.role for one in found.guessed.columns} == {
        "Order number": Role.IGNORED,
        "Customer": Role.IDENTIFIER,
        "Order date": Role.DATE,
        "Product group": Role.DESCRIPTOR,
        "Quantity": Role.VALUE,
        "Unit price": Role.VALUE,
        "Status": Role.DESCRIPTOR,
        "Country": Role.DESCRIPTOR,
    }
    assert all(one.sure >= 0.9 for one in found.guessed.columns)
    assert found.schema.basis == ("Recency_Days", "Frequency", "Total_Spent")
    cancelled = int((lines()["Status"] == "cancelled").sum())
    assert next(one.rows for one in found.problems if "cancelled" in one.what) == cancelled
    assert ("Status", "cancelled-left-out") in [(one.column, one.chosen) for one in found.decisions]
    flipped = choices_of(["Status=cancelled-left-out", "Order date=day-first", "Status=cancelled-counted"])
    counted = propose(file, max_mb=5, choices=flipped)
    spent = [
        read_customers(file, one.schema, Template()).frame["Total_Spent"].sum() for one in (found, counted)
    ]
    assert spent[0] < spent[1]


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    """A file with two prices, and with customers under a heading that says nothing."""
    sold = lines().rename(columns={"Customer": "Wer"})
    sold["Net price"] = (sold["Unit price"] * 0.8).round(2)
    file = tmp_path_factory.mktemp("net") / "net.csv"
    sold.to_csv(file, index=False, sep=";")
    return file


def test_somebody_can_say_which_column_plays_which_part_of_an_order(net):
    seen = propose(net, max_mb=5)
    assert "no column that names who bought" in seen.refused
    assert next(one.part for one in seen.guessed.columns if one.column == "Unit price") == "order-price"
    said = {"Wer": "order-customer", "Net price": "order-price", "Status": "order-nothing"}
    found = propose(net, max_mb=5, roles=said)
    assert found.refused == ""
    assert (found.schema.lines.customer, found.schema.lines.price) == ("Wer", "Net price")
    assert (found.schema.lines.states, found.schema.lines.quantity) == ((), "Quantity")
    columns = {one.column: one for one in found.guessed.columns}
    assert (columns["Net price"].role, columns["Net price"].sure) == (Role.VALUE, 1.0)
    assert columns["Unit price"].role is Role.IGNORED, "the one that was proposed makes room"
    look = look_of(found)
    assert {one["column"]: one["part"] for one in look["columns"]}["Net price"] == "order-price"
    again_ = {one["column"]: one["part"] for one in look["columns"]}
    assert propose(net, max_mb=5, roles=again_).schema == found.schema, "as it is taken along and sent again"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Country": "order-price"}, "Country: found text, which can't be 'order-price' of orders."),
        (
            {"Net price": "order-price", "Unit price": "order-price"},
            "Found 2 columns as price: Net price, Unit price. Expected one.",
        ),
        (
            {"Order date": "order-nothing"},
            "and no day on which they were made. Expected a date of each order.",
        ),
        ({"Nowhere": "order-price"}, "Found no column 'Nowhere'."),
    ],
)
def test_a_part_that_a_column_can_not_play_is_refused_in_words(net, said, why):
    assert why in propose(net, max_mb=5, roles={"Wer": "order-customer", **said}).refused


def test_every_page_opens_on_customers_that_were_folded(file, tmp_path):
    settings = settled(tmp_path / "home").model_copy(update={"segments": 3})
    services = create_services(settings)
    services.workspaces.add(file, "sold", propose(file, max_mb=5).schema)
    services.database.close()
    house = House(Visitor.of(create_app(settings).server).sign_up("ada-admin"), {}, services)
    for address in PAGES:
        drawn = house.page("sold", address, "de-DE")
        said = text(drawn)
        assert "Something went wrong" not in said, address
        assert len(said) > 100, address
        assert not NO_FIGURE.search(said), address
        assert {found for shown in read(drawn) if (found := english(shown, "de-DE"))} == set(), address
    assert "RFM group" in text(house.page("sold", "/?show=charts"))
    segments = text(house.page("sold", "/segments?show=orders"))
    assert "RFM needs no model: recency, purchases and total spent are scored" in segments
    assert "Purchases: 1 up to 1, " in segments
    assert re.search(r"Of \d+ purchases \d+ have more than one category\. Of 3 pairs of categories", segments)
    assert "No forecast is made. Found 1" in segments, "120 customers are too few"
    assert "Cut the scores elsewhere" in segments
    wrong = cut(house, recency="90; 30", frequency="1; 2; 3; 4; 5", money="9,999,999")
    assert wrong["rfm-recency"]["invalid"]
    assert text(wrong["rfm-recency-said"]["children"]) == (
        "Found cut points that do not rise. Expected each to be larger than the one before."
    )
    assert "Found 5 cut points. Expected 4 at most" in text(wrong["rfm-frequency-said"]["children"])
    assert "Found no customer above 9,999,999." in text(wrong["rfm-money-said"]["children"])
    assert "rfm-panel" not in wrong, "nothing is done of a wrong form"
    long = cut(house, recency=f"30{' ' * 120}; 90", frequency="", money="")
    assert "Found 126 letters. Expected 120 at most" in text(long["rfm-recency-said"]["children"])
    right = cut(house, recency="30; 90", frequency="1; 4", money="")
    assert not right["rfm-recency"]["invalid"]
    assert "RFM groups with other cut points" in text(right["rfm-panel"]["children"])
    page = text(house.page("sold", "/explore"))
    assert "Cohorts by month of the first order" in page
    told = r"\d+% of \d+ customers ordered again in a later month than that of their first order; three months on"
    assert re.search(told, page)


def cut(house: House, **ends: str) -> dict:
    """What the form that cuts RFM scores answers."""
    values = {f"rfm-{name}.value": text for name, text in ends.items()}
    body = house.visitor.body("rfm-panel.children", values, "rfm-form.n_submit")
    answer = house.visitor.client.post(
        f"/d/sold{UPDATE}", json=body, headers={"X-CSRFToken": house.visitor.token}
    )
    assert answer.status_code == 200, answer.text
    return answer.json["response"]


def test_scores_that_are_cut_elsewhere_are_a_version_that_groups_follow_and_can_go_back(file, tmp_path):
    spaces = again(tmp_path / "home")
    spaces.add(file, "Sold", propose(file, max_mb=5).schema, by="ada")
    with spaces.at("sold"):
        before = spaces.current.live.model.table
    cuts = {"recency": [30, 90], "frequency": [1, 4], "money": []}
    found = spaces.catalogue.find("sold")
    version = Update(spaces, "sold", cuts=cuts).go(found.file, Way.CUT_POINTS, by="ada")
    assert (version.number, version.way) == (2, Way.CUT_POINTS)
    with spaces.at("sold"):
        model = spaces.current.live.model
    said = beside(model)
    assert (said.scores.recency.ends, said.scores.recency.scores) == ((30, 90), (5, 3, 1))
    assert said.scores.frequency.ends == (1, 4)
    assert len(said.scores.money.ends) == 4, "what nobody chose is cut by fifths"
    table = model.table.set_index("ID").loc[before["ID"]]
    assert table["RFM_Group"].tolist() != before["RFM_Group"].tolist()
    assert table["Segment"].tolist() == before["Segment"].tolist(), "the segments are as they were"
    assert {one.name: one.size for one in said.groups} == table["RFM_Group"].value_counts().to_dict()
    more = Update(spaces, "sold").go(file, Way.REPLACE, by="ada")
    assert dict(spaces.catalogue.find("sold").schema.lines.cuts)["recency"] == (30, 90), "and stay so"
    assert (more.number, Update(spaces, "sold").back(by="ada", to=1).number) == (3, 1)


def test_keys_that_name_orders_and_no_customers_are_refused_unless_another_column_names_them(tmp_path):
    sold = lines()
    sold["Customer id"] = "key " + sold["Order number"].astype(str)
    per_order = sold.drop(columns="Customer")
    per_order.to_csv(tmp_path / "keys.csv", index=False)
    refused = propose(tmp_path / "keys.csv", max_mb=5)
    assert refused.schema is None
    assert "it names orders, or nobody bought twice." in refused.refused
    sold.rename(columns={"Customer": "Customer unique id"}).to_csv(tmp_path / "both.csv", index=False)
    schema = propose(tmp_path / "both.csv", max_mb=5).schema
    assert schema.lines.customer == "Customer unique id"


def test_next_months_orders_are_added_to_those_that_are_there(file, tmp_path):
    sold = lines()
    day = pd.to_datetime(sold["Order date"], dayfirst=True)
    earlier, later = tmp_path / "earlier.csv", tmp_path / "later.csv"
    sold[day < "2025-01-01"].to_csv(earlier, index=False)
    sold[day >= "2024-12-01"].to_csv(later, index=False)
    spaces = again(tmp_path / "home")
    spaces.add(earlier, "Sold", propose(earlier, max_mb=5).schema, by="ada")
    assert [one.dataset.slug for one in alike([*sold], spaces.catalogue)] == ["sold"]
    Update(spaces, "sold").go(later, Way.BY_KEY, by="ada")
    with spaces.at("sold"):
        table = spaces.current.live.model.table
    whole = read_customers(file, propose(file, max_mb=5).schema, Template()).frame.set_index("ID")
    found = table.set_index("ID").loc[whole.index]
    for name in ("Recency_Days", "Frequency", "Total_Spent"):
        assert found[name].tolist() == pytest.approx(whole[name].tolist()), name
