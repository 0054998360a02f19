"""What programs are answered, from which the description of the API is made, and how they are told no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from werkzeug.exceptions import default_exceptions

from core.campaigns.board import Row
from core.crossfilter.table import Moments
from core.model.profile import Average, SegmentProfile
from layouts.progress import Panel


@dataclass(frozen=True)
class Error:
    """Why there is no answer: a code for programs, words for people, and the field that is wrong."""

    code: str
    words: str
    field: str | None


@dataclass(frozen=True)
class Listed:
    """A part of a list: how many there are in all, and the offset of the next part, if there is one."""

    total: int
    next: int | None


@dataclass(frozen=True)
class Dataset:
    """A dataset: what addresses and people call it, below which path it is, and its live version."""

    slug: str
    title: str
    path: str
    version: int
    customers: int | None


@dataclass(frozen=True)
class Datasets(Listed):
    """Those that the token may see."""

    datasets: list[Dataset]


@dataclass(frozen=True)
class Column:
    """A field of a dataset: what it is called, what kind of value it holds, and which roles it plays."""

    name: str
    label: str
    kind: str
    unit: str
    help: str
    roles: list[str]
    filters: bool


@dataclass(frozen=True)
class WholeDataset(Dataset):
    """A dataset with its fields, and the live model."""

    model: str
    segments: int
    columns: list[Column]


@dataclass(frozen=True)
class Version:
    """A file that came in: how, of whom, when."""

    number: int
    live: bool
    file: str
    way: str
    customers: int | None
    by: str
    at: str


@dataclass(frozen=True)
class Versions(Listed):
    """The versions of a dataset, the latest first."""

    versions: list[Version]


@dataclass(frozen=True)
class Segments:
    """The segments of the live model, each with its profile, and everyone to compare them with."""

    model: str
    customers: int
    averages: dict[str, Average]
    segments: list[SegmentProfile]


@dataclass(frozen=True)
class Bin:
    """A bar of a chart: its label, the filter that selects it, and the selected customers in it."""

    label: str
    filter: str
    customers: int


@dataclass(frozen=True)
class Counts:
    """How many customers pass the filters, of how many, and what of the fields that were asked for."""

    filters: str
    customers: int
    everyone: int
    by: dict[str, list[Bin]]
    values: dict[str, Moments]


@dataclass(frozen=True)
class Campaign:
    """A campaign: customers who were contacted, and who accepted."""

    name: str
    label: str
    contacted: int
    accepted: int


@dataclass(frozen=True)
class Campaigns:
    """The campaigns of a dataset, oldest first."""

    campaigns: list[Campaign]


@dataclass(frozen=True)
class SegmentRow(Row):
    """A segment on the board of a campaign."""

    number: int
    name: str


@dataclass(frozen=True)
class Board:
    """Whether a campaign pays: of the selected together, of each segment, and by two plain rules."""

    campaign: str
    filters: str
    cost: float
    revenue: float
    break_even: float
    selected: Row
    segments: list[SegmentRow]
    top_fifth: Row
    accepted_before: Row


@dataclass(frozen=True)
class Model:
    """A model that is, or was, live: how many segments of what, who chose it, when."""

    key: str
    live: bool
    segments: int
    basis: list[str]
    version: int
    by: str
    when: str


@dataclass(frozen=True)
class Models(Listed):
    """Models that were live and are kept, the latest first."""

    models: list[Model]


@dataclass(frozen=True)
class Job(Panel):
    """Long work: how far it is, and what came of it. The words are those of the page."""

    kind: str
    created: str
    result: Any


@dataclass(frozen=True)
class Jobs(Listed):
    """Long work that the token may see, the newest first."""

    jobs: list[Job]


@dataclass(frozen=True)
class Predicted:
    """The segment of a customer; firmness is null of one who is like nobody here."""

    segment: int
    name: str
    firmness: float | None
    distances: list[float]
    warnings: list[str]


@dataclass(frozen=True)
class Predictions:
    """The segment of each customer, in their order, and the model that tells."""

    predictions: list[Predicted]
    model: str


@dataclass(frozen=True)
class Evidence:
    """What speaks for which number of segments; rows of K-Means hold more criteria."""

    rows: list[dict[str, Any]]
    model: str
    live: int
    customers: int
    used: int
    groups: dict[str, Any] | None
    elbow: dict[str, int | None]
    preferred: dict[str, Any]
    preferred_anew: Any
    recommended: list[int]


@dataclass(frozen=True)
class Scored(Listed):
    """A file that was scored: how many are in each segment, what was odd, and its rows."""

    name: str
    model: str
    sizes: dict[str, int]
    notes: list[tuple[str, int]]
    rows: list[dict[str, Any]]


def refuse(status: int, words: str, at: str | None = None, code: str | None = None) -> NoReturn:
    """Stop here, and say why: `at` is the field that is wrong, `code` what programs tell it by."""
    error = default_exceptions[status](words)
    error.field, error.kind = at, code  # type: ignore[attr-defined]
    raise error
