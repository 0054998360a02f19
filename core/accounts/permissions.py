"""Who may do what: one table, read by the guard, the navigation and the docs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.accounts.users import Role

EVERYONE = frozenset(Role)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class Action(StrEnum):
    """Something that a signed-in user can ask for."""

    VIEW = "view"
    PREDICT = "predict"
    EXPORT = "export"
    SAVE_VIEW = "save-view"
    CHANGE_PASSWORD = "change-password"  # noqa: S105
    SIGN_OUT = "sign-out"
    MANAGE_USERS = "manage-users"
    CHOOSE_MODEL = "choose-model"
    NAME_SEGMENTS = "name-segments"
    RUN_JOBS = "run-jobs"
    ADD_DATASETS = "add-datasets"
    ERASE_CUSTOMERS = "erase-customers"


@dataclass(frozen=True)
class Permission:
    """The roles that may do something, and what it is."""

    roles: frozenset[Role]
    help: str


PERMISSIONS: Mapping[Action, Permission] = MappingProxyType(
    {
        Action.VIEW: Permission(EVERYONE, "See the dashboards and the customers behind them."),
        Action.PREDICT: Permission(EVERYONE, "Predict the segment of a customer."),
        Action.EXPORT: Permission(
            EVERYONE,
            "Download customers, the model and its files; `PARTERRE_EXPORT` can keep it from viewers.",
        ),
        Action.SAVE_VIEW: Permission(EVERYONE, "Keep a set of filters under a name."),
        Action.CHANGE_PASSWORD: Permission(EVERYONE, "Change one's own password."),
        Action.SIGN_OUT: Permission(EVERYONE, "End one's own sessions, on every device."),
        Action.MANAGE_USERS: Permission(ADMINISTRATORS, "See accounts; change roles; switch accounts off."),
        Action.CHOOSE_MODEL: Permission(ADMINISTRATORS, "Decide which model answers."),
        Action.NAME_SEGMENTS: Permission(ADMINISTRATORS, "Rename segments and give them notes."),
        Action.RUN_JOBS: Permission(EVERYONE, "Start long calculations; cancel one's own."),
        Action.ADD_DATASETS: Permission(
            ADMINISTRATORS, "Bring files, make datasets of them, and remove datasets and versions."
        ),
        Action.ERASE_CUSTOMERS: Permission(ADMINISTRATORS, "Erase a customer from a dataset."),
    }
)


def roles_for(action: Action, withheld: Collection[Action] = ()) -> frozenset[Role]:
    """The roles that may do `action`; what is `withheld` is for administrators only."""
    roles = PERMISSIONS[action].roles
    return roles & ADMINISTRATORS if action in withheld else roles


def may(role: Role, action: Action) -> bool:
    """Whether `role` may do `action`."""
    return role in PERMISSIONS[action].roles
