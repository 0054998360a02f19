"""What stands in the audit log after people have come, gone, tried and taken."""

import pytest

from core.accounts import audit
from core.accounts.attempts import LIMITS
from core.store.database import opened
from tests.callbacks.door import PASSWORD, Visitor, appoint, open_page
from tests.support.audited import as_text, audited

HERE = "192.0.2.1"


@pytest.fixture
def log(tmp_path):
    """What has been written since the last look: event, user, outcome."""
    seen = 0

    def new():
        nonlocal seen
        lines = audited(tmp_path)
        fresh, seen = lines[seen:], len(lines)
        return fresh

    return new


def told(lines):
    return [(line["event"], line["who"], line["outcome"]) for line in lines]


def test_coming_and_going_is_written_down_with_who_and_where(server, log):
    anna = Visitor.signed_up(server, "anna")
    anna.post("/logout")
    anna.get("/login")
    anna.sign_in("ANNA")
    lines = log()
    assert told(lines) == [
        ("sign-up", "anna", "done"), ("sign-out", "anna", "done"), ("sign-in", "anna", "done")
    ]  # fmt: skip
    assert {line["address"] for line in lines} == {HERE}


def test_refusals_name_accounts_that_exist_and_nothing_that_was_typed(server, log, tmp_path, caplog):
    Visitor(server).sign_up("anna")
    log()
    stranger = Visitor(server, "198.51.100.7")
    stranger.sign_in("Anna", "my wrong pass phrase")
    stranger.sign_in("my own pass phrase", "x")
    stranger.sign_up("anna")
    assert told(log()) == [
        ("sign-in", "anna", "refused"), ("sign-in", "", "refused"), ("sign-up", "", "refused")
    ]  # fmt: skip
    for text in (as_text(tmp_path), caplog.text):
        assert "pass phrase" not in text
        assert PASSWORD not in text


def test_a_lock_out_is_written_down(server, log):
    visitor = Visitor(server)
    for _ in range(LIMITS["account"].rate.amount + 1):
        visitor.sign_in("anna", "a wrong password")
    assert told(log())[-2:] == [("sign-in", "", "refused"), ("sign-in", "", "locked out")]


def test_a_changed_password_is_written_down_and_so_is_a_wrong_one(server, log):
    anna = Visitor.signed_up(server, "anna")
    log()
    for current in ("a wrong password", PASSWORD):
        anna.post(
            "/account", {"current": current, "password": "a pond in autumn", "repeat": "a pond in autumn"}
        )
    assert told(log()) == [("password", "anna", "refused"), ("password", "anna", "done")]


def test_what_a_role_may_not_and_a_forged_form_is_written_down_with_its_user(server, log):
    Visitor(server).sign_up("anna")
    ben = Visitor.signed_up(server, "ben")
    log()
    ben.get("/api/v1/users")
    ben.ask(appoint())
    ben.client.post("/_dash-update-component", json=open_page(), environ_base={"REMOTE_ADDR": HERE})
    lines = log()
    assert told(lines) == [("refused", "ben", "403"), ("refused", "ben", "403"), ("csrf", "ben", "refused")]
    assert [line.get("action") for line in lines] == ["manage-users", "manage-users", None]
    assert {line["address"] for line in lines} == {HERE}


def test_what_is_done_on_the_command_line_is_written_down(server, log):
    def run(*words, typed=None):
        server.test_cli_runner().invoke(args=["parterre", "users", *words], input=typed)

    Visitor(server).sign_up("anna")
    log()
    run("add", "ben", "--password-stdin", typed=f"{PASSWORD}\n")
    run("role", "ben", "administrator")
    run("disable", "ben")
    run("enable", "ben")
    run("password", "ben", "--password-stdin", typed="a pond in autumn\n")
    run("role", "zora", "viewer")
    lines = log()
    assert [line["event"] for line in lines] == ["account-added", "role", "state", "state", "password"]
    assert {line["account"] for line in lines} == {"ben"}
    assert all(line["who"].startswith("command line, uid") for line in lines)


def test_downloads_names_and_models_are_written_down(app, settings, administrator, viewer):
    audit.keep_in(opened(settings), settings.home)
    before = len(audited(settings.home))
    for path in ("/export/customers.csv?Segment=2", "/export/table.parquet", "/models/files/card.json"):
        viewer.client.get(path, buffered=True)
    lines = audited(settings.home)[before:]
    assert told(lines) == [("download", "vera-viewer", "200")] * 3
    assert [line["path"] for line in lines] == [
        "/export/customers.csv", "/export/table.parquet", "/models/files/card.json"
    ]  # fmt: skip


def test_a_forged_form_at_the_address_of_a_link_does_not_write_down_what_opens_it(server, log, caplog):
    Visitor(server).client.post("/reset/a-secret-of-a-link", data={"password": PASSWORD})
    [entry] = log()
    assert (entry["event"], entry["path"]) == ("csrf", "/reset/<secret>")
    assert "a-secret-of-a-link" not in caplog.text
