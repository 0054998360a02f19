"""From the facts of a table to what it seems to be: a role for each column, and the schema that follows.

Plain rules, each with its reason: words over a column in several languages, what its values are, and what columns
tell of one another. Whoever maps a table by hand begins with this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.schema.column_guess import Guess, Role, guess_column
from core.schema.derivations import DaysTo, Sum, YearsAt
from core.schema.facts import Facts
from core.schema.fields import IDENTIFIER, SEGMENT, Field, Kind, Word
from core.schema.grain import Grain, Rows, rows_of
from core.schema.heading_words import label_of, plain, says, slug_of
from core.schema.relations import adds_up, copies, gives_away, totals
from core.schema.schema import Schema

OLDEST = 100.0  # years; the oldest age that is believed
_OF_AGE = (Word("Older"), Word("Younger"))
MOST_BASIS = 24  # fields that one may be asked for, and that distances still mean something in
_USED = (Role.BASIS, Role.DESCRIPTOR, Role.OUTCOME, Role.VALUE, Role.DATE, Role.COST, Role.REVENUE)
_TAKEN = {
    name.casefold() for name in (IDENTIFIER, SEGMENT, "Segment_Name", "Firmness", "Next_Segment", "Warnings")
}


@dataclass(frozen=True)
class Guessed:
    """What a table seems to be; without a schema where `refused` says why."""

    grain: Grain
    columns: tuple[Guess, ...]
    schema: Schema | None
    refused: str = ""
    doubtful: bool = False  # nothing says that rows are customers


def guess(facts: Sequence[Facts], about: str = "") -> Guessed:
    """What the columns of a table are.

    Parameters
    ----------
    facts : sequence of Facts
        In the order of the file.
    about : str
        What the file or its sheet is called.

    Returns
    -------
    Guessed
        A guess for each column in that order. The schema's basis holds numbers that are no answers, give none away,
        are no sums or copies of others, and in which customers differ.
    """
    rows = rows_of(facts, about)
    known = {one.column: one for one in facts}
    found = {one.column: guess_column(one) for one in facts}
    if rows.identifier:
        found[rows.identifier] = _identified(known[rows.identifier], rows)
    if rows.grain is not Grain.CUSTOMERS:
        columns = tuple(_of_other_rows(one, rows.grain) for one in found.values())
        return Guessed(rows.grain, columns, None, rows.refused)
    found = _without_leaks(found, known)
    found = _without_repetition(found, known)
    found = _few_enough(_valued(_aged(found), known))
    columns = tuple(found.values())
    if rows.refused:
        return Guessed(rows.grain, columns, None, rows.refused)
    schema = schema_from(columns, known)
    if len(schema.basis) < 2:
        return Guessed(rows.grain, columns, None, _nothing_to_build_on(schema, columns))
    return Guessed(rows.grain, columns, schema, doubtful=rows.doubtful)


def _identified(fact: Facts, rows: Rows) -> Guess:
    each = (
        "each once"
        if fact.distinct == fact.rows
        else f"{fact.distinct:,} different ones in {fact.rows:,} rows"
    )
    reason = f"Its name and its values, {each}, name customers."
    return Guess(fact.column, Kind.IDENTIFIER, Role.IDENTIFIER, rows.sure, reason, fact.examples)


def _of_other_rows(one: Guess, grain: Grain) -> Guess:
    """What a column is where rows are no customers: nothing of one row builds segments."""
    if grain is Grain.NONE:
        return _changed(one, Role.IGNORED, "The rows are no customers.", 0.8)
    if one.role is not Role.BASIS:
        return one
    if (one.kind is Kind.AMOUNT and not says(one.column, "no order value")) or says(one.column, "line"):
        return _changed(one, Role.VALUE, "Of one order: it makes the money that a customer brings.", 0.75)
    return _changed(one, Role.DESCRIPTOR, "Of one order: it describes what was bought.", 0.7)


def _nothing_to_build_on(schema: Schema, columns: Sequence[Guess]) -> str:
    has = f"only {schema.label(schema.basis[0])}" if schema.basis else "none"
    return (
        f"found {has} among {len(columns)} columns that could build segments. Expected two numbers at least in which "
        "customers differ, such as money, visits or age. Add them to the file."
    )


Found = dict[str, Guess]
Known = Mapping[str, Facts]


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
        if one.role not in (Role.BASIS, Role.DESCRIPTOR, Role.VALUE):
            continue
        if adds_up(known[name], answers):
            kept[name] = _changed(
                one, Role.IGNORED, "It counts the answers: segments built on it would be made of them.", 0.95
            )
        elif told := next((answer for answer in answers if gives_away(known[name], answer)), None):
            reason = f"Who knows it knows {told.column}: it all but decides that answer."
            kept[name] = _changed(one, Role.IGNORED, reason, 0.9)
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


def _aged(found: Found) -> Found:
    """Births build segments where an age can be told of them, and none is there."""
    births = [name for name, one in found.items() if one.role is Role.BASIS and _is_birth(one)]
    dated = any(one.role is Role.DATE for one in found.values())
    aged = any(
        one.kind is Kind.YEARS and one.role is Role.BASIS and says(name, "age") for name, one in found.items()
    )
    if (dated and not aged) or not births:
        return found
    why = "an age is there already" if aged else "no other date says as of when an age would be"
    role = {Kind.DATE: Role.DATE, Kind.YEAR: Role.DESCRIPTOR}
    reason = f"Tells when a customer was born; it builds no segments, since {why}."
    return found | {name: _changed(found[name], role[found[name].kind], reason, 0.85) for name in births}


def _is_birth(one: Guess) -> bool:
    return one.kind in (Kind.DATE, Kind.YEAR)


def _valued(found: Found, known: Known) -> Found:
    """With the money that ranks segments, where one column is it."""
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
    for chosen, sure in ((life, 0.92), (summed, 0.9), (expected, 0.85), (spent, 0.85)):
        if len(chosen) == 1:
            one = found[chosen[0]]
            builds = one.role is Role.BASIS
            reason = "Money that a customer brings: it ranks segments" + (
                ", and builds them." if builds else f". {one.reason}"
            )
            return found | {chosen[0]: _changed(one, Role.VALUE, reason, sure)}
    return found


def _few_enough(found: Found) -> Found:
    basis = [name for name, one in found.items() if one.role is Role.BASIS]
    spare = sorted(basis, key=lambda name: -found[name].sure)[MOST_BASIS:]
    reason = f"More than {MOST_BASIS} numbers could build segments: this one is among the less sure."
    return found | {name: _changed(found[name], Role.DESCRIPTOR, reason, 0.6) for name in spare}


def schema_from(columns: Sequence[Guess], known: Known) -> Schema:
    """The schema that follows from the guesses."""
    names = _names(columns)
    anchor = _anchor(columns, known)
    fields = [_field(one, names[one.column], known[one.column]) for one in columns if one.column in names]
    derived, basis = _derived(columns, names, anchor)
    value = next((names[one.column] for one in columns if one.role is Role.VALUE), None)
    together = None if value else _together(columns, names, known)
    used = [names[one.column] for one in columns if _builds(one)]
    targets = [one.column for one in columns if one.role is Role.OUTCOME]
    return Schema(
        fields=(*fields, *derived, *((together,) if together else ())),
        basis=tuple(dict.fromkeys((*used, *basis))),
        value=together.name if together else value,
        outcomes=tuple(names[one] for one in targets if not says(one, "event")),
        events=tuple(names[one] for one in targets if says(one, "event")),
        economics=_economics(columns, names),
        anchor=names[anchor] if anchor else None,
    )


def _builds(one: Guess) -> bool:
    """Whether a column builds segments itself, and not only by an age."""
    if one.role is Role.VALUE:
        return one.reason.endswith("and builds them.")
    return one.role is Role.BASIS and not _is_birth(one)


def _names(columns: Sequence[Guess]) -> dict[str, str]:
    """The field of each column that is used."""
    names: dict[str, str] = {}
    taken = set(_TAKEN)
    for place, one in enumerate(columns, start=1):
        if one.role is Role.IDENTIFIER:
            names[one.column] = IDENTIFIER
        elif one.role in _USED:
            names[one.column] = _free(slug_of(one.column, place), taken)
    return names


def _free(slug: str, taken: set[str]) -> str:
    """A name that is not taken yet, and is from now on."""
    name, number = slug, 2
    while name.casefold() in taken:
        name, number = f"{slug}_{number}", number + 1
    taken.add(name.casefold())
    return name


def _field(one: Guess, name: str, fact: Facts) -> Field:
    kind = Kind.YEAR if one.kind is Kind.DATE and one.role is not Role.DATE else one.kind
    negative = int((fact.known < 0).sum()) if kind is Kind.AMOUNT else 0
    is_age = kind is Kind.YEARS and says(one.column, "age")
    return Field(
        name,
        label_of(one.column),
        kind,
        column=one.column,
        minimum=0.0 if kind is Kind.AMOUNT and negative <= 0.005 * fact.rows else None,
        maximum=OLDEST if is_age else None,
        read_as=tuple(
            (text.casefold(), "yes" if text == one.yes else "no") for text in fact.texts if one.yes
        ),
        stays=says(one.column, "own life"),
        words=_OF_AGE if is_age else (),
    )


def _anchor(columns: Sequence[Guess], known: Known) -> str:
    """The date whose latest day is the data's own: one of the last orders before any other."""
    dates = [one.column for one in columns if one.role is Role.DATE and not says(one.column, "birth")]
    return max(dates, key=lambda name: (says(name, "recent"), known[name].greatest), default="")


