"""Everything about one campaign for one selection, computed once for all that a page shows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.campaigns import counts
from core.campaigns.board import SMALL, Row, board
from core.campaigns.differences import Cell, against_others, differing
from core.campaigns.economics import Economics
from core.campaigns.gains import Gains, gains
from core.campaigns.posterior import JEFFREYS
from core.crossfilter.table import Crossfilter, Selection
from core.model.artefacts import Model
from core.schema.schema import Schema
from core.statistics.rates import Floats, Groups

EARLIER = "Earlier"  # the number of campaigns accepted before, where no field holds it
MOST = 4  # charts of answers by a field, where nobody picked them


@dataclass(frozen=True)
class Report:
    """What is known of one campaign among the selected customers."""

    campaign: str
    before: Sequence[str]  # campaigns that were run before this one
    is_last: bool  # whether none was run after it
    # What the value is called within a sentence, and the fifth that has most of it; nothing without a value.
    ranks: str
    fifth: str
    # What the number of campaigns accepted before goes by in `by`: its field of the last campaign, if there is one.
    earlier: str
    economics: Economics
    # The selected customers, and all of them, as one group each.
    selected: Groups
    everyone: Groups
    total: Row  # the selected on the board
    segments: Sequence[Row]  # every segment, with the filters on other fields
    # Two plain rules to compare segments with: the fifth that spends most; those who accepted a campaign before this
    # one.
    spenders: Row
    loyal: Row
    cells: Mapping[str, Sequence[Cell]]  # by campaign: every segment in all campaigns, against everyone else
    by: Mapping[str, Groups]  # by field: answers by bin
    differing: frozenset[str]  # those of them by whose bins answers differ by more than chance explains
    # Most earlier acceptances and then highest spending first; highest spending first.
    promising: Gains
    spending: Gains
    noise: Floats  # profits at the best depth of orders that say nothing; see `gains.Gains.without_signal`
    circular: Sequence[str]  # fields whose filter was left out, since it holds the answer itself
    # Whether every customer of the file was contacted, so that no further contact is possible in it.
    everybody: bool


def answered_by(schema: Schema) -> tuple[str, ...]:
    """By which fields answers are counted, besides earlier acceptances: as picked, else the value and the basis."""
    own = [name for name in (schema.value, *schema.basis) if name]
    return schema.picked("answered by") or tuple(dict.fromkeys(own))[:MOST]


def earlier_of(schema: Schema) -> str:
    """What the number of campaigns accepted before the last goes by: its field, if there is one."""
    return counts.counted(schema.outcomes[-1], schema) or EARLIER


def report(model: Model, selection: Selection, campaign: str, economics: Economics) -> Report:
    """All figures of `campaign` for the customers of `selection`.

    Notes
    -----
    Segments are a family whose rates inform one another; everyone and the plain rules are not, and are
    judged by their own counts (Jeffreys' prior).
    """
    asked = ("report", selection, campaign, economics)
    return model.once(asked, lambda: _report(model, selection, campaign, economics))


def _report(model: Model, selection: Selection, campaign: str, economics: Economics) -> Report:
    table, schema = model.crossfilter, model.schema
    segments = counts.by_segment(table, selection, schema.outcomes, schema)
    selected = counts.in_total(table, selection, campaign, schema)
    earlier, ranks = earlier_of(schema), schema[schema.value].called if schema.value else ""
    before = counts.before(table, selection, campaign, schema)

    by = _by_field(table, selection, campaign, schema, before)

    def alone(groups: Groups) -> Row:
        return board(groups, economics, JEFFREYS)[0]

    return Report(
        campaign=campaign,
        before=counts.campaigns_before(campaign, schema),
        is_last=campaign == schema.outcomes[-1],
        ranks=ranks,
        fifth=schema.worded("fifth", f"The fifth with the highest {ranks}"),
        earlier=earlier,
        economics=economics,
        selected=selected,
        everyone=counts.in_total(table, table.selection(), campaign, schema),
        total=alone(selected),
        segments=board(segments[campaign], economics),
        spenders=alone(counts.top_spenders(table, selection, campaign, schema)),
        loyal=alone(before.once),
        cells=against_others(segments),
        by=by,
        differing=differing(by, least=SMALL),
        promising=(promising := gains(before.promising_first)),
        spending=gains(counts.spending_first(table, selection, campaign, schema)),
        noise=promising.without_signal(economics),
        circular=counts.circular(selection, campaign, schema),
        everybody=not table.missing(campaign),
    )


def _by_field(
    table: Crossfilter, selection: Selection, campaign: str, schema: Schema, before: counts.Before
) -> dict[str, Groups]:
    """Answers by each field; by earlier acceptances where there is a campaign before the last."""
    earlier = counts.by_earlier(table, selection, campaign, schema, before)
    names = [name for name in answered_by(schema) if name in table.axes]
    return ({earlier_of(schema): earlier} if schema.outcomes[1:] else {}) | {
        name: counts.by_field(table, selection, campaign, name, schema) for name in names
    }
