"""Sharing a dataset: who may see it, and what each is in it, as its owners or the operator say."""

from __future__ import annotations

from core.accounts import audit
from core.accounts.access import Access
from core.accounts.audit import Event
from core.accounts.members import EVERYBODY, owners
from core.accounts.permissions import GIVEN, Standing
from core.accounts.users import Role, User
from core.errors import AccountError

CALLED = "everybody"  # whoever is signed in, where a name is typed
_ALONE = (
    "{} is the only owner of this dataset. Make somebody else an owner first; or ask an administrator, whom datasets "
    "without an owner are left to."
)


def share(access: Access, dataset: str, name: str, role: str, *, by: User | str) -> Standing:
    """Make an account, or everybody, `role` in a dataset, and nothing else; `none` takes it away.

    `by`: who says so; of the command line, which may do all, as the audit log is to call it. Raises AccountError if
    there is no such account or role, or a dataset would lose its last owner by somebody who can't give it back.
    """
    key, standing = _key(access, name), _standing(role)
    if key == EVERYBODY and standing not in (Standing.NONE, Standing.VIEWER):
        raise AccountError("Everybody can be viewer or none. Make people analysts and owners by their names.")
    own = owners(access.members.of(dataset))
    is_last = [one.key for one in own] == [key] and standing is not Standing.OWNER
    if is_last and isinstance(by, User) and by.role is not Role.ADMINISTRATOR:
        raise AccountError(_ALONE.format(name))
    who = by.username if isinstance(by, User) else by
    access.members.give(dataset, key, standing, by=who)
    audit.record(Event.SHARING, user=who, dataset=dataset, account=key or CALLED, role=standing.word)
    return standing


def _key(access: Access, name: str) -> str:
    if name.casefold() == CALLED:
        return EVERYBODY
    user = access.users.get(name)
    if user is None:
        raise AccountError(f"Found no account {name[:64]!r}. Expected the username of somebody who has one.")
    return user.key


def _standing(role: str) -> Standing:
    found = next((one for one in (Standing.NONE, *GIVEN) if one.word == role), None)
    if found is None:
        raise AccountError(f"Found the role {role[:20]!r}. Expected none, viewer, analyst or owner.")
    return found
