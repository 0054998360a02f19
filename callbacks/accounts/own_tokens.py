"""/account/tokens: one's own tokens, made and revoked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.accounts import step_up
from callbacks.accounts import tokens as commands
from callbacks.accounts.forms import NewToken, outcome, page
from callbacks.web import audit, sessions
from callbacks.web.guard import requires
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.permissions import Action
from core.accounts.tokens import EVERY, Tokens
from core.accounts.users import User
from core.errors import AccountError
from core.services import Services

# Slugs and titles of the datasets that a user may see, to one of which a token can be held.
Seen = Callable[[User], Sequence[tuple[str, str]]]


def register(server: Flask, parterre: click.Group, services: Services, tokens: Tokens) -> None:
    """Add the page, and `parterre token`, to a server that has its door already."""
    catalogue, access = services.workspaces.catalogue, services.access
    commands.register(parterre, services.users, tokens, catalogue)
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
            step_up.confirm(self.entry, form)
            secret, token = self.tokens.make(
                user, form.name.data, dataset=form.dataset.data, role=form.role.data, days=form.days.data
            )
        except AccountError as error:
            audit.told(Event.TOKEN, outcome(error))
            return self._page(form, user, error)
        audit.told(Event.TOKEN, "made", token=token.id)
        return self._page(form, user, secret=secret, status=200)

    def revoke(self) -> ResponseReturnValue:
        """Make one of the user's tokens good for nothing, at once."""
        token = self.tokens.revoke(request.form.get("id", ""), sessions.visitor())
        audit.told(Event.TOKEN, "revoked", token=token.id)
        return redirect("/account/tokens?why=revoked")

    def _page(
        self,
        form: NewToken,
        user: User,
        error: AccountError | None = None,
        *,
        secret: str = "",
        status: int = 400,
    ) -> Response:
        good = [token for token in self.tokens.all(user) if token.state == "good"]
        titles = {one.value: one.label for one in form.dataset.choices or ()}
        return page(
            "tokens.html", form, error, status=status, user=user, tokens=good, secret=secret, titles=titles
        )
