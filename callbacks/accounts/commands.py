"""The command line: `flask --app app:create_server parterre users ...`."""

from __future__ import annotations

import sys

import click
from flask import Flask

from callbacks.command_line import Commands
from core.accounts import audit, passwords, stores
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.factors import Factors
from core.accounts.identities import Identities
from core.accounts.resets import HOURS, Resets
from core.accounts.users import Role, User, UserStore, new_session_version
from core.errors import AccountError
from core.settings import Settings, listed
from core.store.database import Database

USERS = "parterre.users"  # the group of commands about accounts, for others to add to
ROLES = click.Choice([role.value for role in Role])


def register(server: Flask, users: UserStore, settings: Settings, database: Database) -> Commands:
    """Add `parterre users` and `accounts` to the command line of `server`; its `parterre`, for other commands."""
    parterre = Commands()
    accounts = click.Group("users", help="List, add and change accounts.")
    parterre.add_command(accounts)
    _add_list(accounts, users)
    _add_role(accounts, users)
    server.extensions[USERS] = accounts
    _add_passwords(accounts, server.extensions["entry"])
    group = click.Group("accounts", help="Where accounts are kept, and how their owners get in again.")
    parterre.add_command(group)
    _add_copy(group, settings, database)
    _add_reset_factor(group, users, server.extensions["factors"])
    _add_reset_link(group, users, settings, database)
    if known := server.extensions.get("identities"):
        _add_link(group, users, known)
    server.cli.add_command(parterre)
    return parterre


def _add_reset_factor(group: click.Group, users: UserStore, factors: Factors) -> None:
    @group.command("reset-factor", help="Ask an account for its password alone, and end its sessions.")
    @click.argument("username")
    def reset_factor(username: str) -> None:
        user = users.change(username, session_version=new_session_version())
        was_on = factors.off(user)
        recorded(Event.FACTOR, user, done="reset")
        click.echo(f"{line(user)}{'' if was_on else ', had no second factor'}")


def _add_reset_link(group: click.Group, users: UserStore, settings: Settings, database: Database) -> None:
    @group.command(
        "reset-link", help="Print a link by which an account's owner chooses a new password, once."
    )
    @click.argument("username")
    @click.option("--hours", type=click.FloatRange(0.1, 168), default=HOURS, help="How long it is good.")
    def reset_link(username: str, hours: float) -> None:
        user = account(users, username)
        secret = Resets(database).make(user, hours)
        recorded(Event.RESET_LINK, user)
        click.echo(f"{site(settings)}/reset/{secret}")


def _add_link(group: click.Group, users: UserStore, known: Identities) -> None:
    @group.command(
        "link", help="Let the person of SUBJECT at the single sign-on in as an account that is there."
    )
    @click.argument("username")
    @click.argument("subject")
    def link(username: str, subject: str) -> None:
        user = account(users, username)
        known.link(user, subject)
        recorded(Event.LINKED, user)
        click.echo(line(user))


def site(settings: Settings) -> str:
    """Where visitors most likely find this server."""
    names = [name for name in listed(settings.hosts) if not name.startswith(".")]
    if settings.production and names:
        return f"https://{names[0]}"
    return f"http://{names[0] if names else settings.host}:{settings.port}"


def _add_copy(group: click.Group, settings: Settings, database: Database) -> None:
    kinds = click.Choice(stores.KINDS)

    @group.command(
        "copy", help="Copy accounts from one store to another; those that are there stay as they are."
    )
    @click.option("--from", "source", type=kinds, required=True, help="Where they are.")
    @click.option("--to", "target", type=kinds, required=True, help="Where they are to be as well.")
    @click.option("--replace", is_flag=True, help="Replace accounts that are there, and differ.")
    def copy(source: str, target: str, *, replace: bool) -> None:
        if source == target:
            raise click.UsageError(
                f"Found {source} twice. Expected one of {' and '.join(stores.KINDS)} each."
            )
        ends = [stores.store(kind, settings, database) for kind in (source, target)]
        copied = stores.copy(*ends, replace=replace)
        for user in copied.taken:
            recorded(Event.ACCOUNT_ADDED, user, role=user.role.value, source=source)
            click.echo(f"copied        {line(user)}")
        for user in copied.differing:
            click.echo(f"left, differs {line(user)}")
        click.echo(f"{len(copied.taken)} copied, {len(copied.differing)} that differ left as they were.")


def _add_list(accounts: click.Group, users: UserStore) -> None:
    @accounts.command("list", help="Every account: name, role, whether active, last sign-in.")
    def show() -> None:
        for user in users.all():
            click.echo(line(user))


def _add_role(accounts: click.Group, users: UserStore) -> None:
    @accounts.command("role", help="Give an account another role.")
    @click.argument("username")
    @click.argument("role", type=ROLES)
    def change_role(username: str, role: str) -> None:
        user = users.change(username, role=Role(role))
        recorded(Event.ROLE, user, role=role)
        click.echo(line(user))


def _add_passwords(accounts: click.Group, entry: Entry) -> None:
    stdin = click.option("--password-stdin", is_flag=True, help="Read the password from a pipe; for scripts.")

    @accounts.command("add", help="Add an account, also where sign-up is closed.")
    @click.argument("username")
    @click.option("--role", type=ROLES, help="Viewer unless said; the first account is an administrator.")
    @stdin
    def add(username: str, role: str | None, password_stdin: bool) -> None:
        password = _password(piped=password_stdin)
        entry.check(password, username)
        hashed = passwords.hash_password(password)
        added = entry.users.add(username, hashed, role=Role(role) if role else None)
        recorded(Event.ACCOUNT_ADDED, added, role=added.role.value)
        click.echo(line(added))

    @accounts.command("password", help="Give an account a new password, and end its sessions.")
    @click.argument("username")
    @stdin
    def change_password(username: str, password_stdin: bool) -> None:
        password = _password(piped=password_stdin)
        user = entry.reset_password(username, password)
        recorded(Event.PASSWORD, user)
        click.echo(line(user))


def account(users: UserStore, username: str) -> User:
    """The account of that name; AccountError where there is none."""
    user = users.get(username)
    if user is None:
        raise AccountError(f"There is no account named {username}.")
    return user


def recorded(event: Event, account: User, **more: str) -> None:
    """On the command line nobody has signed in: a user of the machine did it."""
    audit.record(event, by=audit.machine_user(), account=account.username, **more)


def _password(*, piped: bool) -> str:
    """Asked for, never an argument: every user of the machine may read those."""
    if piped:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def line(user: User) -> str:
    """An account, as it is listed."""
    last = user.last_sign_in.isoformat(timespec="minutes") if user.last_sign_in else "never"
    return f"{user.username:<24} {user.role.value:<14} {user.state:<9} last sign-in {last}"
