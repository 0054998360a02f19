"""The break-even board: for each group its rate, profit, chance to pay, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.campaigns.assurance import still_needed
from core.campaigns.economics import Economics
from core.campaigns.posterior import Priors, Verdict, judged, posteriors
from core.statistics.rates import Groups, Interval

KEPT = 256  # boards of a family that a process remembers: every page that opens asks for the same ones
SIGNS = {Verdict.SEND: "▲ Send", Verdict.SKIP: "▼ Skip", Verdict.TEST: "◆ Test more"}
NOBODY = "No customer"
SMALL = 30  # customers below which figures are marked as uncertain


@dataclass(frozen=True)
class Row:
    """One group on the board."""

    contacted: int
    accepted: int
    interval: Interval | None  # observed acceptance rate; None without customers
    profit: float  # in the file's currency, of the contacts that were made
    chance: float  # posterior probability that the true rate is above break-even
    verdict: Verdict | None
    # Further contacts for a good chance of a verdict; see `assurance.still_needed`. None where not planned.
    needed: int | None

    @property
    def small(self) -> bool:
        """Too few customers to trust a rate."""
        return self.contacted < SMALL


def board(
    groups: Groups, economics: Economics, priors: Priors | None = None, *, planned: bool = True
) -> list[Row]:
    """What to do about each group.

    Parameters
    ----------
    priors : Priors, optional
        Default: the groups are a family; see `posterior.posteriors`.
    planned : bool, default=True
        Whether it is asked how many more contacts would tell: two thirds of the work.
    """
    if priors is not None:
        return _rows(groups, economics, priors, planned)
    counts = (tuple(counts.tolist()) for counts in (groups.contacted, groups.accepted))
    return list(_of_family(*counts, economics, planned))


@lru_cache(maxsize=KEPT)
def _of_family(
    contacted: tuple[int, ...], accepted: tuple[int, ...], economics: Economics, planned: bool
) -> tuple[Row, ...]:
    return tuple(_rows(Groups.of(contacted, accepted), economics, None, planned))


def _rows(groups: Groups, economics: Economics, priors: Priors | None, planned: bool) -> list[Row]:
    profits = economics.profit(groups.accepted, groups.contacted).tolist()
    known = posteriors(groups, priors)
    rows = []
    for place, interval in enumerate(groups.intervals()):
        chance = known[place].chance_above(economics.break_even)
        rows.append(
            Row(
                int(groups.contacted[place]),
                int(groups.accepted[place]),
                interval,
                profits[place],
                chance,
                judged(known[place], economics.break_even) if interval else None,
                still_needed(known[place], economics.break_even) if interval and planned else None,
            )
        )
    return rows


def verdict(row: Row) -> str:
    """The verdict in words with its sign, since colour alone says nothing."""
    said = SIGNS[row.verdict] if row.verdict else NOBODY
    return f"{said} (few customers)" if row.small and row.verdict else said
