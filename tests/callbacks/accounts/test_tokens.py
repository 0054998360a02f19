"""Tokens on the command line, and at the API of the whole app."""

import pytest
from sqlalchemy import update

from core.settings import ROOT
from core.store.tables import tokens as table

PREDICT = "/api/v1/predict"


@pytest.fixture
def run(app, administrator, viewer):
    def command(*words):
        return app.server.test_cli_runner().invoke(args=["parterre", "token", *words])

    return command


@pytest.fixture
def ask(app):
    def asking(secret, path):
        body = {"customers": [{}]}
        return app.server.test_client().post(path, json=body, headers={"Authorization": f"Bearer {secret}"})

    return asking


def test_making_one_prints_it_and_nothing_else_and_it_works_at_once(run, ask):
    made = run("create", "vera-viewer", "--name", "nightly scoring")
    assert made.exit_code == 0
    secret = made.stdout.removesuffix("\n")
    assert len(secret) == 52
    assert ask(secret, PREDICT).status_code == 200
    listed = next(line for line in run("list").output.splitlines() if "nightly scoring" in line)
    assert secret not in listed
    assert "vera-viewer" in listed
    assert "never" not in listed
    assert run("revoke", listed.split()[0]).exit_code == 0
    assert ask(secret, PREDICT).status_code == 401


def test_a_token_of_one_dataset_finds_no_other_and_learns_not_which_there_are(run, ask, app):
    secret = run("create", "ada-admin", "--name", "one", "--dataset", "default").stdout.strip()
    assert ask(secret, PREDICT).status_code == ask(secret, f"/d/default{PREDICT}").status_code == 200
    move(app, secret, "another")
    answers = [ask(secret, f"/d/{slug}{PREDICT}") for slug in ("there-is-none", "default")]
    assert {one.status_code for one in answers} == {404}
    assert answers[1].text == answers[0].text.replace("there-is-none", "default")


def move(app, secret, slug):
    """Make the token one of another dataset."""
    tokens = app.server.extensions["parterre_bearers"].tokens
    this = table.c.id == tokens.find(secret).id
    tokens.database.change(update(table).where(this).values(dataset=slug))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("create", "zora", "--name", "x"), "no account named zora"),
        (("create", "ada-admin", "--name", "x", "--dataset", "nowhere"), "no dataset 'nowhere'"),
        (("create", "ada-admin", "--name", "x", "--role", "administrator"), "'viewer', 'analyst'"),
        (("create", "ada-admin", "--name", "x", "--days", "0"), "Expected 1 to"),
        (("create", "ada-admin", "--name", " "), "a name of 1 to"),
        (("revoke", "nothing"), "Found no token"),
    ],
)
def test_what_can_not_be_made_is_said_in_a_sentence(run, words, complaint):
    said = run(*words)
    assert said.exit_code != 0
    assert complaint in said.output
    assert "Traceback" not in said.output


def test_the_documents_tell_of_the_commands():
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert all(f"parterre token {one}" in text for one in ("create", "list", "revoke"))
