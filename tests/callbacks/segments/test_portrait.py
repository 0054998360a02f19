"""The page of one segment."""

from __future__ import annotations

from tests.callbacks.dash_client import drawn_with, text

ASK, ANSWER = "filters-ask.data", "filters-answer.data"


def asked(visitor, address, n=1):
    question = {"page": "/segments/2", "n": n, "address": address, "words": True}
    answer = visitor.call(ANSWER, {ASK: question}, ASK)
    return answer.json["response"]["filters-answer"]["data"]


def test_its_figures_are_those_of_its_customers(administrator, table):
    own = table[table["Segment"] == 2]
    shown = text(administrator.page("/segments/2"))
    assert f"{len(own):,}" in shown
    assert f"{own['Total_Spending'].mean():,.0f}" in shown


def test_filters_leave_those_of_the_segment_who_match_whatever_segment_is_chosen(administrator, table):
    matching = table[table["Children"] == 0]
    own = matching[matching["Segment"] == 2]
    said = asked(administrator, "Children=0&Segment=1")
    assert said["texts"]["portrait-customers-value"] == f"{len(own):,}"
    rows = {row[0]: row[1:] for rows in said["tables"].values() for row in rows}
    means = [f"{part['Total_Spending'].mean():,.0f}" for part in (own, matching)]
    assert list(rows["Total spending"][:2]) == means
    index = 100 * own["Total_Spending"].mean() / matching["Total_Spending"].mean()
    assert rows["Total spending"][2] == f"{index:.0f}"
    assert rows["Children"][-1] == "by your filter"


def test_answers_that_a_filter_decides_have_no_interval(administrator):
    said = asked(administrator, "Response=yes")
    assert "Accepted the last campaign" not in [row[0] for row in said["tables"]["portrait-rates"]]
    assert "Accepted the last campaign" in [
        row[0] for row in asked(administrator, "Children=0")["tables"]["portrait-rates"]
    ]


def test_the_address_says_of_which_model_the_segment_is(administrator):
    assert asked(administrator, "Children=0")["address"].startswith("Children=0&model=")


def test_a_row_ends_in_both_means_or_the_index_or_the_difference(administrator, table):
    spending = table["Total_Spending"]
    own, all_ = spending[table["Segment"] == 2].mean(), spending.mean()
    ends = {"actual": f"{own:,.0f} / {all_:,.0f}", "index": f"{100 * own / all_:.0f}"}
    ends["standardised"] = f"{(own - all_) / spending.std():+.1f}"
    for values, end in ends.items():
        page = administrator.page("/segments/2", f"?values={values}")
        drawn = [one["figure"]["layout"] for one in drawn_with(page) if "figure" in one]
        assert end in [note["text"] for layout in drawn for note in layout.get("annotations", [])]


def test_a_segment_that_is_not_there_is_told_with_those_that_are(administrator):
    assert "Found segment 9. There are six segments, 1 to 6." in text(administrator.page("/segments/9"))
    answer = administrator.call(ANSWER, {ASK: {"page": "/segments/9", "n": 1, "address": ""}}, ASK)
    assert answer.status_code == 400 or "Found segment 9" in answer.text


def test_nobody_sees_it_without_a_session(app):
    answer = app.server.test_client().get("/segments/2")
    assert (answer.status_code, answer.location.startswith("/login")) == (302, True)
