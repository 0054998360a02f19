from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from core.errors import ModelError
from core.evidence.cut_crowds import Apart, CutCrowds
from core.evidence.results import Findings
from core.store.database import opened
from core.store.tables import findings as table
from tests.support.postgresql import BOTH
from tests.support.processes import KILLED, die, started

pytestmark = BOTH

KEY = "0123456789abcdef"


@pytest.fixture
def findings(database) -> Findings:
    return Findings(database)


def test_what_was_kept_is_read_back(findings):
    findings.write(KEY, "evidence", {"rows": [{"k": 2, "wcss": 10014.8}]})
    assert findings.read(KEY, "evidence", object) == {"rows": [{"k": 2, "wcss": 10014.8}]}


def test_nothing_is_known_before_it_was_computed(findings):
    assert findings.read(KEY, "evidence", object) is None


def test_each_model_and_each_name_has_its_own(findings):
    findings.write(KEY, "evidence", 1)
    findings.write(KEY, "stability", 2)
    findings.write(KEY[::-1], "evidence", 3)
    assert findings.read(KEY, "evidence", object) == 1
    assert findings.read(KEY, "stability", object) == 2
    assert findings.read(KEY[::-1], "evidence", object) == 3


def test_a_later_finding_replaces_an_earlier_one(findings):
    findings.write(KEY, "evidence", 1)
    findings.write(KEY, "evidence", 2)
    assert findings.read(KEY, "evidence", object) == 2


def test_what_a_finding_says_is_made_of_it_once_and_anew_where_it_changed(findings):
    for content in (["old"], ["new"]):
        findings.write(KEY, "evidence", content)
        first, second = (findings.read(KEY, "evidence", list) for _ in range(2))
        assert first is second
        assert first == content


def test_a_value_is_kept_as_it_is_and_what_another_version_wrote_is_nothing(findings):
    found = CutCrowds(39, (Apart("Age", 1.8, 1.7, 2.4),))
    findings.write(KEY, "cut-crowds", found)
    assert findings.read(KEY, "cut-crowds", CutCrowds) == found
    for rubbish in (None, [], {"crowds": "many"}, {"crowds": 39, "fields": [{"field": "Age"}]}):
        findings.write(KEY, "cut-crowds", rubbish)
        assert findings.read(KEY, "cut-crowds", CutCrowds) is None


@pytest.mark.parametrize("content", [math.nan, {"share": math.inf}, object()], ids=["nan", "inf", "object"])
def test_what_is_not_json_is_refused_and_leaves_what_was_there(findings, content):
    findings.write(KEY, "evidence", 1)
    with pytest.raises((ValueError, TypeError)):
        findings.write(KEY, "evidence", content)
    assert findings.read(KEY, "evidence", object) == 1


@pytest.mark.parametrize(
    ("key", "name"),
    [("../../../etc/pass", "evidence"), ("", "evidence"), (KEY.upper(), "evidence")]
    + [(KEY, name) for name in ("../live", "", "a/b", "Evidence", "-", "x" * 65, "evidence\n")],
)
def test_a_forged_key_or_name_reaches_no_row(findings, key, name):
    with pytest.raises(ModelError, match="Expected the key of a model"):
        findings.read(key, name, object)
    with pytest.raises(ModelError, match="Expected the key of a model"):
        findings.write(key, name, 1)
    with findings.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0


def write_and_die(line, where):
    database = opened(where)
    event.listen(database.engine, "commit", die)
    Findings(database).write(KEY, "evidence", "new")


def test_a_process_killed_in_the_middle_of_writing_leaves_the_old_finding(findings, where):
    findings.write(KEY, "evidence", "old")
    assert started(write_and_die, where).ended() == KILLED
    assert findings.read(KEY, "evidence", object) == "old"


def test_processes_that_write_at_once_leave_one_of_their_findings(findings):
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda number: findings.write(KEY, "evidence", number), range(16)))
    assert findings.read(KEY, "evidence", object) in range(16)
