"""Names of months and weekdays in the languages of Babel; a column is read in the language that knows most of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from core.data.yes_no import folded

_SPOKEN = (
    "en de fr es pt it nl fi sv da nb nn is et lv lt pl cs sk sl hr sr_Latn sr bs hu ro bg mk ru uk be el tr az "
    "ca gl eu ga cy sq mt id ms vi sw af fil ar he fa hi th ja zh ko hy ka kk uz de_AT"
)
LANGUAGES = tuple(_SPOKEN.split())
_SHORTEST = 3  # letters; a shorter beginning of a name says nothing
# What spreadsheets write and Babel doesn't know.
_MORE = {"de": {"mrz": 3, "maer": 3, "maerz": 3}, "nl": {"mrt": 3}, "es": {"sept": 9, "set": 9}}

Months = Mapping[str, int]


def months_of(words: Mapping[str, int]) -> dict[str, int]:
    """The month of each word, in the language that knows most of the column.

    Parameters
    ----------
    words : dict of word to the rows that hold it

    Returns
    -------
    dict of word to 1..12
        Without the words that language doesn't know, and those of which equally good ones disagree.
    """
    wanted = {word: folded(word) for word in words}
    best, found = (0, 0), list[dict[str, int]]()
    for language in LANGUAGES:
        known = {word: number for word, name in wanted.items() if (number := _month(name, language))}
        whole = sum(words[word] for word in known if wanted[word] in _names(language))
        fits = (sum(words[word] for word in known), whole)
        if fits > best:
            best, found = fits, [known]
        elif fits == best and known:
            found.append(known)
        if language == "en" and best == (sum(words.values()),) * 2:
            break
    if not found:
        return {}
    return {
        word: number for word, number in found[0].items() if all(one.get(word) == number for one in found)
    }


@cache
def _month(name: str, language: str) -> int | None:
    """Number of the month called so, or so abbreviated; None where it is none or could be two."""
    names = _names(language)
    if name in names:
        return names[name]
    if len(name) < _SHORTEST:
        return None
    begun = {number for full, number in names.items() if full.startswith(name)}
    begun = begun or {number for full, number in names.items() if len(full) > 4 and name.startswith(full)}
    return begun.pop() if len(begun) == 1 else None


@cache
def _names(language: str) -> Months:
    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[context][width].items():
                if not name.isdigit():
                    names.setdefault(folded(name), number)
    if language == "he":  # which writes "in" before the month without a space
        names |= {f"ב{name}": number for name, number in names.items()}
    return {**names, **_MORE.get(language, {})}


@cache
def weekdays() -> frozenset[str]:
    """Names of weekdays and their abbreviations, folded, in all languages."""
    found: set[str] = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide", "short"):
                found.update(folded(name) for name in locale.days[context].get(width, {}).values())
    return frozenset(name for name in found if not name.isdigit())
