"""The tables that are to be one: of several files, of an archive of several, or of the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from core.data.facts import facts_of
from core.data.headings import key as bare
from core.data.joining import below, repeats
from core.data.keys import KeyColumn, key_columns
from core.data.packed import OLD, ZIP, tables_in
from core.data.raw import read_raw, sheets
from core.data.rows import MOST_REPEATED, Columns
from core.data.text import load
from core.datasets.intake import existing
from core.errors import DataError
from core.numbers import listed, to_tell
from core.progress import Tell, silent
from core.schema.decisions import FILE, TOGETHER, Choices, chosen_header, chosen_sheet
from core.schema.facts import Facts, Form
from core.schema.grain import Grain
from core.schema.guess import Guessed, guess
from core.schema.heading_words import says
from core.schema.order_lines import Lines
from core.schema.order_parts import parts_of
from core.schema.problems import Problem

MOST = 60  # tables
_OF_CUSTOMERS = ("customer", "client", "kunde", "member", "person")


@dataclass(frozen=True)
class Part:
    """A table that belongs to others; `rows_of` says how many rows are of which file where it is of several, and
    `repeated` how many are in two of these alike."""

    name: str
    columns: Columns
    facts: tuple[Facts, ...]
    guessed: Guessed
    rows_of: tuple[tuple[str, int], ...] = ()
    said: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    repeated: int = 0

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(next(iter(self.columns.values())))

    @property
    def stem(self) -> str:
        """Its name without what comes behind the point."""
        return PurePath(self.name).stem[:40]

    @cached_property
    def keys(self) -> list[KeyColumn]:
        """The columns that could name customers."""
        return key_columns(self.facts, self.columns)

    @cached_property
    def shape(self) -> frozenset[str]:
        """Its headings, in whatever order and case."""
        return frozenset(map(bare, self.columns))

    @cached_property
    def lines(self) -> Lines | None:
        """The parts that its columns play where its rows are orders that can be added up."""
        return parts_of(self.facts).lines

    @property
    def is_of_orders(self) -> bool:
        """Whether a row is an order or a line of one."""
        return self.guessed.grain in (Grain.ORDERS, Grain.LINES)

    @property
    def is_called_customers(self) -> bool:
        """Whether its name tells of customers."""
        return says(self.stem, "customer") or any(one in self.stem.casefold() for one in _OF_CUSTOMERS)

    @property
    def known(self) -> Mapping[str, Facts]:
        """The facts by column."""
        return {one.column: one for one in self.facts}


def is_several(file: Path, choices: Choices, *, max_mb: int) -> bool:
    """Whether a file holds several tables that are to be one; raises DataError if it can't be opened."""
    with existing(file).open("rb") as opened:
        begins = opened.read(len(ZIP))
    if TOGETHER in choices.get(FILE, ()):
        return begins in (ZIP, OLD)
    if begins != ZIP:
        return False
    data = load(file, name=file.name, max_mb=max_mb)
    return len(tables_in(data, name=file.name, max_mb=max_mb)) > 1


def parts_in(
    files: Sequence[Path], choices: Choices, *, max_mb: int, tell: Tell = silent
) -> tuple[list[Part], list[str]]:
    """The tables of some files, and why others of an archive or a workbook are none.

    Raises DataError if a file can't be read, or they hold more than they may.
    """
    found, spare, places = list[Part](), list[str](), list[_Place]()
    size = sum(existing(one).stat().st_size for one in files)
    if size > max_mb * 1_000_000:
        hint = "Raise PARTERRE_MAX_FILE_MB, or join them elsewhere."
        told = f"{to_tell(size / 1e6, ',.1f')} MB"
        raise DataError.of(_names(files), told, f"at most {to_tell(max_mb)} MB in all", hint)
    for file, called in zip(files, names_of(files), strict=True):
        places += _places(file, called, choices, max_mb)
    if len(places) > MOST:
        hint = "Join some of them elsewhere first."
        raise DataError.of(_names(files), f"{len(places)} tables", f"at most {MOST}", hint)
    for number, place in enumerate(places):
        tell(f"Reading {place.called}", 0.2 * number / len(places))
        try:
            found.append(_first(place, choices, max_mb))
        except DataError as error:
            if not place.is_spare:
                raise
            words = str(error)
            spare.append(
                words if place.called == place.file else f"{place.called}: {words.partition(': ')[2]}"
            )
    return found, spare


@dataclass(frozen=True)
class _Place:
    """Where a table is: in a file or a part of an archive, in the first of some sheets that can be read."""

    data: bytes
    file: str
    titles: tuple[str, ...]
    called: str
    is_spare: bool  # whether it may be none


def _places(file: Path, called: str, choices: Choices, max_mb: int) -> list[_Place]:
    data = load(file, name=file.name, max_mb=max_mb)
    inside, whole = tables_in(data, name=file.name, max_mb=max_mb), TOGETHER in choices.get(FILE, ())
    found = list[_Place]()
    for name, table in inside or [(called, data)]:
        there = tuple(sheets(table, name=name, max_mb=max_mb))
        titles = tuple(one for one in there if one == chosen_sheet(choices)) or there
        if whole:
            found += [_Place(table, name, (title,), title or name, is_spare=True) for title in there]
        else:
            found.append(_Place(table, name, titles, name, is_spare=bool(inside)))
    return found


