"""What words over a column say of it, in several languages, and the form in which they are compared."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_COUNTED = re.compile(r"(?<=[^\W\d_]{2})(?=[0-9])")  # AMT1, but not Q1


def _without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def patterns(file: Path) -> dict[str, str]:
    """The patterns of a file by name, each with the parts that it names in braces."""
    told, parts = tomllib.loads(file.read_text(encoding="utf-8")), dict[str, str]()

    def whole(some: Sequence[str]) -> str:
        bare = _without_accents("|".join(some))
        return re.sub(r"\{([a-z]+)\}", lambda found: f"(?:{parts[found[1]]})", bare)

    for name, some in told["parts"].items():
        parts[name] = whole(some)
    return {name: whole(some) for name, some in told["patterns"].items()}


_FILE = Path(__file__).with_suffix(".toml")
PATTERNS = patterns(_FILE)
_WORDS = frozenset(tomllib.loads(_FILE.read_text(encoding="utf-8"))["words"]["spelt"].split())
_MISSPELT, _NEAR = (
    6,
    0.84,
)  # letters from which on a word may be another one misspelt, and how near that has to be
_NAMED = 3  # words up to which a question mark is no question
_PART = 4  # letters of the shortest part of which words are glued together


def plain(heading: str) -> str:
    """A heading in small letters without accents, its words apart: `CustomerID` is `customer id`."""
    bare = _without_accents(_COUNTED.sub(" ", _CAMEL.sub(" ", heading.replace("ß", "ss")))).casefold()
    return " ".join(re.findall(r"[^\W_]+|[%$€£₪¥₽₹₺₩]|^#$", bare))


@cache
def says(heading: str, *what: str) -> bool:
    """Whether a heading says one of these."""
    text = plain(heading)
    return any(re.search(PATTERNS[one], text) or re.search(PATTERNS[one], spelt(text)) for one in what)


@cache
def spelt(text: str) -> str:
    """A plain heading with its words as they are spelt, and apart: `costumername` is `customer name`."""
    return " ".join(_spelt(word) for word in text.split())


def _spelt(word: str) -> str:
    if len(word) < _MISSPELT or word in _WORDS or not word.isalpha():
        return word
    if parts := _apart(word):
        return " ".join(parts)
    same = [one for one in _WORDS if one[0] == word[0] and len(one) > _MISSPELT]
    found = process.extractOne(word, same, scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
    return found[0] if found else word


def _apart(word: str) -> list[str]:
    """Words of which one is made; nothing if of none."""
    if word in _WORDS:
        return [word]
    for end in range(len(word) - _PART, _PART - 1, -1):
        if word[:end] in _WORDS and (rest := _apart(word[end:])):
            return [word[:end], *rest]
    return []


def label_of(heading: str) -> str:
    """A heading as pages say it: `MonthlyCharges` and `MONTHLY_CHARGES` as "Monthly charges"."""
    text = " ".join(_CAMEL.sub(" ", heading.replace("_", " ")).split())
    text = text if len(text.split()) > _NAMED else text.rstrip("?#:* ") or text
    is_loud = text.isupper() and len(text) > 4
    words = [one if one.isupper() and not is_loud else one.lower() for one in text.split()]
    found = " ".join(words)
    return found[:1].upper() + found[1:]


def slug_of(heading: str, place: int) -> str:
    """What a field is called in addresses."""
    parts = unicodedata.normalize("NFKD", heading.replace("ß", "ss")).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9]+", "_", parts).strip("_")[:60]
    slug = slug if re.match(r"[A-Za-z]", slug) else f"Column_{place}" + (f"_{slug}" if slug else "")
    slug = f"{slug}s" if slug.endswith("_log") else slug  # of an axis in logarithmic bins
    return slug[:1].upper() + slug[1:]
