"""The schema that follows from what columns are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.schema.answer_words import is_event
from core.schema.column_guess import Guess, Role
from core.schema.derivations import DaysTo, Sum, YearsAt
from core.schema.facts import Facts
from core.schema.fields import ADDED, IDENTIFIER, Field, Kind, Word
from core.schema.heading_words import label_of, plain, says, slug_of
from core.schema.kinds import is_coming
from core.schema.long_tails import on_logarithms
from core.schema.schema import Schema

OLDEST = 100.0  # years; the oldest age that is believed
AGE, TOGETHER, SINCE = (
    "Age_by_birth",
    "Spending_together",
    "Days_since_",
)  # what is made of births, money and dates
_OF_AGE = (Word("Older"), Word("Younger"))
_USED = (Role.BASIS, Role.DESCRIPTOR, Role.OUTCOME, Role.VALUE, Role.DATE, Role.COST, Role.REVENUE)
_TAKEN = {name.casefold() for name in (IDENTIFIER, *ADDED)}
Known = Mapping[str, Facts]


def schema_from(columns: Sequence[Guess], known: Known) -> Schema:
    """The schema that follows from the guesses."""
    names = _names(columns)
    anchor = _anchor(columns, known)
    fields = [_field(one, names[one.column], known[one.column]) for one in columns if one.column in names]
    derived, basis = _derived(columns, names, anchor, known)
    value = next((names[one.column] for one in columns if one.role is Role.VALUE), None)
    together = None if value else _together(columns, names, known)
    used = [names[one.column] for one in columns if builds_itself(one)]
    targets = [one for one in columns if one.role is Role.OUTCOME]
    schema = Schema(
        fields=(*fields, *derived, *((together,) if together else ())),
        basis=tuple(dict.fromkeys((*used, *basis))),
        value=together.name if together else value,
        outcomes=tuple(names[one.column] for one in targets if not _is_event(one)),
        events=tuple(names[one.column] for one in targets if _is_event(one)),
        economics=_economics(columns, names),
        anchor=names[anchor] if anchor else None,
        unread=tuple(one.column for one in columns if one.secret),
    )
    return replace(schema, logarithms=on_logarithms(schema, known))


def _is_event(one: Guess) -> bool:
    """Whether an answer is what happened to customers, and none that they gave."""
    return is_event(one.yes) if one.yes and not says(one.column, "event") else says(one.column, "event")


def builds_itself(one: Guess) -> bool:
    """Whether a column builds segments itself, and not only by an age."""
    if one.role is Role.VALUE:
        return one.reason.endswith("and builds them.")
    return one.role is Role.BASIS and not is_birth(one)


def _names(columns: Sequence[Guess]) -> dict[str, str]:
    """The field of each column that is used."""
    names: dict[str, str] = {}
    taken = _TAKEN | {one.field.name.casefold() for one in columns if one.field}
    for place, one in enumerate(columns, start=1):
        if one.role is Role.IDENTIFIER:
            names[one.column] = IDENTIFIER
        elif one.role in _USED and one.field:
            names[one.column] = one.field.name
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
    if one.field:
        return replace(one.field, column=one.column, label=one.column)
    kind = Kind.YEAR if one.kind is Kind.DATE and one.role is not Role.DATE else one.kind
    negative = int((fact.known < 0).sum()) if kind is Kind.AMOUNT else 0
    is_age = kind is Kind.YEARS and says(one.column, "age")
    return Field(
        name,
        label_of(one.column),
        kind,
        column=one.column,
        minimum=0.0 if is_age or (kind is Kind.AMOUNT and negative <= 0.005 * fact.rows) else None,
        maximum=OLDEST if is_age else None,
        read_as=_read_as(one, fact),
        stays=says(one.column, "own life"),
        words=_OF_AGE if is_age else (),
    )


def _read_as(one: Guess, fact: Facts) -> tuple[tuple[str, str], ...]:
    if one.yes:
        return tuple((text.casefold(), "yes" if text == one.yes else "no") for text in fact.texts)
    return tuple((text.casefold(), meant) for text, meant in one.meant if text.casefold() != meant.casefold())


def _anchor(columns: Sequence[Guess], known: Known) -> str:
    """The date whose latest day is the data's own: one of the last orders before any other."""
    past = [one.column for one in columns if _is_past(one, known[one.column])]
    return max(past, key=lambda name: (says(name, "recent"), known[name].greatest), default="")


def _derived(
    columns: Sequence[Guess], names: Mapping[str, str], anchor: str, known: Known
) -> tuple[list[Field], list[str]]:
    """Ages and days that follow from dates, and those of them that build segments."""
    fields: list[Field] = []
    basis: list[str] = []
    taken = {name.casefold() for name in names.values()}
    has_days = any(one.kind is Kind.DAYS and one.role is Role.BASIS for one in columns)
    numbers = sum(map(builds_itself, columns))
    for one in columns:
        if one.role is Role.BASIS and is_birth(one) and anchor:
            name = _free(AGE, taken)
            made = YearsAt(names[one.column], names[anchor])
            fields.append(
                Field(name, label_of("age"), Kind.YEARS, "years", derived=made, stays=True, words=_OF_AGE)
            )
            basis.append(name)
        elif _is_past(one, known[one.column]) and not one.field:
            name = _free(f"{SINCE}{names[one.column]}"[:60], taken)
            label = f"Days since {label_of(one.column).lower()}"
            fields.append(Field(name, label, Kind.DAYS, "days", derived=DaysTo(names[one.column])))
            builds = one.column == anchor and says(one.column, "recent") and not has_days
            basis += [name] if builds or (numbers + len(basis) < 2) else []
    return fields, basis


def _is_past(one: Guess, fact: Facts) -> bool:
    """Whether days since then can be told of it."""
    return one.role is Role.DATE and not says(one.column, "birth") and not is_coming(fact)


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
    name = _free(TOGETHER, {one.casefold() for one in names.values()})
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


def is_birth(one: Guess) -> bool:
    """Whether a column tells when customers were born, if it builds segments."""
    return one.kind in (Kind.DATE, Kind.YEAR)
