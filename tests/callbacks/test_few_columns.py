"""A file with only what segments need: every page opens, leaves out what it can't show, and says so."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from app import create_app
from core.settings import ROOT, Settings, load
from tests.callbacks.dash_client import Visitor, drawn_with, text

NEEDED = [
    "Income",
    "MntWines",
    "MntFruits",
    "MntMeatProducts",
    "MntFishProducts",
    "MntSweetProducts",
    "MntGoldProds",
]
NEEDED += ["NumWebPurchases", "NumStorePurchases", "NumWebVisitsMonth", "Recency"]
PAGES = [
    "/", "/segments", "/explore", "/customers", "/campaigns", "/predict", "/choose-k", "/models",
    *(f"/explore?show={section}" for section in ("people", "money", "buying", "campaigns", "relations", "quality")),
    "/customers?customer=7", "/campaigns?campaign=1", "/explore?show=buying&split=segments&as=shares",
]  # fmt: skip


@pytest.fixture(scope="module", params=["birth", "age"])
def few(request, tmp_path_factory) -> Visitor:
    folder = tmp_path_factory.mktemp("few")
    file = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python")
    if request.param == "birth":
        wanted = file[["Year_Birth", *NEEDED]]
    else:
        wanted = file[NEEDED[7:]].assign(
            Income=file["Income"], Age=2014 - file["Year_Birth"], Total_Spending=file[NEEDED[1:7]].sum(axis=1)
        )
    wanted.head(600).to_csv(folder / "customers.csv", index=False)
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    settings = load(**{**plain, "home": folder / "home", "data": folder / "customers.csv"})
    return Visitor.of(create_app(settings).server).sign_up("ada-admin")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(few, page):
    path, _, query = page.partition("?")
    said = text(few.page(path, f"?{query}" if query else ""))
    assert "Something went wrong" not in said
    assert len(said) > 100
    assert not re.search(r"\bnan\b|\bNaT\b|Most common: not known, 100%", said)


def test_pages_say_in_one_sentence_what_the_file_has_nothing_on(few):
    assert "nothing on Main channel, Children" in text(few.page("/"))
    assert "nothing on answers to campaigns (AcceptedCmp1, AcceptedCmp2," in text(few.page("/campaigns"))
    links = few.open("/").json["response"]["shell-navigation"]["children"]
    assert [link["children"] for link in drawn_with(links, className="p-link is-muted")] == ["Campaigns"]
    assert "Your file has nothing on" in text(few.page("/explore", "?show=people"))
    buying = few.page("/explore", "?show=buying")
    assert "nothing on Total purchases, Catalog purchases" in text(buying)
    assert not drawn_with(buying, id="explore-Main_Channel")
    assert "Education" not in text(few.page("/customers", "?customer=7"))


def test_what_nothing_is_known_of_is_no_column_of_files(few):
    head = few.client.get("/export/table.csv").text.splitlines()[0]
    assert "Education" not in head
    assert "Total_Spending" in head


def test_a_page_answers_filters_without_what_is_lacking(few):
    answer = few.client.get("/explore?show=campaigns&Segment=2")
    assert answer.status_code == 200


@pytest.mark.parametrize("route", ["/export/customers.csv", "/export/table.csv", "/export/customers.xlsx"])
def test_every_file_is_made(few, route):
    assert few.client.get(route).status_code == 200
