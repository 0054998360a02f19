"""How often halves of one table pass the points of PSI: `python -m bench.drift TURNS`.

Customers of the sample are drawn into two halves: the share of fields past their 95 % point, which is to be 5 %, and
the share of pairs in which any field is said to have moved, which is to be about 1 %.
"""

from __future__ import annotations

import sys

import numpy as np

from bench.scale import SAMPLE
from core.data import cleaning, derive
from core.data.read import read_customers
from core.datasets.changes import Held, compared
from core.datasets.templates import PERSONALITY, template_of

SIZES = (60, 150, 500, 1_120)
SEED = 2014


def main(turns: int) -> None:
    read = read_customers(SAMPLE, PERSONALITY, template_of(PERSONALITY))
    rules = cleaning.chosen("", PERSONALITY)
    table = derive.engineer(cleaning.clean(read.frame, rules, PERSONALITY).frame, PERSONALITY)
    table = table.assign(Segment=1)
    print("| customers in a half | pairs | fields past their point | pairs with a field that moved |")
    for size in SIZES:
        passed, alarms = [], 0
        for turn in range(turns):
            order = np.random.default_rng([SEED, size, turn]).permutation(len(table))
            halves = (table.iloc[order[:size]], table.iloc[order[size : 2 * size]])
            found = compared(*(Held(one, (), identified=True) for one in halves), PERSONALITY)
            passed += [one.psi.value > one.psi.point for one in found.shifts]
            alarms += bool(found.moved)
        print(f"| {size} | {turns} | {np.mean(passed):.3f} | {alarms / turns:.3f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
