"""What a person says that columns are for, where that is not what was proposed: one way from both to a schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import TypeAdapter

from core.errors import SchemaError
from core.schema import long_tails
from core.schema.column_guess import MOST_CATEGORIES, Guess, Role
from core.schema.decisions import Choices, with_choices
from core.schema.facts import Facts, Form
from core.schema.fields import Kind
from core.schema.grain import LEAST, Grain
from core.schema.guess import Guessed
from core.schema.heading_words import says
from core.schema.kinds import kind_of
from core.schema.problems import problems_of
from core.schema.proposed_basis import basis_in_words
from core.schema.relations import one_of_each
from core.schema.schema_from import schema_from

LEAST_BASIS = 2
_KINDS = {
    Role.IDENTIFIER: Kind.IDENTIFIER,
    Role.VALUE: Kind.AMOUNT,
    Role.COST: Kind.AMOUNT,
    Role.REVENUE: Kind.AMOUNT,
    Role.OUTCOME: Kind.FLAG,
    Role.DATE: Kind.DATE,
}
_ONE_EACH = (Role.IDENTIFIER, Role.VALUE, Role.COST, Role.REVENUE)
_CHOSEN = "Your choice."
_BUILDS = "Your choice: it ranks segments, and builds them."


@dataclass(frozen=True)
class ColumnMapping:
    """What is said of the columns of a table: what they are for, and how they are read."""

    roles: Mapping[str, str] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)

    @classmethod
    def in_file(cls, path: Path) -> ColumnMapping:
        """The mapping in a file, as the page of a file gives it to take along.

        Raises SchemaError if there is none.
        """
        try:
            return _ADAPTER.validate_json(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SchemaError.of(
                path.name,
                "no mapping",
                "roles and choices by column, as JSON",
                "Download one, and change that.",
            ) from error


_ADAPTER: TypeAdapter[ColumnMapping] = TypeAdapter(ColumnMapping)


def roles_for(fact: Facts, proposed: Guess) -> tuple[Role, ...]:
    """The roles that a column can play, by what is in it; secrets play none."""
    if proposed.secret:
        return (Role.IGNORED,)
    possible = {proposed.role, Role.IGNORED, *_BY_FORM[fact.form]}
    if fact.form in (Form.TEXT, Form.NUMBER) and fact.is_unique and fact.named:
        possible.add(Role.IDENTIFIER)
    if fact.form is Form.TEXT and fact.distinct > MOST_CATEGORIES:
        possible.discard(Role.DESCRIPTOR)
    return tuple(role for role in Role if role in possible)


def mapped(guessed: Guessed, facts: Sequence[Facts], roles: Mapping[str, str]) -> Guessed:
    """What a table is when some of its columns are for what a person says.

    Where only one column can play a role, the one that was proposed for it makes room.
    Raises SchemaError if there is no such column, it can't play that role, or two were chosen for what one is for.
    """
    if not roles or guessed.grain is not Grain.CUSTOMERS or facts[0].rows < LEAST:
        return guessed
    known, proposed = {one.column: one for one in facts}, {one.column: one for one in guessed.columns}
    chosen = {name: _checked(name, role, known, proposed) for name, role in roles.items()}
    columns = _in_turn(
        [_as(one, known[one.column], chosen.get(one.column)) for one in guessed.columns], chosen
    )
    _check_age(columns)
    schema = schema_from(columns, known)
    if len(schema.basis) < LEAST_BASIS:
        return Guessed(guessed.grain, tuple(columns), None, _too_few(len(schema.basis)))
    groups = one_of_each([known[one.column] for one in guessed.columns if one.kind is Kind.FLAG])
    problems, words = problems_of(columns, known, groups), basis_in_words(columns, known, schema)
    return replace(
        guessed, columns=tuple(columns), schema=schema, refused="", problems=problems, built_on=words
    )


def as_meant(found: Guessed, meant: Choices) -> Guessed:
    """The table read as somebody chose, and what of it is taken on logarithms then, in words."""
    if found.schema is None:
        return found
    schema = with_choices(found.schema, meant)
    said = " ".join(filter(None, (found.built_on, long_tails.in_words(schema))))
    return replace(
        found, schema=schema, columns=long_tails.with_reasons(found.columns, schema), built_on=said
    )


_BY_FORM: Mapping[Form, tuple[Role, ...]] = {
    Form.EMPTY: (),
    Form.FLAG: (Role.DESCRIPTOR, Role.OUTCOME),
    Form.NUMBER: (Role.BASIS, Role.DESCRIPTOR, Role.VALUE, Role.COST, Role.REVENUE),
    Form.DATE: (Role.DATE,),
    Form.TEXT: (Role.DESCRIPTOR,),
}


def _checked(name: str, role: str, known: Mapping[str, Facts], proposed: Mapping[str, Guess]) -> Role:
    if name not in known:
        raise SchemaError(f"Found no column {name[:60]!r}. Expected one of the file. Choose among these.")
    possible = roles_for(known[name], proposed[name])
    if role not in possible:
        raise SchemaError(
            f"{name[:60]}: found {known[name].form.value}, for which {role[:20]!r} is no role. Expected one of "
            f"{', '.join(possible)}. Choose one of these."
        )
    return Role(role)


def _as(one: Guess, fact: Facts, role: Role | None) -> Guess:
    """The column as it is when it plays a role."""
    if role is None or role is one.role:
        return one if role is None else replace(one, sure=1.0)
    kind = _KINDS.get(role) or (kind_of(fact) if _is_other(one.kind, fact) else one.kind)
    return replace(one, role=role, kind=kind, sure=1.0, reason=_BUILDS if role is Role.VALUE else _CHOSEN)


def _is_other(kind: Kind, fact: Facts) -> bool:
    """Whether a kind came with a role that is no longer played, or is none of numbers."""
    return kind in (Kind.IDENTIFIER, Kind.DATE, Kind.FLAG) or (
        fact.form is Form.NUMBER and not kind.is_number
    )


def _in_turn(columns: Sequence[Guess], chosen: Mapping[str, Role]) -> list[Guess]:
    """With one column at most for what one is for: a chosen one before a proposed one."""
    found = list(columns)
    for role in _ONE_EACH:
        named = [name for name, one in chosen.items() if one is role]
        if len(named) > 1:
            raise SchemaError(
                f"Found {len(named)} columns as {role}: {', '.join(named[:3])}. Expected one. Leave the others out."
            )
        if named:
            found = [
                _making_room(one, named[0]) if one.role is role and one.column != named[0] else one
                for one in found
            ]
    return found


def _making_room(one: Guess, other: str) -> Guess:
    """The column without the role that another plays now; money goes on as what it was besides."""
    money = Role.BASIS if one.reason.endswith("and builds them.") else Role.DESCRIPTOR
    role = money if one.role is Role.VALUE else Role.IGNORED
    return replace(one, role=role, sure=1.0, reason=f"Makes room for {other}, which you chose.")


def _check_age(columns: Sequence[Guess]) -> None:
    """Births build segments by an age, which is as of a date."""
    born = [one.column for one in columns if one.role is Role.BASIS and one.kind in (Kind.YEAR, Kind.DATE)]
    dated = any(one.role is Role.DATE and not says(one.column, "birth") for one in columns)
    if born and not dated:
        raise SchemaError(
            f"{born[0]}: found when customers were born, and no date as of which their age would be. Expected "
            "another column as date. Choose one, or let this one describe customers."
        )


def _too_few(count: int) -> str:
    found = "one column that builds segments" if count else "no column that builds segments"
    return f"found {found}. Expected {LEAST_BASIS} at least. Choose “Builds segments” for more columns."
