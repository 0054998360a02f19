"""Callbacks that run in the browser, by the functions of our scripts."""

from __future__ import annotations

from collections.abc import Sequence

from dash import ClientsideFunction, Dash, Input, Output, State


def answer_in_browser(
    app: Dash, name: str, output: Output | Sequence[Output], *inputs: Input | State, initially: bool = True
) -> None:
    """Fill `output` by `window.parterre`'s function `name` of the inputs; `initially` says whether also at the start."""
    app.clientside_callback(
        ClientsideFunction("parterre", name),
        output,
        *inputs,
        prevent_initial_call=not initially,
    )
