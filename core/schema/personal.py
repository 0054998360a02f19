"""What is nobody's business in a chart: secrets, and ways to reach a person, by what values look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.schema.facts import Facts, Form
from core.schema.heading_words import says

_SHARE = 0.9  # of the different texts that have to look so
_LOOKED_AT = 200
_FORMS = {
    "e-mail addresses": r"[^@\s]+@[^@\s]+\.\w{2,}",
    "phone numbers": r"(?:\+|\(0|00)[\d\s()/.\-]{6,20}",
    "web addresses": r"(?:https?://|www\.)\S+",
    "addresses of devices": r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{2}(?:[:\-][0-9a-f]{2}){5}",
    "hashes or tokens": r"(?:0x)?[0-9a-f]{24,}|\$(?:2[aby]|argon2\w*|[156])\$.+|eyJ[\w\-]{8,}\.[\w\-.]+|[sp]k_(?:live|test)_\w+",
}
_UUID = r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?"


def secret_of(fact: Facts) -> str:
    """What secret the values are by their look; empty if none."""
    if _all(fact, _is_iban):
        return "bank accounts (IBAN)"
    if fact.length >= 13 and _all(fact, _is_card):
        return "card numbers"
    return "hashes or tokens" if _all(fact, _like("hashes or tokens")) else ""


def reached_by(fact: Facts) -> str:
    """By what the values reach a person; empty if by nothing."""
    if fact.form is not Form.TEXT:
        return ""
    names = [name for name in _FORMS if name != "hashes or tokens"]
    return next((name for name in names if _all(fact, _like(name))), "")


def is_personal(heading: str, values: Sequence[object]) -> bool:
    """Whether a column names people or says how to reach them, by its heading or by some of its values."""
    if says(heading, "person", "reach") and not says(heading, "named thing"):
        return True
    texts = [one for one in values if isinstance(one, str) and one]
    looks = (_like(name) for name in _FORMS if name != "hashes or tokens")
    return len(texts) > 1 and any(sum(map(one, texts)) >= _SHARE * len(texts) for one in looks)


def are_uuids(fact: Facts) -> bool:
    """Whether the values are universally unique identifiers."""
    return _all(fact, lambda text: bool(re.fullmatch(_UUID, text, re.IGNORECASE)))


def _like(name: str) -> Callable[[str], bool]:
    return lambda text: bool(re.fullmatch(_FORMS[name], text.strip(), re.IGNORECASE))


def _all(fact: Facts, looks: Callable[[str], bool]) -> bool:
    texts: Sequence[str] = fact.texts[:_LOOKED_AT]
    return len(texts) > 1 and sum(map(looks, texts)) >= _SHARE * len(texts)


def _is_iban(text: str) -> bool:
    """Whether the check digits of ISO 13616 are right: two, so that one text in a hundred has them by chance."""
    bare = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare):
        return False
    return int("".join(str(int(one, 36)) for one in bare[4:] + bare[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """Whether it has the length and the last digit of a card number (Luhn, ISO/IEC 7812)."""
    bare = re.sub(r"[ \-]", "", text)
    if not re.fullmatch(r"\d{13,19}", bare):
        return False
    digits = [int(one) for one in reversed(bare)]
    doubled = sum(sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0
