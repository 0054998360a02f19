"""What answers what is asked: routes, as a table, and callbacks that run in the browser, by the functions of our scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import Flask
from flask.typing import ResponseReturnValue

from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.services import Services

Answering = Callable[..., ResponseReturnValue]


def answer(server: Flask, services: Services, routes: Mapping[str, tuple[Action, Answering]]) -> None:
    """Let `server` answer what is asked such as "POST /data/files/<id>"; views are given the services first."""
    for asked, (action, view) in routes.items():
        method, path = asked.split(" ")
        view_of = requires(action)(partial(view, services))
        server.add_url_rule(path, named(asked), view_of, methods=[method])


def named(asked: str) -> str:
    """The endpoint of a route."""
    return "-".join(re.findall("[a-z]+", asked.lower()))


def answer_in_browser(
    app: Dash, name: str, output: Output | Sequence[Output], *inputs: Input | State, initially: bool = True
) -> None:
    """Fill `output` by `window.parterre`'s function `name` of the inputs; `initially` says whether also at the start."""
    app.clientside_callback(
        ClientsideFunction("parterre", name), output, *inputs, prevent_initial_call=not initially
    )
