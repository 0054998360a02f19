from __future__ import annotations

import sqlite3

import numpy as np
import pandas as pd
import pytest

from core.evidence.results import Findings
from core.model.refits import made_again
from core.profiles.rulebook import FINDING, rules_of
from core.profiles.surrogate_rules import FOLDS, Condition, SurrogateRule, as_formula, as_sql, make, matches
from tests.support.personality import BASIS, PERSONALITY


@pytest.fixture(scope="module")
def table(model) -> pd.DataFrame:
    return model.people.frame([*BASIS, "Segment"])


@pytest.fixture(scope="module")
def rules(table) -> tuple[SurrogateRule, ...]:
    return make(table, 6, PERSONALITY)


def test_each_segment_has_a_rule_of_at_most_three_conditions(rules):
    assert [rule.segment for rule in rules] == [1, 2, 3, 4, 5, 6]
    assert all(1 <= len(rule.conditions) <= 3 for rule in rules)


def test_precision_and_recall_are_those_of_the_rounded_rule(rules, table):
    for rule in rules:
        found, inside = matches(rule.conditions, table), table["Segment"] == rule.segment
        assert rule.found == found.sum()
        assert rule.precision == pytest.approx((found & inside).sum() / found.sum())
        assert rule.recall == pytest.approx((found & inside).sum() / inside.sum())


def test_the_rules_of_the_sample_are_of_use(rules):
    assert all(rule.tested_precision > 0.6 and rule.tested_recall > 0.6 for rule in rules)


def test_numbers_in_rules_are_round(rules):
    ends = [end for rule in rules for one in rule.conditions for end in (one.at_least, one.below) if end]
    assert all(float(f"{end:.3g}") == end for end in ends)


def test_sql_finds_the_same_customers(rules, table):
    with sqlite3.connect(":memory:") as base:
        table.assign(Row=range(len(table))).to_sql("customers", base)
        for rule in rules:
            rows = pd.read_sql(as_sql(rule), base)["Row"]
            assert set(rows) == set(np.flatnonzero(matches(rule.conditions, table)))
    base.close()


def test_a_gap_fulfils_no_condition():
    one = Condition("Income", below=40_000.0)
    assert matches([one], pd.DataFrame({"Income": [np.nan, 10_000.0, 40_000.0]})).tolist() == [
        False,
        True,
        False,
    ]


def test_a_planted_rule_is_found_in_any_order():
    """Two figures decide a planted segment; the others are noise."""
    random = np.random.default_rng(5)
    table = pd.DataFrame({name: random.uniform(0, 100, 4000) for name in BASIS})
    planted = (table["Income"] >= 60) & (table["Recency"].round() <= 30)
    table["Recency"] = table["Recency"].round()
    rule = make(table.assign(Segment=np.where(planted, 1, 2)), 2, PERSONALITY)[0]
    assert {one.field for one in rule.conditions} == {"Income", "Recency"}
    assert min(rule.tested_precision, rule.tested_recall) > 0.97
    [income] = [one for one in rule.conditions if one.field == "Income"]
    [recency] = [one for one in rule.conditions if one.field == "Recency"]
    assert (income.at_least, recency.below) == (60.0, 31.0)


def test_pure_noise_has_no_good_rule():
    random = np.random.default_rng(6)
    table = pd.DataFrame({name: random.uniform(0, 100, 2000) for name in BASIS})
    rule = make(table.assign(Segment=random.integers(1, 6, 2000)), 5, PERSONALITY)[0]
    assert rule.tested_precision < 0.3


