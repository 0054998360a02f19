"""Segments that are changed while others look at them: two workers, one pointer, two people."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.datasets.live import Live
from core.model.registry import Registry
from core.settings import ROOT, load
from core.store.database import opened
from tests.support.browser import name_of, settle, signed_up
from tests.support.personality import Parameters, chosen, recipe_of
from tests.support.postgresql import settled


@pytest.fixture(scope="module")
def place(serve):
    """A server of its own: its live model is changed here."""
    return serve()


@pytest.fixture(scope="module")
def elsewhere(place) -> Live:
    """What the worker does when an administrator makes other segments live."""
    recipe = recipe_of(ROOT / "data" / "customers.csv", rules=chosen(load().rules))
    live = Live(Registry(place.home / "models"), recipe, opened(settled(place.home)))
    live.choose(Parameters(k=4), by="Ada-Admin")
    live.restore(by="Ada-Admin")
    return live


@pytest.fixture(scope="module")
def cookies(browser, place):
    return signed_up(browser, place.url)


@pytest.fixture
def six(elsewhere):
    """Six segments to begin with, and again afterwards."""
    yield elsewhere
    elsewhere.choose(Parameters(k=6), by="Ada-Admin")


@pytest.fixture
def vera(anew, six) -> Page:
    return anew


def names(live: Live) -> list[str]:
    return [segment.name for segment in live.model.card.profile.segments]


def make_four_live(live: Live) -> list[str]:
    """The names of before that are none of today's."""
    before = names(live)
    live.choose(Parameters(k=4), by="Ada-Admin")
    return [name for name in before if name not in names(live)]


CHANGED = re.compile(r"The segments were changed by Ada-Admin at \d\d:\d\d \(from six to four\)")


def test_a_page_of_other_segments_says_so_and_changes_nothing_until_it_is_opened_anew(
    vera, place, six, opened
):
    opened(vera, f"{place.url}/?Segment=1")
    expect(vera).to_have_url(re.compile(r"\?Segment=1&model=[0-9a-f]{16}$"))
    before = vera.locator("#shell-page").inner_text()
    old, first = make_four_live(six), names(six)[0]
    for _ in range(2):  # both of the workers, as like as not
        vera.locator(".p-ranked-row .p-card-name").last.click()
        expect(vera.get_by_role("alert").filter(has_text=CHANGED)).to_be_visible()
    assert vera.locator("#shell-page").inner_text() == before
    vera.get_by_role("button", name="Reload").click()
    expect(vera.get_by_role("heading", name="The segments have changed")).to_be_visible()
    expect(vera.locator("[data-changed]")).to_be_empty()
    vera.get_by_role("link", name=re.compile("Show the closest")).click()
    expect(vera.locator(".p-ranked-row")).to_have_count(4)
    said = vera.locator("#shell-page").inner_text()
    assert first in said
    assert not [name for name in old if name in said]


def test_what_one_predicts_lists_or_follows_is_of_the_segments_on_the_page(vera, place, six, opened):
    opened(vera, f"{place.url}/customers?Segment=1")
    make_four_live(six)
    vera.locator(".ag-header-cell").nth(1).click()
    expect(vera.get_by_role("alert").filter(has_text=CHANGED)).to_be_visible()
    vera.goto(f"{place.url}/predict")
    settle(vera)
    six.choose(Parameters(k=6), by="Ada-Admin")
    vera.get_by_role("button", name="Predict segment").click()
    expect(vera.get_by_role("alert").filter(has_text="(from four to six)")).to_be_visible()
    opened(vera, f"{place.url}/?Segment=1")
    make_four_live(six)
    vera.get_by_role("link", name="Campaigns").click()
    expect(vera.get_by_role("heading", name="The segments have changed")).to_be_visible()
    vera.get_by_role("link", name="Open with the model").click()
    expect(vera.get_by_role("status").filter(has_text="older model, with six segments")).to_be_visible()


def test_a_name_that_is_changed_meanwhile_is_followed_without_a_word(vera, place, six, opened):
    opened(vera, place.url + "/")
    six.name_segment(2, "Quiet regulars", by="Ada-Admin")
    name_of(vera, 1).click()
    expect(name_of(vera, 2)).to_have_text("Quiet regulars")
    expect(vera.locator("[data-changed]")).to_be_empty()
    expect(vera).to_have_url(re.compile("Segment=1"))
