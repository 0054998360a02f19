"""How many segments, as an administrator and a viewer meet it: two web workers, one for long work, a real browser."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Account, has_account, settle


@pytest.fixture(scope="module")
def url(serve) -> str:
    """A server of its own: its live model is changed here."""
    return serve().url


@pytest.fixture(scope="module")
def sessions(browser, url):
    """Cookies of the administrator, who signed up first, and of a viewer."""
    kept = []
    for account in (Account(username="Ada-Admin"), Account()):
        with browser.new_context() as context:
            has_account(context, url, account)
            kept.append(context.storage_state())
    return kept


@pytest.fixture
def ada(new_context, sessions) -> Page:
    return new_context(storage_state=sessions[0]).new_page()


@pytest.fixture
def vera(new_context, sessions) -> Page:
    return new_context(storage_state=sessions[1]).new_page()


def measured(page: Page, address: str) -> None:
    """Open the page and wait until the evidence is there."""
    page.goto(address)
    expect(page.get_by_role("heading", name="The criteria, one by one")).to_be_visible()
    settle(page)


def segments_of_both_workers(page: Page, url: str) -> set[int]:
    """What many connections at once are answered: with two workers, both are asked."""
    held = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies(url))

    def ask(_: int) -> int:
        with urlopen(
            Request(f"{url}/models/files/card.json", headers={"Cookie": held}), timeout=30
        ) as answer:
            return json.load(answer)["parameters"]["k"]

    with ThreadPoolExecutor(16) as pool:
        return set(pool.map(ask, range(64)))


def test_a_viewer_previews_by_keyboard_and_changes_nothing(vera, url):
    measured(vera, f"{url}/choose-k")
    vera.get_by_role("radio", name="6", exact=False).first.focus()
    vera.keyboard.press("ArrowLeft")
    expect(vera.get_by_role("heading", name="Five segments")).to_be_visible()
    expect(vera.get_by_text("From six to five")).to_be_visible()
    expect(vera.get_by_role("button", name="Make k = 5 the live model")).to_be_hidden()
    expect(
        vera.get_by_text("Only an analyst or an owner of this dataset can make another number")
    ).to_be_visible()
    vera.wait_for_url("**/choose-k?k=5")
    measured(vera, vera.url)
    expect(vera.get_by_role("heading", name="Five segments")).to_be_visible()
    assert segments_of_both_workers(vera, url) == {6}


def test_an_administrator_makes_five_live_for_everyone_and_restores_six(ada, vera, url):
    measured(ada, f"{url}/choose-k?k=5")
    ada.get_by_role("button", name="Make k = 5 the live model").click()
    question = ada.get_by_role("group", name="Change the live model")
    expect(question).to_contain_text("Every page will show five segments instead of six")
    question.get_by_role("button", name="No, keep it").click()
    expect(question).to_be_hidden()
    ada.get_by_role("button", name="Make k = 5 the live model").click()
    question.get_by_role("button", name="Yes, change it for everyone").click()
    expect(ada.get_by_text("Five segments are live now")).to_be_visible(timeout=60_000)
    expect(ada.get_by_text("Five segments are live now")).to_be_in_viewport()
    assert segments_of_both_workers(vera, url) == {5}
    vera.goto(url)
    expect(vera.locator(".p-page-head")).to_contain_text("Five segments.")
    ada.get_by_role("button", name="Restore the previous model (k = 6)").click()
    expect(question).to_contain_text("Every page will show six segments instead of five")
    question.get_by_role("button", name="Yes, change it for everyone").click()
    expect(ada.get_by_text("Six segments are live now")).to_be_visible(timeout=60_000)
    assert segments_of_both_workers(vera, url) == {6}


APART = """() => {
    const names = [...document.querySelectorAll("#choose_k-steps .node-label")].map((one) => one.getBoundingClientRect());
    const meet = (one, other) =>
        one.left < other.right && other.left < one.right
        // A box is some pixels taller than the letters in it.
        && one.top < other.bottom - 4 && other.top < one.bottom - 4;
    return [names.length, names.filter((one, at) => names.some((other, by) => by > at && meet(one, other))).length];
}"""
ON_PAPER = """() => window.addEventListener("beforeprint", () => {
    const flows = document.querySelector("#choose_k-steps");
    const all = (what) => [...flows.querySelectorAll(what)];
    window.printed = {
        columns: new Set(all(".node-rect").map((one) => Math.round(one.getBoundingClientRect().left))).size,
        wide: all(".node-rect").every((one) => one.getBoundingClientRect().right <= flows.getBoundingClientRect().right + 1),
        cost: document.querySelector(".k-known > :last-child").checkVisibility({ contentVisibilityAuto: true, checkVisibilityCSS: true }),
        faint: all(".sankey-link, .sankey-node").filter((one) => getComputedStyle(one).opacity !== "1").length,
    };
})"""


def test_flows_are_whole_on_paper_and_their_names_are_apart_on_a_phone(vera, url, axe):
    vera.set_viewport_size({"width": 390, "height": 844})
    vera.emulate_media(color_scheme="dark")
    measured(vera, f"{url}/choose-k?k=6")
    assert vera.evaluate(APART) == [5 + 6 + 7 + 8, 0]
    assert axe(vera) == []
    vera.evaluate(ON_PAPER)
    vera.pdf(prefer_css_page_size=True)
    assert vera.evaluate("window.printed") == {"columns": 4, "wide": True, "cost": True, "faint": 0}
