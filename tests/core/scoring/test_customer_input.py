from __future__ import annotations

import pytest

from core.numbers import Numbers
from core.scoring.customer_input import read
from core.scoring.prediction import predict

FULL = {
    "Age": "44",
    "Income": "51,000",
    "Total_Spending": "396",
    "NumWebPurchases": "4",
    "NumStorePurchases": "5",
    "NumWebVisitsMonth": "6",
    "Recency": "49",
}


@pytest.fixture
def asked(model):
    def ask_with(**changes: object):
        return read(FULL | changes, model, Numbers())

    return ask_with


def test_a_full_form_is_read_without_a_word(asked):
    question = asked()
    assert question.values["Income"] == 51000
    assert [question.errors, question.warnings, question.assumed] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("Age", "forty", "Found “forty”. Expected a number, such as 44."),
        ("Age", "-1", "Age can only be 0 to 120"),
        ("Age", "121", "Age can only be 0 to 120"),
        ("Income", "-5", "Income can only be 0 to 1,000,000,000,000"),
        ("Income", "1e9", "Expected a number"),
        ("Income", "9" * 40, "Income can only be 0 to"),
        ("NumWebPurchases", "2.5", "counted in whole numbers"),
        ("Recency", "<script>", "Expected a number"),
        ("Recency", ["1"], "Expected a number"),
        ("Recency", float("nan"), "can only be"),
        ("Recency", True, "Expected a number"),
    ],
)
def test_what_cannot_be_true_is_an_error_at_its_field(asked, field, typed, said):
    question = asked(**{field: typed})
    assert said in question.errors[field]
    assert set(question.errors) == {field}


def test_outside_the_data_is_a_warning_with_the_range(asked, model):
    question = asked(Income="5000000")
    spread = model.card.profile.spreads["Income"]
    assert not question.errors
    assert Numbers().money(spread.high) in question.warnings["Income"]


def test_a_gap_is_scored_as_the_median_and_says_so(asked, model):
    question = asked(Income=" ", Age=None)
    assert set(question.assumed) == {"Income", "Age"}
    typed = asked(Income=question.assumed["Income"], Age=question.assumed["Age"])
    gap, same = predict(model, [question, typed])
    assert gap.distances == pytest.approx(same.distances)
