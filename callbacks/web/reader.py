"""Who reads: which way of writing numbers their browser asks for, and words that were raised in it."""

from __future__ import annotations

from flask import Response, current_app, g, request

from callbacks.web.devices import cookie_name
from core.datasets.writing import LOCALES
from core.numbers import Numbers, locale_of

MOST_TAGS = 8  # languages of a browser that are looked at
COOKIE, SECONDS = "parterre_numbers", 365 * 24 * 3600


def chosen() -> str:
    """The locale that was chosen in this browser; nothing where none was."""
    kept = request.cookies.get(cookie_name(COOKIE), "")
    return kept if kept in LOCALES else ""


def choose(response: Response, locale: str) -> None:
    """Write numbers so in this browser from now on; where it is none, as the browser asks for."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    kept = {"value": locale, "max_age": SECONDS} if locale in LOCALES else {"value": "", "max_age": 0}
    response.set_cookie(cookie_name(COOKIE), **kept, secure=secure, httponly=True, samesite="Lax")  # type: ignore[arg-type]


def locale() -> str:
    """The locale that was chosen, else the first that the browser names and we know; nothing where there is none."""
    if found := chosen():
        return found
    tags = [tag for tag, _ in request.accept_languages][:MOST_TAGS]
    return next(filter(None, map(locale_of, tags)), "")


def told(words: str) -> str:
    """Words that were raised, with their numbers as who asks reads them."""
    numbers: Numbers = g.get("numbers") or Numbers()
    return numbers.told(words)
