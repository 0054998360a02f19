"""Coming, going, and what a browser shows afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.support.browser import Account, has_account, settle
from tests.support.server import standing_still

ASKED = "/predict?Age=33&Income=30000&Recency=80"
ENDED = "Your session has ended. Sign in to go on."


@pytest.fixture
def somebody():
    return Account()


@pytest.fixture
def answered(page, base_url, somebody):
    """A page that shows an answer, of somebody who has signed up."""
    has_account(page.context, base_url, somebody)
    page.goto(ASKED)
    settle(page)
    return page


def sign_out(page, account):
    page.get_by_label(f"Menu of {account.username}").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login?why=signed-out")


def sign_in(page, account):
    page.get_by_label("Username", exact=True).fill(account.username)
    page.get_by_label("Password", exact=True).fill(account.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_sign_in_page(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("status").filter(has_text="segment")).to_have_count(0)
    assert "Customer ID" not in page.content()


def expect_nothing_but_401(console_errors):
    """The browser itself reports a request that is refused; nobody else may add to it."""
    assert [error for error in console_errors if "status of 401" not in error] == []
    console_errors.clear()


def test_signing_out_ends_the_session_and_back_shows_nothing(answered, somebody):
    sign_out(answered, somebody)
    expect(answered.get_by_role("status")).to_contain_text("You are signed out")
    assert answered.evaluate("sessionStorage.length") == 0, "what somebody typed of a customer is still there"
    answered.go_back()
    expect_sign_in_page(answered)
    answered.goto("/")
    expect_sign_in_page(answered)


def test_signing_out_can_not_be_done_by_a_link_and_a_link_without_a_session_leads_to_the_sign_in_page(
    answered, console_errors
):
    answered.goto("/logout")
    expect(answered.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert [error for error in console_errors if "404" not in error] == []
    console_errors.clear()
    answered.goto("/predict")
    expect(answered.get_by_role("heading", level=1)).to_have_text("Predict")
    settle(
        answered
    )  # a question that is under way would find the session gone, and leave before the link is followed
    answered.context.clear_cookies()
    answered.get_by_role("link", name="Overview", exact=True).click()
    answered.wait_for_url("**/login?why=expired*")
    expect_nothing_but_401(console_errors)


def test_an_expired_session_is_said_and_leads_back_to_the_question(answered, somebody, console_errors):
    answered.context.clear_cookies()
    answered.get_by_role("button", name="Predict segment").click()
    answered.wait_for_url("**/login?why=expired*")
    expect(answered.get_by_role("status")).to_have_text(ENDED)
    expect_nothing_but_401(console_errors)
    sign_in(answered, somebody)
    answered.wait_for_url("**/predict")
    expect(answered.get_by_role("status")).to_contain_text("Segment")
    expect(answered.get_by_label("Age", exact=True)).to_have_value("33")

    settle(answered)
    answered.context.clear_cookies(name="parterre_session")
    answered.reload()
    expect(answered.get_by_role("status")).to_have_text(ENDED)
    sign_in(answered, somebody)
    answered.wait_for_url("**/predict")
    expect(answered.get_by_label("Age", exact=True)).to_have_value("33")


def test_a_stranger_with_a_link_signs_in_first_and_lands_there(page, new_context, base_url, somebody):
    has_account(new_context(), base_url, somebody)
    page.goto(ASKED)
    expect_sign_in_page(page)
    assert ENDED not in page.content()
    sign_in(page, somebody)
    expect(page.get_by_label("Age", exact=True)).to_have_value("33")
    expect(page.get_by_role("status")).to_contain_text("Segment")


def test_signing_out_here_signs_out_there(answered, somebody, new_context, base_url, console_errors):
    there = new_context(storage_state=answered.context.storage_state()).new_page()
    there.goto(ASKED)
    settle(there)
    sign_out(answered, somebody)
    there.get_by_role("button", name="Predict segment").click()
    there.wait_for_url("**/login?why=expired*")
    expect(there.get_by_role("status")).to_have_text(ENDED)
    expect_nothing_but_401(console_errors)


def layout_for(context, base_url):
    """The frame as the server draws it for this user, asked for on a new connection."""
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    with urlopen(Request(f"{base_url}/_dash-layout", headers={"Cookie": cookies}), timeout=20) as answer:
        return json.dumps(json.load(answer))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers in /proc")
def test_every_user_is_served_by_every_worker(new_context, server):
    people = [new_context(), new_context()]
    first, second = (has_account(context, server.url).username for context in people)
    assert len(server.workers()) == 2
    for other in server.workers():
        with standing_still(other):
            frames = [layout_for(context, server.url) for context in people]
        assert [first in frame for frame in frames] == [True, False]
        assert [second in frame for frame in frames] == [False, True]


def test_two_users_at_once_each_get_their_own_answer(new_context, base_url):
    pages = [new_context().new_page() for _ in range(2)]
    for page in pages:
        has_account(page.context, base_url)
        page.goto("/predict")
        page.get_by_role("button", name="Predict segment").wait_for()
    for age in range(20, 23):
        for page, mine in zip(pages, (age, age + 40), strict=True):
            page.get_by_label("Age", exact=True).fill(str(mine))
            page.get_by_role("button", name="Predict segment").click()
        for page, mine in zip(pages, (age, age + 40), strict=True):
            expect(page.get_by_role("status")).to_contain_text(
                f"This customer is furthest from everyone in age: {mine}"
            )
