"""Below a path of a real nginx, with the lines that docs/operations.md has for it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app import VIEWS
from tests.support.browser import Account, settle, sign_up
from tests.support.nginx import IS_HERE, documented, nginx

pytestmark = pytest.mark.skipif(not IS_HERE, reason="needs nginx")
TYPED = {
    "Age": "45",
    "Income": "52000",
    "Total spending": "600",
    "Web purchases": "4",
    "Store purchases": "6",
    "Web visits per month": "5",
    "Recency": "40",
}


@pytest.fixture(scope="module")
def shop(serve, tmp_path_factory):
    """The address of Parterre below a path."""
    server = serve(proxies=1)
    with nginx(tmp_path_factory.mktemp("nginx"), ";" + documented(1, server.url)) as port:
        yield f"http://127.0.0.1:{port}/shop"


@pytest.fixture
def visitor(new_context, shop):
    """A page that has asked for nothing that is not below the path."""
    page = new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    elsewhere = [one for one in asked if one.startswith("http") and not one.startswith(f"{shop}/")]
    assert asked
    assert elsewhere == []


def go(page, name):
    """Follow a link of the navigation."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()
    settle(page)


def downloaded(page, button):
    with page.expect_download() as started:
        button.click()
    return started.value.path().read_bytes()


def test_everything_works_below_a_path(visitor, shop):
    page = visitor
    sign_up(page, shop, Account())
    page.locator('body[data-ready="/"]').wait_for()
    for view in VIEWS:
        go(page, view.title)
        expect(page).to_have_url(re.compile(rf"^{re.escape(shop)}{view.path}(\?|$)"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(f"{shop}/")
    page.locator('body[data-ready="/"]').wait_for()
    page.get_by_role("article").first.get_by_role("button").first.click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(shop)}/\?Segment=1&model="))
    page.locator("#views-menu > summary").click()
    page.get_by_label("Save this view as").fill("First bed")
    page.get_by_label("Save this view as").press("Enter")
    saved = page.get_by_role("list", name="Saved views").get_by_role("link", name="First bed")
    expect(saved).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Clear all").click()
    expect(page).to_have_url(f"{shop}/")
    page.go_back()
    expect(page).to_have_url(re.compile(r"Segment=1"))

    go(page, "Customers")
    expect(page).to_have_url(re.compile(rf"^{re.escape(shop)}/customers\?Segment=1&model="))
    page.get_by_text("Download", exact=True).click()
    lines = downloaded(page, page.get_by_role("link", name="CSV: all columns")).splitlines()
    assert len(lines) - 1 == int(
        re.sub(r"\D", "", page.locator("#filters-count").inner_text().split(" of ")[0])
    )

    go(page, "Predict")
    for label, value in TYPED.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Predict segment").click()
    expect(page.get_by_role("status").first).to_contain_text("Segment")

    page.locator(".p-menu > summary").click()
    page.get_by_role("link", name="Account").click()
    page.wait_for_url(f"{shop}/account")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url(f"{shop}/login?why=signed-out")
    page.goto(f"{shop}/explore?Children=1")
    page.wait_for_url(f"{shop}/login?next=%2Fexplore%3FChildren%3D1")
    assert urlsplit(page.url).path == "/shop/login"
