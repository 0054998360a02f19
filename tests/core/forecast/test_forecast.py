"""What customers are expected to buy and spend: beside published figures, draws with known truth, and itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy.integrate import quad

from bench.forecast import AT_ANY_TIME, STOPS, TRUTH, drawn
from core.forecast.bg_nbd import BgNbd
from core.forecast.expected import Fitted, _Totals, by_group
from core.forecast.forecast import ACTIVE, PURCHASES, VALUE, Forecast, columns_of, forecast
from core.forecast.gamma_gamma import GammaGamma
from core.forecast.history import History, Purchases
from core.forecast.likelihood import Estimate
from core.forecast.pareto_nbd import ParetoNbd, _either, _likelihood
from core.numbers import plain

# CDNOW: Fader, Hardie, Lee (2005), in weeks, and Fader, Hardie (2013)
CDNOW = BgNbd(Estimate(tuple(np.log([0.243, 4.414, 0.793, 2.426])), ()))
PAID = GammaGamma(Estimate(tuple(np.log([6.25, 3.74, 15.44])), ()))


def one(again: float, latest: float, known: float) -> History:
    return History(np.array([again]), np.array([latest]), np.array([known]))


def test_a_customer_of_the_published_example_is_expected_to_buy_as_published():
    customer = one(2, 30.43, 38.86)
    assert CDNOW.purchases(customer, 39)[0] == pytest.approx(1.226, abs=1e-3)
    assert CDNOW.active(customer)[0] == pytest.approx(0.7266, abs=5e-5)
    assert CDNOW.active(one(0, 0, 38.86))[0] == 1, "nobody stops before having come back"


@pytest.mark.parametrize(
    ("purchases", "mean", "expected"),
    [(2, 22.35, 24.66), (1, 11.77, 18.91), (0, 0, 35.17), (7, 73.74, 71.46)],
)
def test_customers_of_the_published_example_are_expected_to_spend_as_published(purchases, mean, expected):
    found = PAID.mean(np.array([purchases]), np.array([purchases * mean]))
    assert found[0] == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("at_first", [False, True])
@pytest.mark.parametrize("chance", [0.4, 1.0, 2.5, 1_000.0])
@pytest.mark.parametrize(("again", "latest"), [(0, 0), (3, 200), (40, 395), (400, 399)])
def test_what_is_expected_is_the_mean_of_what_is_drawn(chance, again, latest, at_first):
    model = BgNbd(Estimate(tuple(np.log([0.7, 80.0, chance, 2.4])), ()), at_first)
    customer = one(again, latest, 400)
    many = model.drawn(customer.at(np.zeros(10_000, dtype=int)), 365, np.random.default_rng(1))
    assert model.purchases(customer, 365)[0] == pytest.approx(many.mean(), abs=5 * many.std() / 100 + 1e-4)


@pytest.mark.parametrize("stops", STOPS)
def test_the_parameters_of_customers_who_do_as_the_models_have_it_are_found(stops):
    history, _ = drawn(3_000, 900, 3, stops=stops).until(899)
    found = Fitted.of(history)
    assert found.buying.stops == stops
    buying = TRUTH[0].found.logs
    if stops == "at any time":
        buying = (*buying[:2], *np.log(AT_ANY_TIME))
    for fitted, truth in ((found.buying, buying), (found.money, TRUTH[1].found.logs)):
        off = np.array(fitted.found.logs) - np.array(truth)
        assert np.abs(off / np.sqrt(np.diag(fitted.found.spread))).max() < 3.5, fitted.found.values
        assert np.abs(off).max() < 0.35


@pytest.mark.parametrize("stops", STOPS)
def test_what_happens_lies_in_the_ranges_of_groups_and_of_everyone(stops):
    whole = drawn(1_500, 1_100, 9, stops=stops)
    history, who = whole.until(734)
    later, paid = whole.after(734, who)
    groups = np.minimum(history.again, 4).astype(np.int64)
    each, together = by_group(Fitted.of(history), history, groups, 365)
    assert paid is not None
    for place, expected in enumerate([*each, together]):
        of = groups == place if place < 5 else groups >= 0
        assert expected.purchases.low <= later[of].sum() <= expected.purchases.high
        assert expected.value.low <= paid[of].sum() <= expected.value.high
        assert expected.purchases.high - expected.purchases.low < expected.purchases.mean
    assert together.purchases.mean == pytest.approx(sum(one.purchases.mean for one in each))


@pytest.mark.parametrize(("again", "latest"), [(0, 0), (3, 200), (40, 395), (400, 399)])
def test_who_stops_at_any_time_is_expected_to_buy_what_is_drawn(again, latest):
    model = ParetoNbd(Estimate(tuple(np.log([0.7, 80.0, 0.9, 250.0])), ()), "at any time")
    customer = one(again, latest, 400)
    many = model.drawn(customer.at(np.zeros(10_000, dtype=int)), 365, np.random.default_rng(1))
    assert model.purchases(customer, 365)[0] == pytest.approx(many.mean(), abs=5 * many.std() / 100 + 1e-4)


@pytest.mark.parametrize("parameters", [(0.7, 3.0, 0.8, 5.0), (0.5, 1.5, 1.5, 5.0), (2.0, 40.0, 0.3, 0.8)])
@pytest.mark.parametrize(
    ("again", "latest", "known"), [(0, 0.0, 6.0), (1, 0.1, 9.0), (5, 4.0, 9.0), (100, 8.0, 9.5)]
)
def test_the_integral_of_when_customers_stopped_is_the_one_that_it_stands_for(
    parameters, again, latest, known
):
    r, alpha, s, beta = parameters
    customer = [np.array([value], dtype=np.float64) for value in (again, latest, known)]
    by = (r + again) * np.log(alpha + latest) + s * np.log(beta + latest)

    def then(t: float) -> float:
        return s / (beta + t) * np.exp(by - (r + again) * np.log(alpha + t) - s * np.log(beta + t))

    points = [latest + (known - latest) * part for part in (1e-3, 1e-2, 0.1, 0.4)]
    whole = quad(then, latest, known, points=points, limit=400)[0]
    assert _either(np.array(parameters), *customer)[1][0] == pytest.approx(np.log(whole) - by, abs=1e-3)
    slopes = _likelihood(np.array(parameters), *customer)[1][:, 0]
    for place, slope in enumerate(slopes):
        step = np.eye(4)[place] * 1e-5
        ends = [_likelihood(np.array(parameters) + way * step, *customer)[0][0] for way in (1, -1)]
        assert slope == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=5e-3, abs=1e-4)


@pytest.mark.parametrize("stops", STOPS)
def test_a_model_of_buying_is_the_same_once_it_was_kept(stops):
    fitted = Fitted.of(drawn(600, 900, 4, stops=stops).until(899)[0])
    kept = TypeAdapter(Fitted)
    assert kept.validate_json(kept.dump_json(fitted)) == fitted


def test_a_range_holds_ninety_five_of_a_hundred_further_draws():
    draw = np.random.default_rng(1)
    held = []
    for _ in range(4_000):
        told = _Totals(1, 1.0, np.array([50.0]), draw.normal(50.0, 1.0, (1, 200))).told().purchases
        held.append(told.low <= draw.normal(50.0, 1.0) <= told.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.007)


@pytest.fixture(scope="module")
def purchases() -> Purchases:
    return drawn(1_000, 900, 5)


@pytest.fixture(scope="module")
def found(purchases) -> Forecast:
    return forecast(purchases)


def test_what_customers_spend_is_told_apart_from_how_they_differ_though_all_buy_equally_often():
    draw = np.random.default_rng(8)
    who, day = np.repeat(np.arange(2_000), 4), np.tile(np.arange(4) * 100, 2_000)
    paid = draw.gamma(2.0, size=8_000) / np.repeat(draw.gamma(4.0, size=2_000) / 60.0, 4)
    history, _ = Purchases(who, day, who, day, paid, 400).until(400)
    found = GammaGamma.fit(history.again + 1, history.spent, history.uneven)
    assert found.found.values == pytest.approx((2.0, 4.0, 60.0), rel=0.15)
    assert max(np.sqrt(np.diag(found.found.spread))) < 0.15


def test_the_check_forecasts_the_second_part_from_the_first_alone(purchases, found):
    check = found.check
    assert (check.days, check.fails) == (365, False)
    assert sum(one.expected.customers for one in check.bins) == check.expected.customers
    known = np.isin(purchases.customer, purchases.until(534)[1])
    assert check.purchases == (purchases.day[known] > 534).sum()
    assert check.purchases == sum(one.purchases for one in check.bins)


def test_what_was_far_off_is_told_to_nobody_as_a_figure(purchases):
    bought, paid = purchases.day <= 500, purchases.paid_on <= 500
    ended = Purchases(
        purchases.customer[bought],
        purchases.day[bought],
        purchases.payer[paid],
        purchases.paid_on[paid],
        purchases.paid[paid],
        899,
    )
    found = forecast(ended)
    assert found.check.fails, "nobody came again"
    assert columns_of(found, ended) == {}
    history, _ = ended.until(899)
    assert found.by_segment(history, np.ones(len(history), dtype=int)) == found


def test_of_money_that_could_not_be_held_to_anything_no_figure_is_told(purchases):
    for paid in (0 * purchases.paid, np.where(purchases.paid_on > 600, purchases.paid, 0.0)):
        told = forecast(replace(purchases, paid=paid))
        assert (told.tells, told.check.value, len(told.check.misses)) == (True, None, 1), "by purchases alone"
        assert {*columns_of(told, purchases)} == {PURCHASES, ACTIVE}
        history, _ = purchases.until(899)
        assert told.by_segment(history, np.ones(len(history), dtype=int)).whole.value is None


def test_each_customer_has_what_is_expected_and_a_sum_beside_the_last_year(purchases, found):
    assert found.why == ""
    assert found.last_year == pytest.approx(purchases.paid[purchases.paid_on > 534].sum())
    begun = dict(zip(purchases.customer[::-1], purchases.day[::-1], strict=True))
    new = np.array([begun[who] > 534 for who in purchases.payer]) & (purchases.paid_on > 534)
    assert found.of_new == pytest.approx(purchases.paid[new].sum())
    columns = columns_of(found, purchases)
    assert {*columns} == {PURCHASES, VALUE, ACTIVE}
    history, _ = purchases.until(899)
    segments = np.where(history.again > 2, 1, 2)
    told = found.by_segment(history, segments)
    assert told.whole.value.mean == pytest.approx(columns[VALUE].sum(), rel=1e-4)
    assert told.segments[0].purchases.mean == pytest.approx(columns[PURCHASES][segments == 1].sum(), rel=1e-4)
    often, spent = found.of_one(history.at(np.array([0])))
    assert often.low <= often.mean <= often.high
    assert 0 <= spent.low <= spent.mean <= spent.high


def test_without_money_only_purchases_are_expected(purchases):
    unpaid = replace(purchases, payer=purchases.payer[:0], paid_on=purchases.paid_on[:0], paid=None)
    assert {*columns_of(forecast(unpaid), unpaid)} == {PURCHASES, ACTIVE}


@pytest.mark.parametrize(
    ("customers", "days", "why"),
    [
        (1, 900, "Found 1 customer. Expected 300"),
        (200, 900, "Found 200 customers"),
        (600, 300, "Found orders of 2"),
        (600, 0, "Found 0 customers who bought again"),
    ],
)
def test_where_data_carry_no_forecast_it_is_said_why(customers, days, why):
    purchases = drawn(customers, days or 900, 5)
    if not days:
        first = np.unique(purchases.customer, return_index=True)[1]
        purchases = replace(purchases, customer=purchases.customer[first], day=purchases.day[first])
    found = forecast(purchases)
    assert plain(found.why).startswith(why)
    assert found == Forecast(found.why)
