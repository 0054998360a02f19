"""The eleven names that merchants have for customers by recency, frequency and money, and the rule of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

GROUPS = 5  # scores of each of the three, from 1 to 5
CHAMPIONS, LOYAL, POTENTIAL, NEW, PROMISING, ATTENTION, SLEEPING, AT_RISK, CANT_LOSE, HIBERNATING, LOST = (
    NAMES
) = (
    "Champions",
    "Loyal",
    "Potential loyalist",
    "New",
    "Promising",
    "Needing attention",
    "About to sleep",
    "At risk",
    "Can't lose",
    "Hibernating",
    "Lost",
)
# By the score of recency, 1 to 5; in each by that of purchases and money together.
GRID = (
    (LOST, LOST, AT_RISK, CANT_LOSE, CANT_LOSE),
    (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANT_LOSE),
    (SLEEPING, SLEEPING, ATTENTION, LOYAL, LOYAL),
    (PROMISING, POTENTIAL, LOYAL, LOYAL, CHAMPIONS),
    (NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS),
)


def rules() -> Mapping[str, Sequence[tuple[range, range]]]:
    """The cells of each group: scores of recency, and of purchases and money together."""
    found: dict[str, list[tuple[range, range]]] = {name: [] for name in NAMES}
    for recency, row in enumerate(GRID, start=1):
        for name in dict.fromkeys(row):
            cells = [place for place, one in enumerate(row, start=1) if one == name]
            across, before = range(cells[0], cells[-1] + 1), found[name][-1:]
            if before and before[0][1] == across and before[0][0].stop == recency:
                found[name][-1] = (range(before[0][0].start, recency + 1), across)
            else:
                found[name].append((range(recency, recency + 1), across))
    return found
