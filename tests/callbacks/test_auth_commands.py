"""The command line: what an operator does when nobody can sign in."""

import pytest

from core.accounts.users import Role
from tests.callbacks.door import PASSWORD, Visitor, build, open_page


@pytest.fixture
def server(tmp_path):
    return build(tmp_path, signup="closed")


@pytest.fixture
def run(server):
    def command(*words, typed=None, piped=None):
        words += ("--password-stdin",) if piped else ()
        given = f"{piped}\n" if piped else typed
        return server.test_cli_runner().invoke(args=["parterre", "users", *words], input=given)

    return command


def test_accounts_are_listed_without_their_hashes(run, anna):
    said = run("list").output
    assert "anna" in said
    assert "administrator" in said
    assert "argon2" not in said


def test_an_account_can_be_added_where_sign_up_is_closed(run, anna, server):
    assert run("add", "ben", typed=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    assert Visitor(server).sign_in("ben").status_code == 302


def test_a_role_can_be_given_and_taken(run, anna, users):
    run("add", "ben", "--role", "administrator", piped=PASSWORD)
    assert users.get("ben").role is Role.ADMINISTRATOR
    assert run("role", "ben", "viewer").exit_code == 0
    assert users.get("ben").role is Role.VIEWER


def test_a_disabled_account_is_out_and_can_be_let_in_again(run, anna, server):
    run("add", "ben", piped=PASSWORD)
    ben = Visitor(server)
    ben.sign_in("ben")
    assert run("disable", "ben").exit_code == 0
    assert ben.ask(open_page()).status_code == 401
    assert run("enable", "ben").exit_code == 0
    assert not ben.is_in()
    assert ben.sign_in("ben").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old(run, anna, server):
    assert run("password", "anna", typed="a pond in autumn\na pond in autumn\n").exit_code == 0
    assert not anna.is_in()
    assert Visitor(server).sign_in("anna", "a pond in autumn").status_code == 302


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("role", "zora", "viewer"), "no account named zora"),
        (("role", "anna", "viewer"), "last active administrator"),
        (("disable", "anna"), "last active administrator"),
        (("role", "anna", "king"), "'king' is not one of"),
        (("add", "=cmd|x"), "start with a letter or digit"),
        (("add", "ANNA"), "taken"),
        (("password", "zora"), "no account named zora"),
        (("add", "ben", "--password", PASSWORD), "No such option"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_sentence(run, anna, words, complaint):
    done = run(*words, piped=PASSWORD if words[0] in ("add", "password") else None)
    assert done.exit_code != 0
    assert complaint in done.output
    assert "Traceback" not in done.output


def test_a_short_password_is_refused_here_too(run, anna):
    assert "Too short" in run("password", "anna", piped="short").output


def test_a_damaged_accounts_file_is_told_in_a_sentence(run, anna, tmp_path):
    (tmp_path / "users.csv").write_text("damaged")
    done = run("list")
    assert done.exit_code != 0
    assert "users.csv: found a table without the header" in done.output


def test_accounts_are_copied_into_the_database_and_open_the_door_there(anna, server, tmp_path):
    def copy(*words):
        return server.test_cli_runner().invoke(args=["parterre", "accounts", "copy", *words])

    assert "1 copied" in copy("--from", "csv", "--to", "database").output
    assert "0 copied" in copy("--from", "csv", "--to", "database").output
    assert copy("--from", "csv", "--to", "csv").exit_code == 2
    there = build(tmp_path, accounts="database")
    assert Visitor(there).sign_in("anna").status_code == 302
    assert "1 that differ" in copy("--from", "csv", "--to", "database").output


def test_what_admin_does_is_done_here_too(tmp_path):
    server = build(tmp_path, signup="")
    anna, guest = Visitor(server), Visitor(server)
    anna.sign_up("anna")

    def run(*words):
        return server.test_cli_runner().invoke(args=["parterre", "users", *words])

    assert run("sign-up", "invited").output.startswith("invited: Only who is invited")
    assert guest.sign_up("mallory").status_code == 403
    link = (
        run("invite", "Ben", "--dataset", "default=analyst")
        .output.strip()
        .removeprefix("http://127.0.0.1:8050")
    )
    assert "Ben  viewer default=analyst" in run("invitations").output
    form = {"username": "ben", "password": PASSWORD, "repeat": PASSWORD}
    assert guest.post(link, form).status_code == 302
    back = run("invite", "Cleo").output.strip().removeprefix("http://127.0.0.1:8050")
    assert "Cleo" not in run("invitations", "--revoke", run("invitations").output.split()[0]).output
    assert Visitor(server).get(back).status_code == 404
    assert run("end-sessions", "ben").exit_code == 0
    assert not guest.is_in()
    assert run("remove", "ben").output == "removed ben\n"
    for wrong in (
        ("remove", "anna"),
        ("invite", "x", "--dataset", "nowhere=viewer"),
        ("invite", "x", "--days", "99"),
    ):
        refused = run(*wrong)
        assert refused.exit_code == 1, wrong
        assert refused.output.startswith("Error: ")
    for command in ("invite", "invitations", "sign-up", "end-sessions", "remove", "disable", "enable"):
        assert "Usage:" in run(command, "--help").output
