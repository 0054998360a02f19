"""What /admin does, on the command line: invitations, who may sign up, and what is done with an account."""

from __future__ import annotations

import click
from sqlalchemy import select

from callbacks.accounts.commands import ROLES, line, recorded, site
from core.accounts import audit
from core.accounts.admission import WAYS, Admission
from core.accounts.audit import Event
from core.accounts.deeds import WRITTEN, Deed, Deeds
from core.accounts.invites import DAYS, Invites
from core.accounts.permissions import GIVEN, Standing
from core.accounts.users import Role
from core.datasets.catalogue import slug_of
from core.errors import AccountError
from core.settings import Settings
from core.store.database import Database
from core.store.tables import datasets
from core.store.times import moment

HELP = {
    Deed.DISABLE: "Refuse an account, and end its sessions.",
    Deed.ENABLE: "Admit an account that waits, or let one sign in again.",
    Deed.END_SESSIONS: "Sign an account out everywhere.",
    Deed.REVOKE_TOKENS: "Revoke all tokens of an account.",
    Deed.REMOVE: "Remove an account with its tokens, views and places in datasets.",
}


def register(
    group: click.Group, settings: Settings, deeds: Deeds, invites: Invites, admission: Admission
) -> None:
    """Add them to `parterre users`."""
    for deed, words in HELP.items():
        _add_deed(group, deed, words, deeds)
    _add_invite(group, settings, invites)
    _add_invitations(group, invites)
    _add_sign_up(group, admission)
    _add_second_step(group, deeds)


def _add_deed(group: click.Group, deed: Deed, words: str, deeds: Deeds) -> None:
    @group.command(deed.value, help=words)
    @click.argument("username")
    def do(username: str) -> None:
        event, more = WRITTEN[deed]
        user = deeds.do(deed, username)
        recorded(event, user, **more)
        click.echo(f"removed {user.username}" if deed is Deed.REMOVE else line(user))


def _add_invite(group: click.Group, settings: Settings, invites: Invites) -> None:
    @group.command(
        "invite", help="Print a link by which WHOM (a name, or an e-mail address) makes an account, once."
    )
    @click.argument("whom")
    @click.option("--role", type=ROLES, default=Role.VIEWER.value, show_default=True, help="What it will be.")
    @click.option(
        "--dataset",
        "given",
        multiple=True,
        metavar="SLUG=ROLE",
        help="What it will be in a dataset; as often as needed.",
    )
    @click.option("--days", type=float, default=DAYS, show_default=True, help="How long the link is good.")
    def invite(whom: str, role: str, given: tuple[str, ...], days: float) -> None:
        standings = dict(_standing(invites.database, one) for one in given)
        secret, made = invites.make(whom, Role(role), standings, by=audit.machine_user(), days=days)
        audit.record(Event.INVITATION, "made", by=audit.machine_user(), invitation=made.id, role=role)
        click.echo(f"{site(settings)}/invite/{secret}")


def _add_invitations(group: click.Group, invites: Invites) -> None:
    @group.command("invitations", help="List open invitations, or take back the one of an ID.")
    @click.option("--revoke", "id", help="The ID of the one to take back.")
    def invitations(id: str | None) -> None:
        if id is not None:
            revoked = invites.revoke(id)
            audit.record(Event.INVITATION, "revoked", by=audit.machine_user(), invitation=revoked.id)
        for one in invites.all():
            named = "".join(f" {slug or 'default'}={of.word}" for slug, of in one.standings.items())
            click.echo(f"{one.id}  {one.whom}  {one.role.value}{named}  until {moment(one.expires)}")


def _add_sign_up(group: click.Group, admission: Admission) -> None:
    @group.command("sign-up", help="Say who may make an account, or, without WAY, tell who may.")
    @click.argument("way", type=click.Choice(list(WAYS)), required=False)
    def sign_up(way: str | None) -> None:
        if way is not None:
            admission.choice.choose(way, by=audit.machine_user())
            audit.record(Event.POLICY, by=audit.machine_user(), way=way)
        click.echo(f"{admission.way}: {WAYS[admission.way]}")


def _add_second_step(group: click.Group, deeds: Deeds) -> None:
    @group.command(
        "second-step", help="Say who needs a second step at sign-in, or, without WAY, tell who does."
    )
    @click.argument("way", type=click.Choice(list(deeds.factors.choice.ways)), required=False)
    def second_step(way: str | None) -> None:
        if way is not None:
            deeds.choose_second_step(way, by=audit.machine_user())
            audit.record(Event.FACTOR_POLICY, by=audit.machine_user(), way=way)
        click.echo(f"{deeds.factors.choice.way}: {deeds.factors.choice.ways[deeds.factors.choice.way]}")


def _standing(database: Database, given: str) -> tuple[str, Standing]:
    """A dataset that there is, and what somebody is in it, of SLUG=ROLE."""
    called, _, word = given.partition("=")
    slug = slug_of(called)
    if slug and database.row(select(datasets.c.slug).where(datasets.c.slug == slug)) is None:
        raise AccountError(
            f"Found no dataset {called[:40]!r}. Expected one that `parterre datasets list` names."
        )
    standing = next((one for one in GIVEN if one.word == word), None)
    if standing is None:
        raise AccountError(f"Found {given[:60]!r}. Expected SLUG=ROLE, ROLE being viewer, analyst or owner.")
    return slug, standing
