"""Whose turn it is at a virus scanner that takes its time."""

from __future__ import annotations

import io

import pytest

from core.accounts import scanner
from core.errors import UnscannedError


def test_nobody_has_two_turns_at_the_scanner_so_that_another_has_one(monkeypatch):
    waiting = ["bo", "cy", "ada"]
    refused = []

    def asked(_address, _file):
        while waiting:  # while this file is seen, others come
            owner = waiting.pop()
            try:
                scanner.scan("tcp://clamav:3310", io.BytesIO(), f"{owner}.csv", owner)
            except UnscannedError as error:
                refused.append(str(error).partition(".csv")[0])
        return scanner.CLEAN

    monkeypatch.setattr(scanner, "_asked", asked)
    scanner.scan("tcp://clamav:3310", io.BytesIO(), "ada.csv", "ada")
    assert refused == ["ada", "bo"], "ada has a turn, and cy the other"
    scanner.scan("tcp://clamav:3310", io.BytesIO(), "ada.csv", "ada")


def test_a_scanner_that_breaks_gives_the_turn_back(monkeypatch):
    def broken(_address, _file):
        raise MemoryError

    monkeypatch.setattr(scanner, "_asked", broken)
    for _ in range(3):
        with pytest.raises(MemoryError):
            scanner.scan("tcp://clamav:3310", io.BytesIO(), "a.csv", "ada")
