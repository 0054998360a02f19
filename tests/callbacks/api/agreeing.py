"""Requests drawn from a description of an API, and whether an answer agrees with it: as much JSON Schema as ours has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def disagreement(value: Any, schema: Mapping[str, Any], told: Mapping[str, Any], at: str = "$") -> str:
    """Where a value is not as its schema says; nothing if it is."""
    if "$ref" in schema:
        return disagreement(value, told["components"]["schemas"][schema["$ref"].rsplit("/")[-1]], told, at)
    if "anyOf" in schema:
        each = [disagreement(value, one, told, at) for one in schema["anyOf"]]
        return "" if "" in each else " or ".join(each)
    kind = schema.get("type")
    if kind and (not isinstance(value, KINDS[kind]) or (kind != "boolean" and isinstance(value, bool))):
        return f"{at}: {value!r:.80} is no {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{at}: {value!r:.80} is none of {schema['enum']}"
    parts = _parts(value, schema, at)
    lacking = [name for name in schema.get("required", ()) if name not in value]
    found = [disagreement(one, inner, told, where) for one, inner, where in parts]
    return "; ".join(filter(None, [*found, *(f"{at} lacks {name}" for name in lacking)]))


def _parts(value: Any, schema: Mapping[str, Any], at: str) -> list[tuple[Any, Mapping[str, Any], str]]:
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        inner = {name: known.get(name, others) for name in value}
        return [(value[name], one, f"{at}.{name}") for name, one in inner.items() if isinstance(one, dict)]
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        inner = [*first, *[schema.get("items", {})] * (len(value) - len(first))]
        return [(one, kind, f"{at}[{n}]") for n, (one, kind) in enumerate(zip(value, inner, strict=True))]
    return []


def values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What the schema allows of a parameter."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True, alphabet=st.characters(codec="ascii"))
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.none() | values({**schema, "type": kind[0]})
    return KINDLY.get(kind, lambda _: st.text(max_size=20))(schema)


def _numbers(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema["type"] == "integer":
        return st.integers(low and int(low), high and int(high))
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def _lists(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.lists(values(schema["items"]), min_size=schema.get("minItems", 0), max_size=4)


def _objects(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    known = {name: values(one) for name, one in schema["properties"].items()}
    needed = {name: known.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=dict(_few(known)))


KINDLY = {"integer": _numbers, "number": _numbers, "array": _lists, "object": _objects}


def _few(known: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [*known.items()][:: max(1, len(known) // 8)]