def _derived(
    columns: Sequence[Guess], names: Mapping[str, str], anchor: str
) -> tuple[list[Field], list[str]]:
    """Ages and days that follow from dates, and those of them that build segments."""
    fields: list[Field] = []
    basis: list[str] = []
    taken = {name.casefold() for name in names.values()}
    has_days = any(one.kind is Kind.DAYS and one.role is Role.BASIS for one in columns)
    numbers = sum(map(_builds, columns))
    for one in columns:
        if one.role is Role.BASIS and _is_birth(one):
            name = _free("Age_by_birth", taken)
            made = YearsAt(names[one.column], names[anchor])
            fields.append(
                Field(name, label_of("age"), Kind.YEARS, "years", derived=made, stays=True, words=_OF_AGE)
            )
            basis.append(name)
        elif one.role is Role.DATE and not says(one.column, "birth"):
            name = _free(f"Days_since_{names[one.column]}"[:60], taken)
            label = f"Days since {label_of(one.column).lower()}"
            fields.append(Field(name, label, Kind.DAYS, "days", derived=DaysTo(names[one.column])))
            builds = one.column == anchor and says(one.column, "recent") and not has_days
            basis += [name] if builds or (numbers + len(basis) < 2) else []
    return fields, basis


def _together(columns: Sequence[Guess], names: Mapping[str, str], known: Known) -> Field | None:
    """What several columns of spending come to, where none holds it."""
    money = [one.column for one in columns if one.kind is Kind.AMOUNT and one.role is Role.BASIS]
    parts = [name for name in money if says(name, "goods")]
    if len(parts) < 3:
        parts = _alike([name for name in money if says(name, "spent") and not says(name, "no value")])
    if len(parts) < 2 or any(
        known[name].least < 0 and (known[name].known < 0).mean() > 0.005 for name in parts
    ):
        return None
    name = _free("Spending_together", {one.casefold() for one in names.values()})
    made = Sum(tuple(names[one] for one in parts))
    said = ", ".join(label_of(one) for one in parts[:6])
    return Field(
        name, label_of("total_spending"), Kind.AMOUNT, help=f"{said} together.", derived=made, minimum=0.0
    )


def _alike(columns: Sequence[str]) -> list[str]:
    """The largest group of columns whose names begin alike."""
    groups: dict[str, list[str]] = {}
    for name in columns:
        groups.setdefault(plain(name).split()[0] if plain(name) else name, []).append(name)
    return max(groups.values(), key=len, default=[])


def _economics(columns: Sequence[Guess], names: Mapping[str, str]) -> tuple[str, str] | None:
    cost = [names[one.column] for one in columns if one.role is Role.COST]
    revenue = [names[one.column] for one in columns if one.role is Role.REVENUE]
    return (cost[0], revenue[0]) if len(cost) == len(revenue) == 1 else None
