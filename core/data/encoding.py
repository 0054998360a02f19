"""From bytes to UTF-8: which encoding a text is in, what was repaired, and a refusal where nothing is sure.

Customer files hold little but ASCII, often a few words in other letters. On so few, general detectors guess (of
fourteen encodings of two to five words each, charset-normalizer 3.5 had six wrong); what they don't know is that
a word is of one script, that capitals come first, and which letters are common.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.data.remarks import Remark
from core.numbers import to_tell

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_TWICE = codecs.BOM_UTF8.decode("cp1252").encode()  # the mark, saved once more as if it were text
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_STRAY = 100  # bytes for each control character that is a slip, not another kind of file
_SAMPLE = 20_000  # characters of other letters that decide
_SURE = 0.12  # lead of the likeliest encoding over the next of another text
_LEAST = 0.5
_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff@-~]*")
_TEXT_WORD = re.compile(r"[^\W\d_]+")
# Encodings of one byte a letter, and the commonest letters of the texts written in them.
_SCRIPTS: Mapping[str, tuple[str, str]] = {
    "cp1251": ("CYRILLIC", "оеаинтсрвлкмдпуяыйшж"),
    "koi8_r": ("CYRILLIC", "оеаинтсрвлкмдпуяыйшж"),
    "cp866": ("CYRILLIC", "оеаинтсрвлкмдпуяыйшж"),
    "mac_cyrillic": ("CYRILLIC", "оеаинтсрвлкмдпуяыйшж"),
    "cp1253": ("GREEK", "αοιετσνηυρπκμλάόίέήώς"),
    "cp1255": ("HEBREW", "יוהלאתרמבשנק"),
    "cp1256": ("ARABIC", "ايلمنوتربةعدسفحكهقجز"),
}
# Encodings of two bytes a letter, and the bytes that begin their common ones.
_DOUBLE: Mapping[str, tuple[range, ...]] = {
    "gb18030": (range(0xB0, 0xD8),),
    "big5": (range(0xA4, 0xC7),),
    "cp932": (range(0x82, 0x84), range(0x88, 0x98), range(0xA6, 0xDF)),
    "euc_kr": (range(0xB0, 0xC9),),
}
_INSIDE = re.compile(r"[a-z][^\x00-\x7f][a-z]")  # no Chinese, but an accent of another encoding
_KOREAN, _MANY = range(0xB0, 0xC9), 6
_WESTERN = "áàâäãåæçéèêëíìîïñóòôöõøœúùûüß"
# The same with accents among plain letters; those of Iceland count half, where Turkish has others in their place.
_LATIN: Mapping[str, str] = {
    "cp1252": _WESTERN,
    "cp1254": "çğıöşüâîûi̇",
    "mac_roman": _WESTERN,
    "cp1250": "áäçéíóöúüýßąćęłńśźżčďěĺľňôŕřšťůžőűăâîşţ",
    "cp850": _WESTERN,
    "iso8859_2": "áäçéíóöúüýßąćęłńśźżčďěĺľňôŕřšťůžőűăâîşţ",
    "cp1257": "ąčęėįšųūžāēģīķļņõäöü",
}
_ICELANDIC = "ðþý"
_SIGNS = "™®©’‘“”„–—…"
_RARER = {"cp850": 0.9, "cp1250": 0.95, "iso8859_2": 0.92, "cp1257": 0.92}
_LABELS = {
    "cp1252": "Latin-1", "cp1254": "Windows-1254 (Turkish)", "mac_roman": "Mac Roman", "cp1250": "Windows-1250", "cp850": "DOS 850", "iso8859_2": "Latin-2", "cp1257": "Windows-1257 (Baltic)", "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R", "cp866": "DOS 866", "mac_cyrillic": "Mac Cyrillic", "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)", "cp1256": "Windows-1256 (Arabic)", "gb18030": "GBK", "big5": "Big5",
    "cp932": "Shift-JIS", "euc_kr": "EUC-KR",
}  # fmt: skip


class UnreadableTextError(Exception):
    """Bytes that are no text, or text of which nobody knows in which encoding; what was found, and a hint."""

    def __init__(self, found: str, hint: str = "") -> None:
        super().__init__(found)
        self.found, self.hint = found, hint


@dataclass(frozen=True)
class Decoded:
    """A text in UTF-8, the name of the encoding that it was in, and what was repaired."""

    data: bytes
    encoding: str
    remarks: tuple[Remark, ...] = ()


def to_utf8(data: bytes) -> Decoded:
    """Decode a text.

    Raises UnreadableTextError if it is none, or could be in several encodings that give different texts.
    """
    data = data.rstrip(b"\x1a") if not data.startswith(tuple(mark for mark, _, _ in _MARKS)) else data
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            return _clean(_strict(data, codec, label), label, [])
    if wide := _wide(data):
        text = _strict(data, wide, "UTF-16")
        return _clean(text, "UTF-16", [_said("unmarked_utf16", 1, "UTF-16 without a mark at its start.")])
    return _one_byte(data)


def _strict(data: bytes, codec: str, label: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableTextError(f"bytes that are no {label} (at {to_tell(error.start)})") from error


def _wide(data: bytes) -> str:
    """Which UTF-16 a text without mark is in, by the zeros beside its ASCII; empty if it is none."""
    sample = data[:20_000]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs < 4 or len(data) % 2 or max(even, odd) < 0.4 * pairs or min(even, odd) > 0.02 * pairs:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _said(name: str, count: int, sentence: str) -> Remark:
    return Remark(name, "", count, sentence)


def _clean(text: str, label: str, remarks: list[Remark]) -> Decoded:
    """The text without the control characters that slipped in; many are another kind of file."""
    if _CONTROL.search(text) is None:
        return Decoded(text.encode(), label, tuple(remarks))
    found = len(_CONTROL.findall(text))
    if found > max(1, len(text) // _STRAY):
        raise UnreadableTextError("binary data")
    first = _CONTROL.search(text)
    at = text.count("\n", 0, first.start()) + 1 if first else 1
    words = "One control character" if found == 1 else f"{to_tell(found)} control characters"
    said = _said("control_characters", found, f"{words} in the text, left out (line {to_tell(at)}).")
    return Decoded(_CONTROL.sub("", text).encode(), label, (*remarks, said))


def _one_byte(data: bytes) -> Decoded:
    marked = data.startswith((codecs.BOM_UTF8, _TWICE))
    data = _undone(data) if _TWICE in data[:20] else data
    while data.startswith((codecs.BOM_UTF8, _TWICE)):
        data = data[3:] if data.startswith(codecs.BOM_UTF8) else data[len(_TWICE) :]
    label = "UTF-8 with byte-order mark" if marked else "UTF-8"
    if data.isascii() or (_is_utf8(data) and not _is_accident(data)):
        return (
            Decoded(data, label) if _CONTROL_BYTE.search(data) is None else _clean(data.decode(), label, [])
        )
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    letters = len(_other_letters(text)) - bad
    if (bad > 0 and bad <= letters / 4) or (marked and bad <= max(2, letters)) or (bad == 1 and letters > 1):
        return _clean(_mixed(data), label, [_bad_bytes(data)])
    if len(_CONTROL_BYTE.findall(data)) > max(1, len(data) // _STRAY):
        raise UnreadableTextError("binary data")
    if _is_utf8_in_part(data):
        return _clean(_mixed(data), label, [_bad_bytes(data)])
    codec = _codec(data)
    found, label = data.decode(codec, "replace"), _LABELS[codec]
    words = ", ".join(dict.fromkeys(word for word in _TEXT_WORD.findall(found) if not word.isascii()))
    said = [] if codec == "cp1252" else [_said("encoding", 1, f"Read as {label}: {words[:80]}.")]
    return _clean(found, label, said)


def _undone(data: bytes) -> bytes:
    """A text that was saved as UTF-8 twice, as it was before the second time; the same one if it was not."""
    try:
        return data.decode().encode("cp1252")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_in_part(data: bytes) -> bool:
    """Whether words of Latin letters are in UTF-8 in some lines, and in another encoding in others."""
    words = {*_WORD.findall(data[:5_000_000])}
    whole = [word for word in words if _is_utf8(word) and not _is_mixed(word.decode())]
    return all(re.search(rb"[A-Za-z]", word) for word in words) and len(whole) * 4 >= len(words)


def _is_accident(data: bytes) -> bool:
    """Whether it is UTF-8 only by chance, as few words of Chinese in another encoding can be: no word is of one script."""
    texts = {word.decode("utf-8", "ignore") for word in _WORD.findall(data[:1_000_000])}
    words = [word for word in texts if not word.isascii()]
    return (
        bool(words) and all(ord(one) < 0x800 for word in words for one in word) and all(map(_is_mixed, words))
    )


def _is_mixed(word: str) -> bool:
    letters = [one for one in word if not one.isascii()]
    scripts = {unicodedata.name(one, "?").split()[0] for one in letters if one.isalpha()}
    odd = any(unicodedata.category(one) in ("Lm", "Sk", "Cn", "Mn", "Cc") for one in letters)
    return len(scripts) > 1 or odd


def _other_letters(text: str) -> str:
    return re.sub(r"[\x00-\x7f]+", "", text)


def _mixed(data: bytes) -> str:
    """UTF-8 in which single bytes are of Windows-1252, as a join of two files makes."""
    parts, start = [], 0
    while start < len(data):
        try:
            parts.append(data[start:].decode())
            break
        except UnicodeDecodeError as error:
            parts.append(data[start : start + error.start].decode())
            parts.append(data[start + error.start : start + error.end].decode("cp1252", "replace"))
            start += error.end
    return "".join(parts)


def _bad_bytes(data: bytes) -> Remark:
    bad = data.decode("utf-8", "replace").count("\ufffd")
    try:
        data.decode()
        at = 0
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
    what = "One byte is" if bad == 1 else f"{to_tell(bad)} bytes are"
    return _said(
        "bad_bytes", bad, f"{what} no UTF-8 (the first in line {to_tell(at)}); read as Windows-1252."
    )


def _codec(data: bytes) -> str:
    """The encoding whose reading is likeliest.

    Raises UnreadableTextError if two that read differently are about as likely.
    """
    # A byte that stands alone is a sign, such as a currency's, and no letter of a word.
    words = [word for word in dict.fromkeys(_WORD.findall(data[:5_000_000])) if len(word) > 1]
    if not words:
        return "cp1252"
    sample = b" ".join(words)[:_SAMPLE]
    scores = {codec: _score(sample, codec) for codec in _LABELS}
    best, *others = sorted(scores, key=lambda codec: -scores[codec])
    rivals = [one for one in others if scores[one] > scores[best] - _SURE and not _alike(sample, one, best)]
    doubtful = any(best not in _LATIN or one not in _LATIN for one in rivals)
    if scores[best] < _LEAST and not _are_foreign(words):
        return "cp1252"  # signs among plain letters, as names of firms have them
    if scores[best] < _LEAST or doubtful:
        shown = ", ".join(sample.decode(one, "replace")[:24] for one in (best, *rivals[:1]))
        raise UnreadableTextError(
            f"letters of an encoding that can't be told ({shown})",
            "Save it as CSV (UTF-8) in the program it comes from.",
        )
    return best


def _are_foreign(words: Sequence[bytes]) -> bool:
    """Whether most words have hardly a plain letter, as those of other scripts."""
    return sum(len(re.findall(rb"[\x80-\xff]", word)) * 2 > len(word) for word in words) * 2 > len(words)


def _alike(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, "replace") == sample.decode(other, "replace")


def _score(sample: bytes, codec: str) -> float:
    """How likely a reading is, from 0 to 1; -1 where the bytes can't be of that encoding."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return -1.0 if codec != "cp1252" else _latin(sample.decode(codec, "replace"), codec)
    if codec in _DOUBLE:
        return _double(text, codec)
    return _latin(text, codec) if codec in _LATIN else _script(text, *_SCRIPTS[codec])