def _first(place: _Place, choices: Choices, max_mb: int) -> Part:
    refused: DataError | None = None
    for title in place.titles:
        try:
            return _part(place.data, place.file, title, place.called, choices, max_mb)
        except DataError as error:
            refused = refused or error
    raise refused or DataError.of(place.file, "no cells", "a table", "Leave it out.")


def names_of(files: Sequence[Path]) -> list[str]:
    """What files are called, each otherwise."""
    found: list[str] = []
    for file in files:
        name, number = file.name, 2
        while name in found:
            name, number = f"{file.name} ({number})", number + 1
        found.append(name)
    return found


def _names(files: Sequence[Path]) -> str:
    return listed([one.name for one in files[:3]])


def _part(data: bytes, name: str, title: str, called: str, choices: Choices, max_mb: int) -> Part:
    raw = read_raw(data, name=name, max_mb=max_mb, sheet=title, header=chosen_header(choices))
    facts = facts_of(raw.columns, raw.text.header, choices)
    told = (one.sentence for one in raw.remarks if one.sentence and not one.column and one.name != "sheet")
    notes = tuple(f"{called}: {one}" for one in told)
    return Part(called, raw.columns, facts, guess(facts, title or PurePath(name).stem), notes=notes)


def stacked(parts: Sequence[Part], choices: Choices) -> list[Part]:
    """Tables of the same headings as one each, in the order in which they come.

    Raises DataError if a column means something else in another of them.
    """
    found: dict[frozenset[str], list[Part]] = {}
    for one in parts:
        found.setdefault(one.shape, []).append(one)
    return [_stacked(some, choices) if len(some) > 1 else some[0] for some in found.values()]


def _stacked(parts: Sequence[Part], choices: Choices) -> Part:
    columns = below([one.columns for one in parts])
    again = repeats(columns)
    repeated = int(again.sum()) - sum(int(repeats(one.columns).sum()) for one in parts)
    of_customers = parts[0].guessed.grain is Grain.CUSTOMERS and _identifier(parts[0]) != ""
    facts = facts_of(columns, tuple(columns), choices)
    _refuse_other_meaning(parts, facts)
    if of_customers and again.any():
        columns = {name: text.filter(~again) for name, text in columns.items()}
        facts = facts_of(columns, tuple(columns), choices)
    name = f"{parts[0].stem} and {'one' if len(parts) == 2 else len(parts) - 1} more"
    whole = Part(
        name, columns, facts, guess(facts, parts[0].stem), tuple((one.name, one.rows) for one in parts)
    )
    if of_customers:
        _refuse_snapshots(parts, whole, repeated)
    said = _repeated(whole, int(again.sum()) if of_customers else repeated, left_out=of_customers)
    notes = tuple(note for one in parts for note in one.notes)
    return replace(whole, repeated=repeated, said=said, notes=notes)


def _identifier(part: Part) -> str:
    named = (one.column for one in part.guessed.columns if one.role == "identifier")
    return next(named, "")


def _repeated(whole: Part, count: int, *, left_out: bool) -> tuple[Problem, ...]:
    """Rows that are in several files alike; of orders with numbers they are told as lines that are there again."""
    if not count or (whole.is_of_orders and whole.lines and whole.lines.order):
        return ()
    are = "One row is" if count == 1 else f"{to_tell(count)} rows are"
    if left_out:
        return (
            Problem(
                f"{are} the same as another, of the same file or another: counted once.",
                count,
                "Nothing has to be done.",
            ),
        )
    hint = "Look whether the files overlap: each row counts."
    return (Problem(f"{are} the same in two of the files.", count, hint),)


def _refuse_snapshots(parts: Sequence[Part], whole: Part, repeated: int) -> None:
    """Refuse files that say different things of the same customers."""
    name = bare(_identifier(parts[0]))
    keys = [next(one for one in part.keys if bare(one.name) == name) for part in (*parts, whole)]
    each = sum(len(one.different) for one in keys[:-1])
    differing = each - len(keys[-1].different) - repeated
    if differing > max(2, MOST_REPEATED * each):
        names = listed([one.name for one in parts])
        found = f"{to_tell(differing)} customers in more than one of these files, with different values"
        hint = "If one is a later state of the other, add the first, and make the later one its next version."
        raise DataError.of(names, found, "each customer in one of them", hint)


def _refuse_other_meaning(parts: Sequence[Part], facts: Sequence[Facts]) -> None:
    """Refuse numbers and dates that are written in one file as they would mean something else in another."""
    theirs = [{bare(one.column): one for one in part.facts} for part in parts]
    for fact in facts:
        at = 0
        for part, known in zip(parts, theirs, strict=True):
            one = known[bare(fact.column)]
            values = fact.values[at : at + one.rows]
            at += one.rows
            numbers = one.form is fact.form and one.form in (Form.NUMBER, Form.DATE)
            lost = one.form is Form.DATE and fact.form is not Form.DATE
            if lost or (numbers and not np.array_equal(one.values, values, equal_nan=True)):
                raise _other_meaning(part, one, values)


def _other_meaning(part: Part, one: Facts, values: NDArray[np.float64]) -> DataError:
    differs = ~((one.values == values) | (np.isnan(one.values) & np.isnan(values)))
    place = int(differs.argmax())
    text = part.columns[one.column][place].as_py()
    found = f"values of {one.column[:60]} that mean something else beside those of the other files ({text[:40]!r})"
    hint = "Write dates as 2025-04-30, and numbers with a decimal point, in all of them."
    return DataError.of(part.name, found, "the same way to write them in all files", hint)
