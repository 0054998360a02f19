"""What programs are answered: the figures of the pages."""

from __future__ import annotations

import pytest


def test_segments_are_those_of_the_model_with_their_sizes(vera, table):
    found = vera.found("/segments")
    sizes = {one["number"]: one["size"] for one in found["segments"]}
    assert sizes == table["Segment"].value_counts().to_dict()
    one = vera.found("/segments/1")
    assert one == found["segments"][0]
    assert one["averages"]["Income"]["mean"] == pytest.approx(table[table["Segment"] == 1]["Income"].mean())
    assert vera.ask("/segments/99").json["code"] == "not-found"


def test_counts_are_of_those_who_pass_the_filters_of_an_address(vera, table):
    found = vera.found("/counts?Children=0&Income=over:60000&by=Segment,Age")
    rows = table[(table["Children"] == 0) & (table["Income"] > 60000)]
    assert (found["customers"], found["everyone"]) == (len(rows), len(table))
    assert [one["customers"] for one in found["by"]["Segment"]] == [
        int((rows["Segment"] == number).sum()) for number in range(1, 7)
    ]
    assert sum(one["customers"] for one in found["by"]["Age"]) == len(rows)
    assert found["values"]["Total_Spending"]["sum"] == pytest.approx(rows["Total_Spending"].sum())
    again = vera.found(f"/counts?{found['by']['Segment'][0]['filter']}&{found['filters']}")
    assert again["customers"] == found["by"]["Segment"][0]["customers"]


def test_a_field_in_logarithmic_bins_is_filtered_by_its_values(vera, table):
    assert vera.found("/counts?MntWines_log=100..")["customers"] == int((table["MntWines"] >= 100).sum())


def test_a_filter_that_is_not_there_is_refused_in_words(vera):
    answer = vera.ask("/counts?Agee=1")
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")
    assert "Expected one of Age" in answer.json["words"]


def test_the_board_of_a_campaign_counts_whom_it_asked(vera, table):
    listed = vera.found("/campaigns")["campaigns"]
    last = next(one for one in listed if one["name"] == "Response")
    assert (last["contacted"], last["accepted"]) == (len(table), int(table["Response"].sum()))
    board = vera.found("/campaigns/Response?Children=0&cost=2&revenue=20")
    rows = table[table["Children"] == 0]
    assert (board["selected"]["contacted"], board["selected"]["accepted"]) == (
        len(rows),
        rows["Response"].sum(),
    )
    assert board["break_even"] == 0.1
    assert board["selected"]["profit"] == 20 * rows["Response"].sum() - 2 * len(rows)
    assert vera.ask("/campaigns/Age").status_code == 404
    assert vera.ask("/campaigns/Response?cost=-1").status_code == 400


def test_a_dataset_tells_its_fields_and_their_roles(vera, table):
    found = vera.found("/dataset")
    roles = {one["name"]: one["roles"] for one in found["columns"]}
    assert roles["Income"] == ["basis"]
    assert roles["Total_Spending"] == ["basis", "value"]
    assert roles["Response"] == ["outcome"]
    assert (found["slug"], found["customers"], found["version"]) == ("default", len(table), 1)
    assert vera.found("/dataset", below="/d/default") == found
    assert vera.found("/datasets")["datasets"][0]["slug"] == "default"


def test_lists_come_in_parts(vera):
    whole = vera.found("/versions")
    assert (whole["total"], whole["next"]) == (len(whole["versions"]), None)
    assert vera.found("/versions?limit=1&offset=1000")["versions"] == []
    assert vera.found("/versions/1") == whole["versions"][-1]
    assert vera.ask("/versions/99").status_code == 404
    for wrong in (
        "limit=0",
        "limit=501",
        "offset=-1",
        "limit=x",
        "limt=1",
        "limit=1&limit=2",
        "offset=9" + "9" * 400,
    ):
        answer = vera.ask(f"/versions?{wrong}")
        assert (answer.status_code, answer.json["field"]) == (400, wrong.partition("=")[0]), wrong


def test_the_live_model_is_among_the_models(vera):
    live = [one for one in vera.found("/models")["models"] if one["live"]]
    assert [one["key"] for one in live] == [vera.found("/segments")["model"]]
    assert vera.found(f"/models/{live[0]['key']}") == live[0]
    assert vera.ask("/models/../../etc/passwd").status_code == 404
