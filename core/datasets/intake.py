"""A table comes in: what it seems to be, what is wrong with it, and whether a dataset can be made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.data.codes import GAP_CODE, GAP_WORD, UNKNOWN_WORD
from core.data.facts import facts_of
from core.data.headings import Headings
from core.data.quality import inspect
from core.data.raw import Raw, of_file, read_raw, sheets
from core.data.read import Read, read_customers
from core.data.remarks import Remark
from core.data.units import UNIT
from core.datasets.file_problems import of_findings
from core.datasets.mapping import as_meant, mapped
from core.datasets.orders_intake import ORDERED, given_orders, of_orders
from core.datasets.templates import WELL_KNOWN, template_of
from core.datasets.writing import several
from core.errors import DataError, ParterreError
from core.numbers import to_tell
from core.progress import Tell, silent
from core.schema import long_tails
from core.schema.column_guess import Guess, Role, guess_column
from core.schema.decisions import (
    AS_WRITTEN,
    Choices,
    Decision,
    as_value,
    chosen_header,
    chosen_sheet,
    refuse_other_sheet,
)
from core.schema.facts import Facts
from core.schema.fields import IDENTIFIER, Kind
from core.schema.grain import Grain
from core.schema.guess import Guessed, guess
from core.schema.own_export import WROTE, is_added
from core.schema.problems import Problem, problems_of
from core.schema.same_words import SAME_WORDS
from core.schema.schema import Schema

_NOTHING = Guessed(Grain.NONE, (), None)


@dataclass(frozen=True)
class Proposal:
    """What a table seems to be, `read` as that; `refused` is empty, or says why no dataset can be made of it.

    `sheets` are those of its workbook, with their rows; one without a title of any other file.
    Where several tables were put together, `file` holds them, and `joined` says how.
    """

    raw: Raw | None
    guessed: Guessed
    problems: tuple[Problem, ...] = ()
    refused: str = ""
    notes: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    facts: tuple[Facts, ...] = ()
    read: Read | None = None
    sheets: Mapping[str, int] = field(default_factory=dict)
    file: Path | None = None
    joined: Mapping[str, Any] | None = None

    @property
    def schema(self) -> Schema | None:
        """What a dataset would be made with."""
        return None if self.refused else self.guessed.schema

    @classmethod
    def none(cls) -> Proposal:
        """Of what could not be looked at."""
        return cls(None, _NOTHING)

    def but(self, refused: str) -> Proposal:
        """The same, refused."""
        return replace(self, refused=refused)


def propose(
    file: Path,
    *,
    max_mb: int,
    schema: Schema | None = None,
    choices: Choices = MappingProxyType({}),
    roles: Mapping[str, str] = MappingProxyType({}),
    given: Mapping[str, Guess] = MappingProxyType({}),
    tell: Tell = silent,
) -> Proposal:
    """What a file holds, as far as it can be told without asking.

    `schema`: what its columns are, where that is known already. `choices`: how columns are to be read, where somebody
    chose. `roles`: what columns are for, where somebody chose; what follows is a table of its own. `given`: columns of
    which it is known what they are, since they were made here.
    """
    try:
        tell(f"Looking at the columns of {file.name}", 0.1)
        best = _best_sheet(existing(file), max_mb, schema, choices, given)
    except ParterreError as error:
        return Proposal(None, _NOTHING, refused=str(error))
    try:
        best = replace(best, guessed=_of_sheet(best, _as_chosen(best, roles, choices, file.stem, given)))
        return _examined(file, best, max_mb, tell, given)
    except ParterreError as error:
        return best.but(str(error))


def _examined(file: Path, best: Proposal, max_mb: int, tell: Tell, given: Mapping[str, Guess]) -> Proposal:
    """With what is wrong in the file, if it is one of customers."""
    found, meant = best.guessed.refused, best.guessed.schema
    if found or meant is None:
        return best.but(f"{file.name}: {found}")
    tell(f"Reading {to_tell(len(best.facts))} columns", 0.4)
    read = read_customers(file, meant, template_of(meant), max_mb=max_mb)
    tell(f"Looking for problems among {to_tell(len(read.frame))} customers", 0.7)
    kept = [one.column for one in best.guessed.columns if one.role is Role.IDENTIFIER]  # as it is written
    seen = [one for one in best.decisions if one.column not in kept]
    decisions = (*_decisions(seen, read.notes.decisions), *long_tails.decisions(meant, best.facts))
    problems = (
        *several(best.facts),
        *_doubts(best),
        *best.guessed.problems,
        *_asked(decisions),
        *of_findings(inspect(read, meant), best.guessed.columns, meant, given),
    )
    notes = _notes(best.notes, read.notes.remarks)
    if meant.lines:  # whose sums are no columns that a decision could be about
        notes = (*notes, *filter(None, [long_tails.in_words(meant)]))
    raw = best.raw
    if raw and meant.lines is None:  # rows that were added up are more than customers
        raw = replace(raw, counted=len(read.frame))
    return replace(best, raw=raw, problems=problems, notes=notes, decisions=decisions, read=read)


def own_schema(file: Path, refused: DataError, *, max_mb: int) -> Schema:
    """What the columns are taken for of a file that was `refused` as the table that everybody knows.

    Raises DataError `refused` itself where the file has most of what that table needs, so that something is wrong
    with it; else why no segments can be made of the file.
    """
    proposal = propose(file, max_mb=max_mb)
    if proposal.raw is None or _nearly_known(proposal.raw):
        raise refused
    if proposal.schema is None:
        raise DataError(proposal.refused)
    return proposal.schema


def existing(file: Path) -> Path:
    """The file, if there is one; raises DataError if not."""
    if not file.is_file():
        raise DataError.of(str(file), "no such file", "a customer file", "Give its path.")
    return file


def _asked(decisions: Sequence[Decision]) -> tuple[Problem, ...]:
    """What only a person can say: whether a number that stands apart, or a word, means that nothing is known."""
    codes = (
        one
        for one in decisions
        if one.what in (GAP_CODE, UNKNOWN_WORD) and one.chosen == as_value(one.example)
    )
    return tuple(
        Problem(
            one.told, one.rows, f"Is it true? If it means that nothing is known, say so ({one.others[0]})."
        )
        for one in codes
    )


def _decisions(seen: Sequence[Decision], read: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those of the columns that were read, and of the others as they look."""
    known = {(one.column, one.what) for one in read}
    return (*read, *(one for one in seen if (one.column, one.what) not in known))


