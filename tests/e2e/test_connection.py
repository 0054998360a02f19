"""A server that is away, or not well, is said; what was asked is answered after another try."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import name_of

UPDATE = re.compile("/_dash-update-component")


@pytest.fixture
def overview(shared, opened):
    opened(shared, "/")
    return shared


def said(page):
    return page.get_by_role("alert").filter(has_text=re.compile("[a-z]"))


def test_a_click_without_a_connection_is_said_and_answered_after_another_try(overview, console_errors):
    overview.route(UPDATE, lambda route: route.abort("internetdisconnected"))
    name_of(overview, 2).click()
    expect(said(overview)).to_contain_text("No connection.")
    overview.get_by_role("button", name="Try again").click()
    expect(said(overview)).to_contain_text("No connection.")
    overview.unroute(UPDATE)
    overview.get_by_role("button", name="Try again").click()
    expect(overview).to_have_url(re.compile(r"\?Segment=2"))
    expect(said(overview)).to_have_count(0)
    console_errors.clear()


REFUSALS = (
    (503, '{"error": "Not available at the moment."}', "Not available at the moment."),
    (429, '{"error": "Too many at once."}', "Too many at once."),
    (502, "<html>Bad Gateway</html>", "The server does not answer at the moment."),
)


def test_a_page_that_the_server_can_not_open_or_that_is_asked_for_offline_is_said_and_opened_afterwards(
    overview, console_errors
):
    told = {}
    overview.route(UPDATE, lambda route: route.fulfill(**told))
    act = overview.get_by_role("link", name="Models", exact=True)
    for status, body, words in REFUSALS:
        told |= {"status": status, "body": body}
        act.click()
        expect(said(overview)).to_contain_text(words)
        act = overview.get_by_role("button", name="Try again")
    overview.unroute(UPDATE)
    act.click()
    expect(overview.get_by_role("heading", level=1)).to_have_text("Models")
    expect(said(overview)).to_have_count(0)

    overview.context.set_offline(True)
    overview.get_by_role("link", name="Predict", exact=True).click()
    expect(said(overview)).to_contain_text("No connection.")
    overview.context.set_offline(False)
    expect(overview.get_by_role("heading", level=1)).to_have_text("Predict")
    expect(said(overview)).to_have_count(0)
    console_errors.clear()
