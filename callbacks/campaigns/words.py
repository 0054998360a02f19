"""What the campaigns page says: from figures to sentences."""

from __future__ import annotations

from collections.abc import Sequence

from callbacks.campaigns import depth
from callbacks.campaigns.depth import gains_finding, returns_finding
from callbacks.filters.page import Texts
from core.campaigns.assurance import ASSURED, MOST_NEEDED
from core.campaigns.board import NOBODY, SMALL, Row, verdict
from core.campaigns.differences import FALSE_DISCOVERIES, Cell
from core.campaigns.economics import DECIMALS, Known, as_typed
from core.campaigns.posterior import Verdict
from core.campaigns.report import Report, answered_by, earlier_of
from core.crossfilter.table import Selection
from core.numbers import Numbers, spell
from core.schema.fields import Kind
from core.services import Services
from core.statistics.rates import Interval
from layouts.campaigns.page import cell_id, ids, response_id

FEW = 3  # names that are listed rather than counted


def called(services: Services, campaign: str) -> str:
    """What a campaign is called at the beginning of a sentence."""
    campaigns = services.schema.outcomes
    return "The last campaign" if campaign == campaigns[-1] else f"Campaign {campaigns.index(campaign) + 1}"


def groups(services: Services) -> dict[str, str]:
    """The rows of the board besides segments, by the name that their cells go by, and what they are called."""
    schema = services.schema
    spenders = {"spenders": f"The top fifth by {schema[schema.value].called}"} if schema.value else {}
    loyal = {"loyal": "Accepted an earlier campaign"} if schema.outcomes[1:] else {}
    return {"everyone": "Everyone selected", **spenders, **loyal}


def responses(services: Services) -> dict[str, str]:
    """By which fields answers are shown, and under which heading; earlier acceptances among the first."""
    schema = services.schema
    others = [name for name in answered_by(schema) if name in services.model.crossfilter.axes]
    names = [*others[:FEW], *([earlier_of(schema)] if schema.outcomes[1:] else []), *others[FEW:]]
    return {one: schema[one].heading if one in schema else "Campaigns accepted before" for one in names}


def unit_of(services: Services, name: str) -> str:
    """What is said after a value of a field: days or years."""
    schema = services.schema
    timed = name in schema and schema[name].kind in (Kind.DAYS, Kind.YEARS)
    return f" {schema[name].unit}" if timed and schema[name].unit else ""


def texts(
    services: Services, found: Report, known: Known, selection: Selection, *, whole: bool = False
) -> Texts:
    """All words of the page, by element."""
    numbers = services.numbers
    return {
        ids.LEAD: lead(services, found, known, selection),
        ids.LEFT_OUT: _left_out(services, found),
        ids.ASSUMED: " ".join(filter(None, [_assumed(found, known, numbers), depth.EXACT if whole else ""])),
        ids.UNKNOWABLE: _unknowable(found, numbers),
        f"{ids.COST}-typed": as_typed(found.economics.cost, numbers),
        f"{ids.REVENUE}-typed": as_typed(found.economics.revenue, numbers),
        **_key_figures(found, selection, numbers),
        f"{ids.ACCEPTED}-note": depth.note(found, numbers, whole=whole),
        **_board(found, numbers),
        f"{ids.BOARD}-finding": board_finding(services, found, selection)
        + _not_here(services, found, selection),
        f"{ids.HEATMAP}-finding": heatmap_finding(found, numbers),
        f"{ids.GAINS}-finding": gains_finding(found, numbers),
        f"{ids.RETURNS}-finding": returns_finding(found, numbers),
        **{
            f"{response_id(name)}-finding": _own(found, name, selection, numbers)
            + by_finding(services, found, name)
            for name in found.by
        },
    }


def lead(services: Services, found: Report, known: Known, selection: Selection) -> str:
    """The sentence that says what worked with whom."""
    numbers, total = services.numbers, found.total
    if not total.contacted:
        whose = "" if found.everybody else " whose answer is known"
        return f"No customer{whose} matches your filters, so there is nobody whose answers could be counted."
    rows = [row for _, row in chosen_rows(found, selection)]
    whom = (
        f" on the {_customers(total.contacted, numbers)} who match your filters"
        if total.contacted < found.everyone.contacted[0]
        else ""
    )
    parts = [
        f"{called(services, found.campaign)} {earned(found, known, total.profit, numbers)}{whom}.",
        _worth(rows, is_real(found, known)),
        _rule(found, known, numbers),
    ]
    return " ".join(part for part in parts if part)


