"""Whether any sentence about segments of random tables is false: `python -m bench.sentences [SEGMENTS]`.

Draws tables as the tests do, more of them, and cuts each, and the sample, into 2 to 12; prints how many sentences
were read, and those that the customers contradict. Then the same of as many segments of tables that no template knows.
"""

from __future__ import annotations

import sys

from tests.support.own_tables import MONEY, PLAIN, names_are_unique_and_true, phrases_are_true
from tests.support.own_tables import segmented as own_table
from tests.support.personality import SAMPLE, engineer, read_customers
from tests.support.segment_sentences import Judged, segmented, tables

FIRST_SEED = 1000  # the tests draw from 0


def main() -> None:
    """Draw, read and print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    sample, judged = read_customers(SAMPLE, name=SAMPLE.name, max_mb=50).frame, Judged()
    for k in range(2, 13):
        judged.read(segmented(engineer(sample), k), k)
    for table, k in tables(sample, range(FIRST_SEED, FIRST_SEED + wanted), 3):
        if judged.segments >= wanted:
            break
        judged.read(table, k)
    print(f"{judged.segments:,} segments, {sum(judged.said.values()):,} sentences, {len(judged.false)} false")
    for kind, sentence, number, size, k in judged.false:
        print(f"{kind}: {sentence} (segment {number} of {k}, {size} customers)")
    print(f"{of_own_tables(wanted)} false on tables that no template knows")


def of_own_tables(wanted: int) -> int:
    """How many cuts of tables of their own have something false said of them; each is printed."""
    false, segments, seed = 0, 0, FIRST_SEED
    while segments < wanted:
        seed, k = seed + 1, 2 + seed % 11
        for schema in (PLAIN, MONEY):
            case, segments = own_table(seed, k, schema), segments + k
            for check in (names_are_unique_and_true, phrases_are_true):
                try:
                    check(*case)
                except AssertionError as error:
                    false += 1
                    print(f"seed {seed}, k {k}: {error}")
    return false


if __name__ == "__main__":
    main()
