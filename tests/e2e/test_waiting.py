"""What takes long is found out while one waits or looks elsewhere, and is then on every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.settings import ROOT
from tests.support.browser import has_account, settle

SAMPLE = ROOT / "data" / "customers.csv"
PATIENCE = 280_000  # milliseconds; the evidence takes seconds of a core that others may be using


@pytest.mark.timeout(600)
def test_evidence_and_stability_arrive_while_one_waits_and_are_then_shown_everywhere(
    page, serve, tmp_path, axe, opened
):
    few = tmp_path / "few.csv"
    few.write_text("".join(SAMPLE.read_text().splitlines(keepends=True)[:151]))
    url = serve(data=few, fresh=True, workers=1).url
    has_account(page.context, url)
    page.goto(f"{url}/choose-k")
    panel = page.get_by_role("region", name="Evidence for the number of segments")
    arrived = page.get_by_role("heading", name="The criteria, one by one")
    expect(panel.or_(arrived).first).to_be_visible()
    expect(arrived).to_be_visible(timeout=PATIENCE)
    settle(page)
    expect(page.locator(".p-page-head")).to_contain_text("Six is live")
    assert axe(page) == []

    opened(page, f"{url}/segments?show=sure")
    page.get_by_text("What the trust badges mean").click(timeout=PATIENCE)
    expect(page.get_by_text("Stable is not the same as true or useful")).to_be_visible()
    for address, badge in (
        ("/segments", ".p-segment-card .p-trust"),
        ("/", "td.p-ranked-sure .p-trust-mark"),
    ):
        opened(page, f"{url}{address}")
        expect(page.locator(badge)).to_have_count(6)
