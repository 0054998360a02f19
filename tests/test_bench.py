from __future__ import annotations

import subprocess
import sys

import pytest

from bench import click, scale, truth
from bench.apart import peak
from bench.rows import Row, table
from core.settings import ROOT, Settings
from tests.support.personality import read_customers


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(PARTERRE_HOME=tmp_path)


def test_drawn_customers_are_typed_as_those_that_are_read():
    drawn, read = scale.drawn(500), read_customers(scale.SAMPLE).frame
    assert drawn.dtypes.to_dict() == read.dtypes.to_dict()
    assert drawn["ID"].is_unique


def test_drawn_customers_are_like_the_sample_and_the_same_every_time():
    drawn, read = scale.drawn(5_000), read_customers(scale.SAMPLE).frame
    assert drawn.equals(scale.drawn(5_000))
    for column in ("Income", "MntWines", "NumWebPurchases", "Recency"):
        assert drawn[column].median() == pytest.approx(read[column].median(), rel=0.1)
    assert drawn.drop(columns="ID").duplicated().mean() < 0.01


def test_who_is_drawn_in_parts_does_not_depend_on_how_that_is_done(monkeypatch, settings):
    monkeypatch.setattr(scale, "PART", 300)
    monkeypatch.setattr(scale, "MANY", 500)
    held, drawn = scale.scaled(settings, 700).customers_drawn(), scale.drawn(700)
    assert type(held).__name__ == "Tight"
    assert all(held[name].equals(drawn[name]) for name in drawn)
    assert scale.part(2, 700).equals(drawn[600:].reset_index(drop=True))
    assert scale.part(0, 10_000).equals(drawn[:300])


def test_a_drawn_model_is_made_once_and_found_by_the_file_that_names_it(settings):
    first = scale.scaled(settings, 400).model()
    assert len(first.people) == first.card.data.rows == 400
    assert scale.scaled(settings, 400).model().card == first.card


def test_a_home_of_its_own_finds_the_model_and_no_accounts(settings, tmp_path):
    model = scale.scaled(settings, 400)
    key = model.model().card.key
    home = model.home(tmp_path)
    assert (home / "models" / key / "card.json").exists()
    assert [path.name for path in home.iterdir()] == ["models"]


def test_clicks_go_from_chart_to_chart():
    bars = [{"chart": chart, "code": code} for chart in "abc" for code in range(3)]
    chosen = click.spread(bars, 6)
    assert [target["chart"] for target in chosen] == list("abcabc")
    assert len({(target["chart"], target["code"]) for target in chosen}) == 6


def test_a_row_shows_bytes_and_requests_beside_its_time():
    row = Row(bench="click", what="largest answer", n=2_240, seconds=0.01, bytes=21_600, requests=1)
    assert "10.0  21.6 kB, requests: 1" in table([row])


def test_where_nothing_is_so_nothing_is_claimed_more_often_than_promised():
    """`python -m bench.truth` with a handful of tables; the tests of each page have more."""
    found = list(truth.claims(4))
    assert [claim.what for claim in found if not claim.kept] == []


def test_the_peak_of_a_process_is_its_own_whatever_began_it():
    held = bytearray(b"1") * (600 << 20)
    asked = [sys.executable, "-c", "from bench.apart import peak; print(peak())"]
    child = int(subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    assert child < len(held) <= peak()
