"""A real server, a real browser, and people who sign up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.axe import findings
from tests.support.browser import (
    Account,
    has_account,
    launch_options,
    listen,
    settle,
    signed_up,
    witnessed,
)
from tests.support.forks import everybodys
from tests.support.processes import forked
from tests.support.server import Server, furnish, serving

SERVERS = pytest.StashKey[list[Server]]()
HERE = Path(__file__).parent
FIRST = (
    *("core/evidence/test_evidence.py", "core/evidence/test_groups.py", "core/customers/test_erase.py"),
    *("e2e/", "scripts/", "core/test_worker.py", "datasets/", "test_architecture.py"),
)
PATIENCE_MS = 45_000  # what a loaded machine may take; a test that passes waits no longer for it
LAPTOP = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", "reduced_motion": "reduce"}


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SERVERS] = []
    expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits more than it reckons comes first, then what is long: small files after them leave no core idle.

    Three that need no server come before all, while the fourth process makes what servers are furnished with.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("e2e")
    items.sort(key=place)


def place(item: pytest.Item) -> int:
    path = item.path.relative_to(HERE.parent).as_posix()
    return next((number for number, first in enumerate(FIRST) if path.startswith(first)), len(FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.failed and item.path.is_relative_to(HERE):
        report.sections += [(f"log of {server.url}", server.said()) for server in item.config.stash[SERVERS]]
        browser = item.funcargs.get("browser")
        pages = [said for context in (browser.contexts if browser else []) for said in witnessed(context)]
        report.sections += [("page", said) for said in pages]
    return report


def starts(factory: pytest.TempPathFactory, config: pytest.Config) -> Iterator[Callable]:
    """What starts servers, and ends them at last."""
    with ExitStack() as running:

        def start(*, home: Path | None = None, fresh: bool = False, **settings: object) -> Server:
            if home is None:
                home = factory.mktemp("home")
                if not fresh:
                    furnish(home, everybodys(factory) / "furnished", **settings)
            server = running.enter_context(serving(home, begin=forked, **settings))
            config.stash[SERVERS].append(server)
            running.callback(config.stash[SERVERS].remove, server)
            return server

        yield start


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Callable]:
    """`serve(segments=4, ...)`: another server for a file, set by the field names of Settings, without accounts.

    What it would find out about its model in the background is there already, unless it is `fresh`.
    """
    yield from starts(tmp_path_factory, pytestconfig)


@pytest.fixture(scope="session")
def serve_all(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Callable]:
    """As `serve`, for what many files share: what they change there, the next one finds."""
    yield from starts(tmp_path_factory, pytestconfig)


@pytest.fixture(scope="session")
def administrator() -> Account:
    """Who signed up first at `server`."""
    return Account(username="Ada-Admin")


@pytest.fixture(scope="session")
def server(serve_all: Callable, browser: Browser, administrator: Account) -> Server:
    """Gunicorn with two workers on the sample, where the administrator has signed up already."""
    server = serve_all()
    with browser.new_context() as context:
        has_account(context, server.url, administrator)
    return server


@pytest.fixture(scope="session")
def real_server(serve_all: Callable, real_file: Path) -> Server:
    """One on the real file, whose segments no test changes."""
    return serve_all(data=real_file)


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    """Lets tests say `page.goto("/login")`."""
    return server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return browser_type_launch_args | launch_options()


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """What the consoles of the test's pages report; a test that expects an error reads and clears it."""
    errors: list[str] = []
    yield errors
    assert not errors, "errors in the browser's console:\n" + "\n".join(errors)


@pytest.fixture
def new_context(new_context: Callable, console_errors: list[str]) -> Callable[..., BrowserContext]:
    """`new_context()`: another person's browser; its console is listened to like all others."""

    def listened(**options: object) -> BrowserContext:
        context = new_context(**(LAPTOP | options))
        listen(context, console_errors)
        return context

    return listened


