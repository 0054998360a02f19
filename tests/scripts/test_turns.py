"""Questions one after the other, and what takes long beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from scripts import turns
from scripts.turns import Turns


def test_who_comes_second_begins_when_the_first_has_ended(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS", 60)
    taken, order, begun, goes_on = Turns(), [], Event(), Event()

    def first():
        with taken.one():
            begun.set()
            goes_on.wait(60)
            order.append("first")

    def second():
        begun.wait(60)
        goes_on.set()
        with taken.one():
            order.append("second")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one) for one in (first, second)]:
            done.result(60)
    assert order == ["first", "second"]


def test_what_takes_long_is_waited_for_once(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS", 0.01)
    taken = Turns()
    with taken.one():
        with taken.one():
            pass
        monkeypatch.setattr(turns, "SECONDS", 60)
        with taken.one():
            pass
    with taken.one():
        pass


def test_who_fails_gives_the_turn_on(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS", 60)
    taken = Turns()
    with pytest.raises(ValueError, match="fails"), taken.one():
        raise ValueError("fails")
    with taken.one():
        pass
