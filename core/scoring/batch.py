"""A file of customers, scored: read as people have it, with what was odd said in each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.cleaning import OLDEST
from core.data.headings import Headings, key
from core.data.numbers import NumberColumns
from core.data.other_columns import needed, typed
from core.data.outliers import FAR_OUT, believed_days, fences
from core.data.read import Parts, read_parts, refuse_empty_columns
from core.data.table import TextTable
from core.data.text import Text, load, to_text
from core.data.words import trimmed, unmarked
from core.errors import DataError
from core.model.artefacts import Model
from core.schema.current import BASIS, FIELDS, PRODUCTS, template_of
from core.schema.fields import LARGEST
from core.scoring.prediction import DOUBTFUL, score

LARGEST_MB = 50
ADDED = ("Segment", "Segment_Name", "Firmness", "Next_Segment", "Warnings")
_MOST_COLUMNS = 1000
_SEVERAL = 10  # customers who don't all lack the same by chance, so that a median for all would mean nothing
# What a basis field is made of, here as in training; the file's own is used where these lack.
_PARTS: Mapping[str, tuple[str, ...]] = {"Age": ("Year_Birth",), "Total_Spending": tuple(PRODUCTS.values())}
_BORN = "Year_Birth"
_UNTRUE = "can't be true, so taken as a gap"

Columns = dict[str, pa.ChunkedArray]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Note:
    """Something odd in the file: a sentence about a value, and the rows that it is true of."""

    words: str
    rows: int


@dataclass(frozen=True)
class Scored:
    """Customers with their segments.

    Attributes
    ----------
    table : DataFrame, shape (n, 1 + n_basis + 5 + n_own)
        `ID` (the row's number where the file has none), the basis as it was used, gaps as NaN, then `ADDED`,
        then the file's other columns.
    notes : tuple of Note
        What was assumed, then what is odd, commonest first.
    """

    table: pd.DataFrame
    notes: tuple[Note, ...]


def score_file(content: bytes, model: Model, *, name: str, max_mb: int = LARGEST_MB) -> Scored:
    """Score every row of a delimited file.

    Parameters
    ----------
    content : bytes
        With what the basis is made of: Year_Birth for Age (at the later of the model's and the file's date),
        six product amounts for Total_Spending; or with these fields themselves, which are used where their
        parts lack. Headings may be written as in a file that a model is made of.
    model : Model
    name : str
        What error messages call the file.
    max_mb : int

    Raises
    ------
    SchemaError
        If columns are missing or twice there.
    DataError
        If it is too large, no table, holds no customers, or a column of which nothing can be read.

    Notes
    -----
    What the model's cleaning makes a gap of, is a gap here too, by the model's own fences: a customer gets
    the same segment in any file.
    """
    headings = Headings(model.schema, template_of(model.schema))
    text = to_text(load(content, name=name, max_mb=max_mb), headings, name=name, max_mb=max_mb)
    _refuse_wide(text, name)
    parts = read_parts(text, headings, name=name, newest=_model_year(model))
    columns, numbers = parts.table.columns, parts.numbers
    if len(columns["ID"]) >= _SEVERAL:
        refuse_empty_columns(parts, needed(columns, headings), name)
    year = _year(parts, model)
    basis, warnings = _checked(_basis(numbers, year), model)
    scored = _answered(model, basis, _with_odd_values(parts, warnings), _identifiers(parts.table))
    own = {one: typed(column, decimal=numbers.decimal) for one, column in columns.items()}
    kept = pd.DataFrame({one: column for one, column in own.items() if one not in scored.table})
    return Scored(pd.concat([scored.table, kept], axis=1), (*_assumed(parts, text, year), *scored.notes))


def _assumed(parts: Parts, text: Text, year: int) -> list[Note]:
    """What was assumed or repaired in reading, and what ages and totals were made of."""
    columns, rows = parts.table.columns, len(parts.table.columns["ID"])
    said = [Note(one.sentence.removesuffix("."), one.count) for one in parts.remarks if one.sentence]
    return [*said, *_made_anew(columns, text, rows), *_dated(parts, year, rows)]


def _refuse_wide(text: Text, name: str) -> None:
    if len(text.header) > _MOST_COLUMNS:
        found, hint = f"{len(text.header):,} columns", "Export only the columns that are needed."
        raise DataError.of(name, found, f"at most {_MOST_COLUMNS:,}", hint)


def _with_odd_values(parts: Parts, warnings: Mapping[str, Mask]) -> dict[str, Mask]:
    """The warnings, and the rows with a value that is no number or past any belief, or with a known ID."""
    columns, numbers, said = parts.table.columns, parts.numbers, dict(warnings)
    beyond = {remark.column for remark in numbers.remarks if remark.name == "too_large"}
    for field in sorted((beyond | set(numbers.unreadable)) & _used(columns)):
        why = "can't be read as a number" if field in numbers.unreadable else _UNTRUE
        words, where = f"{FIELDS[field].label}: {why}", _unreadable(columns[field], numbers.columns[field])
        said[words] = where | said.get(words, np.zeros_like(where))
    said["The ID of an earlier row"] = _identifiers(parts.table).duplicated().to_numpy()
    return said


def _answered(model: Model, basis: pd.DataFrame, warnings: dict[str, Mask], identifiers: pd.Series) -> Scored:
    found = score(model.space, basis.to_numpy())
    warnings = warnings | {"Close to the border with the next segment": found.firmness < DOUBTFUL}
    names = np.array([segment.name for segment in model.card.profile.segments], dtype=object)
    table = basis.assign(
        Segment=found.segment.astype("int8"),
        Segment_Name=names[found.segment - 1],
        Firmness=found.firmness.round(3),
        Next_Segment=names[found.neighbour - 1],
        Warnings=_joined(warnings, len(basis)),
    )
    table.insert(0, "ID", identifiers)
    return Scored(table, _notes(warnings))


def _made(columns: Columns) -> set[str]:
    """Basis fields that are made here as in training, whatever the file says itself."""
    return {one for one, parts in _PARTS.items() if set(parts) <= set(columns)}


def _made_anew(columns: Columns, text: Text, rows: int) -> list[Note]:
    """What is said where the file has a field of its own that is not used."""
    there = {key(cell) for cell in text.header}
    return [
        Note(
            f"{FIELDS[one].label}: made of {', '.join(_PARTS[one])} as in training; the file's own is not used",
            rows,
        )
        for one in sorted(_made(columns))
        if there & {key(one), key(FIELDS[one].label)}
    ]


def _dated(parts: Parts, year: int, rows: int) -> list[Note]:
    """What is said where ages are of a year that the file does not tell."""
    if "Age" not in _made(parts.table.columns) or _last(parts):
        return []
    return [Note(f"Age: taken in {year}, the year of the model's data, since the file has no dates", rows)]


def _used(columns: Columns) -> set[str]:
    """Columns that segments are told from."""
    made = _made(columns)
    return {part for one in made for part in _PARTS[one]} | (set(BASIS) - made)


def _basis(numbers: NumberColumns, year: int) -> pd.DataFrame:
    values = dict(numbers.columns)
    if _BORN in values:
        values["Age"] = year - values[_BORN]
    parts = _PARTS["Total_Spending"]
    if set(parts) <= set(values):
        values["Total_Spending"] = np.sum(
            [np.where(values[one] < 0, np.nan, values[one]) for one in parts], axis=0
        )
    return pd.DataFrame({name: values[name] for name in BASIS}).astype("float64")


def _year(parts: Parts, model: Model) -> int:
    """The year in which ages are taken: the model's, or a later one that the file has and that has begun."""
    return max(_model_year(model), _last(parts)) or pd.Timestamp.now().year


def _last(parts: Parts) -> int:
    """The last year of the file's own dates that has begun; 0 where it has none."""
    dated = parts.dates.get(parts.schema.anchor or "")
    dates = pd.Series([] if dated is None else dated.values, dtype="datetime64[us]")
    latest = believed_days(dates[dates <= pd.Timestamp.now()]).last
    return latest.year if isinstance(latest, pd.Timestamp) else 0


def _model_year(model: Model) -> int:
    """The year in which the model's own ages were taken; 0 where it has no years of birth."""
    people = model.people.frame(["Age", _BORN]).dropna().head(1)
    return int((people["Age"] + people[_BORN]).iloc[0]) if len(people) else 0


def _checked(basis: pd.DataFrame, model: Model) -> tuple[pd.DataFrame, dict[str, Mask]]:
    """The basis with a gap for what can't be true, and by sentence the rows that it is said of."""
    warnings: dict[str, Mask] = {}
    checked: dict[str, pd.Series] = {}
    for name, ends in _possible(model).items():
        label, values = FIELDS[name].label, basis[name]
        impossible = ((values < ends[0]) | (values > ends[1])).to_numpy()
        values = values.mask(impossible)
        spread = model.card.profile.spreads[name]
        warnings[f"{label}: {_UNTRUE}"] = impossible
        warnings[f"{label}: a gap, so the median is assumed"] = values.isna().to_numpy() & ~impossible
        warnings[f"{label}: outside the data that segments were made from"] = (
            (values < spread.low) | (values > spread.high)
        ).to_numpy()
        checked[name] = values
    return pd.DataFrame(checked), warnings


def _possible(model: Model) -> dict[str, tuple[float, float]]:
    """Least and largest value of each basis field that is believed, as the model's own rules have it."""
    rules = {run.rule for run in model.card.rules}
    ends = dict.fromkeys(model.card.parameters.basis, (0.0, LARGEST))
    if "Age" in ends:
        ends["Age"] = (0.0, float(OLDEST))
    if "Income" in ends and "far_out_income" in rules:
        ends["Income"] = (0.0, fences(model.people.column("Income"), reach=FAR_OUT).high)
    return ends


def _unreadable(texts: pa.ChunkedArray, values: NDArray[np.float64]) -> Mask:
    filled: Mask = pc.is_valid(trimmed(texts)).to_numpy()
    return filled & np.isnan(values)


def _identifiers(table: TextTable) -> pd.Series:
    texts = pd.Series(pd.array(unmarked(pc.utf8_trim_whitespace(table.columns["ID"])), dtype="str"))
    numbered = any(remark.name == "no_id" for remark in table.remarks)
    return ("row " + texts).astype("str") if numbered else texts


def _joined(warnings: Mapping[str, Mask], n: int) -> NDArray[np.object_]:
    """The sentences of each row; few combinations occur, so each is put together once."""
    said = [words for words, where in warnings.items() if where.any()]
    if not said:
        return np.full(n, "", dtype=object)
    flags = np.stack([warnings[words] for words in said], axis=1)
    kinds, places = np.unique(flags @ (1 << np.arange(len(said))), return_inverse=True)
    texts = ["; ".join(words for bit, words in enumerate(said) if kind >> bit & 1) for kind in kinds]
    joined: NDArray[np.object_] = np.array(texts, dtype=object)[places]
    return joined


def _notes(warnings: Mapping[str, Mask]) -> tuple[Note, ...]:
    counted = [Note(words, int(where.sum())) for words, where in warnings.items() if where.any()]
    return tuple(sorted(counted, key=lambda note: -note.rows))
