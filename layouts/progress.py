"""A panel for long work: what is being done, how much of it is, and what one can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data, section


@dataclass(frozen=True)
class Panel:
    """What a panel shows of a job.

    `found` is what is known already, above the `words` for what is being done. `state` is one of waiting, running, done, failed, cancelled, interrupted; assets/progress.js asks for
    news while there may be any, and draws the page anew when it is done. `idle` is what waits for a worker that
    is not there.
    """

    id: str
    state: str
    title: str
    found: str
    words: str
    share: float
    percent: str
    error: str
    can_cancel: bool
    can_start: bool
    idle: bool
    start: str


def panel(shown: Panel) -> Component:
    """What is found, words, bar and percent; Cancel while it runs; an error with Try again when it failed."""
    bar = html.Div(
        html.Div(className="p-meter-fill", style={"width": f"{shown.share:.1%}"}),
        className="p-meter",
        role="progressbar",
        **_progress(shown),
    )
    percent = html.Span(shown.percent, className="p-progress-percent")
    runs, failed = shown.state in ("waiting", "running"), "p-error p-progress-error"
    cancel = button("Cancel", "btn p-button-quiet", hidden=not shown.can_cancel, **data(progress="cancel"))
    start = button(shown.start, "btn p-button", hidden=not shown.can_start, **data(progress="again"))
    return section(
        shown.title,
        html.P(shown.found, className="p-progress-found", **aria(live="polite")),
        html.P(shown.words, className="p-progress-words", role="status"),
        html.Div([bar, percent], className="p-progress-bar", hidden=not runs),
        html.P(shown.error, className=failed, role="alert", hidden=not shown.error),
        html.Div([cancel, start], className="p-form-actions"),
        className="p-card p-stack p-progress",
        **data(job=shown.id, state=shown.state),
    )


UNDER_WAY = ("waiting", "running", "interrupted")


def quietly(shown: Panel, about: str, *, show: str, failed: str) -> Component:
    """A line while something is measured that nobody waits for; assets/progress.js offers to show it when it is done."""
    words = html.Span(_how_far(shown, about, failed), className="p-progress-words", role="status")
    offer = button(show, "btn p-button-quiet", hidden=True, **data(progress="show"))
    watched = data(job=shown.id, state=shown.state, quiet=about, failed=failed)
    return html.P([words, offer], className="p-hint p-trust-measured", **watched)


def _how_far(shown: Panel, about: str, failed: str) -> str:
    if shown.idle:
        return f"{about} is not measured: no worker is running. Ask the administrator to start one."
    if shown.state in UNDER_WAY:
        return f"{about} is being measured in the background."
    return f"{about} could not be measured. {failed}"


def _progress(shown: Panel) -> dict[str, Any]:
    values = {"valuemin": "0", "valuemax": "100", "valuenow": f"{shown.share:.0%}".rstrip("%")}
    return aria(label=f"{shown.title}: progress", **values)
