"""Words for yes and no, by language: what those of a column mean."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

_NOT = {"no", "not", "non", "nicht", "nao", "niet", "ikke", "inte", "nie", "ne", "nem", "ei"}  # before a yes


def folded(text: str) -> str:
    """Text without case, accents and a closing point; words of a phrase joined."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("\u0131", "i").replace("ł", "l"))
    bare = "".join(one for one in parts if not unicodedata.combining(one))
    joined = unicodedata.normalize("NFC", "_".join(bare.replace("-", " ").split()).rstrip("."))
    return joined or text


def _folded_words(words: str) -> frozenset[str]:
    return frozenset(folded(word) for word in words.split())


MEANINGS = {
    language: (_folded_words(yes), _folded_words(no))
    for language, (yes, no) in tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    ).items()
}


def meanings(words: set[str], around: set[str]) -> dict[str, float]:
    """What each folded word means, 1 or 0, where the languages that know all of them agree.

    Parameters
    ----------
    words : set of str
        All words of one column.
    around : set of str
        All words of all columns of answers: a file speaks one language, if there is one that knows them all.

    Returns
    -------
    dict of word to 1.0 or 0.0
        Without the words that no language knows, or of which they disagree.
    """
    known = {word: _by_language(word) for word in words}
    common = _languages(around) or _languages(words)
    found = {}
    for word, said in known.items():
        values = {value for language, value in said.items() if language in common} or set(said.values())
        if len(values) == 1:
            found[word] = values.pop()
    return found


def _languages(words: set[str]) -> set[str]:
    """Those that know every word that any language knows; none where there is no word."""
    spoken = [said for word in words if (said := _by_language(word)) and set(said) != {"signs"}]
    return set(MEANINGS).intersection(*spoken) if spoken else set()


def _by_language(word: str) -> dict[str, float]:
    said = {}
    first, _, rest = word.partition("_")
    for language, (yes, no) in MEANINGS.items():
        if word in yes or word in no:
            said[language] = float(word in yes)
        elif first in _NOT and rest in yes:
            said[language] = 0.0
    return said