def _best_sheet(
    file: Path, max_mb: int, schema: Schema | None, choices: Choices, given: Mapping[str, Guess]
) -> Proposal:
    """The first sheet of customers; where there is none, the largest."""
    first: Proposal | None = None
    refused: DataError | None = None
    titles, header = sheets(file, name=file.name, max_mb=max_mb), chosen_header(choices)
    wanted = chosen_sheet(choices)
    refuse_other_sheet(wanted, titles, name=file.name)
    for sheet in [wanted] if wanted else titles:
        try:
            raw = read_raw(file, name=file.name, max_mb=max_mb, sheet=sheet, header=header)
        except DataError as error:
            refused = refused or error
            continue
        _refuse_unknown(choices, raw)
        facts = facts_of(raw.columns, raw.text.header, choices)
        found = Proposal(
            raw,
            _guessed(raw, facts, schema, sheet or file.stem, choices, given),
            notes=_notes((), raw.remarks, sheet=True),
            decisions=(*of_file(raw, titles), *(decision for one in facts for decision in one.decisions)),
            facts=facts,
            sheets=titles,
        )
        found = replace(found, decisions=_of_what_is_used(found))
        if found.guessed.schema:
            return found
        first = first or found
    if first is None:
        raise refused or DataError.of(file.name, "no cells", "a table of customers", "Add another file.")
    return first


def _of_what_is_used(found: Proposal) -> tuple[Decision, ...]:
    """Without what is of secrets, and without words that mean the same where nothing reads them as one."""
    secret = {one.column for one in found.guessed.columns if one.secret}
    merged = {one.column for one in found.guessed.columns if one.meant}
    return tuple(
        one
        for one in found.decisions
        if one.column not in secret
        and (one.what != SAME_WORDS or one.column in merged or one.chosen == AS_WRITTEN)
    )


def _refuse_unknown(choices: Choices, raw: Raw) -> None:
    """Raise DataError where something was chosen of a column that is not there."""
    if unknown := [one for one in choices if one and one not in raw.columns]:
        shown = ", ".join(one[:40] for one in [*raw.columns][:8])
        raise DataError(
            f"Found a choice for {unknown[0][:60]!r}. Expected one of the columns: {shown} ... Name it as the file does."
        )


def _guessed(
    raw: Raw, facts: Sequence[Facts], schema: Schema | None, about: str, choices: Choices, given: Mapping[str, Guess],
) -> Guessed:  # fmt: skip
    meant = _meant(facts, choices)
    found = _given(raw, facts, schema) if schema else None if given else _known(raw, facts)
    return as_meant(found or of_orders(guess(facts, about, given), facts, raw, meant), meant)


def _meant(facts: Sequence[Facts], choices: Choices) -> Choices:
    """What was chosen, after what words for gaps and units were taken for: next month's file is read the same way."""
    words = [one for fact in facts for one in fact.decisions if one.what in (GAP_WORD, UNIT)]
    taken = {one.column: (one.chosen,) for one in words}
    return {one: (*taken.get(one, ()), *choices.get(one, ())) for one in {**taken, **choices}}


