from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete

from app import create_app
from callbacks.choose_k.preview import doubted
from core.evidence import evidence, sensitivity
from core.evidence.evidence import CandidateSegment
from core.evidence.results import Findings
from core.evidence.sensitivity import Sensitivity, Way
from core.evidence.stability import KEPT_AS, Fresh, SegmentStability, Stability
from core.evidence.stability_told import rating
from core.model import artefacts
from core.numbers import Numbers
from core.settings import Settings, load
from core.store.database import opened
from core.store.tables import findings as table
from tests.callbacks.dash_client import Visitor, components, drawn_with, technical_words, text
from tests.support.english import english, read
from tests.support.forks import everybodys
from tests.support.postgresql import settled
from tests.support.server import furnish

PREVIEW = "choose_k-preview.children"
ASKED = "choose_k-asked-said.children"


@pytest.fixture(scope="module")
def findings_home(tmp_path_factory):
    """Where the app keeps what it finds: evidence alone, of a few repetitions, which are enough to say something."""
    home = tmp_path_factory.mktemp("measured")
    furnish(home, everybodys(tmp_path_factory) / "furnished")
    kept = opened(settled(home))
    kept.change(delete(table).where(table.c.name != evidence.NAME))
    kept.close()
    return home


def findings_in(home) -> Findings:
    return Findings(opened(settled(home)))


def model_of_six(home) -> artefacts.Model:
    models = [artefacts.load(path) for path in (home / "models").iterdir() if path.is_dir()]
    [found] = [one for one in models if one.card.parameters.k == 6]
    return found


