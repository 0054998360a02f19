"""Which fields charts count and filter by, and which they sum."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from core.crossfilter import crossing, cubes
from core.crossfilter import table as crossfilter
from core.crossfilter.binning import Axis, Scale
from core.crossfilter.crossing import CROSS
from core.crossfilter.specs import Spec
from core.data.people import People
from core.data.tight import known_of
from core.data.whole import Array, in_pieces, whole
from core.model.profile import Profile
from core.schema.derivations import YearsAt
from core.schema.fields import IDENTIFIER, LOG, Field, Kind, plain
from core.schema.schema import Schema

FLAGS = ("no", "yes")
# Fields begin with a capital letter in addresses, options of a page with a small one.
_NAME = re.compile(r"[A-Z][A-Za-z0-9_-]{0,63}")
CHARTED = 6  # fields whose distributions are shown where no template picks
MOST_TOLD = 9  # fields of which it is told how segments differ, where the template chose none
SKEWED = 1.0  # skewness past which amounts get a logarithmic twin as well


def specs(table: pd.DataFrame, profile: Profile, schema: Schema, by_bins: Collection[str] = ()) -> list[Spec]:
    """How each field of `table` is binned; segments keep their numbers as addresses, whatever they are called.

    `by_bins` are those that charts add up by bins of others.
    """
    names = tuple(segment.name for segment in profile.segments)
    numbers = tuple(str(segment.number) for segment in profile.segments)
    told = {one.derived.born for one in schema.fields if isinstance(one.derived, YearsAt)}  # by an age
    fields = [one for one in schema.customers if one.name in table and one.name not in told]
    summed = schema.picked("summed") or schema.measures
    return [
        Spec("Segment", "coded", names, numbers),
        *(
            _spec(one, one.name in summed, one.name not in by_bins)
            for one in fields
            if one.kind not in (Kind.IDENTIFIER, Kind.DATE)
        ),
        *(Spec(f"{name}{LOG}", column=name, log=True) for name in skewed(table, schema)),
    ]


def skewed(table: pd.DataFrame, schema: Schema) -> list[str]:
    """Amounts with a long tail: on even bins most customers would stand in the first."""
    return [name for name in schema.of(Kind.AMOUNT) if name in table and _is_skewed(known_of(table, name))]


def _is_skewed(known: Array) -> bool:
    if not len(known) or known.min() < 0:
        return False
    skewness = counts.skewness if (counts := whole(known)) else _skewness(known)
    return bool(skewness > SKEWED)


def _skewness(known: Array) -> float:
    """The third moment by the deviation cubed, without a second array of millions; 0 where all are alike."""
    mean, squares, cubes = known.mean(), 0.0, 0.0
    for part in in_pieces(len(known)):
        off = known[part] - mean
        squares += float((off**2).sum())
        cubes += float((off**3).sum())
    return cubes / squares * (len(known) / squares) ** 0.5 if squares > 0 else 0.0


def log_twin(name: str, axes: Mapping[str, Axis]) -> str:
    """The logarithmic axis of a field where it has one, else its own."""
    twin = f"{name}{LOG}"
    return twin if twin in axes else name


def first_pair(schema: Schema, basis: Sequence[str], profile: Profile) -> tuple[str, str]:
    """The two fields to show against each other first: another amount, and the money that ranks segments.

    Without money, the two of what segments are built on whose means differ most between segments.
    """
    apart = sorted(basis, key=lambda name: -profile.explained(name))
    amounts = [name for name in basis if name != schema.value and schema[name].kind is Kind.AMOUNT]
    if schema.value is None:
        return (*apart, *apart)[:2]  # type: ignore[return-value]  # a basis is never empty
    others = [*amounts, *(name for name in apart if name != schema.value), schema.value]
    return others[0], schema.value


def build(
    table: pd.DataFrame, profile: Profile, folder: Path, schema: Schema, basis: Sequence[str] = ()
) -> None:
    """Write the columns that the charts count; of a `basis` also what a rectangle over its main pair needs of everyone."""
    folder.mkdir()
    coded = table.assign(Segment=table["Segment"] - 1)
    pair = first_pair(schema, basis, profile) if basis else ()
    by_bins = [*pair, *filter(None, [schema.value]), *schema.targets[-1:]]
    crossfilter.build(coded, specs(table, profile, schema, by_bins), folder, parted_by="Segment")
    if pair:
        crossing.keep(folder, CROSS.join(pair), by_bins)
        told = [*telling(profile, schema), *by_bins]
        cubes.keep(folder, charted(schema, basis), values=told, squared=by_bins)


def charted(schema: Schema, basis: Sequence[str]) -> Sequence[str]:
    """The fields whose distributions the overview shows: what the template picks, else what segments are built on."""
    return schema.picked("overview") or basis[:CHARTED]


def telling(profile: Profile, schema: Schema) -> tuple[str, ...]:
    """Fields of which it is told how segments differ: as the template has it, else those that do most."""
    own = [name for name in schema.measures if name != schema.value and name not in schema.targets]
    roles = [name for name in (schema.value, *schema.targets[-1:]) if name]
    return schema.picked("telling") or (*roles, *profile.telling(own, MOST_TOLD))


def in_words(table: crossfilter.Crossfilter, schema: Schema) -> crossfilter.Crossfilter:
    """The same columns with values as pages say them; addresses stay as they are recorded."""
    for one in schema.fields:
        if one.said and one.name in table.axes:
            labels = table.axes[one.name].labels
            table = table.renamed(one.name, [one.in_words(label) for label in labels])
    return table


def typed_over(table: crossfilter.Crossfilter, people: People) -> crossfilter.Crossfilter:
    """The same columns where values of the customers themselves can be asked for, also of fields without bins."""
    shown = [
        name for name in people.columns if name not in (IDENTIFIER, *table.axes) and _NAME.fullmatch(name)
    ]
    anchor = people.schema.anchor
    today = people.ends(anchor) if anchor in people.columns and _dated(people, anchor) else None

    def dates(name: str) -> Axis:
        ends = people.ends(plain(name)) or (0.0, 0.0)
        return Axis(name, Scale.DATE, (), (ends[0], (today or ends)[1]), people.has_gaps(plain(name)))

    more = {name: dates(name) for name in shown if _dated(people, name)}
    texts = [name for name in shown if name not in more and people.field(name).kind is Kind.CATEGORY]
    more |= {name: Axis(name, Scale.TEXT, (), gaps=people.has_gaps(name)) for name in texts}

    def values(name: str, places: Array | None) -> pa.ChunkedArray:
        column = people.arrow.select([plain(name)])
        return (column if places is None else column.take(pa.array(places)))[plain(name)]

    return table.over(values, more)


def _dated(people: People, name: str) -> bool:
    return bool(pa.types.is_temporal(people.arrow.schema.field(name).type))


def _spec(field: Field, summed: bool, sliced: bool) -> Spec:
    if field.kind is Kind.FLAG:
        return Spec(field.name, "coded", FLAGS, FLAGS, values=summed)
    if field.kind is Kind.CATEGORY:
        return Spec(field.name, "category")
    return Spec(field.name, values=summed, sliced=sliced, target=20, percent=field.in_percent)
