"""Rows that are no customers, and identifiers that name none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.remarks import Remark, counted
from core.data.words import MISSING, as_mask
from core.errors import DataError
from core.numbers import to_tell
from core.schema.fields import IDENTIFIER

Columns = dict[str, pa.ChunkedArray]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

WHOLE_ID = r"^(?:0|-?[1-9][0-9]{0,17})$"
MOST_REPEATED = 0.05  # share of rows with the ID of another beyond which a column names no customers
_FEW_REPEATED = 2
_MOSTLY = 0.9
MOST_TOTALS = 200  # rows without an ID that are looked at
_FEW_SUMS = 2  # columns of a row without an identifier that are enough where all of them are sums
_FEW_ROWS = 2  # above a row that is their sum; one alone is no more than a row that is there twice
_LEAST_SUMS = 4  # columns whose sums a row of totals holds
_TOTALS = (
    r"(?i)^\W*(?:(?:grand|sub|over)?[ -]?(?:totals?|totale?|totaux)(?: general| geral)?|gesamt(?:summe|ergebnis)?|insgesamt"
    r"|(?:zwischen)?summen?|sums?|suma|somme|soma|averages?|avg|mean|mittel(?:wert)?|durchschnitt|promedio|m[ée]dia"
    r"|moyenne|ø|gemiddelde|medel|středn[íi]|średnia|ortalama|median|std|stdev|min(?:imum)?|max(?:imum)?|count|anzahl|итого|всего|合計|总计|總計|小計)\W*$"
)
_GAPS = (
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "nil",
    "#n/a",
    "<na>",
    "nat",
    "-",
    "--",
    "?",
    "unknown",
    "undefined",
    "#ref!",
    "#value!",
)
_SCIENTIFIC = r"^[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+$"
_NO_ID_HINT = "Give these customers an ID, or delete the rows if they are totals or notes."
_LOOKED_AT = 60  # rows that say what a column holds
_NUMBER = re.compile(r"^[^\w]*[0-9][0-9.,\s'’ -]*+[^\w]*$")
_DIGIT = re.compile(r"[0-9]")
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|.", re.DOTALL)
_UNIT = re.compile(
    r"(?i)[\[(]?(?:[€$£¥%#]|eur|usd|gbp|chf|int(?:eger)?|float|double|str(?:ing)?|number|numeric|count|years?|days?|jahre|tage|stück|pcs|n)[\])]?$"
)
_WORDY = r"[\s:()]"


def without_strangers(columns: Columns, header: Mapping[str, str]) -> tuple[Columns, list[Remark]]:
    """Leave out headers that are repeated, totals that are called so, and notes in the first cells of a row.

    `columns`: where there is no `ID`, the first one is looked at.
    """
    remarks: list[Remark] = []
    repeated = _repeats(columns, header)
    columns, repeated, units = _without_units(columns, repeated)
    remarks += units
    identifiers = pc.utf8_trim_whitespace(columns.get(IDENTIFIER, next(iter(columns.values()))))
    totals = pc.match_substring_regex(identifiers, _TOTALS)
    odd = pc.or_(repeated, totals)
    if count := _sum(repeated):
        remarks.append(
            Remark(
                "repeated_header",
                "",
                count,
                f"The header is there again in {counted(count, 'row').lower()}, left out.",
            )
        )
    if count := _sum(totals):
        remarks.append(totals_remark(identifiers.filter(totals).to_pylist()))
    notes = _notes(columns, identifiers, odd)
    if count := _sum(notes):
        first = " ".join(column.filter(notes)[0].as_py().strip() for column in columns.values()).strip()
        sentence = (
            f"{counted(count, 'row')} of notes, no customers, left out: {' '.join(first.split())[:60]!r}."
        )
        remarks.append(Remark("notes", "", count, sentence))
    odd = pc.or_(odd, notes)
    if not remarks:
        return columns, []
    kept = pc.invert(odd)
    return {name: column.filter(kept) for name, column in columns.items()}, remarks


def _without_units(
    columns: Columns, repeated: pa.ChunkedArray
) -> tuple[Columns, pa.ChunkedArray, list[Remark]]:
    """Without a first row that holds units or types: words in all columns of numbers, and no identifier like the others'."""
    head = {name: column.slice(0, _LOOKED_AT).to_pylist() for name, column in columns.items()}
    first, below = [one[0].strip() for one in head.values() if one], [one[1:] for one in head.values()]
    if not first or not below[0] or repeated[0].as_py():
        return columns, repeated, []
    numeric = [place for place, cells in enumerate(below) if _mostly(_NUMBER, cells)]
    words = [first[place] for place in numeric if first[place]]
    keyed = _mostly(_DIGIT, below[0]) and not _DIGIT.search(first[0])
    plain = any(_NUMBER.match(one) or one.casefold() in MISSING for one in words)
    if (
        not keyed
        or plain
        or not words
        or len(numeric) < 2
        or (len({*words}) < 2 and not all(map(_UNIT.match, words)))
    ):
        return columns, repeated, []
    shown = ", ".join(filter(None, first))[:60]
    sentence = f"One row below the header has units or kinds of values, left out: {shown!r}."
    rest = {name: column.slice(1) for name, column in columns.items()}
    return rest, repeated.slice(1), [Remark("units", "", 1, sentence, (shown,))]


