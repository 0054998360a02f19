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
from core.data.cleaning_rules import aged
from core.data.derive import data_date, made
from core.data.headings import Headings, key
from core.data.other_columns import needed, typed
from core.data.outliers import FAR_OUT, believed_days, fences
from core.data.read import Parts, read_parts, refuse_empty_columns
from core.data.table import TextTable
from core.data.text import Text, load, to_text
from core.data.words import is_gap, unmarked
from core.errors import DataError
from core.model.artefacts import Model
from core.numbers import to_tell
from core.schema.derivations import DaysTo, YearsAt
from core.schema.fields import IDENTIFIER
from core.schema.schema import Schema, Template
from core.scoring.prediction import DOUBTFUL, UNLIKE, firmness, score, together

LARGEST_MB = 50
_MOST_COLUMNS = 1000
_SEVERAL = 10  # customers who don't all lack the same by chance, so that a median for all would mean nothing
_UNTRUE = "can't be true, so taken as a gap"

Columns = dict[str, pa.ChunkedArray]
Mask = NDArray[np.bool_]
Parted = Mapping[str, tuple[str, ...]]  # fields that are made here, and the columns that they are made of


@dataclass(frozen=True)
class Note:
    """Something odd in the file: a sentence about a value, and the rows that it is true of."""

    words: str
    rows: int


@dataclass(frozen=True)
class Scored:
    """Customers with their segments."""

    # shape (n, 1 + n_basis + 5 + n_own): `ID` (the row's number where the file has none), the basis as it was used,
    # gaps as NaN, then `ADDED`, then the file's other columns.
    table: pd.DataFrame
    notes: tuple[Note, ...]  # what was assumed, then what is odd, commonest first


def score_file(
    content: bytes, model: Model, template: Template, *, name: str, max_mb: int = LARGEST_MB
) -> Scored:
    """Score every row of a delimited file.

    Parameters
    ----------
    content : bytes
        With what the basis is made of (ages at the later of the model's and the file's date), or with the basis
        itself, which is used where its parts lack. Headings may be written as for training.
    template, name, max_mb
        As of `read_customers`.

    Raises
    ------
    SchemaError, DataError
        As `read_customers`.

    Notes
    -----
    What the model's cleaning makes a gap of, is a gap here too, by the model's own fences: a customer gets
    the same segment in any file.
    """
    headings = Headings(model.schema, template)
    text = to_text(load(content, name=name, max_mb=max_mb), headings, name=name, max_mb=max_mb)
    _refuse_wide(text, name)
    parts = read_parts(text, headings, name=name, newest=_model_year(model))
    columns = parts.table.columns
    if len(columns[IDENTIFIER]) >= _SEVERAL:
        refuse_empty_columns(parts, needed(columns, headings), name)
    anew, year = _made(columns, headings, model), _year(parts, model)
    basis, warnings = _checked(_basis(parts, anew, model, year), model)
    scored = _answered(model, basis, _with_odd_values(parts, _used(anew, model), warnings), parts.table)
    own = {one: typed(column, decimal=parts.numbers.decimal) for one, column in columns.items()}
    kept = pd.DataFrame({one: column for one, column in own.items() if one not in scored.table})
    return Scored(
        pd.concat([scored.table, kept], axis=1), (*_assumed(parts, text, anew, year), *scored.notes)
    )


def _assumed(parts: Parts, text: Text, anew: Parted, year: int) -> list[Note]:
    """What was assumed or repaired in reading, and what derived fields were made of."""
    rows = len(parts.table.columns[IDENTIFIER])
    said = [Note(one.sentence.removesuffix("."), one.count) for one in parts.remarks if one.sentence]
    return [*said, *_made_anew(parts.schema, text, anew, rows), *_dated(parts, anew, year, rows)]


def _refuse_wide(text: Text, name: str) -> None:
    if len(text.header) > _MOST_COLUMNS:
        found, hint = f"{to_tell(len(text.header))} columns", "Export only the columns that are needed."
        raise DataError.of(name, found, f"at most {to_tell(_MOST_COLUMNS)}", hint)


def _with_odd_values(parts: Parts, used: set[str], warnings: Mapping[str, Mask]) -> dict[str, Mask]:
    """The warnings, and the rows with a value that is no number or past any belief, or with a known ID."""
    columns, numbers, said = parts.table.columns, parts.numbers, dict(warnings)
    beyond = {remark.column for remark in numbers.remarks if remark.name == "too_large"}
    for field in sorted((beyond | set(numbers.unreadable)) & used):
        why = "can't be read as a number" if field in numbers.unreadable else _UNTRUE
        words, where = (
            f"{parts.schema.label(field)}: {why}",
            _unreadable(columns[field], numbers.columns[field]),
        )
        said[words] = where | said.get(words, np.zeros_like(where))
    said["The ID of an earlier row"] = _identifiers(parts.table).duplicated().to_numpy()
    return said


def _answered(model: Model, basis: pd.DataFrame, warnings: dict[str, Mask], file: TextTable) -> Scored:
    found = score(model.space, basis.to_numpy())
    firm = firmness(model, basis.to_numpy(), found)
    far = found.distances.min(axis=1) > model.card.reach
    warnings = warnings | {UNLIKE: far, "Could as well be in the next segment": ~far & (firm < DOUBTFUL)}
    names = np.array([segment.name for segment in model.card.profile.segments], dtype=object)
    table = basis.assign(
        Segment=found.segment.astype("int8"),
        Segment_Name=names[found.segment - 1],
        Firmness=np.where(far, np.nan, firm.round(3)),
        Next_Segment=names[found.neighbour - 1],
        Warnings=_joined(warnings, len(basis)),
    )
    table.insert(0, IDENTIFIER, _identifiers(file))
    return Scored(table, _notes(warnings))


