"""Cohorts: who first ordered when, and who came back then or later."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from core.profiles.cohorts import Cohorts, cohorts


def of(first, last) -> Cohorts:
    table = pd.DataFrame({"First": pd.to_datetime(first), "Last": pd.to_datetime(last)})
    schema = SimpleNamespace(picked=lambda _: ("First", "Last"))
    return cohorts(SimpleNamespace(schema=schema, people=SimpleNamespace(frame=lambda names: table[names])))


def test_cohorts_are_counted_by_month_as_by_hand():
    found = of(
        ["2024-01-05", "2024-01-31", "2024-01-09", "2024-03-01", "2024-03-02"],
        ["2024-01-20", "2024-02-01", "2024-04-09", "2024-03-31", "2024-04-01"],
    )
    assert (found.step, found.names) == ("month", ("2024-01", "2024-02", "2024-03", "2024-04"))
    assert found.sizes == (3, 0, 2, 0)
    assert found.back == ((2, 1, 1), (0, 0), (1,), ())
    assert found.share(1) == (2 / 3, 3), "March could order in April alone, and April may not be over"
    assert found.share(2) == (1 / 3, 3)
    assert found.share(9) == (0.0, 0)


def test_many_months_are_told_by_quarters_and_many_quarters_by_years():
    assert of(["2020-01-01"] * 2, ["2020-02-01", "2023-01-01"]).step == "quarter"
    by_years = of(["1999-05-01"] * 2, ["2020-02-01", "2023-01-01"])
    assert (by_years.step, by_years.names[0], by_years.back[0][20:]) == ("year", "1999", (2, 1, 1, 1))