def _mostly(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    """Whether nearly all cells that say something match."""
    filled = [one.strip() for one in cells if one.strip()]
    return len(filled) > 1 and sum(map(bool, map(pattern.search, filled))) >= _MOSTLY * len(filled)


def totals_remark(names: Sequence[str]) -> Remark:
    """Rows of totals, called `names`, were left out."""
    sentence = f"{counted(len(names), 'row')} of totals, no {'customer' if len(names) == 1 else 'customers'}, left out"
    called = f": {', '.join(repr(name) for name in names[:3])}." if any(names) else "."
    return Remark("totals", "", len(names), sentence + called, tuple(names[:3]))


def _sum(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask, min_count=0).as_py() or 0)


def filled_in(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """True where a text holds more than white space."""
    return pc.not_equal(pc.utf8_trim_whitespace(column), "")


def _repeats(columns: Columns, header: Mapping[str, str]) -> pa.ChunkedArray:
    """Rows that begin like the header."""
    known = [name for name in columns if header.get(name)][:3]
    alike = [pc.equal(pc.utf8_trim_whitespace(columns[name]), header[name]) for name in known]
    found = alike[0]
    for one in alike[1:]:
        found = pc.and_(found, one)
    return found


def _notes(columns: Columns, identifiers: pa.ChunkedArray, odd: pa.ChunkedArray) -> pa.ChunkedArray:
    """Rows with words in one or two cells and nothing in the others."""
    whole = pc.match_substring_regex(identifiers, WHOLE_ID)
    share = (pc.mean(pc.cast(whole, pa.int8())).as_py() or 0.0) if len(whole) else 0.0
    strange = pc.invert(whole) if share >= _MOSTLY else pc.match_substring_regex(identifiers, f"^$|{_WORDY}")
    strange = pc.and_(strange, pc.invert(odd))
    places = pc.indices_nonzero(strange)
    flags = np.zeros(len(whole), dtype=bool)
    if len(places) and len(columns) > 3:
        rows = [column.take(places) for column in columns.values()]
        cells = np.sum([filled_in(row).to_numpy() for row in rows], axis=0)
        words = [pc.match_substring_regex(row, r"\pL").to_numpy() for row in rows]
        flags[places.to_numpy()] = (cells <= 2) & np.any(words, axis=0)
    return pa.chunked_array([pa.array(flags)])


def refuse_line_breaks(columns: Columns, extra: Sequence[str], delimiter: str, *, name: str) -> None:
    """Refuse a quote that opens in one row and closes in another: it swallows the rows between.

    Raises DataError if a field of ours holds a line break, or a text what looks like rows.
    """
    for column, texts in columns.items():
        broken = pc.match_substring_regex(texts, r"[^\s][^\S\r\n]*[\r\n]|[\r\n]\s*[^\s]")
        if not pc.any(broken, min_count=0).as_py():
            continue
        for row in pc.indices_nonzero(broken).to_pylist():
            value = texts[row].as_py()
            if column not in extra or _holds_rows(value, delimiter, len(columns)):
                lines = len(value.splitlines())
                found = f"a value over {to_tell(lines)} lines in {column}, data row {to_tell(row + 1)}: {value[:60]!r}"
                hint = "A quote that opens there and closes in another row swallows what is between; take it out, or double it."
                raise DataError.of(name, found, "each row on a line of its own", hint)


def _holds_rows(value: str, delimiter: str, width: int) -> bool:
    counts = [line.count(delimiter) for line in value.splitlines()]
    inner = counts[1:-1] or [counts[0] + counts[-1]]
    return width > 2 and inner.count(width - 1) * 2 > len(inner)


def check_identifiers(identifiers: pa.ChunkedArray, columns: Columns, *, name: str) -> None:
    """Refuse IDs that stand for a gap, that a spreadsheet has rounded, or that many rows share.

    `columns`: all of the table, by which rows are told apart that are there twice as a whole. Raises DataError with how
    many there are, and what to do.
    """
    texts = pc.utf8_trim_whitespace(identifiers)
    rows, lower = len(texts), pc.utf8_lower(texts)
    gaps = pc.is_in(lower, value_set=pa.array(_GAPS))
    _refuse(gaps, texts, "without an ID", _NO_ID_HINT, name)
    ruined = pc.match_substring_regex(texts, _SCIENTIFIC)
    hint = "A spreadsheet has rounded them: format the column as text or as whole numbers there, from the original, and export it again."
    _refuse(ruined, texts, "with an ID in scientific notation", hint, name)
    zeros = pc.match_substring_regex(texts, r"^[+-]?0+(?:[.,]0+)?$")
    if _sum(zeros) > 1:
        _refuse(
            zeros,
            texts,
            "with the ID 0",
            "If it stands for no ID, give these customers one, or leave them out.",
            name,
        )
    different = pc.count_distinct(texts).as_py()
    few = max(_FEW_REPEATED, MOST_REPEATED * rows)
    if rows - different > few and (2 * different < rows or _different_rows(columns) - different > few):
        found = f"{to_tell(different)} different {'ID' if different == 1 else 'IDs'} in {to_tell(rows)} rows"
        hint = "Of who is there again, keep the row that is right; if rows are orders or visits, add them up to one row per customer, or name the right column ID."
        raise DataError.of(name, found, "one row per customer", hint)


def _different_rows(columns: Columns) -> int:
    """How many rows there are, each counted once."""
    return int(pa.table(columns).group_by([*columns]).aggregate([]).num_rows)


def whole_identifiers(identifiers: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole IDs without the `.0` that a program writes behind them once one is empty."""
    texts = pc.utf8_trim_whitespace(identifiers)
    floats = pc.match_substring_regex(texts, r"^-?[0-9]{1,15}(?:\.0)?$|^$")
    if not pc.all(floats, min_count=0).as_py():
        return identifiers
    return pc.replace_substring_regex(texts, r"\.0$", "")


def lost_zeros(identifiers: pa.ChunkedArray) -> list[Remark]:
    """What is said of IDs that are shorter than all that begin with a zero: a spreadsheet takes zeros before numbers away."""
    texts = pc.utf8_trim_whitespace(identifiers)
    padded = texts.filter(pc.match_substring_regex(texts, r"^0[0-9]+$"))
    widths = pc.unique(pc.utf8_length(padded)).to_pylist()
    if len(widths) != 1 or not pc.all(pc.match_substring_regex(texts, rf"^[0-9]{{1,{widths[0]}}}$")).as_py():
        return []
    count = _sum(pc.less(pc.utf8_length(texts), widths[0]))
    who = counted(count, "customer")
    sentence = f"{who} with an ID of fewer digits than others, which have {widths[0]} with zeros before them: zeros may be lost."
    return [Remark("lost_zeros", IDENTIFIER, count, sentence)] if count else []


def refuse_without_identifier(identifiers: pa.ChunkedArray, *, name: str) -> None:
    """Refuse rows whose ID is empty, once totals have been left out.

    Raises DataError with how many there are, and where.
    """
    texts = pc.utf8_trim_whitespace(identifiers)
    _refuse(pc.equal(texts, ""), texts, "without an ID", _NO_ID_HINT, name)


def _refuse(where: pa.ChunkedArray, texts: pa.ChunkedArray, what: str, hint: str, name: str) -> None:
    count = _sum(where)
    if not count:
        return
    places = ", ".join(f"{to_tell(row + 1)}" for row in pc.indices_nonzero(where)[:3].to_pylist())
    example = texts.filter(where)[0].as_py()
    shown = f" ({example!r}; data row {places}" if example else f" (data row {places}"
    found = f"{counted(count, 'row').lower()} {what}{shown}{' ...' if count > 3 else ''})"
    raise DataError.of(name, found, "an ID for every customer", hint)


def second_header(texts: Columns, numbers: Mapping[str, Floats]) -> bool:
    """Whether the first row has words, such as units or types, in every number column, and the others numbers."""
    if not all(len(column) > 1 and np.isnan(column[0]) for column in numbers.values()):
        return False
    written = sum(bool(re.search(r"[^\W\d_]{2}|[€$£]", text[0].as_py())) for text in texts.values())
    return written >= _LEAST_SUMS and any(np.isfinite(column[1:]).any() for column in numbers.values())


def sums(identifiers: pa.ChunkedArray, numbers: Mapping[str, Floats], years: Collection[str]) -> Mask:
    """Rows that hold the sums or means of the others: those without an ID like the others', and the last.

    `numbers` (shape (n,)): columns of the file as read. `years`: those of them that nobody adds up.
    """
    texts = pc.utf8_trim_whitespace(identifiers)
    found = np.zeros(len(texts), dtype=bool)
    if len(texts) < 4 or not numbers:
        return found
    strange = unlike_most(texts)
    places = np.flatnonzero(strange)
    if len(places) > MOST_TOTALS:
        return found
    columns, last = list(numbers.values()), len(texts) - 1
    apart = np.unique([*places, last])
    total = _all(np.nansum, columns) - _all(np.nansum, [column[apart] for column in columns])
    known = _all(_known, columns) - _all(_known, [column[apart] for column in columns])
    ends = np.array([column[-1] for column in columns])
    for place in places:
        with_last = total if strange[-1] else total + np.nan_to_num(ends)
        row = np.array([column[place] for column in columns])
        found[place] = (
            _are_sums(row, with_last, few=_FEW_SUMS)
            or _are_sums(row, total / np.maximum(known, 1), within=0.01)
            or _are_sums(row, _of_block(columns, strange, int(place)), few=_FEW_SUMS)
        )
    if not strange[-1]:
        found[-1] = _are_sums(
            ends, total, whole=np.array([name not in years for name in numbers]), few=_FEW_SUMS + 1
        )
    return found


def _of_block(columns: Sequence[Floats], strange: Mask, place: int) -> Floats:
    """The sums of the rows above one, up to the one before that is strange, too: of the customers of a region, say."""
    before = np.flatnonzero(strange[:place])
    start = int(before[-1]) + 1 if len(before) else 0
    if place - start < _FEW_ROWS:
        return np.full(len(columns), np.nan)
    return _all(np.nansum, [column[start:place] for column in columns])


def is_total(text: str) -> bool:
    """Whether a cell is the word for a total, or the like."""
    return re.match(_TOTALS, text.strip()) is not None


def unlike_most(texts: pa.ChunkedArray) -> Mask:
    """Which IDs are written unlike nearly all others, such as words among codes; the empty ones where these differ."""
    forms = Counter(map(_form, texts.slice(0, _LOOKED_AT).to_pylist()))
    for form in (WHOLE_ID, forms.most_common(1)[0][0]):
        unlike = as_mask(pc.invert(pc.match_substring_regex(texts, form)).combine_chunks())
        if unlike.mean() <= 1 - _MOSTLY:
            return unlike
    return as_mask(pc.equal(texts, "").combine_chunks())


def _form(text: str) -> str:
    """The pattern of a text's letters, digits and signs."""
    parts = (
        "[0-9]+" if part[0] in "0123456789" else r"\pL+" if part[0].isalpha() else re.escape(part)
        for part in _PARTS.findall(text)
    )
    return f"^{''.join(parts)}$"


def _all(figure: Callable[[Floats], float], columns: Sequence[Floats]) -> Floats:
    return np.array([float(figure(column)) for column in columns])


def _known(column: Floats) -> float:
    return float(np.count_nonzero(~np.isnan(column)))


def _are_sums(
    row: Floats, expected: Floats, *, within: float = 1e-9, whole: Mask | None = None, few: int = _LEAST_SUMS
) -> bool:
    """Whether nearly all of a row's values are as expected; of a `few` at least, each."""
    known = ~np.isnan(row) & (expected != 0)
    if whole is not None:
        known &= whole
    alike = np.abs(row - expected) <= within * np.abs(expected)
    count, same = int(known.sum()), int((alike & known).sum())
    return (count >= _LEAST_SUMS and same * 4 >= count * 3) or same == count >= few
