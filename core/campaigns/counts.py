"""From the cross-filter to who was contacted and who accepted, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.crossfilter.table import Breakdown, Clause, Crossfilter, Selection
from core.schema.derivations import Sum
from core.schema.fields import plain
from core.schema.schema import Schema
from core.statistics.rates import Counts, Groups

SEGMENT = "Segment"
NO, YES = 0, 1  # codes of every campaign's answers
TOP = 0.2


def campaigns_before(campaign: str, schema: Schema) -> tuple[str, ...]:
    """The campaigns that were run before `campaign`."""
    return schema.outcomes[: schema.outcomes.index(campaign)]


def counted(campaign: str, schema: Schema) -> str | None:
    """The field that counts what was accepted before `campaign`, if there is one."""
    earlier = Sum(campaigns_before(campaign, schema))
    return next((one.name for one in schema.fields if one.derived == earlier), None)


def circular(selection: Selection, campaign: str, schema: Schema) -> list[str]:
    """Fields of `selection` that hold the answer to `campaign` themselves: its rate would be 0 or 1, or near."""
    return [c.field for c in selection.clauses if campaign in schema.sources(plain(c.field))]


def usable(selection: Selection, campaign: str, schema: Schema, *apart: str) -> Selection:
    """`selection` without its circular filters, and without those on the fields `apart`."""
    left_out = {*circular(selection, campaign, schema), *apart}
    kept = selection.apart(left_out).clauses
    return Selection(selection.axes, tuple(_sourced(clause, schema) for clause in kept))


def _sourced(clause: Clause, schema: Schema) -> Clause:
    """A filter on something else that says it comes from a campaign's chart must not be taken for one."""
    known = clause.source in schema.outcomes
    return replace(clause, source=f"not-{clause.source}") if known else clause


def in_total(table: Crossfilter, selection: Selection, campaign: str, schema: Schema) -> Groups:
    """All selected customers as one group."""
    contacted, accepted = _answers(table, _held(usable(selection, campaign, schema)), campaign, ())
    return Groups.of(contacted[0], accepted[0])


def by_segment(
    table: Crossfilter, selection: Selection, campaigns: Sequence[str], schema: Schema
) -> dict[str, Groups]:
    """Each segment's answers to each campaign; the filter on segments is left out, so that all are seen."""
    found = {}
    for campaign in campaigns:
        apart = usable(selection, campaign, schema, SEGMENT)
        counts = table.views(apart, [Breakdown(campaign, campaign, by=SEGMENT)])[campaign].counts
        found[campaign] = Groups(counts[[NO, YES]].sum(axis=0), counts[YES])
    return found


def by_field(table: Crossfilter, selection: Selection, campaign: str, field: str, schema: Schema) -> Groups:
    """Answers by bin of `field`, whose own filter is left out as in every chart."""
    view = Breakdown(field, field)
    contacted, accepted = _answers(table, usable(selection, campaign, schema), campaign, (view,))
    return Groups(contacted[1], accepted[1])


@dataclass(frozen=True)
class Before:
    """Answers by the number of campaigns accepted before, and by bin of spending."""

    # shape (campaigns before + 1, bins of spending): one bin for all where nothing is the value.
    contacted: Counts
    accepted: Counts
    down: list[int]  # bins of spending, highest first; not known last

    @property
    def by_number(self) -> Groups:
        """By the number of campaigns accepted before."""
        return Groups(self.contacted.sum(axis=1), self.accepted.sum(axis=1))

    @property
    def once(self) -> Groups:
        """Those who accepted at least one campaign before, as one group."""
        return Groups.of(self.contacted[1:].sum(), self.accepted[1:].sum())

    @property
    def promising_first(self) -> Groups:
        """Most earlier acceptances first, and among as many, the highest bin of spending first.

        An order from what was known before the campaign.
        """
        return Groups(self.contacted[::-1, self.down].ravel(), self.accepted[::-1, self.down].ravel())


