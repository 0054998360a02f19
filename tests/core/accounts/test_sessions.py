"""Which browsers an account is signed in with."""

import pytest

from core.accounts import stores
from core.accounts.sessions import UNKNOWN, Sessions, in_words
from core.accounts.users import new_session_version
from tests.support.postgresql import BOTH

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1 Version/19.0 Safari/605.1", "Safari on macOS"),
        ("<script>alert(1)</script>", UNKNOWN),
        ("", UNKNOWN),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_words_of_ours_and_never_in_its_own(agent, words):
    assert in_words(agent) == words


@BOTH
def test_sessions_are_those_of_one_account_until_they_are_ended_or_too_old(where, database, monkeypatch):
    kept, users = Sessions(database, days=7), stores.store("database", where, database)
    anna, ben = (users.add(name, "hash") for name in ("anna", "ben"))
    day = 24 * 3600
    monkeypatch.setattr("time.time", lambda: 100 * day)
    for id, user, began in (("a", anna, 100 * day), ("b", anna, 99 * day), ("c", ben, 99 * day)):
        kept.saw(id, user, FIREFOX, began)
    monkeypatch.setattr("time.time", lambda: 100 * day + 60)
    kept.saw("b", anna, "another name", 99 * day)
    assert [(one.id, one.device, one.seen) for one in kept.of(anna)] == [
        ("b", "Firefox on Linux", 100 * day + 60),
        ("a", "Firefox on Linux", 100 * day),
    ]
    assert not kept.end(ben, "a"), "somebody else's"
    assert kept.end(anna, "a")
    assert not kept.end(anna, "a")
    assert [kept.ended(id) for id in ("a", "b", "nobody's")] == [True, False, False]
    renewed = users.change("anna", session_version=new_session_version())
    assert kept.of(renewed) == []
    # What was ended is remembered for as long as any cookie could live; all else only while it is a session.
    for days, remembered in ((110, True), (470, False)):
        monkeypatch.setattr("time.time", lambda days=days: days * day)
        kept.saw(f"new at {days}", ben, "", days * day)
        assert kept.ended("a") == remembered
    assert [one.id for one in kept.of(ben)] == ["new at 470"]
