"""Whether somebody may do something here: the accounts, the members and the table of permissions together."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.accounts.admission import Admission
from core.accounts.members import Members
from core.accounts.permissions import PERMISSIONS, Action, Scope, Standing, may
from core.accounts.users import Role, User, UserStore
from core.errors import DataError
from core.settings import Settings
from core.store.database import Database


class _Named(Protocol):
    @property
    def slug(self) -> str: ...


D = TypeVar("D", bound=_Named)


@dataclass(frozen=True)
class Limit:
    """Somebody who is so high at most, and in these datasets only, if not in all: a program that they have sent."""

    user: User
    standing: Standing = Standing.ADMINISTRATOR
    datasets: frozenset[str] | None = None


@dataclass(frozen=True)
class _WhereOpen:
    """Exports, for as long as administrators let anybody sign up."""

    admission: Admission

    def __contains__(self, action: object) -> bool:
        return action is Action.EXPORT and self.admission.way == "open"


@dataclass(frozen=True)
class Access:
    """Answers of this moment: whoever keeps one longer than a request or job lets people in who have been removed.

    What is `withheld` is for administrators only.
    """

    users: UserStore
    members: Members
    withheld: Container[Action]

    @classmethod
    def of(cls, settings: Settings, users: UserStore, database: Database) -> Access:
        """The access that the settings give."""
        withheld: Container[Action] = frozenset() if settings.viewers_export else frozenset({Action.EXPORT})
        if settings.production and not settings.signup and not settings.export:
            withheld = _WhereOpen(Admission.of(settings, database))
        return cls(users, Members(database), withheld)

    def standing(self, user: User, dataset: str) -> Standing:
        """What the user is in a dataset: administrators are so in every one."""
        if not user.active:
            return Standing.NONE
        if user.role is Role.ADMINISTRATOR:
            return Standing.ADMINISTRATOR
        return self.members.standing(user.key, dataset)

    def in_house(self, user: User) -> Standing:
        """What the user is in the house."""
        if not user.active:
            return Standing.NONE
        if user.role is Role.ADMINISTRATOR:
            return Standing.ADMINISTRATOR
        return Standing.OWNER if self.members.owns_any(user.key) else Standing.VIEWER

    def within(self, limit: Limit, dataset: str | None) -> Standing:
        """What somebody is within a limit: in a dataset, or with None in the house, where one for some is a viewer."""
        if dataset is None:
            most = limit.standing if limit.datasets is None else Standing.VIEWER
            return min(self.in_house(limit.user), most)
        if limit.datasets is not None and dataset not in limit.datasets:
            return Standing.NONE
        return min(self.standing(limit.user, dataset), limit.standing)

    def may(self, username: str, action: Action, dataset: str) -> bool:
        """Whether the account of that name, if there is one, may do something with a dataset."""
        user = self.users.get(username)
        if user is None:
            return False
        in_house = PERMISSIONS[action].scope is Scope.HOUSE
        standing = self.in_house(user) if in_house else self.standing(user, dataset)
        return may(standing, action, self.withheld)

    def check(self, username: str, action: Action, dataset: str) -> None:
        """Refuse what the account of that name may not have done; raises DataError, in words."""
        if not self.may(username, action, dataset):
            doing = PERMISSIONS[action].help.rstrip(".")
            raise DataError(
                f"{username} may not do this any more ({doing[0].lower()}{doing[1:]}). Ask the owner of the dataset, "
                "or an administrator."
            )

    def seen(self, user: User | None, datasets: Iterable[D]) -> list[D]:
        """Those of the datasets that the user may see; nobody sees any."""
        if user is None or not user.active:
            return []
        if user.role is Role.ADMINISTRATOR:
            return list(datasets)
        mine = self.members.datasets(user.key)
        return [one for one in datasets if one.slug in mine]