@pytest.fixture(scope="session")
def cookies(browser: Browser, base_url: str, server: Server) -> object:
    """What the browser of one more viewer, who has just signed up, holds: `new_context(storage_state=cookies)`."""
    return signed_up(browser, base_url)


@pytest.fixture(scope="session")
def real_cookies(browser: Browser, real_server: Server) -> object:
    """The same at the real file."""
    return signed_up(browser, real_server.url)


class Heard:
    """Where a console is listened to for many tests: each has it in its own list of errors."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def append(self, error: str) -> None:
        self.errors.append(error)


@pytest.fixture(scope="module")
def screen() -> dict[str, object]:
    """What `shared` is opened on; a file may say another."""
    return LAPTOP


@pytest.fixture(scope="session")
def pages(browser: Browser, base_url: str) -> Iterator[Callable[..., tuple[Page, Heard]]]:
    """`pages(screen, cookies)`: one page for each, which has forgotten what was done there before.

    A page that is there already opens another address for half of what a new one costs.
    """
    made: dict[str, tuple[Page, Heard]] = {}
    with ExitStack() as open_:

        def found(screen: dict[str, object], cookies: object) -> tuple[Page, Heard]:
            key = repr((screen, cookies))
            if key not in made:
                options = screen | {"base_url": base_url, "storage_state": cookies}
                context, heard = open_.enter_context(browser.new_context(**options)), Heard()
                listen(context, heard)
                made[key] = context.new_page(), heard
            blank(made[key][0], screen)
            return made[key]

        yield found


def blank(page: Page, screen: dict[str, object]) -> None:
    """As it was when it was new, but at a place of its server that has nothing on it."""
    page.unroute_all()
    page.context.set_offline(False)
    page.goto(urljoin(page.url, "/healthz") if page.url.startswith("http") else "/healthz")
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.set_viewport_size(screen["viewport"])
    page.emulate_media(color_scheme="light", reduced_motion=screen.get("reduced_motion", "no-preference"))
    page.set_default_timeout(30_000)  # Playwright's own


@pytest.fixture(scope="module")
def kept(pages: Callable, cookies: object, screen: dict[str, object]) -> Iterator[tuple[Page, Heard]]:
    page, heard = pages(screen, cookies)
    yield page, heard
    blank(page, screen)  # nothing is asked for meanwhile


@pytest.fixture
def shared(kept: tuple[Page, Heard], console_errors: list[str]) -> Page:
    """One page of one viewer for all tests of a file, each of which goes to an address first."""
    page, heard = kept
    heard.errors = console_errors
    return page


@pytest.fixture
def page(pages: Callable, console_errors: list[str]) -> Page:
    """One of somebody who has not been here."""
    page, heard = pages(LAPTOP, None)
    page.context.clear_cookies()
    page.context.clear_permissions()
    heard.errors = console_errors
    return page


@pytest.fixture
def anew(shared: Page, screen: dict[str, object]) -> Page:
    """The same, for tests of what a browser remembers."""
    blank(shared, screen)
    return shared


@pytest.fixture(scope="session")
def opened() -> Callable[[Page, str], None]:
    """`opened(page, "/explore?show=money")`: go there, and wait until its charts can be clicked."""

    def go(page: Page, address: str) -> None:
        page.goto(address)
        path = re.sub(r"^https?://[^/]+", "", address).partition("?")[0]
        page.locator(f'body[data-ready="{path}"]').wait_for()
        settle(page)

    return go


@pytest.fixture(scope="session")
def read(opened: Callable) -> Callable[[Page, str], None]:
    """`read(page, "/")`: as `opened`, for tests that only look; what one of them has opened is there for the next."""

    def go(page: Page, address: str) -> None:
        if page.evaluate("window.onlyRead") != address:
            opened(page, address)
            page.evaluate("address => { window.onlyRead = address; }", address)

    return go


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)`: serious and critical findings; `assert axe(page) == []`."""
    return findings