def chosen_rows(found: Report, selection: Selection) -> list[tuple[int, Row]]:
    """The segments that are counted, by number: those that are filtered by, else all of them."""
    chosen = selection.codes("Segment")
    return [(code + 1, row) for code, row in enumerate(found.segments) if not chosen or code in chosen]


def earned(found: Report, known: Known, profit: float, numbers: Numbers) -> str:
    """Lost or earned, or would have at other amounts than the file's own."""
    real = is_real(found, known)
    would = "" if real else "would have "
    if not round(profit, DECIMALS):
        return f"{would}{'broke' if real else 'broken'} even"
    return f"{would}{'earned' if profit > 0 else 'lost'} {numbers.money(abs(profit), found.economics.cents)}"


def is_real(found: Report, known: Known) -> bool:
    """Whether this campaign truly had these amounts; else all money is said with "would have"."""
    return known.given and found.is_last and found.economics == known.economics


def _worth(rows: Sequence[Row], real: bool) -> str:
    """How many segments were worth contacting, and how many are open; of a handful nothing is said."""
    said, few = _told(rows)
    send, test = said.count(Verdict.SEND), said.count(Verdict.TEST)
    were = ("was" if send < 2 else "were") if real else "would have been"
    some = f"{spell(send)} segment{'s' if send > 1 else ''}" if send else "No segment"
    sentence = f"{some} {were} {'' if send else 'clearly '}worth contacting"
    if not said:
        return f"No segment has {SMALL} customers here: too few for a verdict." if few else ""
    open_ = f"; {spell(test).lower()} need{'s' if test == 1 else ''} a larger test" if test else ""
    left = f" Left out for fewer than {SMALL} customers: {spell(few).lower()}." if few else ""
    return f"{sentence}{open_}.{left}"


def _told(rows: Sequence[Row]) -> tuple[list[Verdict], int]:
    """Verdicts on segments with customers enough, and how many segments have fewer."""
    known = [row for row in rows if row.verdict]
    return [row.verdict for row in known if row.verdict and not row.small], sum(row.small for row in known)


def _rule(found: Report, known: Known, numbers: Numbers) -> str:
    """The better of the two plain rules, if it pays and customers are enough to say so."""
    rules = [
        (found.loyal, f"The {{}} who had accepted {_before(found)}"),
        (found.spenders, f"{found.fifth}, {{}},"),
    ]
    paying = [(row, words) for row, words in rules if row.verdict is Verdict.SEND and not row.small]
    if not paying:
        return ""
    row, words = max(paying, key=lambda rule: rule[0].profit)
    return f"{words.format(_customers(row.contacted, numbers))} {earned(found, known, row.profit, numbers)} on their own."


def _before(found: Report) -> str:
    return "campaign 1" if len(found.before) == 1 else "an earlier campaign"


def _customers(count: int, numbers: Numbers) -> str:
    return f"{numbers.whole(count)} customer{'' if count == 1 else 's'}"


def _left_out(services: Services, found: Report) -> str:
    if not found.circular:
        return ""
    named = " and ".join(f"“{services.label(name)}”" for name in found.circular)
    many = len(found.circular) > 1
    return (
        f"The filter{'s' if many else ''} on {named} {'are' if many else 'is'} left out here: "
        "it would choose customers by the very answer that is counted."
    )


def _assumed(found: Report, known: Known, numbers: Numbers) -> str:
    """Where the amounts come from, if not simply from the file and about this campaign."""
    said = []
    if not known.given:
        said.append(
            "The file does not say what a contact costs or an acceptance brings; "
            f"{as_typed(known.economics.cost, numbers)} and {as_typed(known.economics.revenue, numbers)} stand in "
            "until you type yours."
        )
    elif known.varies:
        said.append("The amounts differ between customers in the file; their means are used.")
    if not found.is_last:
        said.append(
            "The file gives the amounts of the last campaign only; they are assumed for this one, too."
        )
    return " ".join(said)


