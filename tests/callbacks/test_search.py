"""What is found by what is typed: pages of one's role, segments, fields and customers, and nothing else of them."""

from __future__ import annotations

import pytest

from app import VIEWS
from callbacks.search import MOST, WORDS


@pytest.fixture
def found(viewer):
    def search(text, who=viewer):
        answer = who.search(text)
        assert answer.status_code == 200, answer.text
        return {group["name"]: group["found"] for group in answer.json["groups"]}

    return search


def labels(found):
    return [one["label"] for one in found]


def test_nothing_typed_lists_the_pages_of_ones_role_and_the_segments(found, administrator):
    assert labels(found("")["Pages"]) == [view.title for view in VIEWS if view.name != "data"]
    assert labels(found("", administrator)["Pages"]) == [view.title for view in VIEWS]
    assert [one["page"] for one in found("")["Segments"]] == [f"/segments/{n}" for n in range(1, 7)]
    assert set(found("")) == {"Pages", "Segments"}


def test_every_page_is_looked_for_by_words_too(found):
    assert set(WORDS) == {view.name for view in VIEWS}
    assert [one["page"] for one in found("silhou")["Pages"]] == ["/choose-k"]
    assert found("data qual")["Pages"][0]["extra"] == "show=quality"


def test_a_field_leads_to_its_chart_and_to_a_filter(found, viewer):
    [income] = found("income")["Fields"]
    assert (income["page"], income["extra"], income["filtered"]) == ("/explore", "show=people", "yes")
    assert found("income")["Filter by"][0]["filter"] == "Income"
    drawn = viewer.open("/explore", "?show=people").text
    assert f'"id":"{income["chart"]}"' in drawn.replace(" ", "")
    assert labels(found("spend wine")["Fields"]) == labels(found("wine spend")["Fields"]) != []


def test_words_are_found_by_their_beginnings_and_never_read_as_patterns(found):
    assert found("ncome") == {}
    assert [found(text) for text in (".*", "(", "%", "\\", "x" * 500, "\u0000", "' OR 1=1")] == [{}] * 7


def test_customers_are_found_by_their_id_and_told_by_their_segment_alone(found, table):
    id = str(table["ID"].max())
    [first, *others] = found(id[:2])["Customers"]
    assert len(others) == MOST["Customers"] - 1
    assert all(one["label"].startswith(id[:2]) for one in others)
    [customer] = found(f" {id} ")["Customers"]
    segment = int(table.set_index("ID").loc[int(id), "Segment"])
    assert (customer["label"], customer["number"], customer["extra"]) == (id, segment, f"customer={id}")
    assert next(iter(found(id))) == "Customers"
    assert set(customer) == set(first) == {
        "label", "told", "page", "extra", "filtered", "chart", "filter", "number", "style"
    }  # fmt: skip
    income = table.set_index("ID").loc[int(id), "Income"]
    assert id not in labels(found(f"{income:.0f}").get("Customers", []))


def test_more_than_is_shown_is_said(viewer):
    customers = viewer.search("1").json["groups"][0]
    assert (customers["more"], len(customers["found"])) == (True, MOST["Customers"])
