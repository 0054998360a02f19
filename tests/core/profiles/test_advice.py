"""Every sentence about segments against the raw customers, reckoned here anew: pandas, scipy and nothing of ours."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.campaigns.board import Row
from core.campaigns.economics import of_file
from core.campaigns.posterior import Verdict
from core.campaigns.report import report
from core.numbers import Numbers
from core.profiles import advice
from core.profiles import narrative as words
from core.profiles.advice import CLAIMS
from core.settings import ROOT
from tests.support.personality import PERSONALITY, engineer, profile, read_customers
from tests.support.segment_sentences import TRUE, Judged, segmented, tables

TABLES = 7
PER_TABLE = 4  # numbers of segments tried on each table; all of 2 to 12 are tried on some


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    path = ROOT / "data" / "customers.csv"
    return read_customers(path, name=path.name, max_mb=50).frame


@pytest.fixture(scope="module")
def found(sample) -> Judged:
    """Everything that is said of random tables, and of the file itself in some of 2 to 12, and what of it is false."""
    judged = Judged()
    for table, k in tables(sample, range(TABLES), PER_TABLE):
        judged.read(table, k)
    for k in (2, 3, 5, 6, 8, 12):
        judged.read(segmented(engineer(sample), k), k)
    return judged


def test_no_sentence_about_any_segment_of_any_table_is_false(found):
    """The same of 800 segments: `python -m bench.sentences`."""
    assert not found.false
    assert sum(found.said.values()) > 1000


def test_the_tables_make_the_page_say_nearly_everything_it_can(found):
    said = found.said
    claims = {claim for kind, claim in said if kind == "claim"}
    assert len(claims & set(CLAIMS)) >= len(CLAIMS) - 3
    assert set(TRUE) == set(CLAIMS)
    assert len({word for kind, word in said if kind == "name"}) >= 16


def test_of_fewer_than_thirty_nothing_is_said_to_set_them_apart(sample):
    table = segmented(engineer(sample.head(400)), 4)
    few = pd.concat([table[table["Segment"] != 2], table[table["Segment"] == 2].head(29)])
    everyone = profile(few, 4)
    segment = everyone.segment(2)
    assert words.stands_out(segment, everyone, Numbers(), PERSONALITY) == [
        "too few customers to say what sets them apart"
    ]
    assert advice.suggestion(segment, everyone, Numbers(), PERSONALITY).title == "Too few to say"
    assert segment.name.lower() not in words.opening(everyone, Numbers(), PERSONALITY).lower()
    assert "Of those with 30 customers or more" in words.opening(everyone, Numbers(), PERSONALITY)


def test_a_segment_without_customers_is_not_described(sample):
    table = segmented(engineer(sample.head(400)), 3)
    everyone = profile(table, 4)
    assert words.stands_out(everyone.segment(4), everyone, Numbers(), PERSONALITY) == ["nobody is in it"]
    assert words.description(everyone.segment(4), everyone, Numbers(), PERSONALITY).startswith("0 customers")


@pytest.fixture(scope="module")
def six(sample):
    return profile(segmented(engineer(sample), 6), 6)


def row(verdict: Verdict, profit: float) -> Row:
    return Row(300, 60, None, profit, 0.5, verdict, None)


def test_a_last_campaign_that_lost_is_said_and_nobody_is_contacted_first(six):
    best = six.segment(1)
    text = advice.suggestion(best, six, Numbers(), PERSONALITY, row(Verdict.TEST, -82.0)).text
    small = advice.suggestion(best, six, Numbers(), PERSONALITY, row(Verdict.TEST, -0.082), 3).text
    assert "The last campaign lost 0.082 with them" in small
    assert "The last campaign lost 82 with them: test before you send." in text
    assert "Contact them first" not in text


def test_advice_goes_with_the_verdict_on_every_segment(six):
    for segment in six.segments:
        sent = advice.suggestion(segment, six, Numbers(), PERSONALITY, row(Verdict.SEND, 300.0))
        assert "earned 300 with them: such contacts pay" in sent.text
        assert "Stop contacting" not in sent.text
        assert sent.title != "Inform, cheaply"
        skipped = advice.suggestion(segment, six, Numbers(), PERSONALITY, row(Verdict.SKIP, -300.0)).text
        assert "lost 300 with them: leave them out" in skipped
        assert "Contact them first" not in skipped


def test_without_amounts_nothing_is_said_of_what_the_campaign_earned(six):
    assert all(
        "with them:" not in advice.suggestion(one, six, Numbers(), PERSONALITY).text for one in six.segments
    )


def test_a_customer_below_average_is_not_told_what_is_meant_for_those_who_spend_most(six):
    best, numbers = six.segment(1), Numbers()
    given = advice.suggestion(best, six, numbers, PERSONALITY)
    everyone, own = six.averages["Total_Spending"].mean, best.averages["Total_Spending"].mean
    assert advice.for_customer(given, {"Total_Spending": own}, best, six, numbers, PERSONALITY) == given
    poor = advice.for_customer(given, {"Total_Spending": everyone - 200}, best, six, numbers, PERSONALITY)
    assert poor.title == "No advice from the segment"
    assert "They spend" not in poor.text
    assert numbers.money(everyone - 200) in poor.text
    assert advice.for_customer(given, {}, best, six, numbers, PERSONALITY) == given


def test_verdicts_are_those_of_the_campaigns_page(model):
    found = advice.rows(model)
    known = of_file(model.people)
    shown = report(model, model.crossfilter.selection(), "Response", known.economics).segments
    assert known.given
    assert [found[number] for number in range(1, 7)] == [replace(row, needed=None) for row in shown]
