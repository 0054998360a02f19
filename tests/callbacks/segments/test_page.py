from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from app import create_app
from callbacks import progress
from callbacks.segments import by_design
from core.evidence import added, cut_crowds, evidence, stability
from core.evidence.added import Added
from core.evidence.cut_crowds import Apart, CutCrowds
from core.evidence.groups import Groups
from core.evidence.stability import KEPT_AS, Fresh, SegmentStability, Stability
from core.model.given_names import LONGEST_NAME
from core.profiles import rulebook, trust
from core.services import Services, create_services
from core.settings import Settings, load
from tests.callbacks.dash_client import Visitor, components, drawn_with, strings, table_rows, text
from tests.core.evidence.test_recommendation import evidence as made_up
from tests.support.personality import FIELDS, PERSONALITY

NAME_SAID, SAVED = "segments-name-said.children", "segments-saved.data"
WHICH, NAME, NOTE = "segments-which.value", "segments-name.value", "segments-note.value"
SUBMIT, RESET = "segments-form.n_submit", "segments-reset.n_clicks"
ASK, ANSWER = "filters-ask.data", "filters-answer.data"


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Settings:
    """A home of its own: what is renamed here is renamed for nobody else."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return load(**{**plain, "home": tmp_path_factory.mktemp("segments")})


@pytest.fixture(scope="module")
def server(house):
    return create_app(house).server


@pytest.fixture(scope="module")
def ada(server) -> Visitor:
    return Visitor.of(server).sign_up("ada-admin")


@pytest.fixture(scope="module")
def vera(server, ada) -> Visitor:
    return Visitor.of(server).sign_up("vera-viewer")


@pytest.fixture(scope="module")
def services(house, server):
    return create_services(house)


@pytest.fixture(scope="module")
def customers(services) -> pd.DataFrame:
    return services.model.table


@pytest.fixture
def suggested(ada, services):
    """The names that were computed; whatever a test calls segments, they are called so again after it."""
    yield services.live.suggested
    for number, name in services.live.suggested.items():
        submit(ada, str(number), name, "")


def submit(visitor, which, name, note=""):
    return visitor.call(SAVED, {WHICH: which, NAME: name, NOTE: note, SUBMIT: 1}, SUBMIT)


def answered(response) -> dict:
    assert response.status_code == 200, response.text
    return response.json["response"]


def refusal(response) -> str:
    """What is said beside the name, when nothing was kept."""
    answer = answered(response)
    assert "segments-saved" not in answer
    assert answer["segments-name"]["invalid"]
    return text(answer["segments-name-said"]["children"])


def names_on(visitor, path="/segments") -> list[str]:
    return [text(one["children"]) for one in drawn_with(visitor.page(path), className="p-card-name")]


def forms_on(visitor) -> dict:
    """What the form that names segments holds of each."""
    [forms] = drawn_with(visitor.page("/segments"), id="segments-forms")
    return forms["data"]


def ask(visitor, **question) -> dict:
    asked = {"page": "/segments", "n": 1, "clauses": {}, "options": {}} | question
    return answered(visitor.call(ANSWER, {ASK: asked}, ASK))["filters-answer"]["data"]


def figure(drawn, id):
    [graph] = drawn_with(drawn, id=id)
    return graph["figure"]


def effect(rows, everyone, name, customers):
    return (rows[name].mean() - everyone[name].mean()) / customers[name].std(ddof=0)


def test_the_opening_sentence_names_the_two_fields_that_differ_most(vera, customers):
    [lead] = drawn_with(vera.page("/segments"), id="segments-lead")
    said = lead["children"]
    between = customers.groupby("Segment").transform("mean", numeric_only=True)
    eta = {name: between[name].var() / customers[name].var() for name in ("Total_Spending", "Age", "Recency")}
    assert max(eta, key=lambda name: eta[name]) == "Total_Spending"
    means = customers.groupby("Segment")["Total_Spending"].mean()
    start = "Segments differ most in total spending (averages from"
    assert said.startswith(f"{start} {means.min():,.0f} to {means.max():,.0f}) and ")
    assert said.endswith(": they differ by design in both.")


def test_the_heatmap_holds_the_differences_of_the_table(vera, customers):
    [heat] = figure(vera.page("/segments"), "segments-heat")["data"]
    age = heat["z"][heat["y"].index("Age")]
    rows = [customers[customers["Segment"] == number] for number in range(1, 7)]
    assert age == pytest.approx([effect(own, customers, "Age", customers) for own in rows], abs=2e-3)
    assert heat["meta"] == {"field": "Segment", "codes": [0, 1, 2, 3, 4, 5], "axis": "x"}


def test_profiles_follow_the_selection_and_say_so(vera, customers):
    answer = ask(vera, clauses={"Children": [0]})
    rows = customers[customers["Children"] == 0]
    assert answer["texts"]["segments-lead"].startswith(f"Among the {len(rows):,} customers that match")
    [heat] = answer["figures"]["segments-heat"]["data"]
    own = rows[rows["Segment"] == 1]
    assert heat["z"][1][0] == pytest.approx(effect(own, customers, "Income", customers), abs=2e-3)


def few_and_many(customers):
    """A number of children that leaves one segment fewer than 30 customers and others more."""
    sizes = customers.groupby(["Children", "Segment"]).size().unstack(fill_value=0)
    return next(
        int(children)
        for children, row in sizes.iterrows()
        if ((row > 0) & (row < 30)).any() and (row >= 30).sum() >= 2
    )


def test_of_a_handful_no_sentence_is_made_and_their_column_is_hatched(vera, customers):
    children = few_and_many(customers)
    clauses, compared = {"Children": [children]}, {"compare": "1,2,3,4,5,6", "field": "Age"}
    answer = ask(vera, clauses=clauses)
    beside = ask(vera, clauses=clauses, options=compared | {"show": "compare"})
    rows = customers[customers["Children"] == children]
    sizes = rows["Segment"].value_counts().reindex(range(1, 7), fill_value=0)
    heat = answer["figures"]["segments-heat"]
    assert [
        f"n\xa0=\xa0{size}" in head
        for size, head in zip(sizes, heat["layout"]["xaxis"]["ticktext"], strict=True)
    ] == [True] * 6
    lines = [line for head in heat["layout"]["xaxis"]["ticktext"] for line in head.split("<br>")]
    assert max(map(len, lines)) <= 14, "else heads are turned on a phone, and cut"
    assert [shape["type"] for shape in heat["layout"]["shapes"]] == ["path"] * (sizes < 30).sum()
    fields = [name for name in PERSONALITY.picked("compared") if FIELDS[name].label in heat["data"][0]["y"]]
    means = rows[rows["Segment"].isin(sizes[sizes >= 30].index)].groupby("Segment")[fields].mean()
    apart = ((means - customers[fields].mean()) / customers[fields].std(ddof=0)).stack()
    number, name = apart.abs().idxmax()
    names = names_on(vera)
    said = answer["texts"]["segments-heat-finding"]
    assert said.startswith(f"Furthest from everyone: {names[number - 1]} in {FIELDS[name].label.lower()}, ")
    assert said.endswith("Hatched: fewer than 30 customers.")
    told = " ".join(beside["texts"][f"segments-{part}"] for part in ("lead", "gaps-finding", "boxes-finding"))
    for few in sizes[sizes < 30].index:
        assert names[few - 1] not in told


def test_where_all_are_few_nothing_is_compared(vera):
    answer = ask(vera, clauses={"Income": [5], "Children": [2], "Kidhome": [2]})
    assert 0 < answer["rows"] < 60
    assert "too few" in answer["texts"]["segments-heat-finding"]
    assert "fewer than two segments have 30 customers" in answer["texts"]["segments-lead"]


def test_what_ignores_the_filters_is_not_sent_again_and_says_so(vera):
    assert not {"segments-map", "segments-centres"} & ask(vera, clauses={"Children": [0]})["figures"].keys()
    assert text(vera.page("/segments", "?show=sure")).count("everyone, whatever the filters") == 2


def test_a_segment_is_framed_by_its_filter_and_all_stay_to_compare(vera):
    answer = ask(vera, clauses={"Segment": [2]})
    heat = answer["figures"]["segments-heat"]
    assert len(heat["data"][0]["x"]) == 6
    assert [shape["x0"] for shape in heat["layout"]["shapes"]] == [1.5]


def rows_of(drawn, name) -> dict[str, list[str]]:
    [region] = [one["props"] for one in components(drawn) if one["props"].get("aria-label") == name]
    return {row[0]: row for row in table_rows(region["children"])}


def test_what_segments_were_made_from_is_said_to_differ_by_construction_in_picture_table_and_words(vera):
    drawn = vera.page("/segments", "?compare=1,4,6")
    rows = rows_of(drawn, "Differences, largest first")
    made = {name for name, row in rows.items() if row[-1] == "by design"}
    assert made == set(rows) - {"Children", "Catalog purchases", "Deal purchases", "Accepted last campaign"}
    assert all((" to " in row[3]) == (name not in made) for name, row in rows.items())
    picture = figure(drawn, "segments-gaps")
    order = list(rows)
    for trace in picture["data"][1:]:
        errors = dict(zip(order, trace["error_x"]["array"], strict=True))
        assert {name for name, error in errors.items() if error == 0} == made
    words = [note["text"] for note in picture["layout"]["annotations"]]
    assert [word == "by design" for word in words] == [name in made for name in order]
    [said] = drawn_with(drawn, id="segments-gaps-finding")
    assert said["children"].startswith("Of those compared, furthest apart in ")
    assert ", where they differ by design. Of the fields they were not made from, in" in said["children"]
    [all_] = drawn_with(
        vera.page("/segments", "?show=compare&compare=1,2,3,4,5,6"), id="segments-gaps-finding"
    )
    assert all_["children"].startswith("Furthest apart in ")
    page = text(drawn)
    assert "what they tell beyond that" not in page
    assert "by design, as segments of pure noise would" in page


def test_of_segments_of_a_handful_no_difference_is_called_more_than_chance(vera, customers):
    answer = ask(vera, clauses={"Children": [3]}, options={"show": "compare", "compare": "3,4"})
    rows = customers[customers["Children"] == 3]
    assert 0 < rows["Segment"].isin([3, 4]).sum() < 20 <= answer["rows"]
    notes = answer["figures"]["segments-gaps"]["layout"]["annotations"]
    assert {note["text"] for note in notes} <= {"by design", "too few"}


def test_box_plots_of_two_pages_mean_the_same_and_say_it(vera):
    for page in (vera.page("/segments", "?show=compare"), vera.page("/explore", "?show=relations")):
        assert "box: the middle half; line: nine tenths" in text(page)


def test_nobody_matching_is_said(vera):
    clauses = {"Total_Spending": [9], "Children": [3], "Age": [0]}
    answer = ask(vera, clauses=clauses, options={"show": "compare"})
    assert answer["rows"] == 0
    assert answer["texts"]["segments-lead"] == "No customer matches your filters."
    assert answer["texts"]["segments-boxes-finding"] == "No customer matches."


def compared_on(drawn):
    return [trace["text"] for trace in figure(drawn, "segments-gaps")["data"][1:]]


def test_two_can_be_compared_from_the_address(vera, customers):
    drawn = vera.page("/segments", "?compare=2,5,everyone&field=Age")
    assert compared_on(drawn) == ["2", "5", "∗"]
    medians = customers.groupby("Segment")["Age"].median()
    boxes = figure(drawn, "segments-boxes")["data"]
    assert [box["median"][0] for box in boxes] == [customers["Age"].median(), *medians]


def test_segments_that_the_model_does_not_have_are_left_out(vera):
    assert compared_on(vera.page("/segments", "?compare=3,6,12")) == ["3", "6"]
    assert compared_on(vera.page("/segments", "?compare=11,12")) == ["1", "2"]


@pytest.mark.parametrize(
    "options",
    [
        {"compare": "1"},
        {"compare": "2,1"},
        {"compare": "1,1"},
        {"compare": "0,1"},
        {"compare": "1,2,everyone,everyone"},
        {"compare": "1,13"},
        {"compare": ["1", "2"]},
        {"compare": 12},
        {"field": "ID"},
        {"field": "Marital_Status"},
    ],
)
def test_odd_options_are_told_in_words(vera, options):
    answer = ask(vera, options=options)
    assert "Expected" in answer["error"]
    assert "figures" not in answer


def test_an_answer_is_compact(vera):
    asked = {
        "page": "/segments",
        "n": 1,
        "clauses": {"Age": [3]},
        "options": {"show": "compare", "compare": "1,2,3,4,5,6,everyone"},
    }
    assert len(vera.call(ANSWER, {ASK: asked}, ASK).data) < 34_000


def test_every_card_leads_to_its_customers_and_to_its_page(vera):
    cards = [
        one for one in drawn_with(vera.page("/segments")) if "p-segment-card" in one.get("className", "")
    ]
    assert len(cards) == 6
    for number, card in enumerate(cards, start=1):
        assert drawn_with(card["children"], href=f"/customers?Segment={number}")
        assert drawn_with(card["children"], href=f"/segments/{number}")


def test_an_administrator_renames_a_segment_and_every_page_says_so(ada, vera, suggested):
    saved = answered(submit(ada, "2", "  Wine   lovers ", "Call first."))["segments-saved"]["data"]
    assert (saved["number"], saved["words"]) == (2, "Saved.")
    for path in ("/", "/segments"):
        assert names_on(vera, path)[1] == "Wine lovers"
    assert suggested[2] not in text(vera.page("/"))
    said = text(vera.page("/segments"))
    assert "Call first." in said
    assert re.search(r"Noted by ada-admin, \d{4}-\d\d-\d\d \d\d:\d\d UTC", said)
    assert re.search(r"Named by ada-admin, \d{4}-\d\d-\d\d \d\d:\d\d UTC", said)


def test_a_note_alone_leaves_the_name_as_it_was(ada, vera, suggested):
    answered(submit(ada, "3", suggested[3], "Only a note."))
    said = text(vera.page("/segments"))
    assert "Only a note." in said
    assert "Noted by ada-admin" in said


def test_the_suggested_name_comes_back(ada, vera, suggested):
    answered(submit(ada, "4", "Something else"))
    answered(ada.call(SAVED, {WHICH: "4", RESET: 1}, RESET))
    assert names_on(vera)[3] == suggested[4]


def test_choosing_a_segment_fills_the_form(ada, suggested):
    answered(submit(ada, "5", "Sleepers", "Wake them."))
    name, note, said, _ = forms_on(ada)["5"]
    assert (name, note) == ("Sleepers", "Wake them.")
    assert f"Suggested: {suggested[5]}. Up to {LONGEST_NAME} characters." in text(said)


def test_two_segments_can_not_have_one_name(ada, vera, suggested):
    said = refusal(submit(ada, "2", suggested[1].upper(), "Kept?"))
    assert "Segment 1 is called" in said
    assert names_on(vera)[1] == suggested[2]
    assert "Kept?" not in text(vera.page("/segments"))


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "two\nlines", "bell\x07", None])
def test_a_name_that_is_none_is_told_beside_its_field(ada, vera, suggested, name):
    assert "Expected a name of 1 to 40" in refusal(submit(ada, "2", name))
    assert names_on(vera)[1] == suggested[2]


def test_a_note_that_is_too_long_keeps_nothing(ada, vera, suggested):
    answer = answered(submit(ada, "2", "Fine", "x" * 501))
    assert "at most 500" in text(answer["segments-note-said"]["children"])
    assert answer["segments-note"]["invalid"]
    assert names_on(vera)[1] == suggested[2]


def test_markup_in_a_name_is_text_everywhere(ada, vera, suggested):
    name = "<b>Bold</b> & <img src=x>"
    answered(submit(ada, "1", name, "<script>alert(1)</script>"))
    drawn = vera.page("/segments", "?compare=1,2")
    assert name in names_on(vera)
    assert "<script>alert(1)</script>" in list(strings(vera.page("/segments")))
    hover = figure(drawn, "segments-gaps")["data"][1]["hovertemplate"]
    assert "<b>" not in hover
    assert "&lt;b>Bold" in hover
    for path in ("/", "/segments"):
        for one in drawn_with(vera.page(path)):
            if "figure" in one:
                assert "<b>Bold" not in json.dumps(one["figure"]), one["id"]


@pytest.mark.parametrize("which", ["0", "7", "1.0", "one", "", None, 1, ["1"], {"number": 1}, True])
def test_a_segment_that_is_none_is_told_and_nothing_is_kept(ada, suggested, which):
    answer = submit(ada, which, "A name")
    assert answer.status_code == 200
    assert "Expected 1 to 6" in answer.text
    assert "segments-saved" not in answer.json["response"]


@pytest.mark.parametrize("odd", [1, ["a"], {"a": 1}, True])
def test_odd_types_are_told_and_nothing_is_kept(ada, vera, suggested, odd):
    for name, note in ((odd, ""), ("A name", odd)):
        answer = submit(ada, "2", name, note)
        assert answer.status_code == 200
        assert "Expected a text" in answer.text
    assert names_on(vera)[1] == suggested[2]


def test_a_viewer_can_not_name_segments_nor_read_the_form(vera, suggested):
    assert submit(vera, "2", "Mine now").status_code == 403
    assert vera.call(SAVED, {WHICH: "2", RESET: 1}, RESET).status_code == 403
    assert names_on(vera)[1] == suggested[2]
    drawn = vera.page("/segments")
    assert "Analysts and the owners of this dataset name segments" in text(drawn)
    assert "Rename, or add a note" not in text(drawn)


def test_an_administrator_is_offered_to_rename(ada):
    assert text(ada.page("/segments")).count("Rename, or add a note") == 6


@pytest.fixture
def known(services):
    """Stability as it might have come out."""
    parts = [(0.94, 0, 99), (0.8499, 2, 80), (0.7, 9, 40), (0.55, 40, 5), (0.4, 80, 0), (None, 0, 0)]
    segments = [
        SegmentStability(number, 300, *part, Fresh(part[0], part[0], part[0]) if part[0] else None)
        for number, part in enumerate(parts, start=1)
    ]
    found = Stability(100, 20, 1000, 2240, tuple(segments), 0)
    services.findings.write(services.model.card.key, KEPT_AS, found)
    yield found
    services.findings.write(services.model.card.key, KEPT_AS, None)


def badges(visitor, path):
    drawn = visitor.page(path)
    return [
        text(one["children"][0])
        for one in drawn_with(drawn)
        if (one.get("className") or "").startswith("p-trust p-trust-")
    ]


def test_of_a_file_that_holds_all_there_are_differences_are_exact(vera):
    exact, sure = (
        ask(vera, options={"show": "compare", "everyone": one, "compare": "1,6"}) for one in ("all", "sample")
    )
    rows = [answer["tables"]["segments-gaps"] for answer in (exact, sure)]
    intervals = [[row[0] for row in table if " to " in row[3]] for table in rows]
    assert intervals[0] == []
    assert len(intervals[1]) > 3
    assert {row[4] for row in rows[0] if row[0] in intervals[1]} & {"large", "medium", "small"}
    assert [row[0] for row in rows[0] if row[4] == "by design"] == [
        row[0] for row in rows[1] if row[4] == "by design"
    ]
    assert "differences are exact and have no intervals" in exact["texts"]["segments-basis"]
    assert "lines are 95% intervals of each difference" in sure["texts"]["segments-basis"]
    page = text(vera.page("/segments", "?show=compare&everyone=all"))
    assert "drawn at random from all, would seldom lie as far apart" in page


def test_every_segment_has_a_trust_badge_in_words_and_figures(vera, known):
    expected = [
        "Highly stable 0.94",
        "Stable 0.84",
        "Doubtful who belongs to it 0.70",
        "Not to be trusted 0.55",
        "Dissolves 0.40",
        "Too few customers to say",
    ]
    for path in ("/segments", "/"):
        assert [badge.split(" ", 1)[1].strip() for badge in badges(vera, path)] == expected


def test_what_comes_back_of_half_as_many_is_the_same_figure_wherever_it_is_told(vera, known, services):
    between = replace(known.segments[0], jaccard=0.88, fresh=Fresh(0.696, 0.5, 0.9))
    found = replace(known, segments=(between, *known.segments[1:]))
    services.findings.write(services.model.card.key, KEPT_AS, found)
    said = text(vera.page("/segments"))
    assert "0.69 (below 0.8) from half as many customers" in said
    assert "there it is 0.69, in four of five" in said


def test_a_segment_of_one_customer_is_too_small_for_a_badge(vera, known, services):
    alone = replace(known.segments[0], customers=1, jaccard=1.0, fresh=Fresh(0.4, 0.0, 1.0))
    found = replace(known, segments=(alone, *known.segments[1:]))
    services.findings.write(services.model.card.key, KEPT_AS, found)
    for path in ("/segments", "/"):
        assert badges(vera, path)[0].split(" ", 1)[1].strip() == "Too few customers to say"
    assert (
        "A segment of 1 customer says little of itself: its Jaccard could be anything from 0.21 to 1.00"
        in (text(vera.page("/segments")))
    )


def test_in_a_crowd_without_groups_no_badge_calls_a_segment_stable(vera, known, services):
    one_crowd = made_up(groups=Groups(0.43, 2, 99, 2240, 56, -1.2))
    evidence.keep(services.findings, services.model.card, one_crowd)
    try:
        for path in ("/segments", "/"):
            shown = [badge.split(" ", 1)[1].strip() for badge in badges(vera, path)]
            assert shown[:2] == [
                "A cut that comes back, no group 0.94",
                "A cut that comes back, no group 0.84",
            ]
            assert shown[2:4] == ["Doubtful who belongs to it 0.70", "Not to be trusted 0.55"]
            assert "what comes back can be a cut across one crowd" in text(vera.page(path))
    finally:
        services.findings.write(evidence.key(services.model.card), evidence.NAME, None)


def test_in_a_crowd_the_opening_sentences_say_so(vera, monkeypatch):
    for path, id in (("/segments", "segments-lead"), ("/", "overview-lead")):
        said = {}
        for grouped in (True, False, None):
            monkeypatch.setattr(Services, "grouped", grouped)
            [lead] = drawn_with(vera.page(path), id=id)
            said[grouped] = text(lead["children"])
        assert "segments are parts of one crowd." in said[False]
        assert "one crowd" not in said[True] + said[None]


def test_beside_each_badge_stands_what_a_crowd_without_groups_gets(vera, known, services):
    beside = [(0.86, 0.01), (0.9, 0.02), (0.6, 0.02)]
    segments = [
        replace(one, crowd=crowd, error=error)
        for one, (crowd, error) in zip(known.segments[:3], beside, strict=True)
    ]
    found = replace(known, segments=(*segments, *known.segments[3:]), crowds=8)
    services.findings.write(services.model.card.key, KEPT_AS, found)
    for path in ("/segments", "/"):
        assert [badge.split(" ", 1)[1].strip() for badge in badges(vera, path)][:3] == [
            "Highly stable 0.94 crowd 0.86",
            "Comes back as in a crowd 0.84 crowd 0.90",
            "Doubtful who belongs to it 0.70 crowd 0.60",
        ]
    said = text(vera.page("/segments"))
    assert "A crowd without groups, cut in six, would get 0.86 here, give or take 0.02: this is more." in said
    assert "would get 0.90 here, give or take 0.04: this is no more." in said
    assert "8 crowds without groups" in said


def test_the_cut_offs_and_the_sample_are_explained(vera, known):
    said = text(vera.page("/segments"))
    assert "a random 1,000 of the 2,240 customers" in said
    assert "Stable is not the same as true or useful" in said
    assert "0.6 to 0.75" in said


def test_without_stability_there_is_no_badge_and_the_page_is_whole(vera):
    assert badges(vera, "/segments") == []
    assert figure(vera.page("/segments"), "segments-heat")["data"]


def jobs_on(visitor):
    return [
        one["data-job"] for one in drawn_with(visitor.page("/segments", "?show=sure")) if one.get("data-job")
    ]


def test_until_it_is_known_stability_is_computed_once_for_all_visitors(ada, vera, services):
    [one], [other] = jobs_on(ada), jobs_on(vera)
    assert one == other
    job = services.jobs.find(one)
    assert (job.kind, job.model) == ("stability", services.model.card.key)


def test_the_overview_has_trust_measured_quietly_from_the_first_visit_on(ada, services, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 3600)
    [line] = [one for one in drawn_with(ada.page("/")) if one.get("data-job")]
    assert line["data-quiet"] == "How far each segment can be trusted"
    assert "being measured in the background" in text(line["children"])
    job = services.jobs.find(line["data-job"])
    assert (job.kind, job.model) == ("stability", services.model.card.key)
    assert [line["data-job"]] == jobs_on(ada)


def test_without_a_worker_trust_is_not_said_to_be_measured(ada, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1)
    [line] = [one for one in drawn_with(ada.page("/")) if one.get("data-job")]
    assert "is not measured: no worker is running" in text(line["children"])
    assert ada.client.get(f"/api/v1/jobs/{line['data-job']}").json["idle"] is True


def test_a_calculation_that_was_cancelled_is_not_said_to_go_on(ada, services):
    [job] = jobs_on(ada)
    services.jobs.cancel(job, by=services.users.get("ada-admin"))
    [line] = [one for one in drawn_with(ada.page("/")) if one.get("data-job")]
    assert "could not be measured" in text(line["children"])


def test_a_badge_opens_to_its_bound_and_to_what_it_does_not_say(vera, known):
    for path in ("/", "/segments"):
        page = vera.page(path)
        opened = [
            text(one["children"])
            for one in drawn_with(page)
            if str(one.get("className")).startswith("p-trust p-trust-high")
        ]
        assert len(opened) == 1
        assert "0.94, above the 0.85 from which nearly the same people come back" in opened[0]
        assert "each badge says what a crowd without groups gets" in opened[0]
        assert (
            "each badge says what a crowd without groups gets"
            in text(page).split("What the trust badges mean")[0]
        )


def test_the_work_keeps_what_the_page_shows(vera, services, monkeypatch):
    """Badges, what segments add, and each rule as its users will meet it, in place of the first figures."""
    monkeypatch.setattr(stability, "stability", partial(stability.stability, resamples=4))
    monkeypatch.setattr(stability, "CROWDS", 2)
    monkeypatch.setattr(trust, "REPEATS", 2)
    model, findings, heard = services.model, services.findings, []
    first = rulebook.rules_of(model, findings)
    trust.work(services, {}, lambda words, share: heard.append(share))
    try:
        assert heard == sorted(heard)
        assert heard[-1] < 1
        assert len(badges(vera, "/segments")) == 6
        assert jobs_on(vera) == []
        again = rulebook.rules_of(model, findings)
        assert [one.conditions for one in again] == [one.conditions for one in first]
        assert [one.tested_precision for one in again] != [one.tested_precision for one in first]
        assert "fields come along with these" in text(vera.page("/segments", "?show=compare")).lower()
    finally:
        for kept in (KEPT_AS, cut_crowds.KEPT_AS, added.KEPT_AS, rulebook.FINDING):
            findings.write(model.card.key, kept, None)


def test_what_other_fields_tell_beyond_those_that_made_the_segments_is_said_with_its_figure(services):
    def along(*fields):
        services.findings.write(services.model.card.key, added.KEPT_AS, fields)
        try:
            return by_design.told(services)
        finally:
            services.findings.write(services.model.card.key, added.KEPT_AS, None)

    wines, deals = Added("MntWines", 0.561, 0.00004), Added("NumDealsPurchases", 0.16, 0.00123)
    said = along(wines, deals)
    most = services.label("MntWines").lower()
    assert f"come along with these, most of all {most}: 56% of its variance lies between segments." in said
    assert "are known of a customer, the segment tells 0.2% more at most." in said
    assert "The other field comes along with these: 56% of its variance" in along(wines)
    assert "come along" not in by_design.told(services)


def beside(services, *fields: Apart) -> str:
    services.findings.write(services.model.card.key, cut_crowds.KEPT_AS, CutCrowds(39, fields))
    try:
        return by_design.told(services)
    finally:
        services.findings.write(services.model.card.key, cut_crowds.KEPT_AS, None)


def test_by_how_much_segments_are_further_apart_than_crowds_that_are_cut_alike(services):
    age, income = Apart("Age", 1.8, 1.7, 2.4), Apart("Income", 2.44, 1.86, 2.1)
    recency = Apart("Recency", 2.04, 1.86, 2.0)
    start = "39 crowds without groups, with the same values and correlations, were cut into six alike: "
    far = "income (2.4 standard deviations from the lowest mean to the highest, there 1.9 on average)"
    assert f"{start}in none of these fields do the segments here lie further apart" in beside(services, age)
    assert f"{start}in all of these fields the segments here lie further apart: in {far}." in beside(
        services, income
    )
    some = beside(services, age, recency, income)
    assert (
        f"{start}the segments here lie further apart in {far}, and in {services.label('Recency').lower()}; in the other fields no further."
        in some
    )
    assert "crowds" not in by_design.told(services)
