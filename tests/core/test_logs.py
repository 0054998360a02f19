"""What the log says of an error."""

from __future__ import annotations

import logging
import re
import sys

from core.logs import Discreet, begin


def test_an_error_is_told_by_place_and_kind_without_what_it_quotes():
    try:
        try:
            float("Ada Lovelace")
        except ValueError as error:
            raise KeyError("ada@example.org") from error
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "It failed", None, sys.exc_info())
    said = Discreet("%(asctime)s %(message)s").format(record)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 It failed\n", said)
    assert "builtins.KeyError" in said
    assert "builtins.ValueError" in said
    assert "test_logs.py" in said
    assert not any(
        "ada@" in line or "'Ada" in line for line in said.splitlines() if not line.startswith("    ")
    )


def test_lines_are_written_discreetly_unless_somebody_has_said_how(monkeypatch):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    begin("INFO")
    begin("INFO")
    assert [type(one.formatter) for one in root.handlers] == [Discreet]
    assert root.level == logging.INFO
