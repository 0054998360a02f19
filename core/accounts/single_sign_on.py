"""Single sign-on by OpenID Connect: the code flow with PKCE, and what of its answer is believed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from core.errors import AccountError
from core.settings import Settings

SECONDS = 5  # that the provider may take
KEPT_SECONDS = 3600  # that its addresses and keys are believed
CLOCKS_DIFFER_SECONDS = 60
SCOPE = "openid profile email"
# None that is signed with a secret: of a public key anybody could make one.
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "PS384", "PS512", "Ed25519", "EdDSA"]
FAILED = "Signing in by your organisation did not work. Try again; if it lasts, tell the administrator."


@dataclass(frozen=True)
class Asked:
    """What one browser was sent to the provider with: kept in its session, and used once."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Person:
    """Who the provider says it is: `subject` never changes, `name` may."""

    subject: str
    name: str
    groups: frozenset[str]


@dataclass(frozen=True)
class Provider:
    """The organisation's server, by which people sign in."""

    issuer: str
    client: str
    secret: str
    groups: str
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """As the settings have it; None where there is none."""
        secret = settings.oidc_secret.get_secret_value() if settings.oidc_secret else ""
        issuer = settings.oidc_issuer.rstrip("/")
        return cls(issuer, settings.oidc_client, secret, settings.oidc_groups_claim) if issuer else None

    def begin(self, back: str) -> tuple[str, Asked]:
        """Where to send a browser, which is to come `back`, and what to remember of it.

        Raises AccountError if the provider does not answer, or is not the one that was named.
        """
        asked = Asked(*(generate_token(48) for _ in range(3)))
        with self._session(back) as session:
            url, _ = session.create_authorization_url(
                self._at("authorization_endpoint"),
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return url, asked

    def finish(self, back: str, asked: Asked, code: str) -> Person:
        """Who has come back with `code`.

        Raises AccountError if the provider does not take the code, or what it says is not for us, of now, and signed
        by it.
        """
        try:
            with self._session(back) as session:
                token = session.fetch_token(
                    self._at("token_endpoint"), code=code, code_verifier=asked.verifier
                )
            claims = self._signed(str(token["id_token"]))
        except (OAuthError, RequestException, JoseError, KeyError, TypeError, ValueError) as error:
            raise AccountError(FAILED) from error
        self._check(claims, asked.nonce)
        groups = claims.get(self.groups) or []
        names = (claims.get(name) for name in ("preferred_username", "email", "sub"))
        return Person(
            subject=str(claims["sub"]),
            name=next(str(name) for name in names if name),
            groups=frozenset(map(str, [groups] if isinstance(groups, str) else groups)),
        )

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        """That it is said by our provider, to us, in answer to this very question, and of now."""
        now, audience = time.time(), claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        holds = (
            claims.get("iss") == self._metadata()["issuer"],
            self.client in audiences,
            claims.get("azp", self.client) == self.client and (len(audiences) == 1 or "azp" in claims),
            claims.get("nonce") == nonce,
            isinstance(claims.get("sub"), str) and claims["sub"],
            _number(claims, "exp") > now - CLOCKS_DIFFER_SECONDS,
            _number(claims, "nbf", 0) <= now + CLOCKS_DIFFER_SECONDS,
            0 < _number(claims, "iat") <= now + CLOCKS_DIFFER_SECONDS,
        )
        if not all(holds):
            raise AccountError(FAILED)

    def _signed(self, text: str) -> Mapping[str, Any]:
        """What it says, if one of the provider's keys has signed it; keys may have been renewed since."""
        try:
            return jwt.decode(text, self._keys(), algorithms=ALGORITHMS).claims
        except JoseError:
            self._known.pop("keys", None)
            return jwt.decode(text, self._keys(), algorithms=ALGORITHMS).claims

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._got("keys", self._at("jwks_uri")))

    def _at(self, name: str) -> str:
        """One of the provider's addresses; never one that is less safe than its own."""
        address = str(self._metadata().get(name, ""))
        if not address.startswith(f"{self.issuer.partition('://')[0]}://"):
            raise AccountError(FAILED)
        return address

    def _metadata(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._got("metadata", f"{self.issuer}/.well-known/openid-configuration")
        # Some end in a slash, and their tokens say so as well.
        if str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise AccountError(FAILED)
        return found

    def _got(self, name: str, address: str) -> Any:
        until, found = self._known.get(name, (0.0, None))
        if time.time() < until:
            return found
        try:
            with OAuth2Session() as session:
                answer = session.get(address, timeout=SECONDS, withhold_token=True, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (RequestException, ValueError) as error:
            raise AccountError(FAILED) from error
        self._known[name] = (time.time() + KEPT_SECONDS, found)
        return found

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.client,
            self.secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )


def _number(claims: Mapping[str, Any], name: str, missing: float = -1) -> float:
    found = claims.get(name, missing)
    return float(found) if isinstance(found, int | float) else -1
