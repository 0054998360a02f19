"""Categories of a column that mean the same: misspelt, shortened, or with other signs between their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rapidfuzz.distance import OSA

from core.schema.decisions import ALIKE, AS_WRITTEN, Decision, chosen_among
from core.schema.facts import Facts, Form

SAME_WORDS = "words that mean the same"
SAFE = 12  # categories up to which a likeness is no chance
_MOST = 60
_RARE = 0.1  # of the customers with the word that is meant, at most so many misspell it
_LETTERS = 5  # of a word that can be told to be misspelt
_UNKNOWN = frozenset("uoxnd")  # unknown, other, diverse: a letter that need not begin another word
_COUNTED = re.compile(r"\d|\b[ivx]+$", re.IGNORECASE)


def same(fact: Facts) -> dict[str, str]:
    """What is meant by texts that mean another one; empty if each means its own."""
    if fact.form is not Form.TEXT or not 2 <= fact.distinct <= min(_MOST, len(fact.texts)):
        return {}
    rows = np.bincount(fact.known.astype(int), minlength=len(fact.texts))
    counts = {text: int(number) for text, number in zip(fact.texts, rows, strict=False)}
    found: dict[str, str] = {}
    for text, meant in (*_respelt(counts), *_shortened([*counts]), *_misspelt(counts)):
        if text != meant and text not in found and found.get(meant) != text:
            found[text] = meant
    return {text: found.get(meant, meant) for text, meant in found.items()}


def same_as_one(fact: Facts, choices: Sequence[str]) -> Decision | None:
    """That categories which mean the same are read as one; None where there are none, or too many to be sure."""
    found = same(fact) if fact.distinct <= SAFE else {}
    meant = {text: other for text, other in found.items() if text.casefold() != other.casefold()}
    if not meant:  # capitals alone are no difference anywhere
        return None
    text, other = next(iter(meant.items()))
    if chosen_among(choices, AS_WRITTEN, ALIKE) == AS_WRITTEN:
        sentence = f"“{text}” and “{other}” are kept apart, as chosen."
        return Decision(fact.column, SAME_WORDS, AS_WRITTEN, (ALIKE,), text, sentence)
    more = f", and {len(meant) - 1} more alike" if len(meant) > 1 else ""
    sentence = f"“{text}” is read as “{other}”{more}: they seem to mean the same."
    return Decision(fact.column, SAME_WORDS, ALIKE, (AS_WRITTEN,), text, sentence)


def _key(text: str) -> str:
    """A text without what is no difference: case, accents, and the signs between words."""
    parts = unicodedata.normalize("NFKD", text)
    return re.sub(
        r"[\s._'’\-]+", "", "".join(one for one in parts if not unicodedata.combining(one))
    ).casefold()


def _respelt(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for text in counts:
        if sum(map(str.isalpha, text)) > 2:
            groups.setdefault(_key(text), []).append(text)
    for texts in groups.values():
        best = max(texts, key=lambda text: counts[text])
        yield from ((text, best) for text in texts if text != best)


def _shortened(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Single letters where each begins one word, and capitals of which a text's words begin."""
    letters = [text for text in texts if len(text) == 1 and text.isalpha()]
    words = [text for text in texts if len(text) > 2]
    begun = {one: [text for text in words if text[0].casefold() == one.casefold()] for one in letters}
    told = {one: min(found, key=len) for one, found in begun.items() if found and _are_alike(found)}
    if all(one in told or one.casefold() in _UNKNOWN for one in letters):
        yield from told.items()
    for short in (text for text in texts if 2 <= len(text) <= 4 and text.isupper() and text.isalpha()):
        meant = [text for text in words if text != short and _is_short_for(short, text)]
        if len(meant) == 1:
            yield short, meant[0]


def _are_alike(texts: Sequence[str]) -> bool:
    return all(OSA.distance(_key(texts[0]), _key(text)) <= 1 for text in texts)


def _is_short_for(short: str, text: str) -> bool:
    """Whether capitals are the first letters of several words, or three and more the beginning of one."""
    words = text.split()
    initials = "".join(word[0] for word in words).upper()
    begins = len(short) > 2 and len(words) == 1 and text.upper().startswith(short) and not text.isupper()
    return begins or (len(words) > 1 and initials == short)


def _misspelt(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Rare texts that are one letter away from a common one; where they begin alike, and count nothing."""
    for text, number in counts.items():
        if len(text) < _LETTERS or _COUNTED.search(text):
            continue
        near = [other for other in counts if number <= _RARE * counts[other] and _is_near(text, other)]
        if len(near) == 1:
            yield text, near[0]


def _is_near(text: str, other: str) -> bool:
    one, two = text.casefold(), other.casefold()
    return one[0] == two[0] and not _COUNTED.search(other) and OSA.distance(one, two, score_cutoff=1) == 1
