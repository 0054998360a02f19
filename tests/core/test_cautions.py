"""What an operator is warned of at the start."""

import pytest

from core.cautions import cautions
from core.settings import ROOT, load

PLAIN = {"env": "development", "host": "127.0.0.1", "hosts": "", "proxies": 0}


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({}, []),
        ({"host": "0.0.0.0"}, ["PARTERRE_ENV is development"]),
        ({"host": "192.0.2.1"}, ["PARTERRE_ENV is development"]),
        ({"env": "production", "proxies": 1, "hosts": "parterre.example"}, []),
        ({"env": "production", "proxies": 0, "hosts": "parterre.example"}, ["PARTERRE_PROXIES is 0"]),
        ({"env": "production", "proxies": 1, "host": "0.0.0.0"}, ["PARTERRE_HOSTS is empty, so any"]),
        ({"proxies": 1}, ["PARTERRE_HOSTS is empty and HOST is this machine's own"]),
        ({"env": "production", "proxies": 1}, ["PARTERRE_HOSTS is empty and HOST is this machine's own"]),
    ],
)
def test_settings_that_do_not_fit_each_other_are_told(given, warned):
    found = cautions(load(**(PLAIN | given)))
    assert [words[: len(start)] for words, start in zip(found, warned, strict=True)] == warned


@pytest.mark.parametrize("file", ["Dockerfile", "Procfile"])
def test_what_listens_everywhere_is_in_production(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    listening = [line for line in text.splitlines() if "0.0.0.0" in line]
    assert listening
    assert all("PARTERRE_ENV=" in line and "production" in line for line in listening)


def test_a_setting_that_is_gone_is_told_with_what_to_do_instead(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://somebody:secret@host/0")
    (words,) = cautions(load(**PLAIN))
    assert words.startswith("REDIS_URL is set, and no longer read: ")
    assert "DATABASE_URL" in words
    assert "secret" not in words
