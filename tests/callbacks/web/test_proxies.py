"""Whose word counts about where a visitor comes from."""

import json
import re

import pytest
from flask import request

from core.accounts.attempts import LIMITS
from core.errors import SettingsError
from core.logs import AsJson
from tests.callbacks.door import Visitor, build

pytestmark = pytest.mark.usefixtures("few_guesses")


def last_status(server, came_from, *, told):
    """The answer to one wrong password too many, each with another told address or the same."""
    visitor = Visitor(server, came_from)
    for number in range(LIMITS["address"].rate.amount + 1):
        headers = {"X-Forwarded-For": told.format(number)}
        answer = visitor.post("/login", {"username": f"guess{number}", "password": "x"}, headers=headers)
    return answer.status_code


@pytest.mark.parametrize("direct", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_who_comes_past_the_proxy_can_not_say_where_from(tmp_path, direct):
    assert last_status(build(tmp_path, proxies=1), direct, told="203.0.113.{}") == 429


@pytest.mark.parametrize("proxy", ["127.0.0.1", "10.1.2.3", "172.17.0.1", "::1", "fd00::5"])
def test_a_proxy_at_a_private_address_is_believed(tmp_path, proxy):
    server = build(tmp_path, proxies=1)
    assert last_status(server, proxy, told="203.0.113.{}") == 401
    assert last_status(server, proxy, told="198.51.100.7") == 429


def test_of_two_proxies_one_may_say_for_both_how_it_was_asked(tmp_path):
    server = build(tmp_path, proxies=2)
    seen = []
    server.before_request(lambda: seen.append((request.remote_addr, request.scheme, request.host)))
    headers = {"X-Forwarded-For": "1.2.3.4, 203.0.113.9, 104.22.17.40", "X-Forwarded-Proto": "https"}
    Visitor(server, "10.0.0.1").get("/login", headers=headers | {"X-Forwarded-Host": "localhost"})
    Visitor(server, "10.0.0.1").get("/login", headers=headers | {"X-Forwarded-For": "203.0.113.9"})
    assert seen == [("203.0.113.9", "https", "localhost"), ("10.0.0.1", "https", "localhost")]


def test_an_operator_can_say_which_addresses_are_proxies(tmp_path):
    server = build(tmp_path, proxies=1, proxy_addresses="8.8.8.0/24, 2001:db8::1")
    assert last_status(server, "8.8.8.8", told="203.0.113.{}") == 401
    assert last_status(server, "127.0.0.1", told="203.0.113.{}") == 429


def test_headers_that_nobody_believes_are_said_once(tmp_path, caplog):
    visitor = Visitor(build(tmp_path))
    for _ in range(3):
        visitor.get("/login", headers={"X-Forwarded-For": "203.0.113.9"})
    assert caplog.text.count("was not believed: PARTERRE_PROXIES is 0") == 1


def test_an_address_of_a_proxy_that_is_none_is_told_at_the_start(tmp_path):
    with pytest.raises(SettingsError, match=r"PARTERRE_PROXY_ADDRESSES: .*nginx"):
        build(tmp_path, proxies=1, proxy_addresses="nginx")


@pytest.mark.parametrize("given", ["ab12-CD_34", "x" * 64])
def test_a_proxy_numbers_requests(tmp_path, given):
    answer = Visitor(build(tmp_path, proxies=1), "10.0.0.1").get("/nowhere", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize(
    ("proxies", "came_from", "given"),
    [(0, "127.0.0.1", "ab12-CD_34"), (1, "8.8.8.8", "ab12-CD_34"), (1, "10.0.0.1", "short"), (1, "10.0.0.1", "x" * 65),
     (1, "10.0.0.1", 'forged", "user": "ada'), (1, "10.0.0.1", "")],
)  # fmt: skip
def test_nobody_else_does_and_no_number_is_anything_but_one(tmp_path, proxies, came_from, given):
    visitor = Visitor(build(tmp_path, proxies=proxies), came_from)
    numbers = [
        visitor.get(path, headers={"X-Request-ID": given}).headers.getlist("X-Request-ID")
        for path in ("/login", "/nowhere", "/assets/parterre.css")
    ]
    assert [len(one) for one in numbers] == [1, 1, 1]
    assert all(re.fullmatch("[0-9a-f]{16}", one) for [one] in numbers)
    assert len({one for [one] in numbers}) == 3


def test_the_lines_of_a_request_have_the_number_of_its_answer(tmp_path, caplog):
    caplog.handler.setFormatter(AsJson())
    answer = Visitor(build(tmp_path)).sign_in("nobody")
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    [line] = [one for one in lines if one["logger"] == "parterre.audit"]
    assert line["request"] == answer.headers["X-Request-ID"]
