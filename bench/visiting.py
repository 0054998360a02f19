"""Somebody at a browser of a server on a model, signed in; and what benches of several sizes are asked on their command line."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.rows import Row, table
from bench.scale import SIZES, Scaled, scaled
from core.settings import load
from tests.support.browser import launch_options, signed_up
from tests.support.server import serving


@dataclass(frozen=True)
class Visitor:
    """A browser, the server that it is at, and the cookies of who has signed up there."""

    browser: Browser
    url: str
    session: object

    def context(self, window: object) -> BrowserContext:
        """With an empty cache."""
        return self.browser.new_context(viewport=window, storage_state=self.session, base_url=self.url)


@contextmanager
def visiting(model: Scaled) -> Iterator[Visitor]:
    """A server with two processes on a model, and none that would look for evidence meanwhile; they end after."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(model.home(Path(folder)), data=model.data, workers=2, worker=None) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        yield Visitor(browser, server.url, signed_up(browser, server.url))


def printed(about: str, rows: Callable[[Sequence[Scaled]], Sequence[Row]]) -> None:
    """Measure the sizes that the command line asks for, and print what was found."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    models = [scaled(load(), n) for n in parser.parse_args().sizes]
    for model in models:
        model.model()
    print(table(rows(models)))
