"""A table as a value: its fields, and the roles that they play."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import TypeAdapter

from core.errors import SchemaError
from core.schema.derivations import REPLACEABLE, FromHistory
from core.schema.fields import IDENTIFIER, SEGMENT, Field, Kind
from core.schema.order_lines import Lines


@dataclass(frozen=True)
class Schema:
    """A choice about a table; compared, hashed, and kept in the card of each model that is made with it.

    Raises SchemaError if a name is there twice, a role names no field, or segments would be built on what they are to
    explain.
    """

    # Those of the file in its order, then derived ones, each after what it is made of.
    fields: tuple[Field, ...]
    basis: tuple[str, ...]  # builds segments
    value: str | None = None  # the money that ranks segments
    # Answers to campaigns, oldest first; neither they nor what is derived from them may be in the basis.
    outcomes: tuple[str, ...] = ()
    # What happened to customers that nobody asked them for, such as leaving; in no basis and no campaign.
    events: tuple[str, ...] = ()
    # Cost of a contact and revenue of an acceptance: of a campaign, the same for every customer.
    economics: tuple[str, str] | None = None
    anchor: str | None = None  # the date whose latest value is "today" for this table
    template: str = "own"  # whose words and checks go with it
    order: tuple[str, ...] = ()  # in which people see fields; those that it does not name come after
    # What a page shows of all there is, by the page's word for it, where the template chose.
    picks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    noun: str = "customers"  # what names call customers of whom nothing else is known
    # About the table, that the template words better than anybody could compute, by name.
    sentences: tuple[tuple[str, str], ...] = ()
    # Where the file holds orders: how they are added up to the customers that the fields tell of.
    lines: Lines | None = None
    # Columns of the file that nobody is to see, such as passwords: as if they were not there.
    unread: tuple[str, ...] = ()
    # The one that is read of a workbook with several, if it is there; else the one with most of the columns.
    sheet: str = ""
    # What of the basis is taken on logarithms, until somebody chooses otherwise.
    logarithms: tuple[str, ...] = ()
    # Fields that orders beside the customers were added up to; with `lines`, the file holds both.
    added_up: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = Counter(one.name for one in self.fields)
        if twice := sorted(name for name in names if names[name] > 1 or name == SEGMENT):
            raise SchemaError(
                f"Found fields called {', '.join(twice)}. Expected other names, each once. Rename them."
            )
        roles = (*self.basis, self.value, *self.targets, *(self.economics or ()), self.anchor)
        if unknown := [name for name in roles if name is not None and name not in self]:
            raise SchemaError(
                f"Found roles for {', '.join(unknown)}. Expected fields of the table. Choose among these."
            )
        if told := [name for name in self.basis if self.sources(name) & {*self.targets}]:
            raise SchemaError(
                f"Found {', '.join(told)} among what builds segments. Expected nothing that holds an answer to a "
                "campaign or an event: segments would be made from what they are to explain. Take it out."
            )

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """What segments are to explain: events, and the answers to campaigns."""
        return (*self.events, *self.outcomes)

    @property
    def cents(self) -> int:
        """Decimals in which it is written what customers are worth; see `Field.at_scale`."""
        return self[self.value].decimals if self.value else 0

    def written_as(self, other: Schema) -> Schema:
        """The same, numbers of its fields in the decimals that those of a model's have."""
        known = (
            replace(one, decimals=other[one.name].decimals) if one.name in other else one
            for one in self.fields
        )
        return replace(self, fields=tuple(known))

    @property
    def is_of_orders(self) -> bool:
        """Whether its customers are nothing but who made the orders of the file."""
        return self.lines is not None and not self.added_up

    @property
    def has_both(self) -> bool:
        """Whether the file holds customers and their orders, a table each."""
        return self.lines is not None and bool(self.added_up)

    @cached_property
    def of_customers(self) -> Schema:
        """Of a file that holds both, the fields of the customers' own table."""
        made = {*self.added_up}
        return self._with(tuple(one for one in self.fields if not self.sources(one.name) & made))

    @cached_property
    def of_their_orders(self) -> Schema:
        """Of a file that holds both, the fields that orders are added up to, and who made them."""
        made = {*self.added_up, IDENTIFIER}
        history = (one for one in self.fields if isinstance(one.derived, FromHistory))
        return self._with(tuple(one for one in self.fields if one.name in made) + tuple(history))

    def _with(self, fields: tuple[Field, ...]) -> Schema:
        """Some of the fields, with the roles of these, of a file that holds no orders."""
        known = {one.name for one in fields}

        def among(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(one for one in names if one in known)

        return replace(
            self,
            fields=fields,
            basis=among(self.basis),
            value=self.value if self.value in known else None,
            outcomes=among(self.outcomes),
            events=among(self.events),
            economics=self.economics if known.issuperset(self.economics or ()) else None,
            anchor=self.anchor if self.anchor in known else None,
            logarithms=among(self.logarithms),
            lines=None,
            added_up=(),
        )

    @cached_property
    def describing(self) -> tuple[str, ...]:
        """Fields of the file that describe customers and nothing else: no role is theirs, nor that of what they make."""
        roles = (*self.basis, self.value, *self.targets, *(self.economics or ()), self.anchor, *self.added_up)
        used = frozenset([IDENTIFIER]).union(*(self.sources(name) for name in roles if name))
        return tuple(one.name for one in self.fields if one.derived is None and one.name not in used)

    def without(self, names: Collection[str]) -> Schema:
        """The schema of who may not see some of what describes, nor what is made of it."""
        gone = {*names}
        kept = tuple(one for one in self.fields if not self.sources(one.name) & gone)
        lost = {one.name: one for one in self.fields if one not in kept}

        def among(chosen: Iterable[str]) -> tuple[str, ...]:
            return tuple(name for name in chosen if name not in lost)

        called = [text.casefold() for one in lost.values() for text in (one.name, one.label)]
        return replace(
            self,
            fields=kept,
            order=among(self.order),
            picks=tuple((page, among(chosen)) for page, chosen in self.picks),
            sentences=tuple(
                (name, words)
                for name, words in self.sentences
                if not any(one in f"{name} {words}".casefold() for one in called)
            ),
            logarithms=among(self.logarithms),
            unread=(),
        )

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields}

    def __getitem__(self, name: str) -> Field:
        """The field of that name; KeyError if there is none."""
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def label(self, name: str) -> str:
        """What a field is called; segments, and columns that only a file has, go by their name."""
        return self[name].label if name in self else name

    def of(self, *kinds: Kind) -> tuple[str, ...]:
        """Fields of some kinds, in order, without what is of a campaign and not of a customer."""
        return tuple(one.name for one in self.customers if one.kind in kinds)

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """What says something of a customer, by group, as people see it; the identifier is in none."""
        place = {name: number for number, name in enumerate(self.order)}
        seen = sorted(self.customers, key=lambda one: place.get(one.name, len(place)))
        found: dict[str, list[str]] = {}
        for one in seen:
            if one.kind is not Kind.IDENTIFIER:
                found.setdefault(one.group, []).append(one.name)
        return {group: tuple(names) for group, names in found.items()}

    def picked(self, page: str) -> tuple[str, ...]:
        """What the template chose for a page; nothing where it did not."""
        return dict(self.picks).get(page, ())

    def worded(self, name: str, otherwise: str) -> str:
        """A sentence as the template has it, else as it was computed."""
        return dict(self.sentences).get(name, otherwise)

    @cached_property
    def having(self) -> Field | None:
        """The count that the nouns of names go by, if there is one."""
        return next((one for one in self.fields if one.nouns), None)

    @cached_property
    def customers(self) -> tuple[Field, ...]:
        """Fields that say something of a customer."""
        return tuple(one for one in self.fields if one.name not in (self.economics or ()))

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """What has averages, in order."""
        return tuple(one.name for one in self.customers if one.kind.is_measure)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Fields that are read from the file, or made while its orders are added up."""
        read = (one for one in self.fields if one.derived is None or isinstance(one.derived, FromHistory))
        return tuple(one.name for one in read)

    @cached_property
    def replaceable(self) -> Mapping[str, tuple[str, ...]]:
        """Derived fields that a file may have itself where it lacks their parts, and these parts."""
        return {one.name: one.derived.parts for one in self.fields if isinstance(one.derived, REPLACEABLE)}

    def parts(self, name: str) -> tuple[str, ...]:
        """What a field is made of, in one step; nothing for one of the file."""
        derived = self[name].derived if name in self else None
        return derived.parts if derived else ()

    def sources(self, name: str) -> frozenset[str]:
        """A field, and all that it is made of, however many steps away."""
        return frozenset([name]).union(*(self.sources(part) for part in self.parts(name)))

    @cached_property
    def identity(self) -> str:
        """A hash of all that can change what is made with it: of roles and facts, not of words."""
        facts = [
            (one.name, one.kind, one.column, one.derived, one.minimum, one.maximum, one.values, one.read_as)
            for one in self.fields
        ]
        chosen = ((one.name, one.choices) for one in self.fields if one.choices)
        read = (self.picked("stated"), self.picked("yes_is_one"))
        roles = (
            self.basis,
            self.value,
            self.outcomes,
            self.economics,
            self.anchor,
            self.template,
            *read,
            *self.events,
            *((self.unread,) if self.unread else ()),
            *((("logarithms", self.logarithms),) if self.logarithms else ()),
            *chosen,
            *((self.lines,) if self.lines else ()),
            *((self.lines.discount,) if self.lines and self.lines.discount else ()),
            *(("sheet", self.sheet) if self.sheet else ()),
        )
        return hashlib.sha256(repr((facts, roles)).encode()).hexdigest()[:16]

    def to_json(self) -> bytes:
        """The schema as JSON."""
        return _ADAPTER.dump_json(self, indent=1, exclude_defaults=True)

    @classmethod
    def from_json(cls, content: bytes) -> Schema:
        """The schema in `content`; raises ValueError if it isn't one."""
        return _ADAPTER.validate_json(content)

    @classmethod
    def from_toml(cls, text: str) -> Schema:
        """The schema in a text in which picks and sentences are tables, as people write one."""
        told = tomllib.loads(text)
        pairs = {name: tuple(told.get(name, {}).items()) for name in ("picks", "sentences")}
        return _ADAPTER.validate_python(told | pairs)


_ADAPTER: TypeAdapter[Schema] = TypeAdapter(Schema)


@dataclass(frozen=True)
class Template:
    """How people head the columns of a table; nothing where its columns go by their own names only."""

    # By field: of a heading in small letters, without accents, spaces and punctuation.
    headings: Mapping[str, str] = field(default_factory=dict)
    # Fields that are counted by the month; a heading that says so of another means another measure.
    monthly: tuple[str, ...] = ()
