"""Who may do what: one table, read by the guard, the worker, the navigation and the docs."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType


class Standing(IntEnum):
    """What somebody is in a dataset, or in the house; who stands higher may do all that those below may.

    In the house, whoever owns a dataset is an owner, and everybody else who is signed in a viewer.
    """

    NONE = 0
    VIEWER = 1
    ANALYST = 2
    OWNER = 3
    ADMINISTRATOR = 4

    @property
    def word(self) -> str:
        """What it is called, and kept as."""
        return self.name.lower()


GIVEN = (Standing.VIEWER, Standing.ANALYST, Standing.OWNER)  # what one can be given in a dataset


class Scope(StrEnum):
    """Where somebody has to stand high enough."""

    HOUSE = "house"
    DATASET = "dataset"


class Action(StrEnum):
    """Something that a signed-in user can ask for."""

    ENTER = "enter"
    CHANGE_PASSWORD = "change-password"  # noqa: S105
    SIGN_OUT = "sign-out"
    ADD_DATASETS = "add-datasets"
    MANAGE_USERS = "manage-users"
    VIEW = "view"
    PREDICT = "predict"
    EXPORT = "export"
    SAVE_VIEW = "save-view"
    RUN_JOBS = "run-jobs"
    NAME_SEGMENTS = "name-segments"
    CHOOSE_MODEL = "choose-model"
    UPDATE_DATASET = "update-dataset"
    ERASE_CUSTOMERS = "erase-customers"
    SEE_PERSONAL = "see-personal"
    SHARE = "share"
    REMOVE_DATASET = "remove-dataset"


@dataclass(frozen=True)
class Permission:
    """Where one has to stand, how high at least, and what it is that one may do then."""

    scope: Scope
    least: Standing
    help: str


def _in(scope: Scope, least: Standing, helps: Mapping[Action, str]) -> dict[Action, Permission]:
    return {action: Permission(scope, least, help) for action, help in helps.items()}


PERMISSIONS: Mapping[Action, Permission] = MappingProxyType(
    _in(
        Scope.HOUSE,
        Standing.VIEWER,
        {
            Action.ENTER: "Be signed in, and have what all pages are made of.",
            Action.CHANGE_PASSWORD: "Change one's own password.",
            Action.SIGN_OUT: "End one's own sessions, on every device.",
        },
    )
    | _in(
        Scope.HOUSE,
        Standing.OWNER,
        {Action.ADD_DATASETS: "Bring files, and make datasets of them, which are one's own then."},
    )
    | _in(
        Scope.HOUSE,
        Standing.ADMINISTRATOR,
        {Action.MANAGE_USERS: "Invite, see and change accounts; say who may sign up."},
    )
    | _in(
        Scope.DATASET,
        Standing.VIEWER,
        {
            Action.VIEW: "See the dashboards and the customers behind them.",
            Action.PREDICT: "Predict the segment of a customer.",
            Action.EXPORT: "Download customers, the model and its files.",
            Action.SAVE_VIEW: "Keep a set of filters under a name; leave notes.",
        },
    )
    | _in(
        Scope.DATASET,
        Standing.ANALYST,
        {
            Action.RUN_JOBS: "Start long calculations that are for everybody, such as the evidence.",
            Action.NAME_SEGMENTS: "Rename segments and give them notes.",
            Action.CHOOSE_MODEL: "Decide which model or version answers, and how segments are made.",
        },
    )
    | _in(
        Scope.DATASET,
        Standing.OWNER,
        {
            Action.UPDATE_DATASET: "Bring the next file; remove versions.",
            Action.ERASE_CUSTOMERS: "Erase a customer.",
            Action.SEE_PERSONAL: "See the columns that are marked personal.",
            Action.SHARE: "Say who may see the dataset, and what each may do.",
            Action.REMOVE_DATASET: "Remove the dataset with all that hangs on it.",
        },
    )
)


def may(standing: Standing, action: Action, withheld: Container[Action] = ()) -> bool:
    """Whether who stands so high may do `action`; what is `withheld` is for administrators only."""
    least = Standing.ADMINISTRATOR if action in withheld else PERMISSIONS[action].least
    return standing >= least
