"""A file comes in, in a real browser: sent, looked at by a real worker, told what its columns are for, and made a dataset.

Next month's file after it: names outlive it, going back is one press, and who is erased is gone from all of it.
"""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, Route, expect

from core.datasets.staged import example
from core.settings import ROOT
from tests.e2e.test_look import SHIFTS
from tests.support.axe import findings
from tests.support.browser import settle, signed_up

WHO, NAME = "C1031", "Our regulars"
PATIENCE_MS = 120_000  # the worker gives way to everybody else on the machine
HEADING = "Customer,Age,Income,Orders,Total spent,Days since last order"
SPENT = (200, 900, 2000, 4000, 7000, 9000)


@pytest.fixture(scope="module")
def url(serve) -> str:
    return serve().url


@pytest.fixture(scope="module")
def cookies(browser, url):
    """The administrator's."""
    return signed_up(browser, url)


@pytest.fixture
def page(anew) -> Page:
    return anew


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
    page.get_by_label("Currency").select_option("EUR")
    page.get_by_label("Language of numbers").select_option("de_DE")
    page.get_by_label("Title").fill("Our customers")
    page.get_by_label("Title").press("Enter")
    page.wait_for_url(f"{url}/d/our-customers/")
    expect(page.get_by_text("40 customers").first).to_be_visible()
    expect(page.locator(".p-kpi-value", has_text="€").first).to_have_text(re.compile(r"^\d+\.\d{3}\s€$"))
    page.set_viewport_size({"width": 1024, "height": 768})
    assert page.locator(".p-bar nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")
    page.add_init_script(SHIFTS)
    page.goto(f"{url}/models")
    settle(page)
    assert page.evaluate("window.shifted") < 0.0005


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
    # As when the page is drawn again.
    page.evaluate("document.getElementById('data-sending').replaceChildren()")
    page.get_by_role("button", name="Cancel sending large.csv").click()
    expect(page.get_by_text("large.csv was not sent: cancelled.")).to_be_visible()
    slow.detach()
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


def month(path: Path, numbers: range, spent: tuple[int, ...]) -> Path:
    """Customers of as many groups as there are segments, and what the average one of each has spent."""
    draw, k = random.Random(5), len(spent)
    incomes, orders = (60, 20, 110, 35, 150, 85), (2, 30, 14, 40, 8, 20)
    rows = [
        f"C{1000 + n},{20 + 10 * (n % k) + draw.randint(0, 3)},{incomes[n % k] * 1000 + draw.randint(0, 999)},"
        f"{orders[n % k] + draw.randint(0, 2)},{spent[n % k] + draw.randint(0, 90)},{(50, 20, 40, 10, 60, 30)[n % k] + draw.randint(0, 3)}"
        for n in numbers
    ]
    path.write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
    return path


def bring(page: Page, file: Path) -> None:
    """Choose a file on the page of data that is open."""
    page.get_by_label("Drop a file here or choose one").set_input_files(file)


def make_live(page: Page, title: str, said: str) -> None:
    """Read what the file that came would change, and make it live."""
    page.get_by_role("button", name=f"Say what it would change in {title}").press("Enter")
    expect(page.get_by_text(said)).to_be_visible(timeout=PATIENCE_MS)
    assert findings(page) == []
    page.get_by_role("button", name="Make it live: replace all customers").press("Enter")
    live = page.get_by_role("heading", name=f"Version 2 of {title} is live")
    expect(live).to_be_visible(timeout=PATIENCE_MS)


def choose(page: Page, address: str, number: int) -> None:
    """Make one of two versions live, on the page of models."""
    page.goto(f"{address}/models")
    page.get_by_text(f"Make version {number} live", exact=True).click()
    page.get_by_role("button", name="Make it live").click()
    expect(page.get_by_text(f"Make version {3 - number} live", exact=True)).to_be_visible()


def exported(page: Page, orchard: str) -> pd.DataFrame:
    """The file of all customers, by their ID."""
    return pd.read_csv(
        io.StringIO(page.request.get(f"{orchard}/export/customers.csv").text()), index_col="ID"
    )


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Those of the segment that was given a name, which is the second."""
    of_it = table[table["Segment_Name"] == NAME]
    assert {*of_it["Segment"]} == {2}
    return of_it


def test_names_outlive_the_next_file_going_back_is_one_press_and_who_is_erased_is_gone(page, url, tmp_path):
    orchard = f"{url}/d/orchard"
    page.goto(f"{url}/data")
    bring(page, month(tmp_path / "orchard.csv", range(120), SPENT))
    page.get_by_role("button", name="Make segments").click()
    page.wait_for_url(f"{orchard}/")
    page.goto(f"{orchard}/segments")
    second = page.get_by_role("article").nth(1)
    second.get_by_role("button", name="Rename, or add a note").click()
    name = page.get_by_label("Name", exact=True)
    name.fill(NAME)  # at once: the name of now is there, and comes over nothing that is typed
    name.press("Enter")
    expect(second).to_contain_text("Named by")
    colour = second.locator(".p-swatch").get_attribute("style")

    page.goto(f"{orchard}/data")
    # Those of the second segment, who spent most but one, spend least by now.
    bring(page, month(tmp_path / "february.csv", range(12, 132), (5000, *SPENT[1:4], 100, SPENT[5])))
    make_live(page, "orchard", "120 customers become 120: 12 new, 12 gone, 108 in both")
    page.get_by_role("link", name="See who moved, and what changed").click()
    expect(page.get_by_role("heading", name="Versions of the customers")).to_be_visible()
    expect(page.locator("h3", has_text=NAME).locator(".p-swatch")).to_have_attribute("style", colour)
    february = exported(page, orchard)
    assert named(february)["Total_spent"].max() < 200
    assert {"C1131"} == {*february.index} & {"C1131", "C1000"}

    choose(page, orchard, 1)
    january = exported(page, orchard)
    assert named(january)["Total_spent"].min() > 6900
    assert {"C1000", WHO} == {*january.index} & {"C1131", "C1000", WHO}

    page.goto(f"{orchard}/customers?customer={WHO}")
    page.get_by_role("link", name="Erase this customer").click()
    page.get_by_label("Type the ID of the customer to erase them").fill(WHO)
    page.get_by_role("button", name="Erase this customer").click()
    erased = page.get_by_text("one row of version 1 and one row of version 2")
    expect(erased).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{orchard}/customers?customer={WHO}")
    expect(page.get_by_text(f"No customer has the ID “{WHO}”")).to_be_visible()
    expect(page.get_by_text("It is in the column Customer,")).to_be_visible()
    assert {*exported(page, orchard).index} == {*january.index} - {WHO}
    choose(page, orchard, 2)
    assert {*exported(page, orchard).index} == {*february.index} - {WHO}
    expect(page.locator("h3", has_text=NAME)).to_be_visible()


def test_the_first_dataset_has_a_next_file_and_a_way_back_as_well(page, url, tmp_path):
    page.goto(f"{url}/data")
    lines = (ROOT / "data" / "customers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "february.csv").write_text("".join(lines[:-40]), encoding="utf-8")
    bring(page, tmp_path / "february.csv")
    make_live(page, "customers", "2,240 customers become 2,200: 0 new, 40 gone, 2,200 in both")
    choose(page, url, 1)
