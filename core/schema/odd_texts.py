"""Why a column of many different texts is none of what they look like, in words."""

from __future__ import annotations

import re

from core.schema.facts import Facts

ALIKE = "write all alike to use them."
_MANY, _FEW = 50, 5
_WITH_UNIT = re.compile(r"[-+]?[0-9][0-9.,' ]*([^\W\d_]{1,12})\.?$")
_TIME = re.compile(r"[0-9]{1,4}:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?$|[0-9]+ days?, [0-9]{1,2}:[0-9:]+$")
_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2(?:19|20)?[0-9]{2})(?:[ T].*)?$"
)
_POINT, _COMMA = re.compile(r"[0-9]\.[0-9]{1,2}$"), re.compile(r"[0-9],[0-9]{1,2}$")
_NUMBER = re.compile(r"[^\w]*[0-9][0-9.,' ]*$")


def why_text(fact: Facts) -> str:
    """What is odd about texts that look like numbers, times or dates; empty where they look like none of these."""
    texts = fact.texts[:_MANY]
    if fact.unlike:
        return f"Most of its values are numbers, but “{fact.unlike}” is not: {ALIKE}"
    if units := _units(texts):
        return f"Numbers in several units ({', '.join(units)}): write all in one to use them."
    if all(map(_TIME.match, texts)):
        return f"Times, such as “{texts[0][:20]}”, are no numbers: durations can build segments in minutes or hours."
    if all(map(_DATE.match, texts)):
        shown = f"“{texts[0][:20]}” and “{_other(texts)[:20]}”"
        return (
            f"Dates that no one order of day and month fits ({shown}): write all as 2025-04-30 to use them."
        )
    if all(map(_NUMBER.match, texts)):
        pair = [next(filter(sign.search, texts), "")[:20] for sign in (_POINT, _COMMA)]
        if all(pair):
            return f"Numbers with a decimal point and with a comma (“{pair[0]}”, “{pair[1]}”): {ALIKE}"
    return ""


def _units(texts: tuple[str, ...]) -> list[str]:
    """The words behind numbers, where all texts are such; empty if not, or if there are more than a few."""
    found = [_WITH_UNIT.match(text) for text in texts]
    units = [*dict.fromkeys(one[1] for one in found if one)]
    return units if all(found) and 1 < len(units) <= _FEW else []


def _other(texts: tuple[str, ...]) -> str:
    """A date in which another place is past twelve than in the first."""
    first = _past(texts[0])
    return next((text for text in texts if _past(text) not in (first, ())), texts[-1])


def _past(text: str) -> tuple[int, ...]:
    parts = [int(one) for one in re.findall(r"[0-9]+", text)[:3]]
    return tuple(place for place, one in enumerate(parts) if 12 < one <= 31)
