"""Who may do what."""

import pytest

from core.accounts.permissions import PERMISSIONS, Action, Scope, Standing, may
from core.settings import ROOT

WHO = {
    Standing.VIEWER: {Scope.HOUSE: "everyone", Scope.DATASET: "viewers"},
    Standing.ANALYST: {Scope.DATASET: "analysts"},
    Standing.OWNER: {Scope.HOUSE: "owners of a dataset", Scope.DATASET: "owners"},
    Standing.ADMINISTRATOR: {Scope.HOUSE: "administrators"},
}


def test_every_action_stands_in_the_table_with_its_help():
    assert set(PERMISSIONS) == set(Action)
    assert all(permission.help.endswith(".") for permission in PERMISSIONS.values())


@pytest.mark.parametrize("action", Action)
def test_the_documents_say_who_may_do_it(action):
    # The same words stand again in the table of what is written down.
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("| event |")[0]
    permission = PERMISSIONS[action]
    who = WHO[permission.least][permission.scope]
    assert f"| `{action}` | {permission.scope} | {who} | {permission.help} |" in text


def test_what_is_withheld_is_for_administrators_only():
    assert may(Standing.VIEWER, Action.EXPORT)
    assert [one for one in Standing if may(one, Action.EXPORT, {Action.EXPORT})] == [Standing.ADMINISTRATOR]


@pytest.mark.parametrize("action", Action)
def test_who_is_nothing_may_do_nothing_and_an_administrator_everything(action):
    assert not may(Standing.NONE, action)
    assert may(Standing.ADMINISTRATOR, action)


def test_a_viewer_changes_nothing_that_others_see():
    mine = {one for one in Action if may(Standing.VIEWER, one)}
    assert mine == {"enter", "change-password", "sign-out", "view", "predict", "export", "save-view"}
