"""What the pages say of the year to come, of customers who were added up from orders."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from plotly.utils import PlotlyJSONEncoder

from app import create_app
from callbacks.customers.customer import _year
from callbacks.filters import lacking
from callbacks.segments import expected
from callbacks.segments.by_design import _reckoned
from core.datasets.intake import propose
from core.forecast.bg_nbd import BgNbd
from core.forecast.check import Bin, Check
from core.forecast.expected import Expected, Fitted, Range
from core.forecast.forecast import ACTIVE, PURCHASES, VALUE, Forecast
from core.forecast.likelihood import Estimate
from core.numbers import Numbers
from core.schema.derivations import FromHistory
from core.services import create_services
from tests.callbacks.dash_client import Visitor, text
from tests.datasets.conftest import House
from tests.support.english import english, read
from tests.support.postgresql import settled

CUSTOMERS, DAYS = 600, 800


def orders() -> pd.DataFrame:
    """Orders of a shop whose customers buy in a rhythm of their own until they stop."""
    draw = np.random.default_rng(2005)
    rhythm, stops = draw.gamma(0.8, size=CUSTOMERS) / 50, draw.beta(0.9, 3, CUSTOMERS)
    basket, begins = 60 / draw.gamma(4, size=CUSTOMERS), draw.integers(0, 500, CUSTOMERS)
    rows = []
    for who in range(CUSTOMERS):
        times = draw.geometric(stops[who])
        days = begins[who] + np.concatenate([[0], np.cumsum(1 + draw.exponential(1 / rhythm[who], times))])
        rows += [(f"K{who:04d}", int(day), basket[who] * draw.gamma(5)) for day in days if day < DAYS]
    found = pd.DataFrame(rows, columns=["Customer", "day", "Amount"]).sort_values("day", ignore_index=True)
    dates = pd.Timestamp(2022, 1, 1) + pd.to_timedelta(found.pop("day"), unit="D")
    return found.round(2).assign(
        **{"Order date": dates.dt.strftime("%Y-%m-%d"), "Order number": found.index + 1}
    )


def test_the_year_to_come_is_told_by_segment_beside_the_check_and_what_the_last_year_brought(tmp_path):
    settings, file = settled(tmp_path / "home").model_copy(update={"segments": 3}), tmp_path / "sold.csv"
    orders().to_csv(file, index=False)
    services = create_services(settings)
    services.workspaces.add(file, "sold", propose(file, max_mb=5).schema)
    services.database.close()
    house = House(Visitor.of(create_app(settings).server).sign_up("ada-admin"), {}, services)
    drawn = house.page("sold", "/segments?show=orders", "de-DE")
    said = text(drawn)
    told = r"these customers are expected to bring [\d.]+ \(between [\d.]+ and [\d.]+\) in [\d.]+ purchases"
    assert re.search(told, said), said
    assert re.search(r"The last 365 days brought [\d.]+, [\d.]+ of it from customers who were new then", said)
    assert re.search(r"the forecast for these \d+ days was for purchases \d+[,\d]*\s?% (more|less)", said)
    assert "Expected next year, by segment" in said
    assert {found for shown in read(drawn) if (found := english(shown, "de-DE"))} == set()
    assert (
        "; expected purchases, expected value and chance to be active follow from them. In these they differ by design"
        in text(house.page("sold", "/segments?show=compare"))
    ), "they are reckoned from the basis, so segments differ in them by design"
    own = text(house.page("sold", "/customers?customer=K0001"))
    assert re.search(r"Of 100 customers with such a history 95 or more buy between \d+ and \d+ times", own)
    chances = re.search(r"Chance to be active\s+(\S+\s?%)\s+(\S+\s?%)", own)
    assert chances, own
    assert all(re.fullmatch(r"[<>]?\d\d?\s?%", one) for one in chances.groups()), (
        "of a model, in whole percent"
    )
    listed = text(house.page("sold", "/customers?sort=-Expected_Value&columns=ID,Segment,Expected_Value"))
    assert "Something went wrong" not in listed


class WholeAmounts(tuple[str, ...]):
    """A schema without fields, of amounts without cents."""

    cents = 0


def told(forecast: Forecast, profile: object = None) -> str:
    card = SimpleNamespace(forecast=forecast, profile=profile)
    model = SimpleNamespace(card=card, people=SimpleNamespace(columns=[]))
    services = SimpleNamespace(model=model, numbers=Numbers(), schema=WholeAmounts())
    return text(json.loads(json.dumps(expected.drawn(services), cls=PlotlyJSONEncoder)))


def test_ranges_that_did_not_hold_in_the_check_are_said_to_be_too_narrow_and_newcomers_only_where_there_were():
    some = Expected(400, 200.0, Range(110.0, 105.0, 115.0), Range(9000.0, 8000.0, 9900.0))
    check = Check(365, (Bin(0, None, some, 100.0, 8500.0),), some, 100.0, 8500.0)
    fitted = Fitted(BgNbd(Estimate((0.0, 0.0, 0.0, 0.0), ())), None)
    profile = SimpleNamespace(segments=[])
    said = told(Forecast("", fitted, check, 5000.0, 0.0, (), some), profile)
    assert "for purchases 10% more than what happened, and for spending 5.9% more than what happened." in said
    assert "What happened is outside of the range that purchases had: ranges here are too narrow." in said
    assert "The last 365 days brought 5,000: those who will come new are not in the forecast." in said
    assert "all who bought once count as active" in said
    again = replace(fitted, buying=replace(fitted.buying, first=True))
    held = Check(365, check.bins, some, 106.0, 8500.0)
    said = told(Forecast("", again, held, 5000.0, 700.0, (), some), profile)
    assert "too narrow" not in said
    assert "count as active" not in said
    assert "brought 5,000, 700 of it from customers who were new then:" in said


def test_of_a_customer_who_will_hardly_come_it_is_said_that_most_like_them_buy_nothing():
    found = SimpleNamespace(tells=True, of_one=lambda _: (Range(0.01, 0.0, 0.0), Range(0.5, 0.0, 0.0)))
    services = SimpleNamespace(
        model=SimpleNamespace(card=SimpleNamespace(forecast=found)),
        numbers=Numbers(),
        schema=SimpleNamespace(picked=lambda _: ("often", "since", "known", "spent")),
    )
    row = pd.DataFrame({"often": [1], "since": [900], "known": [900], "spent": [20.0]})
    assert _year(services, row) == (
        "Of 100 customers with such a history 95 or more buy nothing over the next year, if the models are right."
    )


def test_fields_of_a_forecast_that_is_refused_follow_from_nothing():
    history = FromHistory(("Recency_Days",))
    fields = [SimpleNamespace(name=one, within=one.lower(), derived=history) for one in (PURCHASES, ACTIVE)]
    model = SimpleNamespace(people=SimpleNamespace(columns=[PURCHASES]))
    services = SimpleNamespace(model=model, schema=SimpleNamespace(fields=fields))
    assert _reckoned(services, ["Recency_Days"]) == "; expected_purchases follows from them"


def test_the_file_is_not_said_to_lack_what_is_a_forecast():
    made = {VALUE: FromHistory(("Recency_Days",)), "Income": None}
    services = SimpleNamespace(
        model=SimpleNamespace(people=SimpleNamespace(columns=[])),
        schema={name: SimpleNamespace(derived=one) for name, one in made.items()},
        label=str.lower,
    )
    said = json.loads(json.dumps(lacking.said(services, made), cls=PlotlyJSONEncoder))
    assert text(said) == "Your file has nothing on income: their charts are left out."
    assert lacking.said(services, [VALUE]) is None


def test_no_figure_is_shown_where_the_models_do_not_stand_the_check_or_data_carry_none():
    some = Expected(400, 200.0, Range(150.0, 120.0, 180.0), Range(9000.0, 8000.0, 9900.0))
    check = Check(365, (Bin(0, None, some, 100.0, 4000.0),), some, 100.0, 4000.0)
    said = told(Forecast("", None, check, 5000.0))
    assert (
        "No forecast is shown: the models did not stand the check, so a figure of theirs is no promise."
        in said
    )
    assert "for purchases 50% more than what happened, and for spending 2.2 times what happened" in said
    assert "Expected next year, by segment" not in said
    assert "The check: fitted" in said
    of_many = told(Forecast("", None, check, 5000.0, customers=52_000))
    assert "The check (a random 10,000 of 52,000 customers): fitted" in of_many
    assert "All who were drawn" in of_many
    assert "Everyone" not in of_many, "what a sample bought is no figure of everyone"
    assert told(Forecast("Found 3.")) == "Expected over the next year No forecast is made. Found 3."
