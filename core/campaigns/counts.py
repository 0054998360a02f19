"""From the cross-filter to who was contacted and who accepted, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from core.crossfilter.table import Breakdown, Clause, Crossfilter, Selection
from core.data.people import People
from core.schema.current import CAMPAIGNS
from core.statistics.rates import Counts, Groups

LAST = "Response"
SEGMENT, SPENDING, EARLIER = "Segment", "Total_Spending", "Earlier_Acceptance"
NO, YES = 0, 1  # codes of every campaign's answers
TOP = 0.2


def campaigns_before(campaign: str) -> tuple[str, ...]:
    """The campaigns that were run before `campaign`."""
    return CAMPAIGNS[: CAMPAIGNS.index(campaign)]


def circular(selection: Selection, campaign: str) -> list[str]:
    """Fields of `selection` that hold the answer to `campaign` themselves: its rate would be 0 or 1, or near."""
    answers = {campaign, "Campaign_Acceptance"} | ({EARLIER} if campaign != LAST else set())
    return [clause.field for clause in selection.clauses if clause.field in answers]


def usable(selection: Selection, campaign: str, *apart: str) -> Selection:
    """`selection` without its circular filters, and without those on the fields `apart`."""
    left_out = {*circular(selection, campaign), *apart}
    kept = (clause for clause in selection.clauses if clause.field not in left_out)
    return Selection(selection.axes, tuple(map(_sourced, kept)))


def _sourced(clause: Clause) -> Clause:
    """A filter on something else that says it comes from a campaign's chart must not be taken for one."""
    return replace(clause, source=f"not-{clause.source}") if clause.source in CAMPAIGNS else clause


def in_total(table: Crossfilter, selection: Selection, campaign: str) -> Groups:
    """All selected customers as one group."""
    contacted, accepted = _answers(table, _held(usable(selection, campaign)), campaign, ())
    return Groups.of(contacted[0], accepted[0])


def by_segment(table: Crossfilter, selection: Selection, campaigns: Sequence[str]) -> dict[str, Groups]:
    """Each segment's answers to each campaign; the filter on segments is left out, so that all are seen."""
    found = {}
    for campaign in campaigns:
        apart = usable(selection, campaign, SEGMENT)
        counts = table.views(apart, [Breakdown(campaign, campaign, by=SEGMENT)])[campaign].counts
        found[campaign] = Groups(counts[[NO, YES]].sum(axis=0), counts[YES])
    return found


def by_field(table: Crossfilter, selection: Selection, campaign: str, field: str) -> Groups:
    """Answers by bin of `field`, whose own filter is left out as in every chart."""
    view = Breakdown(field, field)
    contacted, accepted = _answers(table, usable(selection, campaign), campaign, (view,))
    return Groups(contacted[1], accepted[1])


@dataclass(frozen=True)
class Before:
    """Answers by the number of campaigns accepted before, and by bin of spending.

    Attributes
    ----------
    contacted, accepted : int64 array, shape (campaigns before + 1, bins of spending)
    down : list of int
        Bins of spending, highest first; not known last.
    """

    contacted: Counts
    accepted: Counts
    down: list[int]

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


def by_earlier(table: Crossfilter, selection: Selection, campaign: str, before: Before) -> Groups:
    """Answers by the number of campaigns accepted before; shape (campaigns before + 1,).

    For the last campaign that is a field which can be filtered, and whose own filter is left out.
    """
    if campaign != LAST:
        return before.by_number
    found = by_field(table, selection, campaign, EARLIER)
    return Groups(*(_by_number(table, part) for part in (found.contacted, found.accepted)))


def spending_first(table: Crossfilter, selection: Selection, campaign: str) -> Groups:
    """The highest bin of spending first; not known last."""
    contacted, accepted = _spending(table, usable(selection, campaign), campaign)
    order = _spending_down(table)
    return Groups(contacted[order], accepted[order])


def top_spenders(
    table: Crossfilter, people: People, selection: Selection, campaign: str, *, share: float = TOP
) -> Groups:
    """The `share` of the selected customers who spend most, as one group.

    Counted by bins of spending, and customer by customer only in the bin in which the share ends. As many
    as `share` gives, rounded down; where several at the end spend the same, the first in the file.
    """
    usable_ = usable(selection, campaign)
    contacted, accepted = _spending(table, usable_, campaign)
    known = table.axes[SPENDING].known
    wanted = int(contacted[:known].sum() * share)
    from_top = np.cumsum(contacted[:known][::-1])
    place = int(np.searchsorted(from_top, wanted))
    if place >= known:
        return Groups.of(0, 0)
    last = known - 1 - place
    above = int(contacted[last + 1 : known].sum())
    answers = _answers_in_bin(table, people, usable_, campaign, last)[: wanted - above]
    return Groups.of(wanted, accepted[last + 1 : known].sum() + answers.sum())


def _answers_in_bin(
    table: Crossfilter, people: People, selection: Selection, campaign: str, code: int
) -> Counts:
    """1 or 0 for each customer in a bin of spending, highest spending first."""
    bin_ = Clause(SPENDING, frozenset([code]), source="bin")
    known = Clause(campaign, frozenset([NO, YES]))
    places = table.rows(_held(selection).replace(bin_).replace(known))
    shown = people.rows(places, [SPENDING, campaign])
    order = np.argsort(-shown[SPENDING].to_numpy(), kind="stable")
    return shown[campaign].to_numpy()[order].astype(np.int64)


def _spending(table: Crossfilter, selection: Selection, campaign: str) -> tuple[Counts, Counts]:
    contacted, accepted = _answers(table, _held(selection), campaign, (Breakdown(SPENDING, SPENDING),))
    return contacted[1], accepted[1]


def _spending_down(table: Crossfilter) -> list[int]:
    axis = table.axes[SPENDING]
    return [*range(axis.known - 1, -1, -1), *([] if axis.missing is None else [axis.missing])]


def before(table: Crossfilter, selection: Selection, campaign: str) -> Before:
    """What the selected customers had accepted before `campaign`, and how they answered it."""
    held, down = _held(usable(selection, campaign)), _spending_down(table)
    if campaign == LAST:
        answers = _answers(table, held, campaign, (Breakdown(EARLIER, EARLIER, by=SPENDING),))
        contacted, accepted = (_by_number(table, part[1]) for part in answers)
        return Before(contacted, accepted, down)
    earlier = campaigns_before(campaign)
    shape = (len(earlier) + 1, len(table.axes[SPENDING]))
    found = Before(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64), down)
    for pattern in product((NO, YES), repeat=len(earlier)):
        clauses = (Clause(name, frozenset([code])) for name, code in zip(earlier, pattern, strict=True))
        narrowed = Selection(held.axes, (*held.clauses, *clauses))
        contacted, accepted = _spending(table, narrowed, campaign)
        found.contacted[sum(pattern)] += contacted
        found.accepted[sum(pattern)] += accepted
    return found


def _by_number(table: Crossfilter, counts: Counts) -> Counts:
    """Counts by code of earlier acceptances as counts by their number, 0 to 5; not known is left out."""
    axis = table.axes[EARLIER]
    found = np.zeros((len(campaigns_before(LAST)) + 1, *counts.shape[1:]), dtype=np.int64)
    for code in range(axis.known):
        found[int(axis.edges[code])] += counts[code]
    return found


def _held(selection: Selection) -> Selection:
    """The same customers, with filters that hold for a view of their own field, too."""
    clauses = [Clause(c.field, c.codes, f"held-{i}") for i, c in enumerate(selection.clauses)]
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
