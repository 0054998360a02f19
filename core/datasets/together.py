"""Several files, the tables of an archive or the sheets of a workbook as one file, and what a dataset of it would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow.compute as pc

from core.data.customers_and_orders import SUFFIX, pack
from core.data.headings import key as bare
from core.data.joining import write
from core.data.keys import KeyColumn
from core.datasets.intake import Proposal, propose
from core.datasets.joining import Step, Values, Whole, joined, keys_of
from core.datasets.joining_told import as_json, decisions_of, notes_of, of_files, problems_of
from core.datasets.no_key import no_key, no_such_key, ways_of
from core.datasets.order_tables import flattened
from core.datasets.parts import Part, is_several, parts_in, stacked
from core.errors import DataError, ParterreError
from core.numbers import listed, to_tell
from core.progress import Tell, silent
from core.schema.column_guess import Guess, Role
from core.schema.decisions import FILE, TOGETHER, Choices, Decision, chosen_keys, is_of_lines
from core.schema.facts import Form
from core.schema.fields import IDENTIFIER, Kind
from core.schema.guess import Guessed
from core.schema.problems import Problem
from core.schema.schema import Schema

_NAMING = Guess("", Kind.IDENTIFIER, Role.IDENTIFIER, 0.95, "Orders name customers by it.")
_ALIKE = 0.6  # of the headings of two files that both have, from which on they are meant to be of one shape
_SHOWN, _MOST_WAYS = 4, 6


@dataclass(frozen=True)
class Together:
    """Tables as one: what it was made of, and where it was written."""

    file: Path  # of all columns
    whole: Whole
    parts: tuple[Part, ...]
    spare: tuple[str, ...]

    @property
    def used(self) -> frozenset[str]:
        """Names of the parts that it is made of."""
        steps = self.whole.steps
        return frozenset([self.whole.part.name, *(name for one in steps for name in (one.left, one.right))])

    @property
    def files_used(self) -> frozenset[str]:
        """Names of the files that it is made of."""
        used = [one for one in self.parts if one.name in self.used]
        return frozenset(name for one in used for name in [one.name, *(file for file, _ in one.rows_of)])

    @property
    def given(self) -> dict[str, Guess]:
        """What columns are for that orders were added up to."""
        of_steps = ((step, one) for step in self.whole.steps if step.orders for one in step.orders.guesses)
        named = {step.apart.get(one.column, one.column): one for step, one in of_steps}
        return {name: replace(one, column=name) for name, one in named.items()}

    @cached_property
    def orders(self) -> Step | None:
        """How orders were put beside their customers, where that are those of one table."""
        found = [one for one in self.whole.steps if one.orders]
        return found[0] if len(found) == 1 else None

    def kept(self, schema: Schema | None) -> Path:
        """What a dataset of this schema is made of: customers and orders as a table each, which the file gives way to, or it."""
        step = self.orders
        if schema is None or not schema.has_both or step is None or step.orders is None:
            return self.file
        made = {step.apart.get(one, one) for one in step.orders.columns}
        own = {name: text for name, text in self.whole.part.columns.items() if name not in made}
        sold = dict(step.orders.table)
        identifier = schema[IDENTIFIER].column or ""
        if identifier in own and identifier != step.key.left.name:
            key = KeyColumn(step.key.left.fact, own[step.key.left.name]).exact
            who = sold[step.orders.lines.customer]
            named = own[identifier].combine_chunks().take(pc.index_in(who, value_set=key))
            sold[step.orders.lines.customer] = pc.coalesce(named, who)
        self.file.unlink()
        return pack(own, sold, self.file.with_suffix(SUFFIX))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What does not fit."""
        of_steps = (one for step in self.whole.steps for one in problems_of(step))
        of_orders = (one for step in self.whole.steps if step.orders for one in step.orders.problems)
        left = (Problem(f"Left out: {one}", 0, "Add it by itself if it is needed.") for one in self.spare)
        return (*(one for part in self.parts for one in part.said), *of_steps, *of_orders, *left)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done."""
        files = [of_files(one) for one in self.parts if one.rows_of]
        read = (note for one in self.parts for note in one.notes)
        return (*files, *read, *(one for step in self.whole.steps for one in notes_of(step)))

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        return as_json(self.whole.steps, self.parts)


def propose_together(
    files: Sequence[Path],
    into: Path,
    *,
    max_mb: int,
    schema: Schema | None = None,
    choices: Choices = MappingProxyType({}),
    roles: Mapping[str, str] = MappingProxyType({}),
    tell: Tell = silent,
) -> Proposal:
    """What a dataset of some files would be; of several tables it would be of a file that is written to a folder.

    `files`: one, or several that belong together. `into`: where the file of several is written.
    """
    try:
        if len(files) == 1 and not is_several(files[0], choices, max_mb=max_mb):
            return propose(files[0], max_mb=max_mb, schema=schema, choices=choices, roles=roles, tell=tell)
        tell(f"Reading {listed([one.name for one in files[:3]])}", 0.1)
        made = put_together(files, into, choices, max_mb=max_mb, tell=tell)
    except ParterreError as error:
        return replace(Proposal.none().but(str(error)), decisions=ways_of(error))
    try:
        proposal = _proposed(made, choices, max_mb=max_mb, schema=schema, roles=roles, tell=tell)
        _check(made, proposal)
    except ParterreError as error:
        return Proposal.none().but(str(error))
    return _with_how(proposal, made)


def _with_how(proposal: Proposal, made: Together) -> Proposal:
    """The proposal of tables as one, with how they were put together."""
    guessed = _marked(proposal.guessed, made)
    return replace(
        proposal,
        guessed=guessed,
        problems=(*made.problems, *proposal.problems),
        notes=(*made.notes, *proposal.notes),
        decisions=(*decisions_of(made.whole.steps), *_of_orders(made), *proposal.decisions),
        file=made.kept(guessed.schema),
        joined=made.told(),
    )


def _marked(guessed: Guessed, made: Together) -> Guessed:
    """The guess, with the fields that orders were added up to."""
    schema, given, step = guessed.schema, made.given, made.orders
    if schema is None or not given:
        return guessed
    if step and step.orders and IDENTIFIER in schema:
        return replace(guessed, schema=step.orders.along(schema, step.apart))
    fields = tuple(one.name for one in schema.fields if one.column in given)
    return replace(guessed, schema=replace(schema, added_up=fields))


def _of_orders(made: Together) -> tuple[Decision, ...]:
    return tuple(one for step in made.whole.steps if step.orders for one in step.orders.decisions)


def _proposed(made: Together, choices: Choices, **how: Any) -> Proposal:
    """What the written file seems to be, read as its parts were."""
    ours = _own(choices, made)
    how["given"] = made.given
    proposal = propose(made.file, choices=ours, **how)
    if made.orders and proposal.guessed.schema and IDENTIFIER not in proposal.guessed.schema:
        how["given"] = made.given | {(named := made.orders.key.left.name): replace(_NAMING, column=named)}
        proposal = propose(made.file, choices=ours, **how)
    if different := _other_meaning(made, proposal):
        known = {one.column: one.decisions for part in made.parts for one in part.facts}
        more = {name: tuple(one.chosen for one in known.get(name, ())) for name in different}
        more = {name: some for name, some in more.items() if some and name not in ours}
        return propose(made.file, choices={**ours, **more}, **how) if more else proposal
    return proposal


def _own(choices: Choices, made: Together) -> Choices:
    """What was chosen of the columns that there are now."""
    known = {*made.whole.part.columns}
    parts = {name for one in made.parts for name in one.columns}
    if unknown := [one for one in choices if one and one not in known | parts]:
        raise DataError(
            f"Found a choice for {unknown[0][:60]!r}. Expected one of the columns: {', '.join([*known][:8])} ..."
        )
    of_lines = tuple(one for one in choices.get(FILE, ()) if is_of_lines(one))
    ours = {name: some for name, some in choices.items() if name in known}
    return {**ours, FILE: of_lines} if of_lines and not made.given else ours


def _other_meaning(made: Together, proposal: Proposal) -> list[str]:
    """Columns of numbers or days that are read otherwise than in the files that they come from."""
    found = []
    for one in proposal.facts:
        form, values = made.whole.values.get(one.column, (Form.EMPTY, np.zeros(0)))
        if form is one.form and form in (Form.NUMBER, Form.DATE) and not _same(values, one.values):
            found.append(one.column)
    return found


def _same(one: Values, other: Values) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-12, atol=1e-9, equal_nan=True))


def _check(made: Together, proposal: Proposal) -> None:
    """Refuse a written file that is read as something else than was written."""
    if not proposal.facts:
        return
    written = len(next(iter(made.whole.part.columns.values())))
    different = _other_meaning(made, proposal)
    if proposal.facts[0].rows != written or different:
        found = f"values of {', '.join(different[:3])}" if different else f"{to_tell(written)} rows"
        raise DataError.of(
            made.file.name,
            f"{found} that a joined file can't hold as they are",
            "values that are read the same again",
            "Write dates as 2025-04-30 and numbers with a decimal point, or join the files yourself.",
        )


def as_one(files: Sequence[Path], into: Path, choices: Choices, *, max_mb: int, schema: Schema) -> Path:
    """The file, or several as one that is written to a folder as the next of a dataset of this schema.

    Raises DataError if they don't belong together.
    """
    if len(files) == 1 and not is_several(files[0], choices, max_mb=max_mb):
        return files[0]
    return put_together(files, into, choices, max_mb=max_mb).kept(schema)


def put_together(
    files: Sequence[Path], into: Path, choices: Choices, *, max_mb: int, forgiving: bool = False, tell: Tell = silent
) -> Together:  # fmt: skip
    """Several tables as one file; those of several files that don't belong to it are left out if `forgiving`.

    Raises DataError if they don't belong together, with what was found and what to do.
    """
    found, spare = parts_in(files, choices, max_mb=max_mb, tell=tell)
    if len(found) < 2:
        raise _too_few(files, found, spare)
    parts = stacked(found, choices)
    if len(parts) > 1 and not forgiving and TOGETHER not in choices.get(FILE, ()):
        _refuse_nearly_alike(parts, choices)
    tell("Looking for what belongs together", 0.2)
    one_each, of_lines, left = flattened(parts, choices)
    whole, others = _all_beside(one_each, choices, forgiving=forgiving or len(files) == 1)
    whole, spare = replace(whole, steps=(*whole.steps, *of_lines)), [*spare, *left, *others]
    for said in chosen_keys(choices):
        if not any(one.key.is_chosen and one.key.is_named(said) for one in whole.steps):
            raise no_such_key(said, parts)
    path = into / f"{_called(files, whole)}.csv"
    tell("Writing them as one file", 0.3)
    write(whole.part.columns, path)
    return Together(path, whole, tuple(parts), tuple(spare))


def _too_few(files: Sequence[Path], found: Sequence[Part], spare: Sequence[str]) -> DataError:
    names = listed([one.name for one in files[:3]])
    has = f"one table ({found[0].name})" if found else "no table"
    return DataError.of(names, f"{has}{': ' if spare else ''}{spare[0][:200] if spare else ''}", "several that belong together", "Add the file by itself.")  # fmt: skip


def _called(files: Sequence[Path], whole: Whole) -> str:
    """What the file is called that holds them all."""
    if len(files) == 1:
        return files[0].name.partition(".")[0]
    names = [whole.part.stem, *(PurePath(one.right.partition(".")[0]).name for one in whole.steps)]
    return " and ".join(names[:2])[:80] if len(names) < 3 else f"{names[0]} and {len(names) - 1} more"


def _refuse_nearly_alike(parts: Sequence[Part], choices: Choices) -> None:
    """Refuse files that seem to be of one shape, and are not quite."""
    first = parts[0]
    for other in parts[1:]:
        both, all_ = first.shape & other.shape, first.shape | other.shape
        if len(both) >= _ALIKE * len(all_) and not _are_of_same(first, other, choices):
            pairs = ((other, _only(first, other)), (first, _only(other, first)))
            said = [f"{part.name} has no {', '.join(lacks[:_SHOWN])}" for part, lacks in pairs if lacks]
            raise DataError.of(
                f"{first.name} and {other.name}",
                f"{len(both)} columns that both have, while {listed(said)}",
                "the same headings in both, in any order, or two tables and a key",
                "Rename or add the columns in one of them.",
            )


def _are_of_same(one: Part, other: Part, choices: Choices) -> bool:
    """Whether each of two tables has one row of most customers of the other."""
    return any(
        key.right.is_unique and (key.share >= _ALIKE or key.is_chosen) for key in keys_of(one, other, choices)
    )


def _only(one: Part, other: Part) -> list[str]:
    """Columns that the other table has not."""
    return [name for name in one.columns if bare(name) not in other.shape]


def _all_beside(parts: Sequence[Part], choices: Choices, *, forgiving: bool) -> tuple[Whole, list[str]]:
    """The table of customers with all others beside it; those that don't belong to it are left out, if `forgiving`."""
    if len(parts) == 1:
        return Whole.of(parts[0]), []
    if all(one.is_of_orders for one in parts):
        raise _no_customers(parts)
    base = max(parts, key=lambda one: _weight(one, parts, choices))
    whole, left = Whole.of(base), list[DataError]()
    for other in (one for one in parts if one is not base):
        try:
            keys = keys_of(whole.part, other, choices)
            if not keys:
                raise no_key(base, other)
            whole = joined(whole, other, keys, choices)
        except DataError as error:
            if not forgiving:
                raise
            left.append(error)
    if not whole.steps:
        raise left[0]
    return whole, [str(one) for one in left]


def _weight(part: Part, parts: Sequence[Part], choices: Choices) -> tuple[bool, bool, int, bool, int]:
    """How likely a table is the one of customers, which others are added to."""
    others = sum(bool(keys_of(part, one, choices)) for one in parts if one is not part)
    has_key = any(one.is_unique for one in part.keys)
    return not part.is_of_orders, has_key, others, part.is_called_customers, len(part.columns)


def _no_customers(parts: Sequence[Part]) -> DataError:
    """Orders, and nothing that they belong to."""
    names = listed([one.name for one in parts[:3]])
    each = listed([_rows_in_words(one) for one in parts[:3]])
    found = f"{each}, and no table with one row per customer"
    expected = "customers and their orders, or orders with the same headings"
    return DataError.of(names, found, expected, "Add the one that says who bought, when, and for how much.")


def _rows_in_words(part: Part) -> str:
    who = next((one for one in part.keys if one.is_called_key), None)
    if who is None:
        return f"{to_tell(part.rows)} rows in {part.name}"
    return (
        f"{to_tell(part.rows)} rows of {to_tell(len(who.different))} different {who.name[:40]} in {part.name}"
    )
