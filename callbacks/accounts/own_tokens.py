"""/account/tokens: one's own tokens, made and revoked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import forms
from callbacks.accounts.forms import NewToken, page
from callbacks.web import audit, sessions
from callbacks.web.guard import requires
from core.accounts.audit import Event, machine_user, record
from core.accounts.entry import Entry
from core.accounts.permissions import Action
from core.accounts.tokens import CEILINGS, DAYS, EVERY, Token, Tokens
from core.accounts.users import User, UserStore
from core.datasets.catalogue import DEFAULT, Catalogue, slug_of
from core.errors import AccountError
from core.services import Services
from core.store.times import moment

# Slugs and titles of the datasets that a user may see, to one of which a token can be held.
Seen = Callable[[User], Sequence[tuple[str, str]]]


def register(server: Flask, parterre: click.Group, services: Services, tokens: Tokens) -> None:
    """Add the page, and `parterre token`, to a server that has its door already."""
    catalogue, access = services.workspaces.catalogue, services.access
    add_commands(parterre, services.users, tokens, catalogue)
    add_page(
        server, tokens, lambda user: [(one.slug, one.title) for one in access.seen(user, catalogue.all())]
    )


def add_page(server: Flask, tokens: Tokens, seen: Seen) -> None:
    """Add the page and its forms to `server`."""
    own, mine = OwnTokens(server.extensions["entry"], tokens, seen), requires(Action.CHANGE_PASSWORD)
    server.add_url_rule("/account/tokens", "account-tokens", mine(own.tokens_page), methods=["GET", "POST"])
    server.add_url_rule("/account/tokens/revoke", "account-revoke", mine(own.revoke), methods=["POST"])


@dataclass(frozen=True)
class OwnTokens:
    """The tokens of whoever asks."""

    entry: Entry
    tokens: Tokens
    seen: Seen

    def tokens_page(self) -> Response:
        """Those there are, and a new one, for which the password is asked: it outlives the session."""
        user = sessions.visitor()
        form = NewToken([(EVERY, "All"), *self.seen(user)])
        if not form.validate_on_submit():
            return self._page(form, user)
        try:
            forms.confirm(self.entry, form)
            secret, token = self.tokens.make(
                user, form.name.data, dataset=form.dataset.data, role=form.role.data, days=form.days.data
            )
        except AccountError as error:
            return self._page(form.refuse(error, Event.TOKEN), user)
        audit.told(Event.TOKEN, "made", token=token.id)
        return self._page(form, user, secret=secret, status=200)

    def revoke(self) -> ResponseReturnValue:
        """Make one of the user's tokens good for nothing, at once."""
        token = self.tokens.revoke(request.form.get("id", ""), sessions.visitor())
        audit.told(Event.TOKEN, "revoked", token=token.id)
        return redirect("/account/tokens?why=revoked")

    def _page(self, form: NewToken, user: User, *, secret: str = "", status: int = 400) -> Response:
        good = [token for token in self.tokens.all(user) if token.state == "good"]
        titles = {one.value: one.label for one in form.dataset.choices or ()}
        return page("tokens.html", form, status=status, user=user, tokens=good, secret=secret, titles=titles)


def add_commands(parterre: click.Group, users: UserStore, tokens: Tokens, catalogue: Catalogue) -> None:
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
    record(Event.TOKEN, outcome, by=machine_user(), account=token.owner, token=token.id)


def _line(token: Token) -> str:
    used = moment(token.used) if token.used else "never"
    dataset = "all datasets" if token.dataset == EVERY else token.dataset or DEFAULT
    until = f"{token.state:<8} until {moment(token.expires)}"
    return f"{token.id}  {token.owner:<24} {token.name:<24} {dataset:<24} {token.role or 'as its user':<12} {until}  last used {used}"
