from __future__ import annotations

import pandas as pd
import pytest

from core.campaigns.economics import STAND_IN, Economics, is_amount, of_file, plain, typed
from core.data.people import People
from core.numbers import Numbers
from core.statistics.rates import CampaignError
from tests.support.personality import PERSONALITY


@pytest.fixture
def people(tmp_path):
    def of(**columns: object) -> People:
        People.write(pd.DataFrame({"ID": [1, 2], **columns}), tmp_path / "people.arrow")
        return People.open(tmp_path / "people.arrow", PERSONALITY)

    return of


def test_profit_is_revenue_of_acceptances_less_cost_of_contacts():
    assert Economics(3, 11).profit([334, 188], [2240, 463]).tolist() == [-3046, 679]
    assert Economics(3, 11).break_even == pytest.approx(0.2727, abs=5e-5)


def test_the_file_says_what_a_contact_costs_and_an_acceptance_brings(people):
    known = of_file(people(Z_CostContact=[3, 3], Z_Revenue=[11, 11]))
    assert (known.economics, known.given, known.varies) == (Economics(3, 11), True, False)


def test_amounts_that_differ_between_customers_are_averaged_and_said(people):
    known = of_file(people(Z_CostContact=[2, 4], Z_Revenue=[11, 11]))
    assert (known.economics, known.varies) == (Economics(3, 11), True)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"Z_CostContact": [3, 3]},
        {"Z_CostContact": [3, 3], "Z_Revenue": [0, 0]},
        {"Z_CostContact": [-3, -3], "Z_Revenue": [11, 11]},
        {"Z_CostContact": [None, None], "Z_Revenue": [11.0, 11.0]},
    ],
)
def test_a_file_without_usable_amounts_is_said_to_have_none(people, columns):
    known = of_file(people(**columns))
    assert (known.economics, known.given) == (STAND_IN, False)


@pytest.mark.parametrize(
    "amounts", [(-1, 11), (3, 0), (3, -1), (float("nan"), 11), (3, 2e9), (float("inf"), 1)]
)
def test_impossible_amounts_are_refused(amounts):
    with pytest.raises(CampaignError, match="Expected a cost of 0 or more"):
        Economics(*amounts)


@pytest.mark.parametrize(("text", "amount"), [("3", 3), (" 2.50 ", 2.5), ("$1,200", 1200), ("0", 0)])
def test_amounts_are_read_as_people_type_them(text, amount):
    assert typed(text, Numbers()) == amount


def test_amounts_are_read_in_the_locale():
    assert typed("2,5", Numbers("de_DE")) == 2.5


@pytest.mark.parametrize(
    "text", ["", "abc", "-3", "1e999", "nan", "9" * 30, "3; DROP", "١٢", "0x10", "1" * 500]
)
def test_what_is_no_amount_is_said_in_words(text):
    with pytest.raises(CampaignError, match=r"^Found .*Expected"):
        typed(text, Numbers())


@pytest.mark.parametrize("text", ["0", "0.00001", "-0"])
def test_revenue_must_be_above_nothing(text):
    with pytest.raises(CampaignError, match="Expected more than 0"):
        typed(text, Numbers(), least=0.0001)


@pytest.mark.parametrize("amount", [0, 3, 2.5, 0.0001, 1_000_000_000])
def test_what_an_address_holds_is_read_back_as_it_was(amount):
    assert is_amount(plain(amount))
    assert float(plain(amount)) == amount


@pytest.mark.parametrize(
    "text", ["", "-1", "1e3", "nan", "inf", " 3", "3,5", "1_000", "٣", "1.23456", "1000000001"]
)
def test_an_address_holds_nothing_but_plain_amounts(text):
    assert not is_amount(text)
