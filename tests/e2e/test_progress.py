"""Long work as a visitor sees it: a real browser, two web workers, and a worker that may be killed."""

from __future__ import annotations

import os
import signal
import sys
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.support.browser import has_account, signed_up
from tests.support.job_pages import worker_pid
from tests.support.server import COMMAND


@pytest.fixture(scope="module")
def long(serve):
    """Parterre with one more page, whose work ends when a file appears."""
    web = [*COMMAND[:-1], "tests.support.job_pages:create_server()"]
    return serve(web=web, worker=[sys.executable, "-m", "tests.support.job_pages"])


@pytest.fixture(scope="module")
def url(long) -> str:
    return long.url


@pytest.fixture(scope="module")
def cookies(browser, url):
    return signed_up(browser, url)


@pytest.fixture
def page(shared):
    return shared


@pytest.fixture
def asked(url, tmp_path):
    """The address of a page whose work is this test's own."""
    arguments = {"kind": "until-told", "runs": str(tmp_path / "runs"), "go": str(tmp_path / "go")}
    return f"{url}/long?{urlencode(arguments)}"


def test_a_page_shows_progress_and_draws_itself_anew_when_the_work_is_done(page, url, asked, tmp_path):
    page.goto(asked)
    panel = page.get_by_role("region", name="Waiting for a sign")
    expect(panel.get_by_role("status")).to_have_text("Waiting for a sign")
    expect(panel.locator(".p-progress-found")).to_have_text("There is none so far.")
    expect(panel.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
    expect(panel.get_by_text("50%")).to_be_visible()
    (tmp_path / "go").touch()
    expect(page.get_by_text("The result is 1.")).to_be_visible()
    expect(panel).to_have_count(0)
    assert page.url == asked


def test_work_is_cancelled_and_started_again_by_keyboard(page, url, asked, tmp_path, axe):
    page.goto(asked)
    panel = page.get_by_role("region", name="Waiting for a sign")
    expect(panel.get_by_role("status")).to_have_text("Waiting for a sign")
    assert axe(page) == []
    panel.get_by_role("button", name="Cancel").press("Enter")
    expect(panel.get_by_role("status")).to_have_text("Cancelled.")
    again = panel.get_by_role("button", name="Start again")
    expect(again).to_be_focused()
    assert axe(page) == []
    again.press("Enter")
    (tmp_path / "go").touch()
    expect(page.get_by_text("The result is 1.")).to_be_visible()


def test_who_did_not_start_it_can_not_cancel_it(page, url, asked, new_context):
    page.goto(asked)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    somebody = new_context()
    has_account(somebody, url)
    other = somebody.new_page()
    other.goto(asked)
    expect(other.get_by_role("region", name="Waiting for a sign")).to_be_visible()
    expect(other.get_by_role("button", name="Cancel")).to_be_hidden()


def test_an_error_says_what_to_do_and_can_be_tried_again(page, url):
    page.goto(f"{url}/long?kind=refuse&of=browser")
    panel = page.get_by_role("region", name="Refusing")
    expect(panel.get_by_role("alert")).to_have_text("Found two customers. Expected more. Use a larger file.")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.get_by_role("alert")).to_have_text("Found two customers. Expected more. Use a larger file.")


def test_a_worker_that_is_killed_leaves_nothing_running_for_ever(page, url, asked, long):
    """Last, since nobody starts the worker of this server again."""
    page.goto(asked)
    panel = page.get_by_role("region", name="Waiting for a sign")
    expect(panel.get_by_role("status")).to_have_text("Waiting for a sign")
    os.kill(worker_pid(long.home), signal.SIGKILL)
    expect(panel.get_by_role("alert")).to_contain_text("The worker stopped in the middle", timeout=60_000)
    panel.get_by_role("button", name="Try again").click()
    expect(panel.get_by_role("status")).to_contain_text("none is running", timeout=60_000)