def test_the_test_makes_the_segments_anew_of_the_customers_that_the_rule_is_made_of(table):
    """A rule of segments that come out otherwise each time finds few of those that it was to find."""
    random, seen = np.random.default_rng(3), []

    def by_chance(part: pd.DataFrame) -> np.ndarray:
        seen.append(len(part))
        return random.permutation(part["Segment"].to_numpy())

    rule = make(table, 6, PERSONALITY, by_chance, 2)[0]
    assert len(seen) == 2 * FOLDS
    assert set(seen) <= {len(table) * 4 // 5, len(table) * 4 // 5 + 1}
    assert rule.precision > 0.6 > 0.4 > rule.tested_precision


def test_segments_made_again_have_the_numbers_of_those_that_they_share_most_with(model, table):
    part = table.sample(frac=0.8, random_state=4)
    own = part["Segment"].to_numpy(dtype=np.int64) - 1
    again = made_again(part[list(BASIS)].to_numpy(dtype=float), own, model.card.parameters)
    assert (again == own).mean() > 0.8


@pytest.mark.parametrize("gaps", [False, True])
def test_of_few_different_customers_segments_are_made_again_as_far_as_they_go(model, gaps):
    values = np.repeat(
        [[1.0, 2.0], [3.0, 4.0], [np.nan if gaps else 5.0, np.nan if gaps else 6.0]], 3, axis=0
    )
    again = made_again(values, np.repeat([0, 3, 3], 3), model.card.parameters)
    assert set(again[:3]) == {0}
    assert set(again) <= set(range(6))


def test_a_segment_too_small_to_test_says_so(table):
    few = table.assign(Segment=1).copy()
    few.loc[few.index[:3], "Segment"] = 2
    rule = make(few, 2, PERSONALITY)[1]
    assert (rule.tested_precision, rule.tested_recall) == (None, None)


COUNTED = SurrogateRule(
    1,
    (Condition("NumWebPurchases", below=5.0, whole=True), Condition("Income", 60_000.0, 80_000.5)),
    9,
    1,
    1,
    1,
    1,
)


def test_sql_quotes_names_and_counts_in_whole_numbers():
    assert as_sql(COUNTED) == (
        'SELECT * FROM customers\nWHERE "NumWebPurchases" <= 4\n  AND "Income" >= 60000\n  AND "Income" < 80000.5;'
    )


def test_a_formula_asks_for_content_where_a_blank_would_count_as_zero():
    assert as_formula(COUNTED) == (
        '=FILTER(customers, (customers[NumWebPurchases]<>"") * (customers[NumWebPurchases]<=4)'
        " * (customers[Income]>=60000) * (customers[Income]<80000.5))"
    )


def test_a_formula_for_decimal_commas_parts_by_semicolons():
    assert as_formula(COUNTED, decimal=",").startswith("=FILTER(customers; ")
    assert "80000,5" in as_formula(COUNTED, decimal=",")


def test_rules_are_made_once_and_kept(model, database):
    findings = Findings(database)
    first = rules_of(model, findings)
    assert rules_of(model, findings) == first
    kept = findings.read(model.card.key, FINDING, list)
    findings.write(model.card.key, FINDING, [{**kept[0], "found": 7}])
    assert rules_of(model, findings)[0].found == 7


def test_rules_of_another_version_are_made_again(model, database):
    findings = Findings(database)
    findings.write(model.card.key, FINDING, [{"segment": "one"}])
    assert len(rules_of(model, findings)) == 6


@pytest.mark.parametrize("number", range(1, 7))
def test_the_rules_of_the_real_file_are_right_in_two_of_three(real_rules, number):
    rule = real_rules[number - 1]
    assert rule.tested_precision > 0.65
    assert rule.tested_recall > 0.75


@pytest.fixture(scope="module")
def real_rules(real_model) -> tuple[SurrogateRule, ...]:
    return make(real_model.people.frame([*BASIS, "Segment"]), 6, PERSONALITY)


def test_where_years_have_parts_no_rule_takes_them_for_whole():
    random = np.random.default_rng(4)
    table = pd.DataFrame({"Age": random.uniform(20, 60, 400), "Recency": random.integers(0, 99, 400) * 1.0})
    table["Segment"] = np.where(table["Age"] < 40.5, 1, 2)
    first = make(table, 2, PERSONALITY)[0]
    [age] = [one for one in first.conditions if one.field == "Age"]
    assert not age.whole
    assert "<=" not in as_sql(first)
    assert first.found == (matches(first.conditions, table)).sum()
