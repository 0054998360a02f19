"""The card of a model: how it was made, from what, with what result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from core.data.quality import Finding
from core.forecast.forecast import Forecast
from core.model.fit import LLOYD, Parameters
from core.model.kin import Succession
from core.model.profile import Profile
from core.model.together import Together
from core.schema.schema import Schema

FORMAT = 18


@dataclass(frozen=True)
class DataSource:
    """The customer file as it was read."""

    name: str
    sha256: str
    rows: int
    encoding: str
    delimiter: str
    date_order: str


@dataclass(frozen=True)
class RuleRun:
    """A cleaning rule that was on, and the rows it touched."""

    rule: str
    rows: int


@dataclass(frozen=True)
class Card:
    """Everything there is to know about a model besides its numbers."""

    format: int
    key: str  # hash of data, rules, parameters and library versions; the model's name on disk
    made: str  # when it was fitted, ISO 8601, UTC
    seconds: float  # time that reading, cleaning and fitting took
    data: DataSource
    rules: tuple[RuleRun, ...]
    parameters: Parameters
    versions: dict[str, str]
    inertia: float  # within-cluster sum of squares of the standardised basis (WCSS)
    # How far 99 % of customers are at most from the centre of their segment, in standard deviations.
    reach: float
    profile: Profile
    findings: tuple[Finding, ...]
    digests: dict[str, str]  # by file name: what the artefacts beside the card must hash to
    schema: Schema  # what the columns are, and which roles they play
    method: str = LLOYD  # how the fit went about it; see `core.model.fit.method`
    # How its segments go on from those of the version before, where there is one.
    succession: Succession | None = None
    forecast: Forecast | None = None  # what is expected of customers who were added up from their orders
    together: Together | None = None  # which categories they buy together, where their orders have any

    def without(self, names: Collection[str]) -> Card:
        """The card for who may not see some columns, nor any value of theirs."""
        schema = self.schema.without(names)
        lost = {*names, *self.schema} - {*schema}
        headings = lost | {self.schema[name].column for name in lost if name in self.schema}
        findings = tuple(one for one in self.findings if one.column not in headings)
        return replace(self, schema=schema, profile=self.profile.only(schema), findings=findings, digests={})

    def at_scale(self) -> Card:
        """The card with fields whose numbers are written in the decimals of their spread."""
        spreads = self.profile.spreads
        sizes = {name: one.deviation or abs(one.high) for name, one in spreads.items()}
        fields = tuple(one.at_scale(sizes.get(one.name, 0.0)) for one in self.schema.fields)
        return replace(self, schema=replace(self.schema, fields=fields))

    def to_json(self) -> bytes:
        """The card as JSON."""
        return _ADAPTER.dump_json(self, indent=1)

    @classmethod
    def from_json(cls, content: bytes) -> Card:
        """The card in `content`; raises ValueError if it isn't one."""
        return _ADAPTER.validate_json(content)


def is_named(card: Card) -> bool:
    """Whether a column of the file names the customers; else they are called by the number of their row."""
    return all(one.name != "no_id" for one in card.findings)


_ADAPTER: TypeAdapter[Card] = TypeAdapter(Card)
