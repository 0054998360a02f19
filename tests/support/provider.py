"""An OpenID Connect provider of the tests' own, over a real socket, which lies as it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "parterre", "a secret of the client"
ADA = {"sub": "248289761001", "preferred_username": "ada", "email": "ada@example.com", "groups": ["staff"]}


class Provider(ThreadingHTTPServer):
    """Knows one person, and gives each code out for one token, to whoever has its verifier."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.reset()

    def reset(self) -> None:
        self.key = ECKey.generate_key("P-256", parameters={"kid": "one"}, auto_kid=False)
        self.person = dict(ADA)
        self.claims: dict = {}  # that are said instead of the right ones; None: not at all
        self.metadata: dict = {}
        self.forge = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.given: list[str] = []

    def agrees(self, location: str, **changed: str) -> str:
        """What a browser that was sent to `location` is sent back with, once its person has agreed."""
        at = urlsplit(location)
        asked = {name: values[0] for name, values in parse_qs(at.query).items()}
        assert at.path == "/authorize"
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert (asked["code_challenge_method"], "openid" in asked["scope"].split()) == ("S256", True)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return (
            f"{back.path}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer} | changed)}"
        )

    def token(self, form: dict[str, str]) -> dict[str, object] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if not asked or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 300}
        said = {
            name: value for name, value in (claims | self.person | self.claims).items() if value is not None
        }
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(said)}

    def signed(self, claims: dict[str, object]) -> str:
        if self.forge == "none":
            parts = ({"alg": "none", "typ": "JWT"}, claims)
            return ".".join(_bare(json.dumps(part).encode()) for part in parts) + "."
        if self.forge == "public key as secret":
            secret = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret, algorithms=["HS256"])
        key = ECKey.generate_key("P-256") if self.forge == "another key" else self.key
        text = jwt.encode({"alg": "ES256", "kid": "one"}, claims, key)
        if self.forge == "changed afterwards":
            head, _, signature = text.split(".")
            text = f"{head}.{_bare(json.dumps(claims | {'sub': 'somebody else'}).encode())}.{signature}"
        return text


class Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        ends = {"authorization": "authorize", "token": "token"}
        known = {f"{name}_endpoint": f"{issuer}/{path}" for name, path in ends.items()}
        known |= {"issuer": issuer, "jwks_uri": f"{issuer}/keys"} | self.server.metadata
        keys = {"keys": [self.server.key.as_dict(private=False)]}
        self._say({"/.well-known/openid-configuration": known, "/keys": keys}.get(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        knows = self.headers.get("Authorization", "") in (f"Basic {basic}", f"Basic {plain}")
        self.server.given.append(body)
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._say(self.server.token(form) if knows else None, refused=400)

    def _say(self, content: object, refused: int = 404) -> None:
        self.send_response(refused if content is None else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content or {"error": "invalid_grant"}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider for as long as the block runs."""
    provider = Provider()
    Thread(target=provider.serve_forever, daemon=True).start()
    yield provider
    provider.shutdown()
    provider.server_close()


def _bare(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
