"""What axe finds on a page that keeps people out."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WEIGHTY = {"serious", "critical"}


def findings(page: Page) -> list[str]:
    """Serious and critical findings, one line each: rule, what is wrong, where."""
    violations = Axe().run(page).response["violations"]
    return [_line(violation) for violation in violations if violation["impact"] in WEIGHTY]


def _line(violation: dict) -> str:
    places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
    return f"{violation['id']} ({violation['help']}): {', '.join(places)}"
