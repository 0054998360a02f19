"""What one server of the tests has compiled, no other has to: templates, and what writes addresses."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Templates as Jinja compiled them, by name and content."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


def remembering(compiled: Callable[..., FunctionType]) -> Callable[..., FunctionType]:
    """What writes addresses of a rule: a function of its parts, whichever server has them."""
    known: dict[str, FunctionType] = {}

    def written(rule: Rule, append_unknown: bool = True) -> FunctionType:
        kinds = [(name, type(one)) for name, one in rule._converters.items()]
        parts = repr((rule._trace, kinds, rule.defaults, append_unknown))
        return known.get(parts) or known.setdefault(parts, compiled(rule, append_unknown))

    return written


@pytest.fixture(scope="session", autouse=True)
def compiled_once():
    """Servers in one process share what they have compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Templates()})
        patch.setattr(Rule, "_compile_builder", remembering(Rule._compile_builder))
        yield
