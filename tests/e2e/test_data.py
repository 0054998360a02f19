"""A file comes in, in a real browser: sent, looked at by a real worker, told what its columns are for, and made a dataset."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from core.datasets.staged import example
from tests.support.axe import findings
from tests.support.browser import signed_up


@pytest.fixture(scope="module")
def url(serve) -> str:
    return serve().url


@pytest.fixture(scope="module")
def cookies(browser, url):
    """The administrator's."""
    return signed_up(browser, url)


@pytest.fixture
def page(new_context, cookies) -> Page:
    return new_context(storage_state=cookies).new_page()


@pytest.fixture
def customers(tmp_path) -> Path:
    path = tmp_path / "our customers.csv"
    path.write_text(example(), encoding="utf-8")
    return path


def test_a_file_is_sent_and_becomes_a_dataset_by_the_keyboard(page, url, customers):
    page.goto(f"{url}/data")
    page.get_by_label("Drop a file here or choose one").set_input_files(customers)
    expect(page.get_by_role("heading", name="What is in our customers.csv?")).to_be_visible()
    expect(page.get_by_text("One row per customer: 40 rows, 6 columns.")).to_be_visible()
    page.reload()
    role = page.get_by_label("Income", exact=True)
    expect(role).to_have_value("basis")
    role.focus()
    role.select_option("descriptor")
    expect(page.get_by_text("Your choice.")).to_be_visible()
    expect(role).to_be_focused()
    expect(page.get_by_role("button", name="Make segments")).to_be_visible()
    assert findings(page) == []
    page.get_by_label("Title").fill("Our customers")
    page.get_by_label("Title").press("Enter")
    page.wait_for_url(f"{url}/d/our-customers/")
    expect(page.get_by_text("40 customers").first).to_be_visible()
    customers.write_text("\n".join(example().splitlines()[:-4]), encoding="utf-8")
    page.goto(f"{url}/data")
    page.get_by_label("Drop a file here or choose one").set_input_files(customers)
    page.get_by_role("button", name="Say what it would change in Our customers").press("Enter")
    expect(page.get_by_text("40 customers become 36: 0 new, 4 gone")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="Make it live: replace all customers").press("Enter")
    expect(page.get_by_role("heading", name="Version 2 of Our customers is live")).to_be_visible()
    page.get_by_role("link", name="See who moved, and what changed").click()
    expect(page.get_by_role("heading", name="Versions of the customers")).to_be_visible()


def test_a_file_that_broke_off_goes_on_after_a_reload(page, url, tmp_path, console_errors):
    large, offsets, is_broken = tmp_path / "broken.csv", [], [True]
    large.write_bytes(b"\x00" * 9_000_000)

    def pass_on(route: Route) -> None:
        offset = int(route.request.url.rpartition("=")[2])
        if is_broken and offset:
            route.abort("connectionreset")
            return
        offsets.append(offset)
        route.continue_()

    page.route(re.compile(r"/data/files/.*offset="), pass_on)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{url}/data")
    page.get_by_label("Drop a file here or choose one").set_input_files(large)
    expect(page.get_by_text("waiting for the connection, then it goes on")).to_be_visible()
    page.reload()
    expect(page.get_by_text("4.0 MB of 9.0 MB have come")).to_be_visible()
    is_broken.clear()
    page.get_by_label("Drop a file here or choose one").set_input_files(large)
    expect(page.get_by_role("heading", name="What is in broken.csv?")).to_be_visible()
    assert offsets == [0, 4_000_000, 8_000_000]
    assert {"net::ERR_CONNECTION_RESET" in one for one in console_errors} == {True}
    console_errors.clear()


def test_a_file_that_is_being_sent_is_cancelled_and_one_that_came_is_there_after_a_reload(
    page, url, customers, tmp_path
):
    page.goto(f"{url}/data")
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000},
    )
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 3_000_000)
    field = page.get_by_label("Drop a file here or choose one")
    field.set_input_files(large)
    expect(page.get_by_role("progressbar", name="Sending large.csv")).to_be_visible()
    page.get_by_role("button", name="Cancel sending large.csv").click()
    expect(page.get_by_text("large.csv was not sent: cancelled.")).to_be_visible()
    field.set_input_files(customers.rename(tmp_path / "others.csv"))
    expect(page.get_by_role("heading", name="What is in others.csv?")).to_be_visible()
    page.goto(f"{url}/data")
    waiting = page.get_by_role("listitem").filter(has_text="others.csv")
    expect(waiting.get_by_text("One row per customer")).to_be_visible()
    expect(page.get_by_text("large.csv")).to_have_count(0)
    waiting.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("others.csv")).to_have_count(0)


def test_customers_and_their_orders_are_ticked_and_become_one_file(page, url, tmp_path):
    page.goto(f"{url}/data")
    people, sold = tmp_path / "people.csv", tmp_path / "sold.csv"
    people.write_text("Customer,Age\n" + "".join(f"C{n},{20 + n * 7 % 50}\n" for n in range(60)))
    lines = (f"C{n % 50 + 20},2024-{1 + n % 12:02}-{1 + n % 28:02},{1 + n % 31}.5\n" for n in range(300))
    sold.write_text("Customer,Order date,Amount\n" + "".join(lines))
    page.get_by_label("Drop a file here or choose one").set_input_files([people, sold])
    expect(page.get_by_text("belong together by Customer: 40 of 60 customers have orders")).to_be_visible()
    page.get_by_role("button", name="Put what is ticked together").click()
    expect(page.get_by_text("Tick two files or more that belong together.")).to_be_visible()
    for name in ("people.csv", "sold.csv"):
        page.get_by_label(f"{name} belongs with other files").check()
    assert findings(page) == []
    page.get_by_role("button", name="Put what is ticked together").click()
    expect(page.get_by_role("heading", name="What is in")).to_contain_text("sold")
    decision = (
        page.get_by_role("listitem")
        .filter(has_text="20 customers of 60")
        .filter(has=page.get_by_role("button", name="Leave them out"))
    )
    decision.get_by_role("button", name="Leave them out").click()
    expect(page.get_by_text("One row per customer: 40 rows")).to_be_visible()
