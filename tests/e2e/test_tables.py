"""Pages on tables of other schemas, in a real browser: nothing fails, in light and in dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.services import create_services
from core.settings import load
from tests.datasets.tables import TABLES
from tests.support.browser import settle, signed_up
from tests.support.english import english

# Where one begins, and the links that lead on; every third table has the same row.
PAGES = (
    ("/explore", "Segments", "How many"),
    ("/predict", "Campaigns", "Overview"),
    ("/explore?show=relations", "Customers", "Models"),
)
# Lines of the page, and what Plotly writes into its pictures: ticks, texts, names.
PAINTED = r"""() => document.querySelector('#shell-page').innerText.split('\n').concat(
    [...document.querySelectorAll('.js-plotly-plot svg text')].map((text) => text.textContent)
)"""


@pytest.fixture(scope="module")
def url(serve, tmp_path_factory) -> str:
    """A server whose datasets are all tables; the model of each is made before, and what takes long is left out."""
    folder = tmp_path_factory.mktemp("tables")
    services = create_services(load(home=folder / "home", segments=4))
    for name, made in TABLES.items():
        table, file = made(), folder / f"{name}.csv"
        table.frame.to_csv(file, index=False)
        services.workspaces.add(file, name, table.schema)
    services.database.close()
    return serve(home=folder / "home", segments=4, worker=None).url


@pytest.fixture(scope="module")
def cookies(browser, url):
    return signed_up(browser, url)


@pytest.fixture(scope="module")
def screen():
    return {"viewport": {"width": 1440, "height": 900}, "locale": "de-DE", "reduced_motion": "reduce"}


@pytest.mark.parametrize("name", TABLES)
def test_pages_open_without_an_error_in_light_and_in_dark_and_paints_the_readers_numbers(shared, url, name):
    """An error in the console fails the test; see `console_errors`."""
    page = shared
    first, *titles = PAGES[list(TABLES).index(name) % len(PAGES)]
    page.goto(f"{url}/d/{name}{first}")
    page.locator(".main-svg").first.wait_for()
    look(page)
    for title in titles:
        page.emulate_media(color_scheme="light")
        page.get_by_role("link", name=title, exact=True).first.click()
        expect(page).to_have_title(f"{title} · Parterre")
        look(page)


def look(page):
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    expect(page.locator("#shell-page")).not_to_contain_text("Something went wrong")
    assert [found for text in page.evaluate(PAINTED) if (found := english(text, "de-DE"))] == []
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
