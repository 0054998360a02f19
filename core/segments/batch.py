"""A file of customers, scored: read as people have it, with what was odd said in each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.customers.cleaning import OLDEST
from core.customers.headings import key
from core.customers.outliers import FAR_OUT, fences
from core.customers.read_dates import read_dates
from core.customers.read_numbers import Numbers, read_numbers
from core.customers.read_rows import filled_in
from core.customers.read_table import split
from core.customers.read_text import Text, load, to_text
from core.customers.read_words import trimmed
from core.customers.schema import BASIS, FIELDS, LARGEST, PRODUCTS
from core.errors import DataError, SchemaError
from core.segments.artefacts import Model
from core.segments.score import score

LARGEST_MB = 50
DOUBTFUL = 0.15  # firmness below which a customer could as well be in the next segment
ADDED = ("Segment", "Segment_Name", "Firmness", "Next_Segment", "Warnings")
_MOST_COLUMNS = 1000
# What a basis field is made from where the file does not have it itself.
_PARTS: Mapping[str, tuple[str, ...]] = {"Age": ("Year_Birth",), "Total_Spending": tuple(PRODUCTS.values())}
_OPTIONAL = ("ID", "Dt_Customer")

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
    table : DataFrame, shape (n, 1 + n_basis + 5)
        `ID` (the row's number where the file has none), the basis as it was used, gaps as NaN, then `ADDED`.
    notes : tuple of Note
        Commonest first.
    """

    table: pd.DataFrame
    notes: tuple[Note, ...]


def score_file(content: bytes, model: Model, *, name: str, max_mb: int = LARGEST_MB) -> Scored:
    """Score every row of a delimited file.

    Parameters
    ----------
    content : bytes
        With the basis columns, or those that they are made from: Year_Birth for Age (at the later of the
        model's and the file's date), six product amounts for Total_Spending. Names may be written as labels.
    model : Model
    name : str
        What error messages call the file.
    max_mb : int

    Raises
    ------
    SchemaError
        If columns are missing or twice there.
    DataError
        If it is too large, no table, or holds no customers.

    Notes
    -----
    What the model's cleaning makes a gap of, is a gap here too, by the model's own fences: a customer gets
    the same segment in any file.
    """
    text = to_text(load(content, name=name, max_mb=max_mb), name=name, max_mb=max_mb)
    columns = _columns(text, name)
    numbers = read_numbers(_numeric(columns))
    basis, warnings = _checked(_basis(columns, numbers, model), model)
    for field in numbers.unreadable:
        words = f"{FIELDS[field].label}: can't be read as a number"
        warnings[words] = _unreadable(columns[field], numbers.columns[field])
    return _answered(model, basis, warnings, _identifiers(columns, len(basis)))


def _answered(model: Model, basis: pd.DataFrame, warnings: dict[str, Mask], identifiers: pd.Series) -> Scored:
    found = score(model.pipeline, basis)
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


def _columns(text: Text, name: str) -> Columns:
    """The columns that are of use, under the names of the schema, without empty rows."""
    known = {
        key(one): one for one in (*_OPTIONAL, *BASIS, *(part for parts in _PARTS.values() for part in parts))
    }
    known |= {key(FIELDS[one].label): one for one in BASIS}
    if len(text.header) > _MOST_COLUMNS:
        found, hint = f"{len(text.header):,} columns", "Export only the columns that are needed."
        raise DataError.of(name, found, f"at most {_MOST_COLUMNS:,}", hint)
    names = [known.get(key(cell), f" {place}") for place, cell in enumerate(text.header)]
    twice = [one for one, count in Counter(names).items() if count > 1]
    if twice:
        raise SchemaError.repeated(sorted(twice), source=name)
    missing = [one for one in BASIS if one not in names and not set(_PARTS.get(one, ("",))) <= set(names)]
    if missing:
        raise _missing(missing, text, name)
    columns, _, _ = split(text, names, name=name)
    columns = _without_empty_rows({one: column for one, column in columns.items() if not one.startswith(" ")})
    if not len(next(iter(columns.values()))):
        raise DataError.of(name, "a header but no customers", "a row per customer", "Export the file again.")
    return columns


def _missing(missing: list[str], text: Text, name: str) -> SchemaError:
    wanted = [f"{one} (or {' + '.join(_PARTS[one])})" if one in _PARTS else one for one in missing]
    return SchemaError.missing(wanted, [cell[:60] for cell in text.header[:40] if cell], source=name)


def _without_empty_rows(columns: Columns) -> Columns:
    filled = [filled_in(column) for column in columns.values()]
    some = filled[0]
    for one in filled[1:]:
        some = pc.or_(some, one)
    return {name: column.filter(some) for name, column in columns.items()}


def _numeric(columns: Columns) -> Columns:
    """Columns to be read as numbers: the basis, and parts of it where it is not there itself."""
    parts = {part for one, made_from in _PARTS.items() if one not in columns for part in made_from}
    return {name: column for name, column in columns.items() if name in BASIS or name in parts}


def _basis(columns: Columns, numbers: Numbers, model: Model) -> pd.DataFrame:
    values = dict(numbers.columns)
    if "Age" not in values:
        values["Age"] = _year(columns, model) - values["Year_Birth"]
    if "Total_Spending" not in values:
        values["Total_Spending"] = np.sum(
            [_believed(values[one]) for one in _PARTS["Total_Spending"]], axis=0
        )
    return pd.DataFrame({name: values[name] for name in BASIS}).astype("float64")


def _believed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where((values < 0) | (values > LARGEST), np.nan, values)


def _year(columns: Columns, model: Model) -> float:
    """The year in which ages are taken: the model's, or a later one that the file has."""
    people = model.people.frame(["Age", "Year_Birth"]).dropna().head(1)
    year = float((people["Age"] + people["Year_Birth"]).iloc[0]) if len(people) else 0.0
    if "Dt_Customer" in columns:
        latest = pd.Series(read_dates(columns["Dt_Customer"]).values).max()
        year = max(year, 0.0 if pd.isna(latest) else float(latest.year))
    return year


def _checked(basis: pd.DataFrame, model: Model) -> tuple[pd.DataFrame, dict[str, Mask]]:
    """The basis with a gap for what can't be true, and by sentence the rows that it is said of."""
    warnings: dict[str, Mask] = {}
    checked: dict[str, pd.Series] = {}
    for name, ends in _possible(model).items():
        label, values = FIELDS[name].label, basis[name]
        impossible = ((values < ends[0]) | (values > ends[1])).to_numpy()
        values = values.mask(impossible)
        spread = model.card.profile.spreads[name]
        warnings[f"{label}: can't be true, so taken as a gap"] = impossible
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


def _identifiers(columns: Columns, n: int) -> pd.Series:
    if "ID" in columns:
        return pd.Series(pd.array(pc.utf8_trim_whitespace(columns["ID"]), dtype="str"))
    return pd.Series([f"row {number}" for number in range(1, n + 1)], dtype="str")


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
