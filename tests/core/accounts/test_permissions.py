"""Who may do what."""

import pytest

from core.accounts.permissions import PERMISSIONS, Action, may
from core.accounts.users import Role

ADMINISTRATION = {Action.MANAGE_USERS, Action.CHOOSE_MODEL, Action.NAME_SEGMENTS}


def test_every_action_stands_in_the_table_with_its_help():
    assert set(PERMISSIONS) == set(Action)
    assert all(permission.help.endswith(".") for permission in PERMISSIONS.values())


@pytest.mark.parametrize("action", Action)
def test_the_administrator_may_do_everything(action):
    assert may(Role.ADMINISTRATOR, action)


@pytest.mark.parametrize("action", Action)
def test_a_viewer_may_do_everything_but_administer(action):
    assert may(Role.VIEWER, action) == (action not in ADMINISTRATION)
