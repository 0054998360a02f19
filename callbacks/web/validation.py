"""The JSON around a callback: checked before Dash reads it, which would answer 500 to what does not fit."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from dash import Dash, Output
from flask import Flask, abort, current_app, has_request_context, request
from flask.json.provider import DefaultJSONProvider

from callbacks.web import guard

LOG = logging.getLogger(__name__)
EXTENSION = "parterre_dash"
TEXTS = frozenset({"pathname", "search", "href", "hash"})
STRANGE = "This is not a request that the dashboard makes. Reload the page."
# What may be half of a character (a surrogate): nothing that writes text takes it.
HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed")
COUNTS = frozenset({"n_clicks", "n_intervals", "n_submit", "n_blur"})


class StrictJSON(DefaultJSONProvider):
    """JSON as the standard has it: no NaN, no Infinity, to programs no half of a character, and no nesting that exhausts the stack."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value that `s` holds."""
        try:
            found = super().loads(s, parse_constant=_no_constant, **kwargs)
            whole = s.encode("utf-8", "surrogatepass") if isinstance(s, str) else s
            # Pages say in words next to a field what can't be used of it; programs have the text written back.
            if HALF.search(whole) and has_request_context() and request.path.startswith("/api/"):
                json.dumps(found, ensure_ascii=False).encode()  # an error of values where one stands alone
            return found
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def register(server: Flask) -> None:
    """Check every callback request, after the guard and before Dash."""
    server.json = StrictJSON(server)
    server.before_request(check)


def watch(server: Flask, app: Dash) -> None:
    """Check requests against the callbacks of `app`."""
    server.extensions[EXTENSION] = app


def check() -> None:
    """Answer 400 to a body that fits no callback, and 403 to a role that may not run the one it fits."""
    if request.endpoint != guard.UPDATE:
        return
    body: Any = request.get_json(silent=True)
    callback = _callback_of(body, current_app.extensions[EXTENSION].callback_map)
    if callback is None:
        abort(400, STRANGE)
    action = guard.asked(callback["callback"])
    if action is None:
        LOG.error("callback %s asks no action, so it answers nobody", body["output"])
        abort(403)
    guard.demand(action)


def fields(**kinds: type | tuple[type, ...]) -> dict[str, Any]:
    """The object that a request holds: these fields of these types and nothing else; 400 for anything else."""
    given: Any = request.get_json(silent=True)
    if not isinstance(given, dict) or given.keys() != kinds.keys():
        abort(400, STRANGE)
    if not all(isinstance(given[name], kind) for name, kind in kinds.items()):
        abort(400, STRANGE)
    return given


def _callback_of(body: object, callbacks: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The callback that `body` asks for, if the body has its shape."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return None
    callback = callbacks.get(body["output"])
    # A callback that runs in the browser is listed without a function.
    if callback is None or "callback" not in callback:
        return None
    fits = (
        _all_fit(body.get("inputs", []), callback["inputs"])
        and _all_fit(body.get("state", []), callback["state"])
        and (callback["no_output"] or _outputs_fit(body.get("outputs"), callback["output"]))
        and _are_texts(body.get("changedPropIds", []))
    )
    return callback if fits else None


def _all_fit(given: object, expected: list[dict[str, Any]]) -> bool:
    return (
        isinstance(given, list)
        and len(given) == len(expected)
        and all(
            _fits(one, other["id"], other["property"]) for one, other in zip(given, expected, strict=True)
        )
    )


def _fits(given: object, identity: str, name: str) -> bool:
    """Whether an input or state is the one that the callback was registered with, by id and property."""
    if not isinstance(given, dict) or given.get("id") != identity or given.get("property") != name:
        return False
    value = given.get("value")
    if name in TEXTS:
        return value is None or isinstance(value, str)
    if name in COUNTS:
        return value is None or isinstance(value, int | float)
    return True


def _outputs_fit(given: object, expected: Output | list[Output]) -> bool:
    if not isinstance(expected, list | tuple):
        return _is_output(given, expected)
    return (
        isinstance(given, list)
        and len(given) == len(expected)
        and all(_is_output(one, other) for one, other in zip(given, expected, strict=True))
    )


def _is_output(given: object, expected: Output) -> bool:
    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        return False
    name = given.get("property")
    # Dash marks one of several outputs to the same property as `property@hash`.
    return isinstance(name, str) and Output(given["id"], name.partition("@")[0]) == expected


def _are_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
