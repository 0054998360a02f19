"""Pictures of every page, in two sizes and two themes, with what the console and axe say of each."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from app import VIEWS
from core.settings import load
from tests.support.axe import findings
from tests.support.browser import Account, launch_options, listen, settle, sign_up
from tests.support.server import Server, serving

SIZES = ((1440, 900), (390, 844))
THEMES = ("light", "dark")
BEFORE_SIGN_IN = {"login": "/login", "signup": "/signup"}


@dataclass(frozen=True)
class Shot:
    """One picture to take, and where it goes."""

    page: str
    path: str
    size: tuple[int, int]
    theme: str

    @property
    def file(self) -> str:
        """Name of the picture."""
        return f"{self.page}-{self.size[0]}-{self.theme}.png"


@dataclass(frozen=True)
class Finding:
    """What is wrong on a pictured page."""

    shot: Shot
    console: list[str]
    axe: list[str]


def main(arguments: list[str]) -> None:
    """Take the pictures that `arguments` ask for, and print a table of what is wrong on them."""
    options = parsed(arguments)
    settings = load()
    folder = settings.home / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serving(Path(home), data=settings.data) as server:
        for finding in taken(server, shots(options), folder):
            print(line(finding), flush=True)
    print(f"\nPictures are in {folder}")


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make shots", description=__doc__)
    parser.add_argument("--page", action="append", choices=sorted(pages()), help="only this page; repeatable")
    parser.add_argument("--query", default="", help='appended to the address, as in "?Age=44"')
    parser.add_argument("--theme", action="append", choices=THEMES, help="only this theme")
    parser.add_argument("--width", action="append", type=int, choices=[width for width, _ in SIZES])
    return parser.parse_args(arguments)


def pages() -> dict[str, str]:
    """Name and path of everything there is to picture."""
    views = {view.name.lower().replace(" ", "-"): view.path for view in VIEWS}
    return BEFORE_SIGN_IN | views | {"account": "/account"}


def shots(options: argparse.Namespace) -> Iterator[Shot]:
    """What the options ask for; everything by default."""
    for (page, path), size, theme in product(pages().items(), SIZES, THEMES):
        if (
            page in (options.page or pages())
            and theme in (options.theme or THEMES)
            and size[0] in (options.width or dict(SIZES))
        ):
            yield Shot(page, path + options.query, size, theme)


def taken(server: Server, wanted: Iterable[Shot], folder: Path) -> Iterator[Finding]:
    """Take each picture, in a browser of its own that is signed in where it has to be."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        session = signed_in(browser, server)
        for shot in wanted:
            state = None if shot.page in BEFORE_SIGN_IN else session
            with browser.new_context(**manner(shot), base_url=server.url, storage_state=state) as context:
                yield take(context, shot, folder)


def manner(shot: Shot) -> dict[str, object]:
    """How the browser of a picture is set."""
    width, height = shot.size
    return {
        "viewport": {"width": width, "height": height},
        "color_scheme": shot.theme,
        "reduced_motion": "reduce",
        "locale": "en-US",
    }


def signed_in(browser: Browser, server: Server) -> object:
    """The cookies of the administrator, who signs up for it."""
    with browser.new_context() as context:
        sign_up(context.new_page(), server.url, Account(username="ada"))
        return context.storage_state()


def take(context: BrowserContext, shot: Shot, folder: Path) -> Finding:
    """Open the page, wait until it stands still, picture it, look for faults."""
    errors: list[str] = []
    listen(context, errors)
    page = context.new_page()
    page.goto(shot.path)
    settle(page)
    page.screenshot(path=folder / shot.file, full_page=True)
    return Finding(shot, errors, findings(page))


def line(finding: Finding) -> str:
    """A row of the table, and under it what was found."""
    shot = finding.shot
    size = f"{shot.size[0]}x{shot.size[1]}"
    row = f"{shot.page:12} {size:>9} {shot.theme:6} console {len(finding.console)}  axe {len(finding.axe)}"
    return "\n    ".join([row, *finding.console, *finding.axe])


if __name__ == "__main__":
    main(sys.argv[1:])
