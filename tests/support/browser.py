"""What tests and pictures do in a browser: launch it, sign up, wait until a page stands still."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, StorageState

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SETTLED = """() =>
    !document.querySelector('._dash-loading, [data-dash-is-loading="true"], .p-skeleton')
    && [...document.querySelectorAll('.dash-graph')].every((chart) => chart.querySelector('.main-svg'))
    && (!document.querySelector('.p-list') || document.body.matches('[data-grid], .is-empty'))
    && document.fonts.status === 'loaded'
"""
# What was asked last is painted, and nothing has moved for two frames; asked once a frame, since a promise counts as true.
BEGINS = "(element, block) => { element.scrollIntoView({ block, behavior: 'instant' }); window.stood = []; }"
RESTS = f"""(element) => {{
    const filters = window.parterre && window.parterre.filters, body = document.body;
    const filtered = filters && filters.page && document.querySelector(`[data-filters="${{filters.page}}"]`);
    const told = !filtered || (
        body.dataset.ready === filters.page && body.dataset.painted === String(filters.asked)
    );
    const stood = window.stood ||= [];
    if (!told || !({SETTLED})()) {{ stood.length = 0; return false; }}
    stood.push(JSON.stringify([
        element && element.getBoundingClientRect(), scrollX, scrollY, body.scrollWidth, body.scrollHeight
    ]));
    const last = stood.slice(-3);
    return last.length === 3 && new Set(last).size === 1;
}}"""


@dataclass(frozen=True)
class Account:
    """Somebody who signs up; a new name each time unless one is given."""

    username: str = field(default_factory=lambda: f"visitor-{secrets.token_hex(4)}")
    password: str = "quiet beds of lavender"


def launch_options() -> dict[str, object]:
    """How to launch Chromium: the one on the PATH where there is one, else Playwright's own."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    # Chromium refuses to start its sandbox as root, which is what containers usually are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"args": arguments} | ({"executable_path": found} if found else {})


def sign_up(page: Page, url: str, account: Account) -> None:
    """Sign up through the page, as a newcomer does; ends on the first page of the product."""
    page.goto(f"{url}/signup")
    page.get_by_label("Username", exact=True).fill(account.username)
    page.get_by_label("Password", exact=True).fill(account.password)
    page.get_by_label("Repeat password", exact=True).fill(account.password)
    page.get_by_role("button", name="Sign up", exact=True).click()
    page.wait_for_url(f"{url}/")


def has_account(context: BrowserContext, url: str, account: Account | None = None) -> Account:
    """Sign up without a page, for tests of what is behind the door: from then on `context` is who signed up."""
    account = account or Account()
    form = {"username": account.username, "password": account.password, "repeat": account.password}
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', context.request.get(f"{url}/signup").text())
    answer = context.request.post(f"{url}/signup", form=form | {"csrf_token": token[1]}, max_redirects=0)
    assert answer.status == 302, answer.text()
    return account


def signed_up(browser: Browser, url: str, account: Account | None = None) -> StorageState:
    """The cookies of somebody who has just signed up, for the contexts of a test."""
    with browser.new_context() as context:
        has_account(context, url, account)
        return context.storage_state()


def settle(page: Page) -> None:
    """Wait until nothing loads, every chart is drawn and the typeface is there."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(SETTLED)


def row(page: Page, number: int) -> Locator:
    """The row of a segment on the overview."""
    return page.locator(f'.p-ranked-row[data-code="{number - 1}"]')


def name_of(page: Page, number: int) -> Locator:
    """What a click on filters by the segment, there."""
    return row(page, number).locator(".p-card-name")


def at_rest(locator: Locator, block: str = "nearest") -> FloatRect:
    """Where something is once the page is at rest: to be asked before each act that aims by coordinates."""
    locator.evaluate(BEGINS, block)
    locator.page.wait_for_function(RESTS, arg=locator.element_handle())
    box = locator.bounding_box()
    assert box, f"nothing is drawn of {locator}"
    return box


# What a page went through, for the report of a test that failed.
WITNESS = """(() => {
    const seen = window.witnessed = [], note = (...what) => seen.push(`${Math.round(performance.now())} ${what.join(' ')}`);
    for (const name of ['mousemove', 'mousedown', 'mouseup', 'click', 'keydown']) document.addEventListener(name, (event) => note(
        name, event.clientX, event.clientY, event.key, event.target.id, String(event.target.className.baseVal ?? event.target.className)
    ), true);
    document.addEventListener('DOMContentLoaded', () => new MutationObserver((changes) => changes.forEach((change) =>
        note(change.attributeName, document.body.getAttribute(change.attributeName))
    )).observe(document.body, { attributes: true }));
    const fetched = window.fetch;
    window.fetch = (...asked) => {
        const body = String(asked[1] && asked[1].body || '').slice(0, 150);
        note('asks', asked[0], body);
        return fetched(...asked).then((answer) => { note('answer', answer.status, body); return answer; });
    };
})()"""
WITNESSED = """() => JSON.stringify([
    location.href, document.title, { ...document.body.dataset }, document.body.className,
    window.parterre && window.parterre.filters && window.parterre.filters.asked,
    (document.getElementById('shell-notice') || {}).textContent,
]) + '\\n' + (window.witnessed || []).slice(-40).join('\\n')"""


def witnessed(context: BrowserContext) -> list[str]:
    """What the pages of `context` say of themselves: address, state, and what happened to them last."""
    return [page.evaluate(WITNESSED) for page in context.pages]


def listen(context: BrowserContext, errors: list[str]) -> None:
    """Append to `errors` what the consoles of all pages of `context` report as one."""
    context.add_init_script(WITNESS)
    context.on(
        "console",
        lambda message: (
            errors.append(f"{message.text} ({message.location['url']})") if message.type == "error" else None
        ),
    )
    context.on("weberror", lambda error: errors.append(str(error.error)))


def use(chart: Locator, entry: str) -> None:
    """Do what an entry of the menu of a chart says."""
    chart.locator(".p-chart-menu > summary").click()
    chart.get_by_role("button", name=entry, exact=True).click()