def _unknowable(found: Report, numbers: Numbers) -> str:
    known = _customers(int(found.everyone.contacted[0]), numbers)
    whose = f"an answer of all {known}: nobody was left uncontacted."
    if not found.everybody:
        whose = f"an answer of {known}; the others are not counted here, for what they did is not known."
    return (
        f"The file holds {whose} Some would have bought without being asked, and nothing here can tell them from those "
        "who bought because they were."
    )


def _key_figures(found: Report, selection: Selection, numbers: Numbers) -> Texts:
    total, money = found.total, found.economics
    return {
        f"{ids.CONTACTED}-value": numbers.whole(total.contacted),
        f"{ids.CONTACTED}-note": _contacted_note(found, numbers),
        f"{ids.ACCEPTED}-value": numbers.whole(total.accepted),
        f"{ids.PROFIT}-value": numbers.money(total.profit, money.cents),
        f"{ids.PROFIT}-note": f"revenue {numbers.money(money.revenue * total.accepted, money.cents)}, "
        f"cost {numbers.money(money.cost * total.contacted, money.cents)}",
        f"{ids.BREAK_EVEN}-value": numbers.rate(money.break_even),
        f"{ids.BREAK_EVEN}-note": f"a contact costs {as_typed(money.cost, numbers)}, "
        f"an acceptance brings {as_typed(money.revenue, numbers)}",
        **_worth_figures(found, selection),
    }


def _contacted_note(found: Report, numbers: Numbers) -> str:
    everyone = int(found.everyone.contacted[0])
    if found.total.contacted == everyone:
        return "everyone; nobody was left out" if found.everybody else "everyone whose answer is known"
    return f"{numbers.percent(found.total.contacted / max(everyone, 1))} of {numbers.whole(everyone)}"


def _worth_figures(found: Report, selection: Selection) -> Texts:
    said, few = _told([row for _, row in chosen_rows(found, selection)])
    whose = " among the selected" if selection.codes("Segment") else ""
    skipped = said.count(Verdict.SKIP)
    return {
        f"{ids.WORTH}-value": f"{said.count(Verdict.SEND)} of {len(said)}",
        f"{ids.WORTH}-note": f"{said.count(Verdict.TEST)} to test more, {skipped} to skip"
        f"{f', {few} too small to say' if few else ''}{whose}",
    }


def between(interval: Interval, numbers: Numbers) -> str:
    """The bounds of an interval."""
    return numbers.rates(interval.low, interval.high)


def rows_of(found: Report) -> dict[str, Row]:
    """The rows of the board, by the name that their cells go by."""
    segments = {str(code + 1): row for code, row in enumerate(found.segments)}
    return {"everyone": found.total, **segments, "spenders": found.spenders, "loyal": found.loyal}


def _board(found: Report, numbers: Numbers) -> Texts:
    cells: Texts = {}
    for name, row in rows_of(found).items():
        told = _row(row, found.everybody, found.economics.cents, numbers)
        cells |= {cell_id(name, column): text for column, text in told.items()}
    return cells


def _row(row: Row, everybody: bool, cents: int, numbers: Numbers) -> Texts:
    if row.interval is None:
        return dict.fromkeys(("needed", "accepted", "interval", "profit", "chance"), "–") | {
            "verdict": NOBODY
        }
    return {
        "verdict": verdict(row),
        "needed": needed(row, everybody, numbers),
        "accepted": f"{numbers.rate(row.interval.rate)} of {numbers.whole(row.contacted)}",
        "interval": between(row.interval, numbers),
        "profit": numbers.money(row.profit, cents),
        "chance": numbers.chance(row.chance),
    }


def needed(row: Row, everybody: bool, numbers: Numbers) -> str:
    """How many more contacts a verdict needs; of new customers where `everybody` in the file was contacted."""
    if row.verdict is not Verdict.TEST:
        return "none"
    if row.needed is None:
        return f"over {numbers.whole(MOST_NEEDED)}"
    return f"about {numbers.whole(row.needed)}{' new' if everybody else ''}"


