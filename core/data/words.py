"""The texts of a column, each once: trimmed, gaps told from values, without what spreadsheets wrap around them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.remarks import Unreadable

MISSING = (
    "", "na", "n/a", "n.a.", "n. a.", "nan", "null", "none", "nil", "-", "--", "---", "\u2013", "\u2014", "?", "...", "\u2026",
    ".", "#n/a", "#na", "<na>", "nat", "(null)", "(none)", "(blank)", "(empty)", "(leer)", "(vide)", "\\n", "k. a.", "k.a.",
    "n/d", "n.d.", "s/d", "#nv", "#nd", "#n/d",
)  # fmt: skip
# Cells of spreadsheets that could not be computed: no category, and told where a number should be.
ERRORS = (
    "#value!", "#ref!", "#div/0!", "#num!", "#name?", "#null!", "#error!", "#wert!", "#bezug!", "#zahl!", "#valeur!", "#nombre!",
    "#nom?", "#\u00a1valor!", "#\u00a1ref!", "#\u00a1div/0!", "#valor!", "#rif!", "#valore!",
)  # fmt: skip
# Words of categories that may mean that nothing is known: kept, and asked about.
UNKNOWN = (
    "unknown", "unk", "unkn", "not known", "n/k", "not specified", "unspecified", "not stated", "not available",
    "not provided", "not given", "not recorded", "not disclosed", "undisclosed", "no answer", "no data", "no information",
    "missing", "undefined", "unbekannt", "keine angabe", "keine angaben", "nicht angegeben", "ohne angabe", "inconnu",
    "inconnue", "non renseigné", "non renseignée", "non précisé", "non communiqué", "non spécifié", "desconocido",
    "desconocida", "no especificado", "no informado", "sin datos", "sin especificar", "sin información", "ns/nc",
    "sconosciuto", "sconosciuta", "non specificato", "non indicato", "non disponibile", "desconhecido", "desconhecida",
    "não informado", "nao informado", "sem informação", "não especificado", "onbekend", "niet bekend", "niet opgegeven",
    "не указано", "не указан", "не указана", "неизвестно", "неизвестен", "нет данных", "невідомо", "не вказано",
    "nieznane", "nieznany", "nieznana", "brak danych", "nie podano", "neznámé", "neznámý", "neuvedeno", "ismeretlen",
    "necunoscut", "bilinmiyor", "belirtilmemiş", "okänd", "okänt", "ukjent", "ukendt", "tuntematon", "άγνωστο",
    "不明", "未知", "未設定", "未回答", "未填写", "不詳", "알 수 없음", "미상", "무응답", "غير معروف", "غير محدد", "không rõ", "לא ידוע",
)  # fmt: skip
_BETWEEN = "\x1f"  # separates texts that are translated together

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Distinct:
    """A column's distinct texts (null for a gap), the rows that hold each, and which one each row holds.

    `gaps` are the texts that stand for one, and their rows.
    """

    values: pa.Array
    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    gaps: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, column: pa.ChunkedArray, kept: Sequence[str] = (), gaps: Sequence[str] = ()) -> Distinct:
        """The texts of `column`, in the order in which they first occur; what is `kept` is a value, and no gap, and
        `gaps` are words for one here."""
        coded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        coded = coded.dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        rows = np.bincount(codes + 1, minlength=len(coded.dictionary) + 1)[1:]
        texts = unmarked(pc.utf8_trim_whitespace(coded.dictionary))
        gap = is_gap(texts, kept, (*MISSING, *(one.lower() for one in gaps)))
        values = pc.if_else(gap, pa.scalar(None, pa.string()), texts)
        stand = Counter[str]()
        for text, count in zip(texts.filter(gap).to_pylist(), rows[as_mask(gap)].tolist(), strict=True):
            stand[text] += count
        return cls(values, rows, codes, stand)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """One value per distinct text, as one per row; a null of the column takes the gap at the end."""
        gap = np.array(["NaT" if values.dtype.kind == "M" else np.nan]).astype(values.dtype)
        return np.concatenate([values, gap])[self.codes]

    def unreadable(self, missed: Mask) -> Unreadable | None:
        """Texts that are no gap, but were missed; None if there are none."""
        places = np.flatnonzero(missed & self.filled)
        if not len(places):
            return None
        examples = tuple(str(self.values[int(place)])[:60] for place in places[:3])
        return Unreadable(int(self.rows[places].sum()), examples)

    @property
    def filled(self) -> Mask:
        """Which texts stand for a value."""
        return as_mask(pc.is_valid(self.values))


def as_mask(answers: pa.Array) -> Mask:
    """Answers of Arrow as those of numpy, where a null is no."""
    found: Mask = answers.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def is_gap(
    texts: pa.Array | pa.ChunkedArray, kept: Sequence[str] = (), words: Sequence[str] = MISSING
) -> pa.Array | pa.ChunkedArray:
    """Which texts are among the words for a gap, and not among what is kept."""
    gap = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(words, pa.string()))
    return pc.and_not(gap, pc.is_in(texts, value_set=pa.array(kept, pa.string()))) if kept else gap


def unmarked(text: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text without what makes a spreadsheet take it for text: ="001" and '001 are 001."""
    if pc.any(pc.starts_with(text, "="), min_count=0).as_py():
        text = pc.replace_substring_regex(text, r'^="(.*)"$', r"\1")
    if pc.any(pc.starts_with(text, "'"), min_count=0).as_py():
        text = pc.replace_substring_regex(text, r"^'([-+=@(0-9.,\p{Sc}].*)$", r"\1")
    return text


def western(texts: pa.Array) -> pa.Array:
    """Texts with the digits and signs of other scripts as those of ASCII."""
    if pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        return texts
    texts = pc.replace_substring(texts, _BETWEEN, " ")
    joined = _BETWEEN.join(texts.fill_null("").to_pylist()).translate(_signs())
    translated = pa.array(joined.split(_BETWEEN), pa.string())
    return pc.if_else(pc.is_valid(texts), translated, pa.scalar(None, pa.string()))


@cache
def _signs() -> dict[int, str]:
    """Digits of every script, full-width signs, and the Arabic decimal and thousands separators."""
    digits = {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(0x80, 0x20000)
        if unicodedata.category(chr(code)) == "Nd"
    }
    full_width = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    return full_width | digits | {0x066B: ".", 0x066C: "'", 0x060C: ",", 0x3000: " "}
