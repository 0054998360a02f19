from __future__ import annotations

import io
import json

import openpyxl
import pandas as pd
import pytest
import skops.io

from tests.callbacks.dash_client import drawn_with, text
from tests.support.personality import BASIS


@pytest.fixture(scope="module")
def drawn(viewer):
    return viewer.page("/models")


def fetched(visitor, name) -> bytes:
    answer = visitor.client.get(f"/models/files/{name}", buffered=True)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return answer.data


def test_the_page_opens_with_what_is_live(drawn, table):
    assert f"6 segments of {len(table):,} customers, made on" in text(drawn)


def test_every_link_of_the_page_arrives(viewer, drawn):
    links = [one["href"] for one in drawn_with(drawn, className="p-file-link")]
    assert len(links) == 10
    assert all(viewer.client.get(link, buffered=True).status_code == 200 for link in links)


def test_the_model_that_is_downloaded_answers_as_the_page_does(viewer, table):
    pipeline = skops.io.loads(fetched(viewer, "pipeline.skops"), trusted=["numpy.dtype"])
    whole = table[list(BASIS)]
    assert (pipeline.predict(whole) + 1 == table["Segment"]).all()


def test_the_model_comes_as_a_formula_and_as_a_workbook(viewer, table):
    formula = fetched(viewer, "segments.txt").decode()
    assert formula.count("=LET(") == 2
    assert "B2: Age" in formula
    book = openpyxl.load_workbook(io.BytesIO(fetched(viewer, "segments.xlsx")))
    assert book.sheetnames == ["Customers", "Steps", "Model"]
    assert book["Model"]["A5"].value == 1


def test_the_file_of_the_settings_is_the_first_version_and_nobody_moved(viewer, drawn):
    assert "Named by PARTERRE_DATA" in text(drawn)
    assert viewer.client.post("/models/versions/1", data={"live": "1"}).status_code == 403
    assert viewer.client.get("/models/files/moved.csv").status_code == 404


def test_customers_are_those_of_the_model(viewer, drawn, table):
    links = {one["aria-label"]: one["href"] for one in drawn_with(drawn, className="p-file-link")}
    as_csv = pd.read_csv(io.BytesIO(viewer.client.get(links["The customers: CSV"], buffered=True).data))
    as_parquet = pd.read_parquet(
        io.BytesIO(viewer.client.get(links["The customers: Parquet"], buffered=True).data)
    )
    assert as_csv["Segment"].tolist() == as_parquet["Segment"].tolist() == table["Segment"].tolist()


def test_profiles_come_in_three_forms_that_agree(viewer, table):
    long = pd.read_csv(io.BytesIO(fetched(viewer, "profile.csv")))
    content = json.loads(fetched(viewer, "profile.json"))
    book = openpyxl.load_workbook(io.BytesIO(fetched(viewer, "profile.xlsx")))
    assert book.sheetnames == ["Segments", "Means", "Medians", "Differences", "About"]
    sizes = table["Segment"].value_counts().sort_index().tolist()
    assert [one["size"] for one in content["segments"]] == sizes
    assert long.groupby("Segment")["Customers"].first().tolist() == sizes
    assert [row[2].value for row in list(book["Segments"])[1:]] == sizes


def test_the_card_is_the_one_on_the_page(viewer, drawn):
    card = json.loads(fetched(viewer, "card.json"))
    assert card["data"]["sha256"] in text(drawn)
    assert card["key"] in text(drawn)


@pytest.mark.parametrize("name", ["card.json", "pipeline.skops", "profile.csv", "profile.xlsx"])
def test_no_file_stays_in_a_cache(viewer, name):
    answer = viewer.client.get(f"/models/files/{name}", buffered=True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_each_segment_has_its_rule(drawn):
    assert len(drawn_with(drawn, className="p-rule")) == 6


@pytest.mark.parametrize(
    "name", ["", "x", "..%2fcard.json", "../card.json", "customers.arrow", ".", "%00", "a" * 4000]
)
def test_what_is_not_on_the_list_is_not_there(viewer, name):
    answer = viewer.client.get(f"/models/files/{name}", buffered=True)
    assert b"digests" not in answer.data
    assert "Content-Disposition" not in answer.headers


def test_nobody_gets_a_file(app):
    assert app.server.test_client().get("/models/files/pipeline.skops").status_code == 302
