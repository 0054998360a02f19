"""The campaigns page, as a browser asks for it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from app import create_app
from callbacks.campaigns import depth as campaign_depth
from callbacks.campaigns import words as campaign_words
from core.campaigns.board import Row
from core.campaigns.economics import Economics
from core.campaigns.gains import gains
from core.campaigns.posterior import verdict
from core.numbers import Numbers
from core.settings import ROOT, load
from core.statistics.rates import Groups, Interval
from layouts.campaigns.figures import Bar, board
from tests.callbacks.dash_client import Visitor, components, drawn_with, table_rows, text
from tests.support.personality import CAMPAIGNS

ASK, ANSWER = "filters-ask.data", "filters-answer.data"
COST, REVENUE, AMOUNTS = "campaigns-cost.value", "campaigns-revenue.value", "campaigns-amounts.data"
PATH = "/campaigns"
RATE, CHANCE = "overview-mean-response-note", ("could be chance", "maybe chance")


@pytest.fixture
def ask(viewer):
    def put(**question: object) -> dict:
        response = viewer.call(ANSWER, {ASK: {"page": PATH, "n": 1, "clauses": {}} | question}, ASK)
        assert response.status_code == 200, response.text
        return response.json["response"]["filters-answer"]["data"]

    return put


@pytest.fixture
def type_in(viewer):
    def put(cost: object, revenue: object = "11"):
        return viewer.call(AMOUNTS, {COST: cost, REVENUE: revenue}, COST)

    return put


@pytest.fixture(scope="session")
def drawn(viewer):
    return viewer.page(PATH)


def typed(response) -> dict:
    assert response.status_code == 200, response.text
    return response.json["response"]


def profit_of(rows, cost=3, revenue=11, campaign="Response"):
    return revenue * rows[campaign].sum() - cost * len(rows)


def test_the_opening_sentence_says_what_the_last_campaign_earned(drawn, table):
    lost = profit_of(table)
    assert f"The last campaign {'earned' if lost > 0 else 'lost'} {abs(lost):,.0f}." in text(drawn)


def test_the_page_is_closed_to_nobody_in_particular(app):
    stranger = Visitor.of(app.server)
    assert stranger.client.get(PATH).status_code == 302


def test_it_says_that_nobody_was_left_uncontacted_and_never_speaks_of_uplift(drawn):
    words = text(drawn)
    assert "nobody was left uncontacted" in words
    assert "response against the average" in words
    assert "uplift" not in words.lower()


def test_amounts_come_from_the_file(drawn):
    labels = {
        one["props"]["htmlFor"]: one["props"]["children"]
        for one in components(drawn)
        if one["type"] == "Label" and one["props"].get("htmlFor", "").startswith("campaigns-")
    }
    assert labels == {"campaigns-cost": "Cost of a contact", "campaigns-revenue": "Revenue per acceptance"}
    assert [drawn_with(drawn, id=id)[0]["value"] for id in labels] == ["3", "11"]


def test_the_board_holds_a_row_for_everyone_each_segment_and_two_rules(drawn, table):
    for number, rows in table.groupby("Segment"):
        [cell] = drawn_with(drawn, id=f"campaigns-board-{number}-profit")
        assert cell["children"] == f"{profit_of(rows):,.0f}".replace("-", "\N{MINUS SIGN}")
    assert drawn_with(drawn, id="campaigns-board-everyone-profit")[0][
        "children"
    ] == f"{profit_of(table):,.0f}".replace("-", "\N{MINUS SIGN}")
    before = table[table["Earlier_Acceptance"] > 0]
    assert drawn_with(drawn, id="campaigns-board-loyal-profit")[0]["children"] == f"{profit_of(before):,.0f}"


def test_verdicts_are_words_with_a_sign(drawn):
    said = {
        drawn_with(drawn, id=f"campaigns-board-{number}-verdict")[0]["children"] for number in range(1, 7)
    }
    assert said <= {"▲ Send", "▼ Skip", "◆ Test more"}


def test_every_campaign_is_in_the_heatmap_with_its_rates(drawn, table):
    [graph] = drawn_with(drawn, id="campaigns-heatmap")
    rates = graph["figure"]["data"][0]["z"]
    for place, (_, rows) in enumerate(table.groupby("Segment")):
        assert rates[place] == pytest.approx([rows[name].mean() for name in CAMPAIGNS], abs=5e-5)
    written = graph["figure"]["data"][1]["text"]
    assert len(written) == 36
    assert any("▲" in one for one in written)


def test_points_carry_the_codes_that_a_click_chooses(drawn):
    [graph] = drawn_with(drawn, id="campaigns-children")
    trace = graph["figure"]["data"][0]
    assert trace["meta"] == {"field": "Children", "codes": trace["x"]}


def test_filters_change_every_figure(ask, table):
    rows = table[table["Children"] == 0]
    answer = ask(clauses={"Children": [0]})
    assert answer["texts"]["campaigns-contacted-value"] == f"{len(rows):,}"
    assert answer["texts"]["campaigns-profit-value"] == f"{profit_of(rows):,.0f}".replace(
        "-", "\N{MINUS SIGN}"
    )
    assert f"on the {len(rows):,} customers who match your filters" in answer["texts"]["campaigns-lead"]
    assert set(answer["figures"]) == {
        f"campaigns-{name}"
        for name in (
            "board",
            "heatmap",
            "gains",
            "returns",
            "recency",
            "total_spending",
            "children",
            "earlier_acceptance",
            "main_channel",
        )
    }


def test_of_a_handful_it_is_not_said_whether_their_rate_could_be_chance(ask, table):
    few = table[(table["Children"] == 3) & (table["Segment"] == 3)]
    texts = ask(clauses={"Children": [3], "Segment": [2]})["texts"]
    assert texts["campaigns-contacted-value"] == str(len(few))
    assert 0 < len(few) < 10
    assert "too few customers to say whether that is chance" in texts["campaigns-accepted-note"]


def test_the_rate_of_a_handful_has_one_interval_on_every_page(ask):
    few = {"clauses": {"Children": [3], "Segment": [2]}}
    texts, overview = ask(**few)["texts"], ask(page="/", **few)["texts"]
    whose = re.search(r"95% interval ([\d.]+% to [\d.]+%)", overview[RATE])[1]
    assert f"95% interval {whose}" in texts["campaigns-accepted-note"]
    assert texts["campaigns-board-everyone-interval"] == texts["campaigns-board-3-interval"] == whose


def test_of_a_file_that_holds_all_there_are_the_rate_is_exact_and_intervals_are_of_asking_again(ask):
    whole, sample = (ask(options={"everyone": one})["texts"] for one in ("all", "sample"))
    assert re.fullmatch(r"[\d.]+%, exact", whole["campaigns-accepted-note"])
    assert "95% interval" in sample["campaigns-accepted-note"]
    assert "rates are exactly what happened" in whole["campaigns-assumed"]
    assert "exactly" not in sample["campaigns-assumed"]
    part = ask(options={"everyone": "all"}, clauses={"Recency": [2]})["texts"]["campaigns-accepted-note"]
    assert re.search(r"%, exact; .*(average|chance)", part)


@pytest.mark.parametrize("everyone", ["all", "sample"])
def test_a_rate_is_as_sure_as_the_overview_has_it(ask, everyone):
    said = set()
    for clauses in [{"Recency": [n]} for n in range(20)] + [{"Income": [n]} for n in range(11)]:
        asked = {"clauses": clauses, "options": {"everyone": everyone}}
        notes = ask(**asked)["texts"]["campaigns-accepted-note"], ask(page="/", **asked)["texts"][RATE]
        here, there = ({word for word in CHANCE if word in note} for note in notes)
        assert here == there, clauses
        said |= here
    assert said == {*CHANCE}


def test_the_board_keeps_all_segments_when_one_is_chosen(ask):
    everyone, one = ask(), ask(clauses={"Segment": [1]})
    same = [f"campaigns-board-{number}-profit" for number in range(1, 7)]
    assert [one["texts"][id] for id in same] == [everyone["texts"][id] for id in same]
    faded = [
        trace["opacity"] < 1 for trace in one["figures"]["campaigns-board"]["data"] if "opacity" in trace
    ]
    assert faded[1:7] == [True, False, True, True, True, True]


def test_an_answer_with_nine_charts_and_their_tables_stays_compact(viewer):
    response = viewer.call(ANSWER, {ASK: {"page": PATH, "n": 1, "clauses": {}}}, ASK)
    assert len(response.data) < 40_000


@pytest.mark.parametrize(
    ("ranks", "by"), [("", "earlier campaigns nor money"), ("spending", "what they answered nor spent")]
)
def test_where_nothing_orders_customers_it_is_not_said_that_segments_don_t_tell_them_apart(ranks, by):
    curve = gains(Groups(np.array([40]), np.array([10])))
    found = SimpleNamespace(
        promising=curve, total=SimpleNamespace(accepted=10), before=(), ranks=ranks, economics=Economics(1, 10),
        noise=np.full(5, 60.0),
    )  # fmt: skip
    said = campaign_depth.gains_finding(found, Numbers())
    assert said.startswith(f"Neither {by}")
    assert "all of them, or nobody" in said
    best = campaign_depth.returns_finding(found, Numbers())
    assert best == "Best after 40 customers (100%): 60. An order that says nothing would bring as much."


def test_another_cost_changes_profit_and_break_even(ask, table):
    texts = ask(options={"cost": "0.5", "revenue": "20"})["texts"]
    assert texts["campaigns-profit-value"] == f"{profit_of(table, 0.5, 20):,.0f}"
    assert texts["campaigns-break-even-value"] == "2.5%"
    assert "would have earned" in texts["campaigns-lead"]
    assert texts["campaigns-worth-value"] != ask()["texts"]["campaigns-worth-value"]


def test_nothing_pays_when_a_contact_costs_more_than_an_acceptance_brings(ask):
    texts = ask(options={"cost": "12", "revenue": "11"})["texts"]
    assert texts["campaigns-worth-value"] == "0 of 6"
    assert "at no depth" in texts["campaigns-returns-finding"].lower()


def test_everything_pays_when_a_contact_is_free(ask):
    assert ask(options={"cost": "0"})["texts"]["campaigns-worth-value"] == "6 of 6"


@pytest.mark.parametrize("campaign", ["1", "2", "3", "4", "5"])
def test_an_earlier_campaign_can_be_looked_at(ask, table, campaign):
    texts = ask(options={"campaign": campaign})["texts"]
    name = f"AcceptedCmp{campaign}"
    assert texts["campaigns-accepted-value"] == f"{int(table[name].sum()):,}"
    assert texts["campaigns-lead"].startswith(f"Campaign {campaign} would have")
    assert "assumed for this one" in texts["campaigns-assumed"]


def test_before_the_first_campaign_there_was_none(ask):
    answer = ask(options={"campaign": "1"})
    assert answer["texts"]["campaigns-earlier_acceptance-finding"] == "No campaign was before campaign 1."
    assert answer["texts"]["campaigns-board-loyal-verdict"] == "No customer"


def test_a_filter_on_the_answer_itself_is_left_out_and_said(ask, table):
    texts = ask(clauses={"Response": [1]})["texts"]
    assert texts["campaigns-contacted-value"] == f"{len(table):,}"
    assert "The filter on “Accepted last campaign” is left out here" in texts["campaigns-left-out"]


def test_nobody_matching_is_said_and_draws_nothing(ask):
    answer = ask(address="Segment=1&Total_Spending=0~200")
    assert answer["rows"] == 0
    assert answer["texts"]["campaigns-lead"].startswith("No customer matches your filters")


def test_an_address_with_amounts_and_a_campaign_opens_like_that(viewer):
    drawn = viewer.page(PATH, "?Segment=2&campaign=5&cost=2.5&revenue=40")
    assert drawn_with(drawn, id="campaigns-cost")[0]["value"] == "2.5"
    assert drawn_with(drawn, id="campaigns-revenue")[0]["value"] == "40"
    assert "Campaign 5 would have" in text(drawn)


@pytest.mark.parametrize(
    "options",
    [
        {"cost": "-1"},
        {"cost": "abc"},
        {"cost": "1e9"},
        {"cost": "nan"},
        {"cost": "1,5"},
        {"cost": "9" * 11},
        {"cost": "1" * 100},
        {"cost": 3},
        {"cost": None},
        {"cost": ["3"]},
        {"revenue": "0"},
        {"revenue": "0.0000"},
        {"revenue": "inf"},
        {"campaign": "6"},
        {"campaign": "Response"},
        {"campaign": "<script>"},
        {"price": "3"},
    ],
)
def test_a_forged_option_gets_words_and_no_figures(ask, options):
    answer = ask(options=options)
    assert answer["error"].startswith("Filters: found")
    assert "figures" not in answer


def test_a_wrong_address_opens_the_page_as_the_file_has_it(viewer):
    drawn = viewer.page(PATH, "?cost=-5")
    assert drawn_with(drawn, id="campaigns-cost")[0]["value"] == "3"
    assert "Filters: found" in str(drawn)


def test_a_typed_amount_is_read_and_handed_on(type_in):
    found = typed(type_in(" $2.50 ", "1,200"))
    assert found["campaigns-amounts"]["data"] == {"cost": "2.5", "revenue": "1200"}
    assert found["campaigns-cost-said"]["children"] == "The file says 3."
    assert not found["campaigns-cost"]["invalid"]


@pytest.mark.parametrize("cost", ["0.004", "3.001"])
def test_what_a_contact_by_mail_costs_stays_as_typed(ask, type_in, cost):
    assert typed(type_in(cost))["campaigns-amounts"]["data"]["cost"] == cost
    texts = ask(options={"cost": cost})["texts"]
    assert texts["campaigns-cost-typed"] == cost
    assert f"a contact costs {cost}," in texts["campaigns-break-even-note"]


@pytest.mark.parametrize("text", ["3", " 3.00 ", "", None])
def test_the_files_own_amount_is_no_option(type_in, text):
    found = typed(type_in(text))
    assert found["campaigns-amounts"]["data"]["cost"] == ""
    assert found["campaigns-cost-said"]["children"] == "From the file."


@pytest.mark.parametrize(
    "text",
    ["abc", "-3", "1e5", "9" * 30, "NaN", "<b>3</b>", "x" * 5000, [], {"a": 1}, True, [["3"]], -7, "1," * 40],
)
def test_what_is_no_cost_is_said_under_the_field_and_changes_nothing(type_in, text):
    found = typed(type_in(text, "40"))
    assert found["campaigns-cost"]["invalid"]
    assert found["campaigns-cost-said"]["children"].startswith("Found")
    assert "Expected" in found["campaigns-cost-said"]["children"]
    assert len(found["campaigns-cost-said"]["children"]) < 120
    assert found["campaigns-amounts"]["data"] == {"revenue": "40"}


def test_revenue_must_be_above_nothing(type_in):
    found = typed(type_in("3", "0"))
    assert found["campaigns-revenue"]["invalid"]
    assert found["campaigns-revenue-said"]["children"] == "Found 0. Expected more than 0."


def test_tables_say_the_same_as_the_charts(drawn, table):
    [region] = [
        one["props"] for one in components(drawn) if one["props"].get("aria-label") == "Children at home"
    ]
    rows = table_rows(region["children"])
    parts = table.groupby("Children")["Response"]
    assert [row[1] for row in rows] == [f"{int(part.sum()):,} of {len(part):,}" for _, part in parts]


def test_a_file_that_names_no_amounts_gets_round_ones_and_is_told_so(tmp_path, table):
    file = tmp_path / "customers.csv"
    pd.read_csv(ROOT / "data" / "customers.csv").drop(columns=["Z_CostContact", "Z_Revenue"]).to_csv(
        file, index=False
    )
    server = create_app(load(home=tmp_path / "home", data=file)).server
    drawn = Visitor.of(server).sign_up("ada").page(PATH)
    assert "The file does not say what a contact costs" in text(drawn)
    assert [drawn_with(drawn, id=id)[0]["value"] for id in ("campaigns-cost", "campaigns-revenue")] == [
        "1",
        "10",
    ]
    assert f"The last campaign would have {'earned' if profit_of(table, 1, 10) > 0 else 'lost'}" in text(
        drawn
    )


def test_a_small_group_is_marked(ask):
    texts = ask(address="Total_Spending=1000~1200&Children=0&Recency=0~10")["texts"]
    assert any("(few customers)" in texts[f"campaigns-board-{number}-verdict"] for number in range(1, 7))
    assert "~ marks segments of fewer than 30 customers" in texts["campaigns-heatmap-finding"]


def test_of_small_groups_no_sentence_makes_a_verdict(ask, table):
    rows = table[table["Total_Spending"].between(1000, 1199) & (table["Children"] == 0)]
    sizes = rows["Segment"].value_counts()
    small, large = sizes[sizes < 30].index, sizes[sizes >= 30].index
    assert len(small), "segments of a handful, to be left out"
    texts = ask(address="Total_Spending=1000~1200&Children=0")["texts"]
    assert texts["campaigns-worth-value"].endswith(f" of {len(large)}")
    assert f"{len(small)} too small to say" in texts["campaigns-worth-note"]
    left = texts["campaigns-board-finding"].split("Too few customers to say: ")[1]
    assert left.split(".")[0].count(",") == len(small) - 1


def test_of_a_handful_who_had_accepted_before_the_opening_says_no_earnings(ask, table):
    rows = table[(table["Income"] >= 95_000) & (table["Earlier_Acceptance"] > 0)]
    assert 0 < len(rows) < 30
    texts = ask(address="Income=95000..&cost=0")["texts"]
    assert texts["campaigns-board-loyal-verdict"] == "▲ Send (few customers)"
    assert "on their own" not in texts["campaigns-lead"]


def test_what_is_less_than_one_is_not_nothing(ask):
    texts = ask(address="cost=0&revenue=0.001")["texts"]
    assert "would have earned 0.3300." in texts["campaigns-lead"]


def test_contacts_for_a_verdict_are_said_to_be_outside_a_file_whose_customers_were_all_contacted(ask):
    texts = ask()["texts"]
    cells = {number: texts[f"campaigns-board-{number}-needed"] for number in range(1, 7)}
    open_ = {n for n in cells if texts[f"campaigns-board-{n}-verdict"].startswith("◆ Test more")}
    assert open_
    for number, said in cells.items():
        assert re.fullmatch(r"about [\d,]+ new", said) if number in open_ else said == "none"
    said = re.search(
        r" For .+ it takes (about [\d,]+) contacts more until .+ in 80% of cases; they are (\d+) here, all contacted, so only a new campaign can tell\.$",
        texts["campaigns-board-finding"],
    )
    [number] = [
        n
        for n in open_
        if cells[n] == f"{said[1]} new" and texts[f"campaigns-board-{n}-accepted"].endswith(f" of {said[2]}")
    ]
    assert number
    settled = ask(options={"cost": "0"})["texts"]["campaigns-board-finding"]
    assert "new campaign" not in settled


@pytest.mark.parametrize(
    ("chance", "needed", "everybody", "said"),
    [
        (0.5, 830, False, "about 830"),
        (0.5, None, False, "over 10,000,000"),
        (0.5, 830, True, "about 830 new"),
        (0.99, 0, True, "none"),
    ],
)
def test_where_not_everybody_was_contacted_nothing_is_said_to_be_impossible(chance, needed, everybody, said):
    row = Row(300, 70, Interval(0.23, 0.19, 0.28), -130.0, chance, verdict(chance), needed)
    assert campaign_words.needed(row, everybody, Numbers()) == said


def returns_of(sizes, accepted) -> str:
    curve, money = gains(Groups.of(sizes, accepted)), Economics(3, 11)
    own = float(curve.profit(money).max())
    return campaign_depth.by_luck(own, curve.without_signal(money), Numbers())


def test_what_a_campaign_without_signal_would_promise_stands_beside_the_best_depth(ask):
    assert (
        "The best depth of an order that says nothing would promise"
        in ask()["texts"]["campaigns-returns-finding"]
    )
    assert "could be chance" not in returns_of([100, 400, 500], [80, 60, 40])


@pytest.mark.parametrize(
    ("found", "best"),
    [
        ({"address": "cost=0"}, "Best after"),  # whom to leave out saves nothing
        (
            {"clauses": {"Total_Spending": [3], "Earlier_Acceptance": [1]}},
            "",
        ),  # one group, within which none is first
    ],
)
def test_where_no_order_can_bring_more_none_is_said_to(ask, found, best):
    texts = ask(**found)["texts"]
    assert best in texts["campaigns-returns-finding"]
    assert not re.search("chance|hindsight", texts["campaigns-returns-finding"])
    assert "The first 100%" not in texts["campaigns-gains-finding"]


def test_the_same_is_a_line_under_the_profits(ask):
    drawn = ask()["figures"]["campaigns-returns"]["data"]
    [luck] = [line for line in drawn if line["name"] == "Best of an order that says nothing"]
    said = ask()["texts"]["campaigns-returns-finding"]
    assert f"would promise {round(luck['y'][0]):,} on average" in said.replace("€", "")
    assert luck["y"][0] == luck["y"][1] < max(drawn[0]["y"])


def test_a_best_depth_that_an_order_of_no_use_reaches_as_well_is_said_to_be_maybe_chance():
    """Campaigns in which the order has nothing to do with the answers: passed off as better in one of twenty."""
    rng, sizes, passed = np.random.default_rng(5), [40, 60, 100, 200, 100], 0
    for _ in range(100):
        accepted = rng.binomial(sizes, 0.25)
        curve = gains(Groups.of(sizes, accepted))
        if curve.best(Economics(3, 11)):
            passed += "could be chance" not in returns_of(sizes, accepted)
    assert passed <= 11


def test_the_break_even_line_stands_beside_bars_and_leaves_out_the_names_above_them():
    rows = [Bar(f"Segment {n}", 0.2, 0.1, 0.3, "Skip", "", "#000000", n) for n in range(6)]
    drawn = board(rows, 0.12, "break-even 12%", frozenset(), {}, Numbers())
    names = next(trace["y"] for trace in drawn["data"] if trace["mode"] == "text")
    lines = [(one["y0"], one["y1"]) for one in drawn["layout"]["shapes"] if one.get("yref", "y") == "y"]
    assert len(lines) == len(drawn["layout"]["shapes"]) == 6
    assert not [(name, line) for name in names for line in lines if line[0] < name and name - 0.35 < line[1]]