def _latin(text: str, codec: str) -> float:
    """Accented letters among plain ones, small after small: the share of those that are common there."""
    words = [word for word in text.split() if not word.isascii()]
    if not words:
        return 0.0
    good = sum(_weight(one, codec) for word in words if _is_cased(word) for one in _other_letters(word))
    plain = sum(map(str.isascii, "".join(words))) / len("".join(words))
    whole = sum(len(word) > 2 and not any(map(str.isascii, word)) for word in words) / len(words)
    share = good / len(_other_letters("".join(words)))
    return share * (1 - whole) * _RARER.get(codec, 1.0) * (plain > 0.2)


def _weight(letter: str, codec: str) -> float:
    if letter.lower() in _LATIN[codec] or letter in _SIGNS:
        return 1.0
    return 0.5 if codec == "cp1252" and letter.lower() in _ICELANDIC else 0.0


def _is_cased(word: str) -> bool:
    """Whether a capital is only at the start of a word, or everywhere."""
    word = word.strip(_SIGNS)  # inside a word they are letters of another encoding
    letters = "".join(one for one in word if one.isalpha())
    others = all(one.isalpha() for one in word if not one.isascii())
    return others and (letters[1:].islower() or letters.isupper() or len(letters) < 2)


def _script(text: str, script: str, common: str) -> float:
    """Whole words of one script, small after the first letter: the share of its common letters."""
    words = [word for word in text.split() if not word.isascii()]
    others = _other_letters(text)
    letters = [one for one in others if unicodedata.name(one, "").startswith(script)]
    if not words or len(letters) < 0.9 * len(others):
        return 0.0
    cased = sum(word[1:] == word[1:].lower() or word.isupper() for word in words) / len(words)
    pure = sum(not any(map(str.isascii, word)) for word in words) / len(words)
    return cased * pure * sum(one.lower() in common for one in letters) / len(letters)


def _double(text: str, codec: str) -> float:
    """The share of letters that are among the common ones."""
    leads = _DOUBLE[codec]
    others = _other_letters(text)
    if (
        _INSIDE.search(text)
        or not others
        or not all(unicodedata.category(one) in ("Lo", "Po", "Nd", "Ps", "Pe", "Lm") for one in others)
    ):
        return 0.0
    if codec == "gb18030" and len(others) >= _MANY and all(one.encode(codec)[0] in _KOREAN for one in others):
        return 0.8  # Chinese would have others as well
    common = sum(any(one.encode(codec)[0] in lead for lead in leads) for one in others)
    narrow = sum(unicodedata.east_asian_width(one) == "H" for one in others)
    return max(0.0, common / len(others) - narrow / len(others))