@pytest.fixture(scope="module")
def measured(findings_home):
    """An app with evidence about its customers."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return create_app(load(**{**plain, "home": findings_home}))


@pytest.fixture(scope="module")
def ada(measured) -> Visitor:
    return Visitor.of(measured.server).sign_up("ada-admin")


@pytest.fixture(scope="module")
def vera(measured, ada) -> Visitor:
    return Visitor.of(measured.server).sign_up("vera-viewer")


@pytest.fixture
def six_again(ada):
    """Whatever a test makes live, the six are live afterwards."""
    yield
    if live(ada) != 6:
        assert confirm(ada, {"k": 6, "restore": False}).status_code == 200


def live(visitor: Visitor) -> int:
    return visitor.client.get("/api/v1/evidence").json["live"]


def preview(visitor: Visitor, k: object):
    return visitor.call(PREVIEW, {"choose_k-k.value": k}, "choose_k-k.value")


def ask(visitor: Visitor, k: object, button: str = "make"):
    return visitor.call(
        ASKED, {"choose_k-k.value": k, f"choose_k-{button}.n_clicks": 1}, f"choose_k-{button}.n_clicks"
    )


def confirm(visitor: Visitor, wanted: object, clicks: object = 1):
    values = {"choose_k-yes.n_clicks": clicks, "choose_k-wanted.data": wanted}
    return visitor.call("choose_k-body.children", values, "choose_k-yes.n_clicks")


def answered(response) -> object:
    assert response.status_code == 200, response.text
    return response.json["response"]


def test_the_page_opens_with_what_the_evidence_prefers(ada):
    drawn = ada.page("/choose-k")
    [lead], page = drawn_with(drawn, className="p-lead"), text(drawn)
    assert lead["children"].startswith(
        "There are groups among these customers (chance of error 2.5%). Two crowds with a valley between them; six is a way "
        "to cut them. "
    )
    assert len(lead["children"]) < 260
    assert "How many segments are there really?" in page
    assert (
        "There are groups: cut into two, customers thin out between the parts more than crowds without groups do"
        in page
    )
    assert "(more than 39 of 39 of each kind; chance of error 2.5%)" in page
    assert "Two crowds with a valley between them; six is a way to cut them (of " in page
    assert "Six is live" in page
    assert "Against" in page


def test_the_page_says_what_every_criterion_is(ada):
    explained, left = technical_words(ada.page("/choose-k"))
    assert {"Silhouette", "Gap statistic", "Prediction strength"} <= explained
    assert left == set()


def test_programs_read_whether_there_are_groups_and_the_chance_of_error(ada):
    found = ada.client.get("/api/v1/evidence").json["groups"]
    assert (found["found"], found["chance"], found["crowds"], found["rows"]) == (True, 0.025, 39, 2240)


def test_every_criterion_says_what_it_prefers(ada):
    page = ada.page("/choose-k")
    for name in ("silhouette", "calinski", "davies", "gap", "strength"):
        (finding,) = drawn_with(page, id=f"choose_k-{name}-finding")
        assert finding["children"].startswith(("Prefers ", "Settles on none"))


def test_the_address_previews_a_number_of_segments(ada):
    assert "Five segments" in text(ada.page("/choose-k", "?k=5"))
    assert "Six segments, as they are live" in text(ada.page("/choose-k"))


@pytest.mark.parametrize("k", ["1", "13", "5.0", "-5", "five", "٥", "9" * 50, ""])
def test_an_address_that_names_no_number_shows_the_live_one_and_says_so(ada, k):
    shown = text(ada.page("/choose-k", f"?k={k}"))
    assert "as they are live" in shown
    assert ("is no number of segments from 2 to 12: the live number is shown." in shown) == bool(k)


def test_a_preview_shows_sizes_that_sum_to_everyone_and_changes_nothing(vera):
    drawn = answered(preview(vera, 4))
    assert "From six to four" in text(drawn["choose_k-preview"]["children"])
    rows = [one for one in components(drawn["choose_k-preview"]["children"]) if one["type"] == "Tr"][1:]
    sizes = [int(row["props"]["children"][1]["props"]["children"].replace(",", "")) for row in rows]
    assert (len(sizes), sum(sizes)) == (4, 2240)
    assert drawn["choose_k-shared"]["data"] == {"k": 4}
    assert live(vera) == 6


@pytest.mark.parametrize("k", [1, 13, 5.0, True, "5", None, [5], {"k": 5}, -5, 10**30])
def test_a_forged_number_is_refused(ada, k):
    assert preview(ada, k).status_code == 400
    assert ask(ada, k).status_code == 400
    assert confirm(ada, {"k": k}).status_code == 400
    assert live(ada) == 6


@pytest.mark.parametrize("wanted", [None, "5", 5, [], {}, {"restore": True}, {"k": {}, "restore": True}])
def test_a_forged_confirmation_is_refused(ada, wanted):
    assert confirm(ada, wanted).status_code == 400
    assert live(ada) == 6


def test_of_a_sample_the_page_says_among_how_many_customers_segments_are_found(ada, findings_home):
    findings = findings_in(findings_home)
    card = model_of_six(findings_home).card
    whole = evidence.find(findings, card)
    evidence.keep(findings, card, replace(whole, customers=1_000_000, rows=2240))
    try:
        said, two = text(ada.page("/choose-k")), text(ada.page("/choose-k", "?k=2"))
    finally:
        evidence.keep(findings, card, whole)
    assert "of 1,000,000 customers stay in the segment that goes on from theirs, about" in two
    assert "customers of the sample, one column for each number of segments" in two
    assert "Become part of others: " in two
    assert "a random sample of 2,240 of 1,000,000 customers" in said
    assert "the best of which goes on among 50,000; in halves" in said
    assert "goes on among" not in text(ada.page("/choose-k"))


def test_a_viewer_can_not_change_the_live_model(vera):
    assert ask(vera, 5).status_code == 403
    assert confirm(vera, {"k": 5, "restore": False}).status_code == 403
    assert live(vera) == 6


def test_a_viewer_is_told_who_can(vera, ada):
    said = "Only an analyst or an owner of this dataset can make another number of segments live."
    (seen,) = [
        one for one in drawn_with(vera.page("/choose-k"), className="p-hint") if said in one["children"]
    ]
    assert not seen["hidden"]
    (seen,) = [
        one for one in drawn_with(ada.page("/choose-k"), className="p-hint") if said in one["children"]
    ]
    assert seen["hidden"]


def test_nobody_can_change_it_without_signing_in(measured):
    stranger = Visitor.of(measured.server)
    assert stranger.client.post("/_dash-update-component", json={}).status_code in (400, 401, 403)
    assert stranger.client.get("/api/v1/evidence").status_code == 401


def test_an_administrator_is_asked_first_in_words(ada):
    drawn = answered(ask(ada, 5))
    assert drawn["choose_k-asked"]["hidden"] is False
    assert "Every page will show five segments instead of six" in drawn["choose_k-asked-said"]["children"]
    assert "move to another" in drawn["choose_k-asked-said"]["children"]
    assert live(ada) == 6


def test_drawing_the_confirm_button_confirms_nothing(ada):
    assert "choose_k-body" not in answered(confirm(ada, {"k": 5}, clicks=None))
    assert live(ada) == 6


@pytest.mark.usefixtures("six_again")
def test_a_confirmed_number_is_live_and_can_be_undone(ada, vera):
    page = answered(confirm(ada, {"k": 5, "restore": False}))["choose_k-body"]["children"]
    assert "Five segments are live now" in text(page)
    assert live(vera) == 5
    assert "Five segments." in text(vera.page("/"))
    drawn = answered(ask(ada, 5, "restore"))
    assert drawn["choose_k-wanted"]["data"] == {"k": 6, "restore": True}
    assert "Six segments are live now" in text(
        answered(confirm(ada, drawn["choose_k-wanted"]["data"]))["choose_k-body"]["children"]
    )
    assert live(vera) == 6


def test_where_a_fit_takes_long_the_worker_does_it(ada, monkeypatch):
    monkeypatch.setattr("callbacks.choose_k.page.QUICK", 1000)
    page = text(answered(confirm(ada, {"k": 5, "restore": False}))["choose_k-body"]["children"])
    assert "Another number of segments" in page
    assert "Until they are, every page shows those that are live now." in page
    assert live(ada) == 6


@pytest.mark.usefixtures("six_again")
def test_a_restore_that_was_overtaken_is_refused(ada):
    answered(confirm(ada, {"k": 5, "restore": False}))
    assert confirm(ada, {"k": 9, "restore": True}).status_code == 409
    assert live(ada) == 5


@pytest.mark.usefixtures("six_again")
def test_evidence_is_not_computed_again_for_another_number(ada):
    before = ada.client.get("/api/v1/evidence").json["rows"]
    answered(confirm(ada, {"k": 4, "restore": False}))
    after = ada.client.get("/api/v1/evidence").json["rows"]
    assert [row.get("wcss") for row in after] == [row.get("wcss") for row in before]
    assert next(row["agreement"] for row in after if (row["algorithm"], row["k"]) == ("kmeans", 4)) == 1.0


def test_the_api_answers_every_criterion_for_every_k(vera):
    answer = vera.client.get("/api/v1/evidence").json
    kmeans = [row for row in answer["rows"] if row["algorithm"] == "kmeans"]
    assert [row["k"] for row in kmeans] == list(range(1, 13))
    for row in kmeans[1:]:
        assert -1 < row["silhouette"] < 1
        assert row["calinski_harabasz"] > 0 < row["davies_bouldin"]
        assert sum(row["sizes"]) == 2240
    assert kmeans[0]["silhouette"] is None
    assert kmeans[5]["agreement"] == 1.0
    others = {row["algorithm"] for row in answer["rows"]} - {"kmeans"}
    assert others == {"gmm", "dbscan"}


def test_page_and_api_say_the_same_silhouette(vera):
    rows = vera.client.get("/api/v1/evidence").json["rows"]
    six = next(row["silhouette"] for row in rows if (row["algorithm"], row["k"]) == ("kmeans", 6))
    (finding,) = drawn_with(vera.page("/choose-k"), id="choose_k-silhouette-finding")
    assert f"six has {six:.2f}" in finding["children"]


def test_without_evidence_the_page_shows_how_far_it_is(administrator):
    page = administrator.page("/choose-k")
    assert "Nobody has measured it for these customers yet." in text(page)
    assert "Evidence for the number of segments" in text(page)


def test_without_evidence_the_api_says_where_it_is_started_and_starts_nothing(viewer):
    answer = viewer.client.get("/api/v1/evidence")
    assert answer.status_code == 404
    assert "/choose-k" in answer.json["words"]


def test_without_evidence_a_preview_is_refused(administrator):
    assert preview(administrator, 5).status_code == 409


def test_the_page_and_the_badges_name_one_weakest_segment_by_one_bound(ada, findings_home):
    said = text(ada.page("/choose-k"))
    assert "back least" not in said
    assert "20 starts for each number of segments, bettered by random swaps until none helps" in said
    assert "Silhouettes are those of the sample" not in said
    model = model_of_six(findings_home)
    parts = tuple(
        SegmentStability(number, 300, 0.9 - 0.01 * number, 0, 0, Fresh(0.8, 0.7, 0.9))
        for number in range(1, 7)
    )
    findings = findings_in(findings_home)
    findings.write(model.card.key, KEPT_AS, Stability(100, 20, 2240, 2240, parts, 0))
    try:
        name, said = model.card.profile.segment(6).name, text(ada.page("/choose-k"))
        assert f"Of the live segments {name} (6) come back least when customers are drawn anew" in said
        assert rating(parts[-1], Numbers()) in said
    finally:
        findings.write(model.card.key, KEPT_AS, None)


MOST_IN_SAVERS = (
    "Savers have the largest share of customers who are nearer to those of another segment, on average, than to those of "
    "their own:"
)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (
            0.0,
            "Everybody is nearer to the customers of their own segment, on average, than to those of any other.",
        ),
        (0.0004, f"{MOST_IN_SAVERS} <0.1%."),
        (0.121, f"{MOST_IN_SAVERS} 12%."),
    ],
)
def test_where_nobody_is_nearer_to_another_segment_no_segment_has_the_most_of_them(share, said):
    assert doubted(CandidateSegment(2, "", 90, 1.0, 0.5, (), share), {2: "Savers"}, Numbers()) == said


@pytest.mark.parametrize("language", ["de-CH", "fr-FR"])
def test_no_evidence_is_written_in_the_english_way_to_others(ada, language):
    with ada.reading(language):
        shown = ada.page("/choose-k"), preview(ada, 4).json
    assert {found for text in read(list(shown)) if (found := english(text, language))} == set()


def line_about_what_they_hang_on(visitor: Visitor) -> dict:
    [line] = [one for one in drawn_with(visitor.page("/choose-k")) if "data-quiet" in one]
    return line


def test_what_the_segments_hang_on_is_measured_once_for_all_while_the_page_is_read(ada, vera):
    lines = [line_about_what_they_hang_on(one) for one in (ada, vera)]
    assert {one["data-quiet"] for one in lines} == {"What the segments hang on"}
    assert len({one["data-job"] for one in lines}) == 1


def test_what_the_segments_hang_on_is_a_table_and_a_sentence_once_it_is_known(ada, findings_home):
    model = model_of_six(findings_home)
    lost = Way("without", ("Recency",), 2240, 448, 0.5, (0.9,) * 4 + (0.4, 0.4), 2)
    held = replace(lost, about=("Age",), jaccards=(0.9,) * 6)
    found = Sensitivity(2240, 2240, 0.3, (replace(held, kind="again", about=()), lost, held))
    findings_in(findings_home).write(model.card.key, sensitivity.KEPT_AS, found)
    page = ada.page("/choose-k")
    assert "hang on recency alone" in text(page)
    [table] = [
        json.loads(one["data-table"]) for one in drawn_with(page) if "hang on" in one.get("data-table", "")
    ]
    assert table["rows"][1][:4] == ["Without recency", "0.50", "448 (20%)", "4 of 6"]


def test_without_evidence_what_the_segments_hang_on_is_measured_beside_it(administrator):
    assert "What the segments hang on" in text(administrator.page("/choose-k"))
