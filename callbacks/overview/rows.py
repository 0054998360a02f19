"""The segments in ranked rows: who they are, what they are worth, how they answer, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from callbacks import trust
from callbacks.filters import cards as card_scope
from callbacks.filters import lacking
from callbacks.filters.address import Asked
from callbacks.filters.everyone import is_whole
from callbacks.filters.moves import ByBins, Ratio, mean, money_form
from callbacks.filters.page import Texts
from core.campaigns.board import Row, verdict
from core.crossfilter.table import Selection
from core.model.kin import Succession
from core.model.profile import Profile, SegmentProfile, mean_of
from core.profiles import advice
from core.profiles import narrative as words
from core.schema.fields import SEGMENT, Kind
from core.services import Services
from core.statistics.by_construction import chosen_by
from core.statistics.rates import wilson_interval
from layouts.cards import Card, card_id
from layouts.overview.rows import PAGE, SURE, Column, under

Cell = tuple[str, str]  # a figure, and the small words under it


def ranked(profile: Profile) -> list[SegmentProfile]:
    """Segments by what all of their customers bring, most first; by how many these are where nothing is the value."""
    return sorted(profile.segments, key=lambda one: -(one.spending if profile.value else one.size))


def cards(services: Services, texts: Texts) -> list[Card]:
    """What there is to say of each, ranked."""
    drawn = card_scope.cards(services, texts)
    return [drawn[one.number - 1] for one in ranked(services.model.card.profile)]


def columns(services: Services) -> list[Column]:
    """The figures that this table has."""
    schema, before = services.schema, _before(services)
    found = [Column("customers", "Customers")]
    if schema.value:
        found += [Column("value", schema[schema.value].label), Column("each", "A head", "mean")]
    if name := _answer(services):
        found.append(Column("response", schema[name].heading, "95% interval"))
    if advice.rows(services.model):
        found.append(Column("verdict", "Verdict", "last campaign"))
    if trust.found(services):
        found.append(SURE)
    return [*found, *([Column("change", "Change", f"since version {before.version}")] if before else [])]


def _answer(services: Services) -> str | None:
    """The yes and no that the rows tell the rate of: the answer to the last campaign, or what else is foretold."""
    known = [name for name in services.schema.targets[-1:] if lacking.is_known(services, name)]
    return next((name for name in known if services.schema[name].kind is Kind.FLAG), None)


def _before(services: Services) -> Succession | None:
    came = services.model.card.succession
    return came if came is not None and came.before else None


def texts(services: Services, asked: Asked, cards: Texts) -> Texts:
    """Every cell of every row that follows the filters, by the ids of its elements, beside what `cards` say."""
    found = card_scope.seen(services, asked.selection)
    rows = _Rows(services, asked, advice.rows(services.model, asked.selection))
    return {
        card_id(PAGE, part.number, id): text
        for part in found.values()
        for name, cell in rows.cells(part)
        for id, text in zip((name, under(name)), cell, strict=True)
    } | {card_id(PAGE, part.number, "who"): _who(part, cards) for part in found.values()}


def moves(seen: ByBins) -> dict[str, Ratio]:
    """The figures of every row that are counts, sums and means."""
    services, value, rate = seen.services, seen.services.schema.value, _answer(seen.services)
    counted, *summed = seen.by(SEGMENT, [None, *filter(None, (value, rate))])
    found = dict(zip(filter(None, (value, rate)), summed, strict=True))
    form, told = money_form(services.schema[value]) if value else "", dict[str, Ratio]()
    for segment in services.model.card.profile.segments:
        part = segment.number - 1
        cells = {"customers": Ratio("whole", counted.counts[[part]])}
        if value and (sums := found[value].sums) is not None:
            cells |= {"value": Ratio(form, sums[[part]]), "each": mean(form, found[value], part)}
        cells |= {"response": mean("rate", found[rate], part)} if rate else {}
        told |= {card_id(PAGE, segment.number, name): cell for name, cell in cells.items()}
    return told


def _who(part: SegmentProfile, cards: Texts) -> str:
    """What stands out most."""
    said = cards[card_id(PAGE, part.number, "phrase-1")] if part.size else words.NOBODY
    return f"{said[0].upper()}{said[1:]}"


@dataclass(frozen=True)
class _Rows:
    services: Services
    asked: Asked
    board: Mapping[int, Row]

    @property
    def others(self) -> Selection:
        """Filters on other fields than segments."""
        return self.asked.selection.without(SEGMENT)

    def cells(self, part: SegmentProfile) -> Iterator[tuple[str, Cell]]:
        """The figures of a segment, by column."""
        services, profile = self.services, self.services.model.card.profile
        whole, numbers = profile.segment(part.number), services.numbers
        size = numbers.whole
        yield "customers", self._of(size(part.size), size(whole.size), part.share)
        if profile.value:
            money = partial(numbers.money, decimals=services.schema.cents)
            yield "value", self._of(money(part.spending), money(whole.spending), part.spending_share)
            each = profile.worth(part)
            against = "" if each is None else numbers.times(each, profile.worth(profile) or 0.0)
            yield "each", (money(each), against)
        if name := _answer(services):
            yield "response", self._rate(name, part)
        if row := self.board.get(part.number):
            yield "verdict", (verdict(row) if part.size else "–", "")
        if before := _before(services):
            yield "change", self._since(before, whole)

    def _of(self, part: str, whole: str, share: float) -> Cell:
        """How much, and of how much."""
        return part, f"of {whole}" if self.others else f"{self.services.numbers.percent(share)} of all"

    def _rate(self, name: str, part: SegmentProfile) -> Cell:
        """How many say yes, and where that lies for many more like them; few are marked."""
        numbers, rate = self.services.numbers, mean_of(part, name)
        known = part.averages[name].known if name in part.averages else 0
        if not known:
            return "–", ""
        if part.small:
            return numbers.rate(rate), "few customers"
        if is_whole(self.asked):
            return numbers.rate(rate), "exact"
        if chosen_by(self.others, name, (), self.services.schema):
            return numbers.rate(rate), "by your filter"
        found = wilson_interval(round(rate * known), known)
        return numbers.rate(rate), numbers.rates(found.low, found.high)

    def _since(self, came: Succession, whole: SegmentProfile) -> Cell:
        """How many more or fewer of all customers are in it than in the version before."""
        was = came.names.get(whole.number)
        if was is None:
            return "new", ""
        numbers, before = self.services.numbers, came.before[was - 1]
        points = 100 * (whole.share - before / sum(came.before))
        return f"{numbers.signed(points)} points", f"{numbers.whole(before)} before"
