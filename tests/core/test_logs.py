"""What the log says of an error."""

from __future__ import annotations

import json
import logging
import re
import sys

import pytest

from core.logs import REQUEST, AsJson, Discreet, begin


def test_an_error_is_told_by_place_and_kind_without_what_it_quotes():
    REQUEST.set("")
    try:
        try:
            float("Ada Lovelace")
        except ValueError as error:
            raise KeyError("ada@example.org") from error
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "It failed", None, sys.exc_info())
    said = Discreet().format(record)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 ERROR x: It failed\n", said)
    line = json.loads(AsJson().format(record))
    assert (line["message"], line["level"], line["logger"]) == ("It failed", "ERROR", "x")
    assert said.endswith(line["error"])
    assert line["time"] == said.split()[0]
    assert "builtins.KeyError" in said
    assert "builtins.ValueError" in said
    assert "test_logs.py" in said
    assert not any(
        "ada@" in line or "'Ada" in line for line in said.splitlines() if not line.startswith("    ")
    )


@pytest.mark.parametrize(("as_json", "kind"), [(False, Discreet), (True, AsJson)])
def test_lines_are_written_discreetly_unless_somebody_has_said_how(monkeypatch, as_json, kind):
    root, gunicorn = logging.getLogger(), logging.getLogger("gunicorn.error")
    for one in (root, gunicorn):
        monkeypatch.setattr(one, "handlers", [])
        monkeypatch.setattr(one, "level", one.level)
    begin("INFO", as_json=as_json)
    begin("INFO", as_json=not as_json)
    assert [type(one.formatter) for one in root.handlers] == [kind]
    assert root.level == logging.INFO
    assert gunicorn.propagate, "gunicorn's own lines quote what they stumble over"


def test_a_line_is_one_line_whatever_it_says():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "two\nlines", None, None)
    assert "\n" not in AsJson().format(record)
