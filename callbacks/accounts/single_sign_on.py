"""/login/sso: to the organisation's provider, and back with what it says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import Flask, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from callbacks.accounts.forms import destination, here, outcome, told
from callbacks.web import audit
from callbacks.web.guard import ROOT
from core.accounts.attempts import of_address
from core.accounts.audit import Event
from core.accounts.entry import Entry
from core.accounts.identities import GroupRole, Identities
from core.accounts.permissions import GIVEN
from core.accounts.single_sign_on import FAILED, Asked, Provider
from core.accounts.users import User
from core.clock import is_within
from core.datasets.catalogue import slug_of
from core.errors import AccountError, SettingsError
from core.settings import Settings, listed
from core.store.database import Database

KEY = "sso"
SECONDS = 600  # that somebody may take at the provider
Enter = Callable[[User, str], ResponseReturnValue]


def register(server: Flask, entry: Entry, settings: Settings, database: Database, enter: Enter) -> None:
    """Add both addresses, which lead nowhere without a provider; `enter` lets a user in, and on to a page."""
    provider = Provider.of(settings)
    server.jinja_env.globals["sso_label"] = settings.oidc_label if provider else ""
    go = back = _nowhere
    if provider is not None:
        groups = listed(settings.oidc_admitted), listed(settings.oidc_administrators)
        roles = tuple(map(_group_role, listed(settings.oidc_datasets)))
        known = Identities(database, entry.users, provider.issuer, *groups, roles)
        server.extensions["identities"] = known
        sso = SingleSignOn(entry, provider, known, enter)
        go, back = sso.go, sso.back
    server.add_url_rule("/login/sso", "sso", go, methods=["GET"])
    server.add_url_rule("/login/sso/back", "sso-back", back, methods=["GET"])


def _group_role(given: str) -> GroupRole:
    """What a setting says as group=slug:role."""
    group, _, place = given.rpartition("=")
    slug, _, word = place.rpartition(":")
    standing = next((one for one in GIVEN if one.word == word), None)
    if not group or not slug or standing is None:
        raise SettingsError(
            f"PARTERRE_OIDC_DATASETS: found {given!r}. Expected such as marketing=shop:analyst: a group, the dataset as "
            "its address calls it (`default` for the one without), and viewer, analyst or owner."
        )
    return GroupRole(group, slug_of(slug), standing)


def _nowhere() -> ResponseReturnValue:
    abort(404)


@dataclass(frozen=True)
class SingleSignOn:
    """To the provider, and back."""

    entry: Entry
    provider: Provider
    known: Identities
    enter: Enter

    def go(self) -> ResponseReturnValue:
        """Send the browser to the provider; what comes back has to fit what is kept in its session."""
        try:
            address, asked = self.provider.begin(_back())
        except AccountError as error:
            return _refused(error)
        to = request.script_root.removeprefix(request.environ[ROOT]) + destination()
        session[KEY] = asdict(asked) | {"at": int(time.time()), "next": to}
        return redirect(address)

    def back(self) -> ResponseReturnValue:
        """Let in whom the provider names, in answer to what this very browser asked, once."""
        kept = session.pop(KEY, None)
        try:
            user = self._user(_fitting(kept, self.provider.issuer))
        except AccountError as error:
            return _refused(error)
        return self.enter(user, kept["next"])

    def _user(self, asked: Asked) -> User:
        counted = ("address", of_address(request.remote_addr))
        self.entry.attempts.take(*counted)
        person = self.provider.finish(_back(), asked, request.args.get("code", ""))
        user, is_new = self.known.user_of(person)
        self.entry.attempts.give_back(*counted)
        if is_new:
            audit.told(Event.SIGN_UP, user=user.username, role=user.role.value, by="single sign-on")
        return user


def _fitting(kept: dict[str, object] | None, issuer: str) -> Asked:
    """What this browser asked, if the answer is to that, by that provider, and in time."""
    given = request.args
    if not kept or given.get("state") != kept["state"] or given.get("iss", issuer).rstrip("/") != issuer:
        raise AccountError(FAILED)
    if "error" in given or not is_within(SECONDS, float(str(kept["at"]))):
        raise AccountError(FAILED)
    return Asked(str(kept["state"]), str(kept["nonce"]), str(kept["verifier"]))


def _back() -> str:
    """The one address that the provider knows, from whichever dataset somebody came."""
    return f"{here()}/login/sso/back"


def _refused(error: AccountError) -> ResponseReturnValue:
    audit.told(Event.SIGN_IN, outcome(error), step="single sign-on")
    return told("Not signed in", str(error), status=401)
