"""What one column is, by itself: its kind, the role it could play, how sure, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from core.schema.answer_words import told_by
from core.schema.facts import Facts, Form
from core.schema.fields import Field, Kind
from core.schema.heading_words import plain, says
from core.schema.kinds import (
    counts_from_none,
    is_age,
    is_calendar_years,
    is_coming,
    is_scale,
    is_tally,
    kind_of,
)
from core.schema.odd_texts import why_text
from core.schema.personal import are_uuids, reached_by, secret_of

MOST_CATEGORIES = 253  # that a chart can hold, with one for all others
_FEW = 5  # different numbers below which a column without a word of counting holds codes
_LONG, _SPARSE, _NEARLY, _LONG_NUMBER = 60, 0.5, 0.95, 1e6
_NO_QUANTITY = 1e11  # customers that all have more of something
_MANY = 30


class Role(StrEnum):
    """What a column is for."""

    IDENTIFIER = "identifier"
    BASIS = "basis"
    DESCRIPTOR = "descriptor"
    OUTCOME = "outcome"
    VALUE = "value"
    DATE = "date"
    COST = "cost"
    REVENUE = "revenue"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Guess:
    """What a column is taken for.

    `sure` is a share: from .9 on it is taken without being asked about; `reason` is a sentence; `yes` is the one text
    of several that means yes, where it is no word for yes; `meant` are texts that mean another one. A `secret` is not
    read at all; what `leaks` tells an answer, or what another model made of it. `part` is what it is of an order, in a table of such;
    `field` is what it is of customers where it was made here.
    """

    column: str
    kind: Kind
    role: Role
    sure: float
    reason: str
    examples: tuple[str, ...] = ()
    yes: str = ""
    meant: tuple[tuple[str, str], ...] = ()
    secret: bool = False
    leaks: bool = False
    part: str = ""
    field: Field | None = None


Rule = Callable[[Facts], Guess | None]


def guess_column(fact: Facts) -> Guess:
    """The guess of the first rule that has one."""
    found = next(guess for rule in _RULES if (guess := rule(fact)))
    return replace(found, examples=fact.examples)


def _ignored(fact: Facts, reason: str, sure: float = 0.95, kind: Kind = Kind.CATEGORY) -> Guess:
    return Guess(fact.column, kind, Role.IGNORED, sure, reason)


def _empty(fact: Facts) -> Guess | None:
    if fact.form is Form.EMPTY:
        return _ignored(fact, "Nothing is in it.", 1.0)
    if fact.filled < 0.05 * fact.rows and not _is_mark(fact):
        return _ignored(fact, f"Only {fact.filled:,} of {fact.rows:,} rows have a value.", 0.9, kind_of(fact))
    return None


def _is_mark(fact: Facts) -> bool:
    """Whether a mark stands in some rows, and nothing in the others."""
    words = {text.casefold() for text in fact.texts}
    return (
        fact.distinct == 1
        and words <= {"1", "x", "+", "y", "yes", "true", "ja", "oui", "si", "sí", "sim", "✓", "✔", "☑"}
        and fact.filled < 0.95 * fact.rows
    )


def _mark(fact: Facts) -> Guess | None:
    if not _is_mark(fact):
        return None
    if says(fact.column, "answer"):
        return _answer(fact)
    return Guess(
        fact.column, Kind.FLAG, Role.DESCRIPTOR, 0.7, f"“{fact.texts[0]}” or nothing: read as yes and no."
    )


def _unnamed(fact: Facts) -> Guess | None:
    if fact.named:
        return None
    reason = "It has no heading of its own: give it one to use it."
    return _ignored(fact, "It numbers the rows." if fact.counts_rows else reason, 0.9)


def _constant(fact: Facts) -> Guess | None:
    if fact.distinct != 1 or fact.filled < _SPARSE * fact.rows:
        return None
    kind = kind_of(fact)
    if fact.form is Form.NUMBER and says(fact.column, "cost", "revenue"):
        is_cost = says(fact.column, "cost")
        what = "what contacting one customer costs" if is_cost else "what one acceptance brings"
        reason = f"The same for everybody, {fact.texts[0]}: {what}, by its name."
        return Guess(fact.column, Kind.AMOUNT, Role.COST if is_cost else Role.REVENUE, 0.8, reason)
    return _ignored(fact, f"It is {fact.texts[0][:40]!r} in every row: nobody differs in it.", 0.98, kind)


def _private(fact: Facts) -> Guess | None:
    is_text = fact.form is Form.TEXT
    names = is_text or (fact.form is Form.NUMBER and fact.is_whole and fact.distinct > 0.3 * fact.filled)
    secret = secret_of(fact) if names else ""
    if secret or (names and says(fact.column, "secret") and not says(fact.column, "count")):
        what = f"It holds {secret}" if secret else "It holds secrets, by its name"
        return replace(_ignored(fact, f"{what}: nobody is to see them here.", 0.97), secret=True)
    if reach := reached_by(fact):
        return _ignored(fact, f"It holds {reach}: kept out of segments and charts.", 0.97)
    is_person = says(fact.column, "person", "reach") and not says(fact.column, "named thing")
    if is_text and fact.distinct > _FEW and is_person:
        return _ignored(fact, "Names and ways to reach people are kept out of segments and charts.", 0.95)
    if fact.form is Form.NUMBER and fact.is_whole and says(fact.column, "reach") and fact.greatest > 10_000:
        return _ignored(fact, "A number to reach people by is no quantity.", 0.95)
    return None


def _place(fact: Facts) -> Guess | None:
    if fact.form is Form.NUMBER and says(fact.column, "place"):
        return _ignored(
            fact, "A place on the map is no quantity: an average of it means nothing.", 0.95, kind_of(fact)
        )
    if says(fact.column, "postal"):
        if fact.distinct > max(_MANY, _SPARSE * fact.filled):
            return _ignored(fact, "Postal codes name places, and here nearly every row another.", 0.9)
        return _category(fact, "Postal codes name places; they are no quantities.", 0.9)
    return None


def _row_number(fact: Facts) -> Guess | None:
    if (
        fact.form is not Form.NUMBER
        or not fact.is_whole
        or fact.distinct < fact.filled
        or fact.filled < fact.rows
    ):
        return None
    measures = says(fact.column, "age", "amount", "count", "days", "money")
    if says(fact.column, "row") or (fact.counts_rows and fact.rows > _MANY and not measures):
        return _ignored(fact, "It numbers the rows: that says nothing of a customer.", 0.95, Kind.IDENTIFIER)
    return None


def _made(fact: Facts) -> Guess | None:
    if fact.form is Form.FLAG or says(fact.column, "credit score"):
        return None
    if says(fact.column, "score of"):
        reason = "It is what another model says: segments would repeat that."
        return replace(_ignored(fact, reason, 0.9, kind_of(fact)), leaks=True)
    is_few = fact.distinct <= MOST_CATEGORIES and (fact.form is Form.TEXT or fact.is_whole)
    if says(fact.column, "made") and is_few:
        return _category(fact, "Groups that were made before: to compare with, not to build on.", 0.9)
    return None


def _date(fact: Facts) -> Guess | None:
    if says(fact.column, "birth") and (fact.form is Form.DATE or _are_births(fact)):
        kind = Kind.DATE if fact.form is Form.DATE else Kind.YEAR
        reason = "Tells when a customer was born: the age builds segments."
        return Guess(fact.column, kind, Role.BASIS, 0.92, reason)
    if fact.form is Form.DATE:
        reason = f"Its values are dates, such as “{fact.texts[0][:30]}”."
        if is_coming(fact):
            reason += " Some are still to come, so no days since then are counted."
        return Guess(fact.column, Kind.DATE, Role.DATE, 0.97, reason)
    return None


def _are_births(fact: Facts) -> bool:
    """Whether numbers are years of birth, be it of two digits."""
    if fact.form is not Form.NUMBER or not fact.is_whole or fact.different < 3:
        return False
    return (fact.middle > 1800 and fact.middle < 2200) or (fact.different > 12 and fact.greatest < 100)


def _year(fact: Facts) -> Guess | None:
    if is_calendar_years(fact):
        reason = "Calendar years: a point in time, and no quantity."
        return Guess(fact.column, Kind.YEAR, Role.DESCRIPTOR, 0.9, reason)
    if fact.form is Form.NUMBER and says(fact.column, "calendar") and fact.distinct <= 53 and fact.is_whole:
        return _category(fact, "A part of the calendar: it goes round, and is no quantity.", 0.9)
    return None


def _answered(fact: Facts) -> Guess | None:
    pair = fact.form is Form.FLAG or (
        fact.form is Form.NUMBER and fact.distinct == 2 and {*fact.known} == {1.0, 2.0}
    )
    if not says(fact.column, "answer") or says(fact.column, "consent"):
        return None
    if fact.form is Form.TEXT and 2 <= fact.distinct <= _FEW and fact.length <= _LONG:
        meant = [text for text in fact.texts if says(text, "yes")]
        if len(meant) == 1:
            guess = _answer(fact)
            reason = f"{guess.reason[:-1]}; “{meant[0]}” is read as yes, all others as no."
            return replace(guess, sure=0.85, yes=meant[0], reason=reason.replace("Yes or no, and its", "Its"))
    return _answer(fact) if pair else None


def _told_answer(fact: Facts) -> Guess | None:
    """An answer by what is in it, whatever its heading."""
    told = told_by(fact)
    if not told or says(fact.column, "consent"):
        return None
    yes = "" if fact.form is Form.FLAG else told.yes
    reason = f"“{told.yes}” or not: what segments are to explain builds none."
    return Guess(fact.column, Kind.FLAG, Role.OUTCOME, told.sure, reason, yes=yes)


def _answer(fact: Facts) -> Guess:
    reason = "Yes or no, and its name tells of an answer: what segments are to explain builds none."
    return Guess(fact.column, Kind.FLAG, Role.OUTCOME, 0.93, reason)


def _flag(fact: Facts) -> Guess | None:
    if fact.form is not Form.FLAG:
        return None
    if fact.is_number and says(plain(fact.column).rpartition(" ")[2], "code"):
        return _category(fact, "0 and 1 under a name of kinds: codes of two of them.", 0.9)
    reason = "Yes or no: it describes, and is no quantity to build on."
    return Guess(fact.column, Kind.FLAG, Role.DESCRIPTOR, 0.93, reason)


def _text(fact: Facts) -> Guess | None:
    if fact.form is not Form.TEXT:
        return None
    if fact.length > _LONG:
        return _ignored(fact, "Long texts, which no chart can group.", 0.9)
    if fact.distinct > max(_MANY, _SPARSE * fact.filled) or fact.distinct == fact.filled > _FEW:
        if why := why_text(fact):
            return _ignored(fact, why, 0.8)
        is_own = fact.distinct > _NEARLY * fact.filled
        own = "Nearly every row has a text of its own" if is_own else "Many texts"
        what = "Another identifier" if says(fact.column, "id", "customer") else own
        return _ignored(fact, f"{what}: {fact.distinct:,} different values in {fact.filled:,} rows.", 0.92)
    if fact.distinct == 1:
        return _category(fact, f"“{fact.texts[0][:30]}” or nothing: it describes.", 0.9)
    return _category(fact, f"Text with {fact.distinct:,} different values: it describes.", 0.95)


def _coded(fact: Facts) -> Guess | None:
    names = says(fact.column, "id", "order") or _is_name(fact)
    if (names and fact.is_whole) or says(fact.column, "coded") or are_uuids(fact):
        if fact.distinct > max(_MANY, _SPARSE * fact.filled):
            reason = "Numbers that name something: no quantity, and different in nearly every row."
            return _ignored(fact, reason, 0.92)
        return _category(fact, "Numbers that name something are no quantity.", 0.9)
    if not fact.is_whole or says(fact.column, "count", "amount"):
        return None
    few = fact.distinct <= _MANY and not (
        _is_question(fact.column) or counts_from_none(fact) or is_tally(fact)
    )
    if says(fact.column, "kinds") or (few and says(fact.column, "code")):
        reason = f"{fact.distinct:,} different whole numbers under a name of kinds: codes."
        return _category(fact, reason, 0.9)
    if fact.distinct < _FEW and not says(fact.column, "age", "days", "scale") and not counts_from_none(fact):
        return _category(fact, f"Only {fact.distinct} different whole numbers: they look like codes.", 0.65)
    return None


def _is_name(fact: Facts) -> bool:
    """Whether whole numbers are written, or headed, as names are: with zeros before them, of one length, numbered."""
    if fact.least >= _NO_QUANTITY:
        return True
    if says(fact.column, "count", "amount", "money", "days") and not says(fact.column, "customer"):
        return False
    long = fact.least >= _LONG_NUMBER and len({len(text) for text in fact.texts[:_MANY]}) == 1
    return fact.codes or says(fact.column, "numbered") or (fact.is_unique and long)


def _is_question(heading: str) -> bool:
    """Whether it is a sentence, as over the answers of a survey."""
    return len(plain(heading).split()) > 4 or heading.rstrip().endswith("?")


def _category(fact: Facts, reason: str, sure: float) -> Guess:
    if fact.distinct > MOST_CATEGORIES:
        return _ignored(fact, f"{reason} {fact.distinct:,} different values are too many to group by.", sure)
    return Guess(fact.column, Kind.CATEGORY, Role.DESCRIPTOR, sure, reason)


def _number(fact: Facts) -> Guess:
    kind = kind_of(fact)
    if why := _no_basis(fact):
        return Guess(fact.column, kind, Role.DESCRIPTOR, 0.9, why)
    return Guess(fact.column, kind, Role.BASIS, _sure(fact), f"{_WHAT[kind]}: it can build segments.")


def _no_basis(fact: Facts) -> str:
    """Why a column of numbers builds no segments; empty if it can."""
    if says(fact.column, "economy"):
        return "It tells of the economy at that time, and not of a customer."
    if says(fact.column, "survey weight"):
        return "It says how many others one who was asked stands for."
    if says(fact.column, "duration"):
        return "How long a contact lasted is known only once it is over."
    if fact.filled < _SPARSE * fact.rows:
        return f"Only {fact.filled:,} of {fact.rows:,} rows have a value: too few to build on."
    if (code := _code_for_none(fact)) is not None:
        share = (fact.known == code).mean()
        return f"{code:,.0f} stands apart from all others in {share:.0%} of the rows: it seems to mean none."
    if fact.commonest > _NEARLY:
        most = "Over 99%" if fact.commonest > 0.99 else f"{fact.commonest:.0%}"
        return f"{most} of the rows have the same value: hardly anybody differs."
    if fact.different < 3:
        return "Only two different numbers: it describes, and is no quantity to build on."
    return ""


def _code_for_none(fact: Facts) -> float | None:
    """A number of nines, or -1, that many rows have and that is far from all others."""
    for code in (-1.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0):
        share = float((fact.known == code).mean()) if len(fact.known) else 0.0
        others = fact.known[fact.known != code]
        if share > 0.2 and len(others) and (others.max() * 2 < code or (code < 0 <= others.min())):
            return code
    return None


_WHAT = {
    Kind.AMOUNT: "An amount of money",
    Kind.COUNT: "A whole number that counts or measures",
    Kind.YEARS: "Years of age or time",
    Kind.DAYS: "Days",
    Kind.SHARE: "A part of a whole, from 0 to 1",
    Kind.RATIO: "A number that measures",
    Kind.YEAR: "Calendar years",
    Kind.FLAG: "Yes or no",
    Kind.CATEGORY: "Kinds",
    Kind.DATE: "Dates",
    Kind.IDENTIFIER: "A name",
}


_TELLING = ("count", "amount", "money", "days", "share", "buys", "goods", "score", "scale")


def _sure(fact: Facts) -> float:
    """How sure it is that a number is a quantity of a customer: by a word for it, else by how many values it has."""
    if says(fact.column, *_TELLING) or is_age(fact):
        return 0.93 if fact.different > _FEW else 0.9
    if fact.different > _MANY or is_tally(fact):
        return 0.9
    return 0.8 if fact.different > _FEW and not is_scale(fact) else 0.7


_RULES: tuple[Rule, ...] = (
    _empty,
    _mark,
    _unnamed,
    _constant,
    _private,
    _place,
    _row_number,
    _answered,
    _told_answer,
    _made,
    _date,
    _year,
    _flag,
    _text,
    _coded,
    _number,
)
