"""One scope: what a card, a sentence, a key figure, a chart and a link count is of the same customers."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.callbacks.dash_client import drawn_with, table_rows

ASK, ANSWER = "filters-ask.data", "filters-answer.data"
CHILDREN, SEGMENT = "Children=0", "Children=0&Segment=1"


@pytest.fixture
def ask(viewer):
    """`ask("/segments", "Children=0")`: the answer to a click."""

    def post(page, address=""):
        question = {"page": page, "n": 1, "address": address}
        answer = viewer.call(ANSWER, {ASK: question}, ASK)
        assert answer.status_code == 200, answer.text
        return answer.json["response"]["filters-answer"]["data"]

    return post


@pytest.fixture
def childless(table):
    return table[table["Children"] == 0]


def card(answer, page, number, part):
    return answer["texts"][f"{page}-card-{number}-{part}"]


@pytest.mark.parametrize(("path", "page"), [("/", "overview"), ("/segments", "segments")])
def test_a_card_under_a_filter_counts_and_averages_the_selected(ask, table, childless, path, page):
    answer = ask(path, CHILDREN)
    for number, whole in table.groupby("Segment"):
        part = childless[childless["Segment"] == number]
        spending = part["Total_Spending"].sum() / table["Total_Spending"].sum()
        said = card(answer, page, number, "size")
        assert said.startswith(f"{len(part)} of {len(whole)} selected: ")
        assert shares(said) == pytest.approx([len(part) / len(table), spending], abs=0.005)
        words = card(answer, page, number, "words")
        assert words.startswith(f"{len(part)} customers, ")
        assert f"They spend {part['Total_Spending'].mean():,.0f} on average" in words
        assert f"{part['Age'].mean():.0f} years old" in words
        see = card(answer, page, number, "see")
        assert see == f"See these {len(part)} customers"


def test_nobody_is_nothing_to_see(ask, table):
    answer = ask("/", "Income=over:90000")
    left = set(table[table["Income"] > 90_000]["Segment"])
    seen = {number for number in set(table["Segment"]) if card(answer, "overview", number, "see")}
    assert seen == left < set(table["Segment"])


def test_an_answer_is_small_while_no_card_is_open_in_words(viewer):
    clauses = {"Children": [0], "Age": [2, 3, 4, 5]}
    question = {"page": "/", "n": 1, "clauses": clauses, "options": {}, "words": False}
    answer = viewer.call(ANSWER, {ASK: question}, ASK)
    texts = answer.json["response"]["filters-answer"]["data"]["texts"]
    assert "overview-card-1-size" in texts
    assert [id for id in texts if id.endswith("-words")] == []
    assert len(gzip.compress(answer.data)) < 4_000


def shares(said):
    return [float(one) / 100 for one in re.findall(r"([\d.]+)%", said)]


def test_what_stands_out_on_a_card_is_of_the_selected(ask, childless):
    answer = ask("/", CHILDREN)
    part = childless[childless["Segment"] == 1]
    bullets = " ".join(card(answer, "overview", 1, f"phrase-{n}") for n in (1, 2, 3))
    assert f"{part['Total_Spending'].mean():,.0f}" in bullets or f"{part['Income'].mean():,.0f}" in bullets
    everything = ask("/")
    assert bullets != " ".join(card(everything, "overview", 1, f"phrase-{n}") for n in (1, 2, 3))


def test_a_card_that_is_not_selected_says_so(ask, table, childless):
    answer = ask("/", SEGMENT)
    other, whole = (len(rows[rows["Segment"] == 2]) for rows in (childless, table))
    assert card(answer, "overview", 2, "size").startswith(
        f"Not selected. {other} of {whole} pass the other filters: "
    )
    assert card(answer, "overview", 1, "size").startswith(f"{answer['rows']} of ")


def test_a_card_of_a_few_warns_and_one_of_nobody_says_so(ask, table):
    answer = ask("/", "Total_Spending=2000~2200")
    sizes = table[table["Total_Spending"].between(2000, 2199.99)]["Segment"].value_counts()
    for number in range(1, 7):
        size = int(sizes.get(number, 0))
        assert bool(card(answer, "overview", number, "few")) == (0 < size < 30)
        assert (card(answer, "overview", number, "words") == "Nobody is selected.") == (size == 0)


@pytest.mark.parametrize("path", ["/", "/explore", "/segments", "/campaigns", "/customers"])
def test_every_page_says_how_many_are_selected(ask, table, childless, path):
    number = int((childless["Segment"] == 1).sum())
    assert ask(path, SEGMENT)["count"] == f"{number} of {len(table):,} customers"
    assert ask(path)["count"] == f"{len(table):,} of {len(table):,} customers"


def test_the_segments_page_counts_the_selected_like_all_others(ask, childless):
    said = ask("/segments", SEGMENT)["texts"]["segments-lead"]
    assert said.startswith(f"{(childless['Segment'] == 1).sum()} customers match your filters.")
    assert f"among the {len(childless)} customers that pass the other filters" in said
    assert (
        f"Among the {len(childless)} customers that match your filters"
        in ask("/segments", CHILDREN)["texts"]["segments-lead"]
    )


def test_a_chart_that_is_filtered_by_itself_says_so_in_its_finding(ask, table):
    texts = ask("/", "Children=0&show=charts")["texts"]
    assert texts["overview-children-finding"].startswith(
        f"Without its own filter, so of {len(table):,} customers. Most common: "
    )
    assert texts["overview-age-finding"].startswith("Most common: ")


def test_the_table_of_a_chart_that_is_filtered_by_itself_does_not_call_its_bars_selected(viewer):
    page = viewer.page("/", "?Children=0&show=charts")
    heads = {
        region["aria-label"]: heads_of(region)
        for region in drawn_with(page, role="region")
        if region["aria-label"] in ("Children at home", "Age")
    }
    assert heads == {"Children at home": "Without its own filter", "Age": "Selected"}
    assert table_rows(page)


def heads_of(region):
    import json

    [table] = [one for one in drawn_with(region["children"]) if "data-table" in one]
    return json.loads(table["data-table"])["head"][-1]


def test_pages_name_the_charts_that_set_a_filter_aside(viewer):
    [spec] = drawn_with(viewer.page("/campaigns"), id="filters-page")
    assert spec["data"]["ignores"]["campaigns-board"] == "Segment"
    [spec] = drawn_with(viewer.page("/segments"), id="filters-page")
    assert spec["data"]["ignores"]["segments-heat"] == "Segment"
    assert spec["data"]["ignores"]["segments-map"] == "*"


@pytest.mark.parametrize("address", ["Segment=1", "Children=0&Segment=1,3", "Segment=2&campaign=4", ""])
def test_sentence_key_figure_and_board_of_campaigns_count_the_same_segments(ask, viewer, address):
    texts = ask("/campaigns", address)["texts"]
    numbers = (
        [int(n) for n in re.search(r"Segment=([\d,]+)|$", address)[1].split(",")]
        if "Segment" in address
        else range(1, 7)
    )
    verdicts = [texts[f"campaigns-board-{n}-verdict"] for n in numbers]
    send, test, skip = (sum(sign in one for one in verdicts) for sign in ("Send", "Test", "Skip"))
    assert texts["campaigns-worth-value"] == f"{send} of {len(verdicts)}"
    assert texts["campaigns-worth-note"].startswith(f"{test} to test more, {skip} to skip")
    finding = texts["campaigns-board-finding"]
    assert ("Send:" in finding, "Test more:" in finding, "Skip:" in finding) == (send > 0, test > 0, skip > 0)
    assert ("not selected" in finding) == ("Segment" in address)
    assert ("larger test" in texts["campaigns-lead"]) == (test > 0)
