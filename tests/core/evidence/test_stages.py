"""What a job says that it has found is what the counts say, and no more."""

from __future__ import annotations

import pytest

from core.evidence import stages
from core.evidence.groups import Groups
from core.numbers import plain


def of(chance: float, crowds: int) -> Groups:
    return Groups(chance, 4, crowds, 500, round(crowds - chance * (crowds + 1)) + 1, 4.0)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            of(0.05, 19),
            "So far, there seem to be groups: cut into four, customers thin out between the parts more than the first 19 "
            "of 39 crowds without groups of a first kind do. That is preliminary.",
        ),
        (
            of(0.25, 19),
            "So far, no groups are to be seen: cut into parts, customers thin out between them no more than the first 19 "
            "of 39 crowds without groups of a first kind do (4 thin out as much). That is preliminary.",
        ),
    ],
)
def test_what_the_first_crowds_say_is_called_preliminary(found, said):
    assert plain(stages.early(found, 39)) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            of(0.02, 99),
            "There are groups: cut into four, customers thin out between the parts more than 98 of 99 crowds without "
            "groups of each kind do (chance of error 2%).",
        ),
        (
            of(0.31, 99),
            "No groups are to be seen: cut into parts, customers thin out between them no more than 99 crowds without "
            "groups do (30 thin out as much).",
        ),
        (
            Groups(0.075, 3, 39, 60, 38, 0.1),
            "No groups are to be seen: cut into parts, customers thin out between them not surely more than 39 crowds "
            "without groups do (1 thins out as much).",
        ),
        (
            Groups(0.2, 3, 39, 500, 39, 0.1),
            "No groups are to be seen: cut into parts, customers thin out no more than chance makes of a crowd that is "
            "equally full all over.",
        ),
        (None, "No figure differs between customers: there are no groups to look for."),
    ],
)
def test_what_all_crowds_say_comes_with_its_chance_of_error(found, said):
    assert plain(stages.tested(found)) == said