def _made(columns: Columns, headings: Headings, model: Model) -> Parted:
    """Basis fields that are made here as in training, whatever the file says itself."""
    derived = {one: headings.needs(one) for one in model.space.basis if model.schema[one].derived}
    return {one: parts for one, parts in derived.items() if {*parts} <= {*columns}}


def _made_anew(schema: Schema, text: Text, anew: Parted, rows: int) -> list[Note]:
    """What is said where the file has a field of its own that is not used."""
    there = {key(cell) for cell in text.header}
    return [
        Note(
            f"{schema.label(one)}: made of {', '.join(anew[one])} as in training; the file's own is not used",
            rows,
        )
        for one in sorted(anew)
        if there & {key(one), key(schema.label(one))}
    ]


def _dated(parts: Parts, anew: Parted, year: int, rows: int) -> list[Note]:
    """What is said where ages are of a year that the file does not tell."""
    ages = [] if _last(parts) else [one for one in anew if one in aged(parts.schema)]
    words = f"taken in {year}, the year of the model's data, since the file has no dates"
    return [Note(f"{parts.schema.label(one)}: {words}", rows) for one in ages]


def _used(anew: Parted, model: Model) -> set[str]:
    """Columns that segments are told from."""
    return {part for parts in anew.values() for part in parts} | {*model.space.basis}.difference(anew)


def _basis(parts: Parts, anew: Parted, model: Model, year: int) -> pd.DataFrame:
    """The basis of each customer: as the file has it, or made of what may be believed of its parts."""
    schema, values = model.schema, pd.DataFrame(parts.numbers.columns)
    believed = values.assign(**{name: one.values for name, one in parts.dates.items()})
    for name in (one for one in map(str, values) if one in schema and schema[one].is_never_negative):
        believed[name] = values[name].where(values[name] >= 0)
    basis = {
        name: _derived(name, believed, model, year) if name in anew else values[name]
        for name in model.space.basis
    }
    return pd.DataFrame(basis).astype("float64")


def _derived(name: str, frame: pd.DataFrame, model: Model, year: int) -> pd.Series:
    """A derived field, at the model's date or the file's, whichever is later."""
    how, schema = model.schema[name].derived, model.schema
    if isinstance(how, YearsAt):
        return year - frame[how.born]
    if isinstance(how, DaysTo):
        today = max(data_date(model.people.column(how.date)), data_date(frame[how.date]))
        days: pd.Series = (today.normalize() - frame[how.date].dt.normalize()).dt.days
        return days
    return made(name, schema, frame.drop(columns=[name], errors="ignore"))


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
    for name, how in aged(model.schema).items():
        people = model.people.frame([name, how.born]).dropna().head(1)
        if len(people):
            return int((people[name] + people[how.born]).iloc[0])
    return 0


def _checked(basis: pd.DataFrame, model: Model) -> tuple[pd.DataFrame, dict[str, Mask]]:
    """The basis with a gap for what can't be true, and by sentence the rows that it is said of."""
    warnings: dict[str, Mask] = {}
    checked: dict[str, pd.Series] = {}
    for name, ends in possible(model).items():
        label, values = model.schema.label(name), basis[name]
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


def possible(model: Model) -> dict[str, tuple[float, float]]:
    """Least and largest value of each basis field that is believed, as the model's own rules have it."""
    rules, schema = {run.rule for run in model.card.rules}, model.schema
    ends = {name: schema[name].ends for name in model.space.basis}
    ends |= {name: (0.0, float(OLDEST)) for name in aged(schema) if name in ends}
    for name in schema.picked("stated"):
        if name in ends and f"far_out_{name.lower()}" in rules:
            ends[name] = (ends[name][0], fences(model.people.column(name), reach=FAR_OUT).high)
    return ends


def _unreadable(texts: pa.ChunkedArray, values: NDArray[np.float64]) -> Mask:
    filled: Mask = pc.invert(is_gap(unmarked(pc.utf8_trim_whitespace(texts)))).to_numpy()
    return filled & np.isnan(values)


def _identifiers(table: TextTable) -> pd.Series:
    texts = pd.Series(pd.array(unmarked(pc.utf8_trim_whitespace(table.columns[IDENTIFIER])), dtype="str"))
    numbered = any(remark.name == "no_id" for remark in table.remarks)
    return ("row " + texts).astype("str") if numbered else texts


def _joined(warnings: Mapping[str, Mask], n: int) -> NDArray[np.object_]:
    """The sentences of each row; few combinations occur, so each is put together once."""
    said = [words for words, where in warnings.items() if where.any()]
    if not said:
        return np.full(n, "", dtype=object)
    kinds, places = together({words: warnings[words] for words in said})
    joined: NDArray[np.object_] = np.array([*map("; ".join, kinds)], dtype=object)[places]
    return joined


def _notes(warnings: Mapping[str, Mask]) -> tuple[Note, ...]:
    counted = [Note(words, int(where.sum())) for words, where in warnings.items() if where.any()]
    return tuple(sorted(counted, key=lambda note: -note.rows))
