"""Below a path of a real nginx, with the lines that docs/operations.md has for it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect

from app import VIEWS
from core.accounts.members import EVERYBODY
from core.accounts.permissions import Standing
from core.services import create_services
from core.settings import ROOT
from tests.support.browser import Account, has_account, name_of, settle, sign_up
from tests.support.nginx import IS_HERE, documented, nginx
from tests.support.postgresql import settled

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
def proxied(serve):
    """One that believes a proxy."""
    return serve(proxies=1)


@pytest.fixture(scope="module")
def half(proxied, tmp_path_factory) -> str:
    """A second dataset, added while the server runs and shared with everybody, who may have it calculated: half of the customers."""
    file = tmp_path_factory.mktemp("half") / "half.csv"
    pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python", dtype=str).iloc[::2].to_csv(
        file, index=False
    )
    services = create_services(settled(proxied.home))
    slug = services.workspaces.add(file, "Half").slug
    services.access.members.give(slug, EVERYBODY, Standing.ANALYST, by="")
    return slug


@pytest.fixture(scope="module")
def shop(proxied, tmp_path_factory):
    """The address of Parterre below a path."""
    with nginx(tmp_path_factory.mktemp("nginx"), ";" + documented(1, proxied.url)) as port:
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


def count(page) -> int:
    """How many customers the page is about."""
    return int(re.sub(r"\D", "", page.locator("#filters-count").inner_text().split(" of ")[0]))


def downloaded(page, button):
    with page.expect_download() as started:
        button.click()
    return started.value.path().read_bytes()


def test_everything_works_below_a_path(visitor, shop):
    page = visitor
    sign_up(page, shop, Account())
    page.locator('body[data-ready="/"]').wait_for()
    for view in [one for one in VIEWS if one.title not in ("Overview", "Customers", "Predict")]:
        go(page, view.title)
        expect(page).to_have_url(re.compile(rf"^{re.escape(shop)}{view.path}(\?|$)"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(f"{shop}/")
    page.locator('body[data-ready="/"]').wait_for()
    name_of(page, 1).click()
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
    expect(page.get_by_role("button", name="Clear all")).to_be_visible()

    go(page, "Customers")
    expect(page).to_have_url(re.compile(rf"^{re.escape(shop)}/customers\?Segment=1&model="))
    page.get_by_text("Export", exact=True).click()
    lines = downloaded(page, page.get_by_role("link", name="CSV: all columns")).splitlines()
    assert len(lines) - 1 == int(
        re.sub(r"\D", "", page.locator("#filters-count").inner_text().split(" of ")[0])
    )

    go(page, "Predict")
    for label, value in TYPED.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Predict segment").click()
    expect(page.get_by_role("status").first).to_contain_text("Segment")

    page.locator(".p-bar .p-menu > summary").click()
    page.get_by_role("link", name="Account").click()
    page.wait_for_url(f"{shop}/account")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url(f"{shop}/login?why=signed-out")
    page.goto(f"{shop}/explore?Children=1")
    page.wait_for_url(f"{shop}/login?next=%2Fexplore%3FChildren%3D1")
    assert urlsplit(page.url).path == "/shop/login"


@pytest.fixture
def tabs(shop, new_context, half):
    """Two pages of one visitor, each at a dataset of its own."""
    context = new_context()
    has_account(context, shop)
    here, there = context.new_page(), context.new_page()
    here.goto(f"{shop}/")
    there.goto(f"{shop}/d/{half}/")
    for page in (here, there):
        page.locator('body[data-ready="/"]').wait_for()
    asked: list[str] = []
    there.on("request", lambda request: asked.append(request.url.removeprefix(shop)))
    there.wait_for_event("request", lambda request: "/api/v1/jobs/" in request.url)
    yield here, there
    scripts, own = ("/assets/", "/_dash-component-suites/"), (f"/d/{half}/", "/d/default/")
    assert [one for one in asked if one.startswith(f"/d/{half}/api/v1/jobs/")]
    assert [one for one in asked if not one.startswith((*scripts, *own))] == []


def test_two_datasets_in_two_tabs_never_mix(tabs, shop, half):
    here, there = tabs
    mounts = {here: shop, there: f"{shop}/d/{half}"}
    everybody = {page: count(page) for page in tabs}
    assert everybody[there] == everybody[here] // 2
    for page, place in ((here, 0), (there, 1)):
        name_of(page, place + 1).click()
        expect(page).to_have_url(re.compile(rf"^{re.escape(mounts[page])}/\?Segment={place + 1}&model="))
    filtered = {page: count(page) for page in tabs}

    there.locator("#views-menu > summary").click()
    there.get_by_label("Save this view as").fill("Of this shop")
    there.get_by_label("Save this view as").press("Enter")
    expect(there.get_by_role("link", name="Of this shop")).to_be_visible()
    here.locator("#views-menu > summary").click()
    expect(here.get_by_text("No saved views yet.")).to_be_visible()

    for page in tabs:
        go(page, "Customers")
        page.locator('body[data-ready="/customers"]').wait_for()
        assert count(page) == filtered[page]
        expect(page).to_have_url(re.compile(rf"^{re.escape(mounts[page])}/customers\?Segment="))
    for page in tabs:
        page.go_back()
        page.locator('body[data-ready="/"]').wait_for()
        assert count(page) == filtered[page]

    there.get_by_label("Dataset: Half").click()
    there.get_by_role("link", name="customers", exact=True).click()
    there.wait_for_url(f"{shop}/d/default/")
    there.locator('body[data-ready="/"]').wait_for()
    assert count(there) == everybody[here]
    there.go_back()
    there.locator('body[data-ready="/"]').wait_for()
    assert count(there) == filtered[there]
    assert count(here) == filtered[here]
