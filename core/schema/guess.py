"""From the facts of a table to what it seems to be: a role for each column, and the schema that follows.

Plain rules, each with its reason: words over a column in several languages, what its values are, and what columns
tell of one another. Whoever maps a table by hand begins with this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from core.schema.column_guess import Guess, Role, guess_column
from core.schema.facts import Facts, Form
from core.schema.fields import Kind
from core.schema.grain import Grain, Rows, are_emails, rows_of
from core.schema.heading_words import says
from core.schema.kinds import is_coming
from core.schema.odd_texts import ALIKE
from core.schema.own_export import without_own
from core.schema.problems import Problem, merged, problems_of
from core.schema.proposed_basis import basis_in_words
from core.schema.relations import adds_up, copies, gives_away, one_of_each, totals
from core.schema.schema import Schema
from core.schema.schema_from import is_birth, schema_from

Found = dict[str, Guess]
Known = Mapping[str, Facts]
_NEARLY = 0.98  # of the rows
MOST_BASIS = 24  # fields that one may be asked for, and that distances still mean something in


@dataclass(frozen=True)
class Guessed:
    """What a table seems to be; without a schema where `refused` says why."""

    grain: Grain
    columns: tuple[Guess, ...]
    schema: Schema | None
    refused: str = ""
    doubtful: bool = False  # nothing says that rows are customers
    problems: tuple[Problem, ...] = ()
    built_on: str = ""  # what builds segments, and why other numbers do not, in words


def guess(
    facts: Sequence[Facts], about: str = "", given: Mapping[str, Guess] = MappingProxyType({})
) -> Guessed:
    """What the columns of a table are.

    Parameters
    ----------
    facts : sequence of Facts
        In the order of the file.
    about : str
        What the file or its sheet is called.
    given : mapping of heading to Guess, optional
        Columns of which it is known what they are, since they were made here.

    Returns
    -------
    Guessed
        A guess for each column in that order. The schema's basis holds numbers that are no answers, give none away,
        are no sums or copies of others, and in which customers differ.
    """
    rows = rows_of(facts, about)
    known = {one.column: one for one in facts}
    found = {one.column: _first(one, given.get(one.column)) for one in facts}
    if rows.identifier:
        found[rows.identifier] = _identified(known[rows.identifier], rows)
    if rows.grain is not Grain.CUSTOMERS:
        columns = tuple(_of_other_rows(one, rows.grain) for one in found.values())
        return Guessed(rows.grain, columns, None, rows.refused)
    groups = one_of_each([known[name] for name, one in found.items() if one.kind is Kind.FLAG])
    found = _in_groups(without_own(_with_last_answer(found, known), known), groups)
    found = _without_repetition(_without_leaks(found, known), known)
    found = _few_enough(_valued(_aged(found, known), known))
    columns = tuple(replace(one, meant=merged(one, known[name])) for name, one in found.items())
    if rows.refused:
        return Guessed(rows.grain, columns, None, rows.refused)
    schema = schema_from(columns, known)
    if len(schema.basis) < 2:
        return Guessed(rows.grain, columns, None, _nothing_to_build_on(schema, columns))
    problems, words = problems_of(columns, known, groups), basis_in_words(columns, known, schema)
    return Guessed(rows.grain, columns, schema, "", rows.doubtful, problems, words)


def _first(fact: Facts, given: Guess | None) -> Guess:
    """The guess of a column by itself."""
    return replace(given, examples=fact.examples) if given else guess_column(fact)


def _with_last_answer(found: Found, known: Known) -> Found:
    """A yes or no in the last column, where people put what they want explained, may be the only answer."""
    name, last = [*found.items()][-1]
    if any(one.role is Role.OUTCOME for one in found.values()) or known[name].form is not Form.FLAG:
        return found
    if last.role is not Role.DESCRIPTOR or not says(name, "maybe answer"):
        return found
    reason = (
        "Yes or no, the last column, and its name could be that of an answer: what segments are to explain."
    )
    return found | {name: replace(_changed(last, Role.OUTCOME, reason, 0.75), kind=Kind.FLAG)}


def _in_groups(found: Found, groups: Sequence[Sequence[str]]) -> Found:
    """Yes and no of one question in several columns are told as that."""
    kept = dict(found)
    for group in groups:
        reason = f"One of {len(group)} columns of which each row has a yes in one: together they say which."
        for name in group:
            if kept[name].role is Role.DESCRIPTOR:
                kept[name] = _changed(kept[name], Role.DESCRIPTOR, reason, 0.95)
    return kept


def _identified(fact: Facts, rows: Rows) -> Guess:
    each = (
        "each once"
        if fact.distinct == fact.rows
        else f"{fact.distinct:,} different ones in {fact.rows:,} rows"
    )
    reason = f"Its name and its values, {each}, name customers."
    if are_emails(fact):
        reason = (
            f"{reason} They are shown as codes, since they reach a person; nothing else names customers here."
        )
        return Guess(fact.column, Kind.IDENTIFIER, Role.IDENTIFIER, rows.sure, reason)
    return Guess(fact.column, Kind.IDENTIFIER, Role.IDENTIFIER, rows.sure, reason, fact.examples)


def _of_other_rows(one: Guess, grain: Grain) -> Guess:
    """What a column is where rows are no customers: nothing of one row builds segments."""
    if grain is Grain.NONE:
        return _changed(one, Role.IGNORED, "The rows are no customers.", 0.9)
    if one.role is not Role.BASIS:
        return one
    if (one.kind is Kind.AMOUNT and not says(one.column, "no order value")) or says(one.column, "line"):
        return _changed(one, Role.VALUE, "Of one order: it makes the money that a customer brings.", 0.75)
    return _changed(one, Role.DESCRIPTOR, "Of one order: it describes what was bought.", 0.7)


def _nothing_to_build_on(schema: Schema, columns: Sequence[Guess]) -> str:
    has = f"only {schema.label(schema.basis[0])}" if schema.basis else "none"
    mixed = [f" {one.column}: {one.reason}" for one in columns if one.reason.endswith(ALIKE)]
    return (
        f"found {has} among {len(columns)} columns that could build segments. Expected two numbers at least in which "
        f"customers differ, such as money, visits or age. {'Mend these, or add others.' if mixed else 'Add them to the file.'}"
        f"{''.join(mixed)}"
    )


def _changed(guess: Guess, role: Role, reason: str, sure: float) -> Guess:
    return replace(guess, role=role, reason=reason, sure=sure)


def _without_leaks(found: Found, known: Known) -> Found:
    """Without what gives an answer away, or counts answers."""
    asked = {name: _as_answer(known[name], one) for name, one in found.items() if one.role is Role.OUTCOME}
    kept = dict(found)
    for name, other in copies(list(asked.values())).items():
        reason = f"The same answer as {other}: it builds nothing, and is told once."
        kept[name] = _changed(kept[name], Role.IGNORED, reason, 0.9)
    answers = [one for name, one in asked.items() if kept[name].role is Role.OUTCOME]
    for name, one in found.items():
        if kept[name].role not in (Role.BASIS, Role.DESCRIPTOR, Role.VALUE, Role.OUTCOME):
            continue
        others = [answer for answer in answers if answer.column != name]
        if adds_up(known[name], others):
            reason = "It counts the answers: segments built on it would be made of them."
            kept[name] = replace(_changed(one, Role.IGNORED, reason, 0.95), leaks=True)
        elif one.role is Role.OUTCOME:
            continue
        elif told := next((answer for answer in answers if gives_away(known[name], answer)), None):
            reason = f"Who knows it knows {told.column}: it all but decides that answer."
            kept[name] = replace(_changed(one, Role.IGNORED, reason, 0.9), leaks=True)
    return kept


def _as_answer(fact: Facts, guess: Guess) -> Facts:
    """An answer as 1 and 0, whatever it is written as."""
    if not guess.yes:
        return fact
    values = np.where(np.isnan(fact.values), np.nan, fact.values == fact.texts.index(guess.yes))
    return replace(fact, values=values)


def _without_repetition(found: Found, known: Known) -> Found:
    """Sums of others, and copies, build nothing twice."""
    kept = dict(found)
    numbers = [
        known[name] for name, one in found.items() if one.role is Role.BASIS and one.kind is not Kind.DATE
    ]
    for name, parts in totals(numbers).items():
        said = f"{', '.join(parts[:4])}{' ...' if len(parts) > 4 else ''}"
        kept[name] = _changed(
            kept[name], Role.DESCRIPTOR, f"The sum of {said}, which build segments already.", 0.9
        )
    left = [one for one in numbers if kept[one.column].role is Role.BASIS]
    for name, other in copies(left).items():
        kept[name] = _changed(
            kept[name],
            Role.DESCRIPTOR,
            f"Says nearly the same as {other}, which builds segments already.",
            0.85,
        )
    return kept


def _aged(found: Found, known: Known) -> Found:
    """Births build segments where an age can be told of them, and none is there."""
    births = [name for name, one in found.items() if one.role is Role.BASIS and is_birth(one)]
    dated = any(one.role is Role.DATE and not is_coming(known[name]) for name, one in found.items())
    aged = any(
        one.kind is Kind.YEARS and one.role is Role.BASIS and says(name, "age") for name, one in found.items()
    )
    if (dated and not aged) or not births:
        return found
    why = "an age is there already" if aged else "no other date says as of when an age would be"
    role = {Kind.DATE: Role.DATE, Kind.YEAR: Role.DESCRIPTOR}
    reason = f"Tells when a customer was born; it builds no segments, since {why}."
    return found | {name: _changed(found[name], role[found[name].kind], reason, 0.85) for name in births}


def _valued(found: Found, known: Known) -> Found:
    """With the money that ranks segments, where one column is it."""
    if any(one.role is Role.VALUE for one in found.values()):
        return found
    money = [
        name
        for name, one in found.items()
        if one.kind is Kind.AMOUNT
        and one.role in (Role.BASIS, Role.DESCRIPTOR)
        and known[name].filled * 2 > known[name].rows
    ]
    life = [name for name in money if says(name, "lifetime")]
    spent = [name for name in money if says(name, "spent") and not says(name, "no value")]
    summed = [name for name in spent if found[name].reason.startswith("The sum of")]
    expected = [name for name in money if says(name, "expected")]
    whole = [name for name in spent if len(spent) > 1 and _holds(known[name], [known[one] for one in spent])]
    for chosen, sure in ((life, 0.92), (summed, 0.9), (expected, 0.85), (spent, 0.9), (whole, 0.85)):
        if len(chosen) == 1:
            one = found[chosen[0]]
            builds = one.role is Role.BASIS
            reason = "Money that a customer brings: it ranks segments" + (
                ", and builds them." if builds else f". {one.reason}"
            )
            return found | {chosen[0]: _changed(one, Role.VALUE, reason, sure)}
    return found


def _holds(fact: Facts, others: Sequence[Facts]) -> bool:
    """Whether money is at least each of the others in nearly every row, and more in some, as a whole is."""
    gaps = [fact.values - one.values for one in others if one is not fact]
    return all((one >= 0).sum() >= _NEARLY * (one == one).sum() and (one > 0).any() for one in gaps)


def _few_enough(found: Found) -> Found:
    basis = [name for name, one in found.items() if one.role is Role.BASIS]
    spare = sorted(basis, key=lambda name: -found[name].sure)[MOST_BASIS:]
    reason = f"More than {MOST_BASIS} numbers could build segments: this one is among the less sure."
    return found | {name: _changed(found[name], Role.DESCRIPTOR, reason, 0.6) for name in spare}
