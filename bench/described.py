"""`make fuzz`: schemathesis asks a server of two workers all that the API's own description allows, and all that it does not.

Words that are said behind go to schemathesis: `python -m bench.described --max-examples 20 --seed 1`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults import Visitor
from core.accounts.stores import chosen
from core.accounts.tokens import Tokens
from core.settings import load
from core.store.database import opened
from tests.support.server import serving

OFTEN = 10**6  # requests a minute


def main() -> int:
    with TemporaryDirectory(prefix="parterre-described-") as folder:
        home = Path(folder) / "home"
        with serving(home, workers=2, api_rate=OFTEN) as server:
            visitor = Visitor(server.url)
            visitor.sign_up()
            asks = [
                Path(sys.executable).with_name("schemathesis"),
                "run",
                f"{server.url}/api/v1/openapi.json",
            ]
            bearer = f"Authorization: Bearer {secret_of(visitor.called, home)}"
            return subprocess.call([*asks, "--header", bearer, "--continue-on-failure", *sys.argv[1:]])


def secret_of(name: str, home: Path) -> str:
    """A token of an account."""
    settings = load(home=home)
    database = opened(settings)
    user = chosen(settings, database).get(name)
    assert user
    return Tokens(database).make(user, "schemathesis")[0]


if __name__ == "__main__":
    sys.exit(main())
