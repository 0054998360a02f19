"""By which names the server answers: a page elsewhere must not reach it by making its own name mean this machine."""

import pytest
from flask import request

from core.errors import SettingsError
from tests.callbacks.door import PASSWORD, Visitor, build, words


def ask(server, host, path="/login"):
    return Visitor(server).get(path, headers={"Host": host})


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8050", "localhost:8050", "LOCALHOST", "[::1]", "[::1]:8050"]
)
def test_on_this_machine_its_own_names_are_answered(tmp_path, host):
    assert ask(build(tmp_path), host).status_code == 200


REBOUND = ["rebind.evil.example", "rebind.evil.example:8050", "127.0.0.1.evil.example", "localhost.evil.example",
           "[::2]", "192.0.2.1", "localhost@evil.example", "evil.example:localhost", "xlocalhost", "[", "a b"]  # fmt: skip


@pytest.mark.parametrize("host", REBOUND)
@pytest.mark.parametrize("path", ["/login", "/signup", "/", "/api/v1/users", "/assets/door.css"])
def test_on_this_machine_no_other_name_is_answered_and_the_refusal_says_what_to_do(tmp_path, host, path):
    answer = ask(build(tmp_path), host, path)
    assert answer.status_code == 400
    assert "<form" not in answer.get_data(as_text=True)
    assert "PARTERRE_HOSTS" in words(answer) or host in (
        "[",
        "a b",
        "localhost@evil.example",
        "evil.example:localhost",
    )


def test_a_rebound_page_makes_no_account_and_reads_nothing(tmp_path):
    server = build(tmp_path)
    visitor, evil = Visitor(server), {"Host": "rebind.evil.example"}
    form = {"username": "mallory", "password": PASSWORD, "repeat": PASSWORD}
    assert visitor.post("/signup", form, headers=evil).status_code == 400
    assert server.extensions["users"].all() == []
    visitor.sign_up("anna")
    assert visitor.get("/_dash-layout", headers=evil).status_code == 400


@pytest.mark.parametrize(("host", "status"), [
    ("parterre.example", 200), ("PARTERRE.example:443", 200), ("a.shop.example", 200), ("127.0.0.1:8050", 200),
    ("evil.example", 400), ("parterre.example.evil.example", 400), ("notshop.example", 400),
])  # fmt: skip
def test_an_operator_names_what_else_is_answered(tmp_path, host, status):
    server = build(tmp_path, host="0.0.0.0", hosts="parterre.example, .shop.example")
    assert ask(server, host).status_code == status


@pytest.mark.parametrize("hosts", ["https://parterre.example", "parterre.example/", "*", "two names"])
def test_a_setting_that_is_no_name_stops_the_start_in_words(tmp_path, hosts):
    with pytest.raises(SettingsError, match=r"PARTERRE_HOSTS: found .* Expected names such as"):
        build(tmp_path, hosts=hosts)


def test_a_port_behind_a_name_of_the_setting_changes_nothing(tmp_path):
    assert ask(build(tmp_path, hosts="parterre.example:8443"), "parterre.example").status_code == 200


def test_who_forgot_the_setting_behind_a_proxy_reads_what_to_set(tmp_path):
    server = build(tmp_path, proxies=1)
    page = words(Visitor(server).get("/login", headers={"X-Forwarded-Host": "parterre.example:8443"}))
    assert "Not known by this name" in page
    assert "did not arrive whole" not in page
    assert "set PARTERRE_HOSTS=parterre.example and start it again" in page


def test_no_port_is_believed_that_a_visitor_can_send(tmp_path):
    server = build(tmp_path, hosts="parterre.example", proxies=1)
    seen = []
    server.before_request_funcs[None].insert(0, lambda: seen.append(request.host))
    Visitor(server).get("/login", headers={"X-Forwarded-Host": "parterre.example", "X-Forwarded-Port": "1"})
    assert seen == ["parterre.example"]


def test_behind_a_proxy_the_name_is_the_one_that_the_visitor_asked_for(tmp_path):
    server = build(tmp_path, hosts="parterre.example", proxies=1)
    for asked, status in (("parterre.example", 200), ("evil.example", 400)):
        assert Visitor(server).get("/login", headers={"X-Forwarded-Host": asked}).status_code == status


def test_without_names_a_server_for_others_answers_by_any(tmp_path):
    assert ask(build(tmp_path, host="0.0.0.0"), "parterre.example").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_looks_whether_it_lives_may_ask_by_address(viewer, path):
    assert viewer.client.get(path, headers={"Host": "10.1.2.3:8050"}).status_code == 200
    assert viewer.client.get("/login", headers={"Host": "10.1.2.3:8050"}).status_code == 400
