"""How newcomers get in, as they meet it: by a code, by approval, or not at all."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from callbacks.web.guard import ACCESS
from core.accounts.admission import FirstCode
from core.accounts.permissions import Action
from core.accounts.users import Role
from tests.callbacks.door import PASSWORD, Visitor, build, words


@pytest.fixture
def code(tmp_path):
    return FirstCode(tmp_path / "first_code")


def sign_up(visitor, username, **more):
    return visitor.post("/signup", {"username": username, "password": PASSWORD, "repeat": PASSWORD} | more)


@pytest.mark.parametrize("setting", [{"host": "0.0.0.0"}, {"host": "192.0.2.1", "signup": "closed"}])
def test_where_strangers_come_by_the_first_account_takes_the_code_of_the_start(tmp_path, code, setting):
    server = build(tmp_path, **{"hosts": "localhost"} | setting)
    stranger, operator, told = Visitor(server), Visitor(server), code.make()
    assert "Parterre printed it" in words(stranger.get("/signup"))
    for given, said in (({}, "Enter the code"), ({"code": "AAAA-AAAA-AAAA-AAAA"}, "not the code")):
        answer = sign_up(stranger, "mallory", **given)
        assert answer.status_code == 400
        assert said in words(answer)
    assert server.extensions["users"].all() == []
    assert sign_up(operator, "anna", code=told.lower()).status_code == 302
    assert server.extensions["users"].get("anna").role is Role.ADMINISTRATOR
    assert "Parterre printed it" not in words(stranger.get("/signup"))


def test_on_this_machine_in_development_the_first_account_takes_no_code(tmp_path):
    visitor = Visitor(build(tmp_path))
    assert "Parterre printed it" not in words(visitor.get("/signup"))
    assert visitor.sign_up("anna").status_code == 302


def test_by_approval_a_newcomer_is_told_to_wait_and_is_not_in(tmp_path):
    server = build(tmp_path, signup="approval")
    Visitor(server).sign_up("anna")
    newcomer = Visitor(server)
    assert "An administrator admits new accounts" in words(newcomer.get("/signup"))
    answer = newcomer.sign_up("ben")
    assert answer.status_code == 200
    assert "Your account ben is made. An administrator has to admit it" in words(answer)
    assert not newcomer.is_in()
    assert newcomer.sign_in("ben").status_code == 401
    listed = server.test_cli_runner().invoke(args=["parterre", "users", "list"]).output
    assert "waiting" in next(line for line in listed.splitlines() if line.startswith("ben"))
    server.test_cli_runner().invoke(args=["parterre", "users", "enable", "ben"])
    assert newcomer.sign_in("ben").status_code == 302


def test_the_command_line_makes_the_first_administrator_too(tmp_path):
    server = build(tmp_path, host="0.0.0.0", hosts="localhost")
    added = ["parterre", "users", "add", "anna", "--password-stdin"]
    server.test_cli_runner().invoke(args=added, input=f"{PASSWORD}\n")
    assert server.extensions["users"].get("anna").role is Role.ADMINISTRATOR
    assert Visitor(server).sign_in("anna").status_code == 302


def test_in_production_a_stranger_gets_neither_an_account_nor_a_customer(tmp_path, code):
    strong = SecretStr("YcB2nq8eJ4kz0RrTn1vVhW6sLx3uPg9m")
    server = build(tmp_path, env="production", secret_key=strong, hosts="localhost", signup="")
    server.extensions["users"].add("anna", "a hash")
    answer = Visitor(server).get("/signup")
    assert answer.status_code == 403
    assert "Accounts are made by invitation. Ask an administrator" in words(answer)


def test_lost_accounts_are_told_to_who_can_bring_them_back(tmp_path, caplog):
    server = build(tmp_path, signup="closed")
    Visitor(server).sign_up("anna")
    (tmp_path / "users.csv").rename(tmp_path / "elsewhere.csv")
    stranger = Visitor(server)
    for answer in (stranger.get("/signup"), stranger.get("/login"), stranger.sign_up("mallory")):
        assert answer.status_code == 503
        assert "users.csv is gone" in words(answer)
        assert "administrator" not in words(answer)
        assert str(tmp_path) not in answer.get_data(as_text=True)
    assert "put users.csv back from a backup" in caplog.text
    assert not (tmp_path / "users.csv").exists()


def test_exports_can_be_kept_from_viewers_and_leave_no_dead_link(tmp_path, viewer, administrator, app):
    access = app.server.extensions[ACCESS]
    app.server.extensions[ACCESS] = replace(access, withheld={Action.EXPORT})
    try:
        for path in ("/export/customers.csv", "/export/table.parquet", "/models/files/card.json"):
            assert viewer.client.get(path).status_code == 403
            assert administrator.client.get(path, buffered=True).status_code == 200
        drawn = viewer.open("/customers").get_data(as_text=True)
        assert "/export/" not in drawn
        assert '"href":"/models"' not in drawn
    finally:
        app.server.extensions[ACCESS] = access