def by_earlier(
    table: Crossfilter, selection: Selection, campaign: str, schema: Schema, before_: Before
) -> Groups:
    """Answers by the number of campaigns accepted before; shape (campaigns before + 1,).

    Where a field holds this number, it can be filtered, and its own filter is left out.
    """
    field = counted(campaign, schema)
    others = tuple(clause for clause in selection.clauses if clause.source != field)
    if len(others) == len(selection.clauses):
        return before_.by_number
    return before(table, Selection(selection.axes, others), campaign, schema).by_number


def spending_first(table: Crossfilter, selection: Selection, campaign: str, schema: Schema) -> Groups:
    """The highest bin of spending first, not known last; all as one group where nothing is the value."""
    if schema.value is None:
        return in_total(table, selection, campaign, schema)
    contacted, accepted = _spending(table, usable(selection, campaign, schema), campaign, schema.value)
    order = _down(table, schema.value)
    return Groups(contacted[order], accepted[order])


def top_spenders(table: Crossfilter, selection: Selection, campaign: str, schema: Schema) -> Groups:
    """The share `TOP` of the selected customers who spend most, as one group; nobody where nothing is the value.

    Counted by bins of spending, and customer by customer only in the bin in which the share ends. As many
    as it gives, rounded down; where several at the end spend the same, the first in the file.
    """
    if (value := schema.value) is None:
        return Groups.of(0, 0)
    usable_ = usable(selection, campaign, schema)
    contacted, accepted = _spending(table, usable_, campaign, value)
    known = table.axes[value].known
    wanted = int(contacted[:known].sum() * TOP)
    from_top = np.cumsum(contacted[:known][::-1])
    place = int(np.searchsorted(from_top, wanted))
    if place >= known:
        return Groups.of(0, 0)
    last = known - 1 - place
    above = int(contacted[last + 1 : known].sum())
    in_it = _held(usable_).replace(Clause(value, frozenset([last]), source="bin"))
    answered = in_it.replace(Clause(campaign, frozenset([NO, YES])))
    answers = table.highest(answered, value, wanted - above, campaign)
    return Groups.of(wanted, accepted[last + 1 : known].sum() + answers[YES])


def _spending(table: Crossfilter, selection: Selection, campaign: str, value: str) -> tuple[Counts, Counts]:
    contacted, accepted = _answers(table, _held(selection), campaign, (Breakdown(value, value),))
    return contacted[1], accepted[1]


def _down(table: Crossfilter, value: str) -> list[int]:
    axis = table.axes[value]
    return [*range(axis.known - 1, -1, -1), *([] if axis.missing is None else [axis.missing])]


def before(table: Crossfilter, selection: Selection, campaign: str, schema: Schema) -> Before:
    """What the selected customers had accepted before `campaign`, and how they answered it."""
    held, value = usable(selection, campaign, schema), [schema.value] if schema.value else []
    counts = table.times(held, campaigns_before(campaign, schema), YES, (campaign, *value))
    counts = counts.reshape(*counts.shape[:2], -1)
    down = _down(table, value[0]) if value else [0]
    return Before(counts[:, [NO, YES]].sum(axis=1), counts[:, YES], down)


def _held(selection: Selection) -> Selection:
    """The same customers, with filters that hold for a view of their own field, too."""
    clauses = (
        one if one.in_group else replace(one, source=f"held-{place}")
        for place, one in enumerate(selection.clauses)
    )
    return Selection(selection.axes, tuple(clauses))


def _answers(
    table: Crossfilter, selection: Selection, campaign: str, views: Sequence[Breakdown]
) -> tuple[list[Counts], list[Counts]]:
    """In total and by view: customers whose answer is known, and customers who accepted."""
    found = []
    for codes in (frozenset([NO, YES]), frozenset([YES])):
        axis = table.axes[campaign]
        asked = selection if len(codes) == len(axis) else selection.replace(Clause(campaign, codes))
        answer = table.views(asked, views)
        found.append([np.array(answer.selected.rows), *(answer[view.name].counts for view in views)])
    return found[0], found[1]
