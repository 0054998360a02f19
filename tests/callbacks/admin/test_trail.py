"""The audit log on /admin: found, held to its chain, taken along; and nothing secret or personal in it."""

import csv
import re

import pytest

from core.accounts import audit
from core.accounts.audit import Event
from tests.callbacks.door import PASSWORD, Visitor, build, words
from tests.support.audited import as_text, audited

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def anna(tmp_path):
    anna = Visitor(build(tmp_path))
    anna.sign_up("anna")
    return anna


def test_entries_are_found_by_who_what_and_day_a_hundred_at_a_time(anna, monkeypatch):
    monkeypatch.setattr("callbacks.admin.trail.MOST", 2)
    for number in range(4):
        audit.record(Event.NAMING, user="<b>zoe</b>", segment=number)
    page = anna.get("/admin/audit?who=ZOE&event=naming")
    assert "named a segment done segment 3" in re.sub(r"\s+", " ", words(page))
    assert "<b>zoe" not in page.get_data(as_text=True)
    assert "segment 1" not in words(page)
    (older,) = re.findall(r'href="(/admin/audit\?[^"]*before[^"]*)"', page.get_data(as_text=True))
    assert "segment 1" in words(anna.get(older.replace("&amp;", "&")))
    assert "No entry is like that" in words(anna.get("/admin/audit?until=2020-01-01"))
    assert "Expected a day, as 2026-01-31" in words(anna.get("/admin/audit?since=yesterday"))
    assert anna.get("/admin/audit.csv?since=yesterday").status_code == 400


def test_the_page_says_whether_the_log_is_whole(anna, tmp_path):
    assert "The log is whole" not in words(anna.get("/admin/audit"))
    assert "The log is whole: 1 entry, each as it was written." in words(anna.get("/admin/audit?check=1"))
    (tmp_path / audit.HEAD).write_text(f"{9:012}:{'0' * 64}\n")
    assert "The log is broken at entry 2." in words(anna.get("/admin/audit?check=1"))


def test_a_long_log_is_looked_at_in_pieces_and_no_link_says_from_where(anna, monkeypatch):
    monkeypatch.setattr("callbacks.admin.trail.CHECKED", 2)
    for number in range(3):
        audit.record(Event.NAMING, segment=number)
    page = anna.get("/admin/audit?who=ZOE&check=1")
    assert "So far: 2 entries, each as it was written." in words(page)
    onward = page.headers["Refresh"].partition("url=")[2]
    assert onward == "/admin/audit?who=ZOE&check=on"
    assert "So far: 4 entries" in words(anna.get(onward))
    assert "The log is whole: 4 entries" in words(anna.get(onward))
    assert "So far: 2 entries" in words(anna.get(onward)), "nothing says that any were looked at"


def test_the_file_has_all_that_is_found_and_no_formula(anna):
    audit.record(Event.NAMING, user=FORMULA, what="@SUM(1)")
    answer = anna.get("/admin/audit.csv?what=SUM")
    assert "attachment" in answer.headers["Content-Disposition"]
    [row] = csv.DictReader(answer.get_data(as_text=True).splitlines())
    assert (row["who"], row["event"]) == (f"'{FORMULA}", "naming")


def test_no_secret_that_a_visitor_holds_or_types_is_in_the_log(anna, tmp_path, caplog):
    secrets = ["my own pass phrase", "another pass phrase 7", "123456", "of-a-reset-link", PASSWORD]
    stranger = Visitor(anna.client.application, "198.51.100.7")
    stranger.sign_in(secrets[0], secrets[1])
    stranger.sign_in("anna", secrets[1])
    stranger.client.post(f"/reset/{secrets[3]}", data={"password": secrets[1]})
    anna.post("/account", {"current": secrets[1], "password": secrets[0], "repeat": secrets[0]})
    anna.post("/account/factor/begin", {"current": secrets[1]})
    anna.post("/login/code", {"code": secrets[2]})
    said = as_text(tmp_path) + caplog.text
    assert [one["event"] for one in audited(tmp_path)].count("sign-in") == 2
    assert [one for one in secrets if one in said] == []
