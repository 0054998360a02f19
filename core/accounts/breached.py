"""Passwords that have leaked, asked of a service that learns five hex digits of a hash and no more (k-anonymity)."""

from __future__ import annotations

import hashlib
import logging
from urllib.error import URLError
from urllib.request import Request, urlopen

LOG = logging.getLogger(__name__)
SECONDS = 3
LARGEST_ANSWER = 1_000_000
SHOWN = 5


def has_leaked(service: str, password: str) -> bool:
    """Whether the service knows the password; one that does not answer keeps nobody out.

    Parameters
    ----------
    service : str
        What the digits are appended to, as of Pwned Passwords: https://api.pwnedpasswords.com/range/.
    """
    digest = (
        hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
    )
    request = Request(service + digest[:SHOWN], headers={"Add-Padding": "true", "User-Agent": "Parterre"})  # noqa: S310  # the scheme is checked with the settings
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            lines = answer.read(LARGEST_ANSWER).decode("ascii").splitlines()
    except (URLError, OSError, ValueError) as error:
        LOG.warning("The service for leaked passwords did not answer: %s", type(error).__name__)
        return False
    # What pads an answer, so that its length tells nothing, has leaked no time.
    counts = dict(line.partition(":")[::2] for line in lines)
    return counts.get(digest[SHOWN:], "0").strip() not in ("", "0")
