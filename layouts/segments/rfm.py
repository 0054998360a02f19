"""RFM groups beside the segments: how they are made, who is in them, and the form that cuts scores elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.components import Table, data_table, field, section


class ids:
    FORM = "rfm-form"
    RECENCY = "rfm-recency"
    FREQUENCY = "rfm-frequency"
    MONEY = "rfm-money"
    RECENCY_SAID = "rfm-recency-said"
    FREQUENCY_SAID = "rfm-frequency-said"
    MONEY_SAID = "rfm-money-said"
    SAVE = "rfm-save"
    RESET = "rfm-reset"
    PANEL = "rfm-panel"


BOXES = (ids.RECENCY, ids.FREQUENCY, ids.MONEY)
SAID = (ids.RECENCY_SAID, ids.FREQUENCY_SAID, ids.MONEY_SAID)
_HOW = (
    "R, F and M are the scores of recency, purchases and spending from 1 to 5, those of a value together; F and M "
    "count by their mean, halves upwards. The same groups can be filtered by on the overview."
)
_LEAD = (
    "Up to four cut points each, from small to large, with a semicolon between; with none, scores are fifths of the "
    "customers. Groups, charts, filters and downloads follow, as a new version of the dataset: going back is one press "
    "on the page of models."
)


@dataclass(frozen=True)
class CutPoints:
    """What the form starts with: of each score the label, the cut points that were chosen, and those that are used."""

    labels: Sequence[str]
    chosen: Sequence[str]
    used: Sequence[str]


def section_of(lead: str, scores: Sequence[str], table: Table, form: Component) -> Component:
    """The sentence about both, the cut points, a row for each group, and the form."""
    return section(
        "Beside the RFM groups",
        html.P(lead),
        html.Ul([html.Li(one) for one in scores]),
        data_table(table, caption="RFM groups and segments"),
        html.P(_HOW, className="p-source"),
        form,
        className="p-compare p-rfm",
    )


def form(content: CutPoints) -> Component:
    """The form, folded in."""
    return html.Details(
        [html.Summary("Cut the scores elsewhere"), html.P(_LEAD, className="p-hint"), _form(content)]
    )


def no_form() -> Component:
    """For who may not change them, or where there is nothing to cut."""
    return html.Div(_form(CutPoints(("", "", ""), ("", "", ""), ("", "", ""))), hidden=True)


def _form(content: CutPoints) -> Component:
    fields = [_field(content, place) for place in range(len(BOXES))]
    save = dbc.Button("Cut there", id=ids.SAVE, type="submit", class_name="p-button")
    reset = dbc.Button("Back to fifths", id=ids.RESET, type="button", color="link")
    actions = html.Div([save, reset], className="p-form-actions")
    return html.Div(
        [
            dbc.Form([*fields, actions], id=ids.FORM, class_name="p-form", prevent_default_on_submit=True),
            html.Div(id=ids.PANEL),
        ]
    )


def _field(content: CutPoints, place: int) -> Component:
    there = place < len(content.labels)
    label, chosen, used = (
        (one[place] if there else "") for one in (content.labels, content.chosen, content.used)
    )
    box = dbc.Input(id=BOXES[place], value=chosen, type="text", autocomplete="off", maxlength="120")
    said = html.Div(hint(used), id=SAID[place], className="p-said")
    return field(label, box, said, hidden=not there)


def hint(used: str) -> Component:
    """Where a score is cut now."""
    return html.Span(f"Now: {used}" if used else "Now: not cut", className="p-hint")
