from __future__ import annotations

import logging
import math
import subprocess
import sys

import pytest

from core.errors import ModelError
from core.evidence.results import Findings
from core.settings import ROOT

KEY = "0123456789abcdef"


@pytest.fixture
def findings(tmp_path) -> Findings:
    return Findings(tmp_path)


def test_what_was_kept_is_read_back(findings):
    findings.write(KEY, "evidence", {"rows": [{"k": 2, "wcss": 10014.8}]})
    assert findings.read(KEY, "evidence") == {"rows": [{"k": 2, "wcss": 10014.8}]}


def test_nothing_is_known_before_it_was_computed(findings):
    assert findings.read(KEY, "evidence") is None


def test_each_model_and_each_name_has_its_own(findings):
    findings.write(KEY, "evidence", 1)
    findings.write(KEY, "stability", 2)
    findings.write(KEY[::-1], "evidence", 3)
    assert findings.read(KEY, "evidence") == 1
    assert findings.read(KEY, "stability") == 2
    assert findings.read(KEY[::-1], "evidence") == 3


def test_a_later_finding_replaces_an_earlier_one(findings):
    findings.write(KEY, "evidence", 1)
    findings.write(KEY, "evidence", 2)
    assert findings.read(KEY, "evidence") == 2


@pytest.mark.parametrize("content", [b"", b'{"rows": [', b"\xff\xfe"], ids=["empty", "cut off", "no text"])
def test_a_damaged_finding_is_set_aside_and_counts_as_none(findings, caplog, content):
    findings.write(KEY, "evidence", [1, 2, 3])
    path = findings.home / "findings" / KEY / "evidence.json"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert findings.read(KEY, "evidence") is None
    assert "is damaged" in caplog.text
    (aside,) = path.parent.iterdir()
    assert aside.name.startswith("damaged-")
    assert aside.read_bytes() == content


@pytest.mark.parametrize("content", [math.nan, {"share": math.inf}, {1, 2}], ids=str)
def test_what_is_not_json_is_refused_and_leaves_what_was_there(findings, content):
    findings.write(KEY, "evidence", 1)
    with pytest.raises((ValueError, TypeError)):
        findings.write(KEY, "evidence", content)
    assert findings.read(KEY, "evidence") == 1


@pytest.mark.parametrize(
    ("key", "name"),
    [("../../../etc/pass", "evidence"), ("", "evidence"), (KEY.upper(), "evidence")]
    + [(KEY, name) for name in ("../live", "", "a/b", "Evidence", "-", "x" * 65, "evidence\n")],
)
def test_a_forged_key_or_name_reaches_no_file(findings, key, name):
    with pytest.raises(ModelError, match="Expected the key of a model"):
        findings.read(key, name)
    with pytest.raises(ModelError, match="Expected the key of a model"):
        findings.write(key, name, 1)
    assert list(findings.home.iterdir()) == []


def test_a_process_killed_in_the_middle_of_writing_leaves_the_old_finding(findings):
    findings.write(KEY, "evidence", "old")
    suicide = (
        "import os, sys; from pathlib import Path; from core.evidence.results import Findings\n"
        "os.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        f"Findings(Path(sys.argv[1])).write({KEY!r}, 'evidence', 'new')"
    )
    dead = subprocess.run([sys.executable, "-c", suicide, str(findings.home)], cwd=ROOT, check=False)
    assert dead.returncode == -9
    assert findings.read(KEY, "evidence") == "old"
