"""Who may do what."""

import pytest

from core.accounts.permissions import PERMISSIONS, Action, may, roles_for
from core.accounts.users import Role
from core.settings import ROOT

ADMINISTRATION = {
    Action.MANAGE_USERS,
    Action.CHOOSE_MODEL,
    Action.NAME_SEGMENTS,
    Action.ADD_DATASETS,
    Action.ERASE_CUSTOMERS,
}


def test_every_action_stands_in_the_table_with_its_help():
    assert set(PERMISSIONS) == set(Action)
    assert all(permission.help.endswith(".") for permission in PERMISSIONS.values())


@pytest.mark.parametrize("action", Action)
def test_the_documents_say_who_may_do_it(action):
    # The same words stand again in the table of what is written down.
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("| event |")[0]
    (line,) = [line for line in text.splitlines() if line.startswith(f"| `{action}` |")]
    assert ("everyone" in line) == may(Role.VIEWER, action)


def test_what_is_withheld_is_for_administrators_only():
    withheld = {Action.EXPORT}
    assert roles_for(Action.EXPORT, withheld) == {Role.ADMINISTRATOR}
    assert Role.VIEWER in roles_for(Action.VIEW, withheld)


@pytest.mark.parametrize("action", Action)
def test_the_administrator_may_do_everything(action):
    assert may(Role.ADMINISTRATOR, action)


@pytest.mark.parametrize("action", Action)
def test_a_viewer_may_do_everything_but_administer(action):
    assert may(Role.VIEWER, action) == (action not in ADMINISTRATION)
