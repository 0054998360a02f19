"""Starting, saying where it is, and serving everything from one place."""

from __future__ import annotations

import re
import subprocess

import pytest

from bench.browser import Account, settle, sign_up
from bench.server import COMMAND, environment
from core.settings import ROOT

FIRST = "The first account to sign up there is the administrator."


def test_a_first_start_says_where_it_is_and_who_will_be_administrator(serve):
    server = serve(workers=1)
    assert f"Parterre is at {server.url}\n{FIRST}" in server.said()


def test_a_later_start_does_not_offer_the_administrator_again(serve, server):
    assert FIRST not in serve(home=server.home, workers=1).said()


def test_the_server_runs_two_workers(server):
    assert len(re.findall("Booting worker", server.said())) == 2


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"segments": "many"}, "PARTERRE_SEGMENTS: found 'many'"),
        ({"env": "production"}, "SECRET_KEY: found none"),
        ({"data": "/no/such/file.csv"}, "/no/such/file.csv"),
    ],
    ids=["impossible value", "production without a key", "no such file"],
)
def test_a_setting_that_cannot_work_stops_the_start_with_a_sentence(tmp_path, setting, words):
    settled = environment(home=tmp_path, **setting)
    ended = subprocess.run(COMMAND, cwd=ROOT, env=settled, capture_output=True, text=True, timeout=120)
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert words in said
    assert "Traceback" not in said


def test_pages_are_served_from_one_place_and_charts_by_the_small_plotly(page, base_url):
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    sign_up(page, base_url, Account())
    settle(page)
    assert page.locator(".js-plotly-plot .main-svg").first.is_visible()
    assert [url for url in requested if not url.startswith((base_url, "data:", "blob:"))] == []
    assert [url.partition("?")[0].rpartition("/")[2] for url in requested if "plotly" in url] == [bundle()]


def bundle() -> str:
    """The name of the plotly.js in assets/."""
    (file,) = (ROOT / "assets").glob("plotly-parterre.*.min.js")
    return file.name


@pytest.mark.parametrize("path", ["/", "/login"])
def test_the_typeface_is_ours(page, base_url, path):
    if path == "/":
        sign_up(page, base_url, Account())
    page.goto(path)
    settle(page)
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {family.strip('"') for family in loaded} == {"Inter Variable"}
    assert "Inter Variable" in page.locator("h1").evaluate("node => getComputedStyle(node).fontFamily")
