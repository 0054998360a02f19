"""Write the sample data set: `python -m data.make_sample [customers] [file]`, from the folder above."""

from __future__ import annotations

import sys
from pathlib import Path

from data.sample.customers import make_sample, to_csv

SAMPLE = Path(__file__).with_name("customers.csv")


def main(arguments: list[str]) -> None:
    """Write as many customers as asked for (2,240), to the file asked for (`data/customers.csv`)."""
    frame = make_sample(int(arguments[0])) if arguments else make_sample()
    path = Path(arguments[1]) if len(arguments) > 1 else SAMPLE
    path.write_bytes(to_csv(frame))
    print(f"{path}: {len(frame):,} customers")


if __name__ == "__main__":
    main(sys.argv[1:])
