"""Files of every kind with something wrong in the middle: read, or refused in words; nothing else, and soon."""

from __future__ import annotations

import gzip
import io
import zipfile
from contextlib import suppress

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.datasets.intake import propose
from core.errors import ParterreError

TABLE = pd.DataFrame(
    {"ID": range(30), "Income": [100.5 * one for one in range(30)], "Town": ["a", "b", "ç"] * 10}
)
QUIET = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


def written(write, *more: object) -> bytes:
    room = io.BytesIO()
    write(room, *more)
    return room.getvalue()


def zipped(room: io.BytesIO, names: tuple[str, ...] = ("a.csv", "../../b.csv")) -> None:
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, TABLE.to_csv(index=False))


WHOLE = {
    "customers.csv": TABLE.to_csv(index=False).encode(),
    "customers.json": TABLE.to_json(orient="records").encode(),
    "customers.csv.gz": gzip.compress(TABLE.to_csv(index=False).encode()),
    "customers.zip": written(zipped),
    "customers.parquet": written(lambda room: TABLE.to_parquet(room)),
    "customers.arrow": written(lambda room: TABLE.to_feather(room)),
    "customers.xlsx": written(lambda room: TABLE.to_excel(room, index=False, engine="xlsxwriter")),
}


@QUIET
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_file_that_is_damaged_is_read_or_refused_in_words(tmp_path_factory, name, data):
    whole = WHOLE[name]
    start = data.draw(st.integers(0, len(whole)))
    end = min(len(whole), start + data.draw(st.integers(0, 8)))
    damaged = whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:]
    file = tmp_path_factory.mktemp("file") / name
    file.write_bytes(damaged[: data.draw(st.sampled_from([len(damaged), start + 1]))])
    with suppress(ParterreError):  # in words; any other error fails
        propose(file, max_mb=5)