def _as_chosen(
    found: Proposal, roles: Mapping[str, str], choices: Choices, about: str, given: Mapping[str, Guess]
) -> Guessed:
    """The columns as somebody says that they are: what is known of a table everybody knows goes with its roles."""
    proposed = {one.column: (one.role, one.part) for one in found.guessed.columns}
    if found.guessed.grain is Grain.NONE or all(
        role in proposed.get(column, ()) for column, role in roles.items()
    ):
        return found.guessed
    title, meant = found.raw.text.sheet if found.raw else "", _meant(found.facts, choices)
    plain = guess(found.facts, title or about, given)
    if found.guessed.grain in ORDERED and found.raw:
        made = of_orders(plain, found.facts, found.raw, meant, roles)
    else:
        made = mapped(plain, found.facts, roles)
    return as_meant(made, meant)


def _of_sheet(found: Proposal, guessed: Guessed) -> Guessed:
    """With the sheet that was looked at in what is read, where a workbook has several."""
    if guessed.schema is None or found.raw is None or len(found.sheets) < 2:
        return guessed
    return replace(guessed, schema=replace(guessed.schema, sheet=found.raw.text.sheet))


def _known(raw: Raw, facts: Sequence[Facts]) -> Guessed | None:
    """The table that everybody knows, if its columns are there, however they are headed."""
    for schema, template in WELL_KNOWN:
        headings = Headings(schema, template)
        try:
            names = headings.named(raw.text.header, source="")
        except DataError:
            continue
        if not headings.missing(names):
            return _given(raw, facts, schema, names)
    return None


def _nearly_known(raw: Raw) -> bool:
    for schema, template in WELL_KNOWN:
        headings = Headings(schema, template)
        names = {headings.meaning(cell) or headings.named_so(cell) or "" for cell in raw.text.header}
        if 2 * len(headings.missing(names)) < len(schema.basis):
            return True
    return False


def _given(raw: Raw, facts: Sequence[Facts], schema: Schema, names: Sequence[str] = ()) -> Guessed:
    """The columns as a schema has them."""
    if schema.lines:
        found = guess(facts)
        return replace(found, columns=given_orders(found.columns, schema.lines), schema=schema, refused="")
    own = {schema[name].column or name: name for name in schema.columns}
    names = names or [own.get(column, column) for column in raw.columns]
    known = {one.column: one for one in facts}
    columns = [
        replace(_as_given(known[column], name, schema), examples=known[column].examples)
        for column, name in zip(raw.columns, names, strict=True)
    ]
    unread = tuple(name for one, name in zip(columns, names, strict=True) if one.secret)
    problems = problems_of(columns, known, ())
    return Guessed(Grain.CUSTOMERS, tuple(columns), replace(schema, unread=unread), problems=problems)


def _as_given(fact: Facts, name: str, schema: Schema) -> Guess:
    if name not in schema:
        guessed = guess_column(fact)
        reason = "Not among the columns of this table: kept with each customer, and in no chart."
        reason = WROTE if is_added(fact.column) else reason
        return guessed if guessed.secret else Guess(fact.column, Kind.CATEGORY, Role.IGNORED, 0.9, reason)
    column, field = fact.column, schema[name]
    told = f"Its heading means {field.label}"
    for role, names, reason in _roles(schema):
        if name in names:
            return Guess(column, field.kind, role, 0.97, f"{told}: {reason}.")
    kind = Role.DATE if field.kind is Kind.DATE else Role.DESCRIPTOR
    return Guess(column, field.kind, kind, 0.97, f"{told}: it describes customers.")


def _roles(schema: Schema) -> Iterable[tuple[Role, frozenset[str], str]]:
    """Who plays which role, in the order in which roles are told."""
    builds = frozenset(schema.basis).union(
        *(schema.sources(one) for one in schema.basis if one != schema.value)
    ) - {schema.anchor}
    cost, revenue = schema.economics or ("", "")
    return (
        (Role.IDENTIFIER, frozenset([IDENTIFIER]), "it names customers"),
        (Role.COST, frozenset([cost]), "what contacting one customer costs"),
        (Role.REVENUE, frozenset([revenue]), "what one acceptance brings"),
        (Role.OUTCOME, frozenset(schema.outcomes), "an answer to a campaign, which segments are to explain"),
        (
            Role.VALUE,
            schema.sources(schema.value) if schema.value else frozenset(),
            "money that ranks segments and builds them",
        ),
        (Role.BASIS, builds, "it builds segments"),
    )


def _notes(before: Sequence[str], remarks: Sequence[Remark], *, sheet: bool = False) -> tuple[str, ...]:
    """What was done to read the file; why a sheet was chosen is said by who chose it."""
    said = (one.sentence for one in remarks if not one.column and (sheet or one.name != "sheet"))
    return tuple(dict.fromkeys(filter(None, (*before, *said))))


def _doubts(found: Proposal) -> tuple[Problem, ...]:
    if not found.guessed.doubtful or found.raw is None:
        return ()
    what = "No heading names a customer or tells of one: each row is taken for a customer."
    return (Problem(what, found.raw.rows, "If rows are something else, choose the file of customers."),)
