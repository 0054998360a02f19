"""A panel for long work: what is being done, how much of it is, and what one can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components import aria


@dataclass(frozen=True)
class Panel:
    """What a panel shows of a job.

    `state` is one of waiting, running, done, failed, cancelled, interrupted; assets/progress.js asks for
    news while there may be any, and draws the page anew when it is done. `idle` is what waits for a worker that
    is not there.
    """

    id: str
    state: str
    title: str
    words: str
    share: float
    percent: str
    error: str
    can_cancel: bool
    can_start: bool
    idle: bool
    start: str


def panel(shown: Panel) -> Component:
    """Words, bar and percent; Cancel while it runs; an error with Try again when it failed."""
    return html.Section(
        [
            html.H2(shown.title),
            html.P(shown.words, className="p-progress-words", role="status"),
            html.Div(
                [
                    html.Div(
                        html.Div(className="p-meter-fill", style={"width": f"{shown.share:.1%}"}),
                        className="p-meter",
                        role="progressbar",
                        **_progress(shown),
                    ),
                    html.Span(shown.percent, className="p-progress-percent"),
                ],
                className="p-progress-bar",
                hidden=shown.state not in ("waiting", "running"),
            ),
            html.P(shown.error, className="p-error p-progress-error", role="alert", hidden=not shown.error),
            html.Div(
                [
                    _button("Cancel", "cancel", "p-button-quiet", hidden=not shown.can_cancel),
                    _button(shown.start, "again", "p-button", hidden=not shown.can_start),
                ],
                className="p-form-actions",
            ),
        ],
        className="p-card p-progress",
        **aria(label=shown.title),
        **_data(job=shown.id, state=shown.state),
    )


def _data(**values: str) -> dict[str, Any]:
    return {f"data-{name}": value for name, value in values.items()}


def _progress(shown: Panel) -> dict[str, Any]:
    values = {"valuemin": "0", "valuemax": "100", "valuenow": f"{shown.share:.0%}".rstrip("%")}
    return aria(label=f"{shown.title}: progress", **values)


def _button(text: str, does: str, kind: str, *, hidden: bool) -> Component:
    return html.Button(text, type="button", className=f"btn {kind}", hidden=hidden, **_data(progress=does))
