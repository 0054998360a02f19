"""What axe finds on a page that keeps people out."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The weight of a finding is that of its rule: what would weigh less is not looked for, a quarter of the time.
WEIGHTY = """() => {
    const light = axe._audit.rules.filter((rule) => !["serious", "critical"].includes(rule.impact));
    const rules = Object.fromEntries(light.map((rule) => [rule.id, { enabled: false }]));
    return axe.run({ resultTypes: ["violations"], rules }).then((found) => found.violations);
}"""


def findings(page: Page) -> list[str]:
    """Serious and critical findings, one line each: rule, what is wrong, where."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    return [_line(violation) for violation in page.evaluate(WEIGHTY)]


def _line(violation: dict) -> str:
    places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
    return f"{violation['id']} ({violation['help']}): {', '.join(places)}"
