"""Components as they travel to the browser."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component


def sent(part: Any) -> Any:
    """A component and all in it as `Component.to_plotly_json` has them, which takes twice as long for a page."""
    if isinstance(part, Component):
        known: Any = part  # Dash gives each kind these when it is made
        names, wild = known._prop_names, tuple(known._valid_wildcard_attributes)
        found = vars(part).items()
        props = {name: sent(one) for name, one in found if name in names or name.startswith(wild)}
        return {"props": props, "type": known._type, "namespace": known._namespace}
    if isinstance(part, list | tuple):
        return [sent(one) for one in part]
    return part
