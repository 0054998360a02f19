"""Tokens on the command line: `flask --app app:create_server parterre token create NAME --name WHAT`."""

from __future__ import annotations

import click

from core.accounts import audit
from core.accounts.audit import Event
from core.accounts.tokens import CEILINGS, DAYS, EVERY, Token, Tokens
from core.accounts.users import UserStore
from core.datasets.catalogue import DEFAULT, Catalogue, slug_of
from core.errors import AccountError
from core.store.times import moment


def register(parterre: click.Group, users: UserStore, tokens: Tokens, catalogue: Catalogue) -> None:
    """Add `parterre token create`, `list` and `revoke`."""
    group = click.Group("token", help="Make, list and revoke tokens, by which programs use /api/v1.")
    parterre.add_command(group)
    _add_create(group, users, tokens, catalogue)

    @group.command("list", help="Every token: id, user, what for, until when, last use. Never the token.")
    def show() -> None:
        for token in tokens.all():
            click.echo(_line(token))

    @group.command("revoke", help="Make the token of that ID good for nothing, at once.")
    @click.argument("id")
    def revoke(id: str) -> None:
        token = tokens.revoke(id)
        _record(token, "revoked")
        click.echo(_line(token))


def _add_create(group: click.Group, users: UserStore, tokens: Tokens, catalogue: Catalogue) -> None:
    @group.command("create", help="Make a token that stands for USER; it is printed, and shown never again.")
    @click.argument("user")
    @click.option("--name", required=True, help="What uses it.")
    @click.option("--dataset", metavar="SLUG", help="The only dataset that it is for; all unless said.")
    @click.option(
        "--role", type=click.Choice(CEILINGS), help="What it is at most; what its user is unless said."
    )
    @click.option("--days", type=int, default=DAYS, show_default=True, help="After which it expires.")
    def create(user: str, name: str, dataset: str | None, role: str | None, days: int) -> None:
        owner = users.get(user)
        if owner is None:
            raise AccountError(f"There is no account named {user}.")
        slug = EVERY if dataset is None else catalogue.find(slug_of(dataset)).slug
        secret, token = tokens.make(owner, name, dataset=slug, role=role or "", days=days)
        _record(token, "made")
        click.echo(secret)


def _record(token: Token, outcome: str) -> None:
    by = audit.machine_user()
    audit.record(Event.TOKEN, outcome, by=by, account=token.owner, token=token.id)


def _line(token: Token) -> str:
    used = moment(token.used) if token.used else "never"
    dataset = "all datasets" if token.dataset == EVERY else token.dataset or DEFAULT
    until = f"{token.state:<8} until {moment(token.expires)}"
    return f"{token.id}  {token.owner:<24} {token.name:<24} {dataset:<24} {token.role or 'as its user':<12} {until}  last used {used}"
