"""Starting, saying where it is, and serving everything from one place."""

from __future__ import annotations

import re

import pytest

from core.settings import ROOT
from tests.support.browser import Account, settle, sign_up
from tests.support.processes import forked
from tests.support.server import COMMAND, environment

FIRST = "The first account to sign up there is the administrator."


def test_a_first_start_says_where_it_is_and_who_will_be_administrator(serve):
    server = serve(workers=1)
    assert f"Parterre is at {server.url}\n{FIRST}" in server.said()


def test_a_later_start_does_not_offer_the_administrator_again(serve, server):
    assert FIRST not in serve(home=server.home, workers=1).said()


def test_in_production_the_first_account_takes_the_code_of_the_start_and_no_later_start_tells_one(
    serve, new_context
):
    key = "YcB2nq8eJ4kz0RrTn1vVhW6sLx3uPg9m"
    server = serve(env="production", secret_key=key, workers=1)
    code = re.search(r"takes this code: ((?:[A-Z2-7]{4}-){5}[A-Z2-7]{4})$", server.said(), re.MULTILINE)[1]
    assert code not in "".join(path.read_text() for path in server.home.glob("first_code*"))
    page = new_context().new_page()
    page.goto(f"{server.url}/signup")
    page.get_by_label("Code", exact=True).fill(code.lower())
    sign_up_here(page, Account())
    page.wait_for_url(f"{server.url}/")
    page.locator('body[data-ready="/"]').wait_for()
    assert {"__Host-parterre_session", "__Host-_csrf_token"} <= {
        one["name"] for one in page.context.cookies()
    }
    page.goto(f"{server.url}/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{server.url}/login?why=signed-out")
    (server.home / "users.csv").rename(server.home / "moved-away.csv")
    later = serve(env="production", secret_key=key, home=server.home, workers=1)
    assert "takes this code" not in later.said()


def sign_up_here(page, account):
    page.get_by_label("Username", exact=True).fill(account.username)
    page.get_by_label("Password", exact=True).fill(account.password)
    page.get_by_label("Repeat password", exact=True).fill(account.password)
    page.get_by_role("button", name="Sign up", exact=True).click()


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
    log = tmp_path / "log"
    assert forked(COMMAND, environment(home=tmp_path, **setting), log).wait() != 0
    said = log.read_text()
    assert words in said
    assert "Traceback" not in said


def test_pages_are_served_from_one_place_charts_by_the_small_plotly_and_words_in_our_typeface(page, base_url):
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    sign_up(page, base_url, Account())
    settle(page)
    assert page.locator(".js-plotly-plot .main-svg").first.is_visible()
    assert [url for url in requested if not url.startswith((base_url, "data:", "blob:"))] == []
    assert [url.partition("?")[0].rpartition("/")[2] for url in requested if "plotly" in url] == [bundle()]
    assert typeface(page) == {"Inter Variable"}


def bundle() -> str:
    """The name of the plotly.js in assets/."""
    (file,) = (ROOT / "assets").glob("plotly-parterre.*.min.js")
    return file.name


def test_the_typeface_is_ours_at_the_door_too(page):
    page.goto("/login")
    settle(page)
    assert typeface(page) == {"Inter Variable"}


def typeface(page) -> set[str]:
    """What is loaded, of which headings are written in."""
    assert "Inter Variable" in page.locator("h1").evaluate("node => getComputedStyle(node).fontFamily")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    return {family.strip('"') for family in loaded}