def _not_here(services: Services, found: Report, selection: Selection) -> str:
    """That nobody is left to contact in the file, of the most promising segment whose verdict needs more."""
    open_ = [(n, row) for n, row in chosen_rows(found, selection) if row.verdict is Verdict.TEST]
    if not found.everybody or not open_:
        return ""
    number, row = max(open_, key=lambda one: one[1].chance)
    numbers, name = services.numbers, services.model.card.profile.segment(number).called
    return (
        f" For {name} it takes {needed(row, False, numbers)} {'contact' if row.needed == 1 else 'contacts'} more until there is a verdict in "
        f"{numbers.percent(ASSURED)} of cases; they are {numbers.whole(row.contacted)} here, all contacted, so only a "
        "new campaign can tell."
    )


def board_finding(services: Services, found: Report, selection: Selection) -> str:
    """What to do about the segments that are counted, by name; those to skip only where they are few."""
    rows, profile = chosen_rows(found, selection), services.model.card.profile
    told = [(number, row) for number, row in rows if not row.small]
    groups: dict[str, list[str]] = {
        verdict_: [profile.segment(number).name for number, row in told if row.verdict is verdict_]
        for verdict_ in (Verdict.SEND, Verdict.TEST, Verdict.SKIP)
    }
    skipped = len(groups[Verdict.SKIP])
    if FEW < skipped < len(told):
        groups[Verdict.SKIP] = [f"the other {spell(skipped).lower()}"]
    elif skipped > FEW:
        groups[Verdict.SKIP] = ["every segment" if len(told) == len(rows) else "every other segment"]
    groups["Too few customers to say"] = [
        profile.segment(number).name for number, row in rows if row.small and row.verdict
    ]
    said = [f"{verdict_}: {', '.join(those)}." for verdict_, those in groups.items() if those]
    others = ["The other segments are not selected."] if len(rows) < len(found.segments) else []
    return " ".join([*said, *others]) if said else "No customer matches."


def heatmap_finding(found: Report, numbers: Numbers) -> str:
    """How many differences hold, and what that means."""
    cells = [cell for row in found.cells.values() for cell in row]
    compared = sum(cell.adjusted == cell.adjusted for cell in cells)
    different = sum(cell.different for cell in cells)
    if not compared:
        return "There are no two segments to compare."
    small = (
        f" ~ marks segments of fewer than {SMALL} customers."
        if any(0 < c.contacted < SMALL for c in cells)
        else ""
    )
    if not different:
        return f"None of {compared} rates differs from everyone else's by more than chance explains.{small}"
    return (
        f"{different} of {compared} rates differ from everyone else's by more than chance explains: ▲ more often, "
        f"▼ less often. Corrected for making {compared} comparisons at once (Benjamini-Hochberg): of those marked, "
        f"{numbers.percent(FALSE_DISCOVERIES)} at most are expected to be chance.{small}"
    )


def mark(cell: Cell) -> str:
    """Whether the group answered more or less often than everyone else; nothing where it could be chance."""
    if not cell.different:
        return ""
    return "▲" if cell.above else "▼"


def _own(found: Report, name: str, selection: Selection, numbers: Numbers) -> str:
    """What is said first where a field's own filter is set aside, so that others are shown beside the selected."""
    if not selection.codes(name):
        return ""
    return f"Without its own filter, so of {numbers.whole(int(found.by[name].contacted.sum()))} customers. "


def by_finding(services: Services, found: Report, name: str) -> str:
    """Where a campaign was answered most and least, among groups that are not small."""
    numbers, groups = services.numbers, found.by[name]
    if name == found.earlier and not found.before:
        return "No campaign was before campaign 1."
    labels = bins(services, found, name)
    large = [
        (interval, label)
        for interval, label, n in zip(groups.intervals(), labels, groups.contacted, strict=True)
        if interval and n >= SMALL
    ]
    if len(large) < 2:
        return f"Fewer than two groups have {SMALL} customers or more: nothing to compare."
    if name not in found.differing:
        return "The differences could be chance."
    unit = unit_of(services, name)
    (high, most), (low, least) = (choose(large, key=lambda pair: pair[0].rate) for choose in (max, min))
    return f"Highest at {most}{unit} ({numbers.rate(high.rate)}), lowest at {least}{unit} ({numbers.rate(low.rate)})."


def bins(services: Services, found: Report, name: str) -> Sequence[str]:
    """What the groups of a field are called."""
    if name == found.earlier:
        return [str(number) for number in range(len(found.by[name]))]
    return services.axis(name).labels
