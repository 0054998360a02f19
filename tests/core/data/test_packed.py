"""Files of other formats and in archives: what they are is seen in them, and none fills the memory."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import struct
import time
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from core.data.packed import opens_to
from core.data.raw import read_raw
from core.errors import DataError

FRAME = pd.DataFrame(
    {
        "customer": [f"{n:03d}" for n in range(30)],
        "spent": [n * 1.5 for n in range(30)],
        "visits": range(30),
        "joined": [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(30)],
        "news": [n % 3 == 0 for n in range(30)],
    }
)
TEXT = FRAME.to_csv(index=False).encode()
NAMES = ["office", "table", "text"]
SPACES = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in NAMES)


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return content.getvalue()


def in_parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


def ods(rows: str) -> bytes:
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet><table:table table:name='Kunden'>{rows}"
        "<table:table-row table:number-rows-repeated='1048000'><table:table-cell table:number-columns-repeated='16384'/>"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind, archive = b"application/vnd.oasis.opendocument.spreadsheet", io.BytesIO()
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("mimetype", kind)
        parts.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        parts.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='urn:m'/>")
    return archive.getvalue()


def ods_row(*cells: object, times: int = 1) -> str:
    found = "".join(
        f"<table:table-cell office:value-type='float' office:value='{one}' table:number-columns-repeated='{times}'/>"
        if isinstance(one, int | float)
        else f"<table:table-cell office:value-type='string'><text:p>{one}</text:p></table:table-cell>"
        for one in cells
    )
    return f"<table:table-row table:number-rows-repeated='{times}'>{found}</table:table-row>"


def raw(tmp_path, data: bytes, max_mb: int = 5):
    (tmp_path / "customers.csv").write_bytes(data)  # whatever it is
    return read_raw(tmp_path / "customers.csv", name="customers.csv", max_mb=max_mb)


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT),
        gzip.compress(TEXT[:400]) + gzip.compress(TEXT[400:]),
        zipped(__MACOSX_x=b"", customers__csv=TEXT, README__txt=b"Hello"),
        in_parquet(FRAME),
        gzip.compress(in_parquet(FRAME)),
        zipped(all__parquet=in_parquet(FRAME)),
    ],
    ids=["gzip", "gzip of two parts", "zip", "parquet", "parquet in gzip", "parquet in zip"],
)
def test_a_table_in_another_format_or_packed_is_the_table(data, tmp_path):
    found = raw(tmp_path, data)
    assert [*found.columns] == [*FRAME]
    assert found.columns["customer"][7].as_py() == "007"
    assert [float(one) for one in found.columns["spent"].to_pylist()] == FRAME["spent"].tolist()
    assert found.columns["joined"].to_pylist() == [one.isoformat() for one in FRAME["joined"]]
    assert {*found.columns["news"].to_pylist()} <= {"True", "False", "TRUE", "FALSE"}


def test_parquet_keeps_every_digit_and_says_gaps_as_gaps(tmp_path):
    frame = FRAME.assign(
        customer=np.arange(30) + 9_007_199_254_740_993,
        spent=[None, *FRAME["spent"][1:]],
        visits=pd.array([pd.NA, *range(29)], dtype="Int16"),
        joined=pd.Timestamp("2024-05-01 10:30", tz="UTC"),
        news=[["a", "b"]] * 30,
        member=pd.to_timedelta(np.arange(30) * 36, unit="h"),
    )
    found = raw(tmp_path, in_parquet(frame))
    assert found.columns["customer"][1].as_py() == "9007199254740994"
    assert (found.columns["spent"][0].as_py(), found.columns["visits"][0].as_py()) == ("", "")
    assert found.columns["visits"][3].as_py() == "2"
    assert found.columns["joined"][0].as_py().startswith("2024-05-01 10:30")
    assert found.columns["news"][0].as_py() == '["a", "b"]'
    assert found.columns["member"][:3].to_pylist() == ["0", "1.5", "3"]  # days
    assert not found.is_text


def test_an_opendocument_workbook_is_read_and_what_it_repeats_is_measured(tmp_path):
    header = ods_row("customer", "spent", "visits")
    rows = "".join(ods_row(f"K{n}", n * 1.5, n) for n in range(30))
    found = raw(tmp_path, ods(header + rows))
    assert (found.text.sheet, found.text.encoding, found.rows) == ("Kunden", "OpenDocument workbook", 30)
    assert found.columns["spent"][3].as_py() == "4.5"
    for bomb in (
        ods_row(1, times=10_000),
        ods_row(1, times=10_000).replace("office:value-type", "a='>' office:value-type"),
    ):
        with pytest.raises(DataError, match="almost all of it empty"):
            raw(tmp_path, ods(header + rows + bomb))


_DICTIONARY = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["x" * 100_000]))


def _of_one_text(values: pa.Array = _DICTIONARY) -> bytes:
    content = io.BytesIO()
    parquet.write_table(pa.table({"customer": range(1000), "text": values}), content)
    return content.getvalue()


def _stored(data: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", data)
    return content.getvalue()


def _said_to_be_small(method: int) -> bytes:
    """A ZIP archive of 30 MB that says that it has a kilobyte."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        archive.writestr("a.csv", bytes(30_000_000))
    return content.getvalue().replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1000))


def _varint(number: int, length: int = 0) -> bytes:
    """A whole number as Thrift writes it, in so many bytes at least: those that are not needed say nothing."""
    number, found = number << 1, []
    while number > 127 or len(found) + 1 < length:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _with_a_lying_footer() -> bytes:
    """Pages of 8 MB in a file whose footer says that they have a hundred bytes."""
    content = io.BytesIO()
    texts = pa.table({"text": ["x" * 8_000] * 1000})
    parquet.write_table(texts, content, compression="zstd", use_dictionary=False)
    data = content.getvalue()
    footer = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]
    group = parquet.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    lying = footer
    for size in {group.total_byte_size, group.column(0).total_uncompressed_size}:
        true = _varint(size)
        assert true in footer
        lying = lying.replace(true, _varint(100, len(true)))
    lie = data.replace(footer, lying)
    assert parquet.ParquetFile(io.BytesIO(lie)).metadata.row_group(0).total_byte_size == 100
    return lie


def _of_many_rows() -> bytes:
    """Three million cells that take no room: runs of one number."""
    content = io.BytesIO()
    ones = pa.DictionaryArray.from_arrays(pa.array(np.zeros(3_000_000, np.int8)), pa.array([1.5]))
    parquet.write_table(pa.table({"a": ones}), content, compression="zstd")
    return content.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: _with_a_lying_footer(), "8 MB of values"),
        (lambda: _of_many_rows(), "3,000,000 cells"),
        (lambda: ("id," * 5_001).encode() + b"\n" + b"1," * 5_001, "5,002 columns"),
        (lambda: b'id,spent,visits\n1,"' + b"x,\n" * 100_000, "a quote that opens and does not close"),
        (lambda: gzip.compress(",".join(map(str, range(800_000))).encode(), 1), "more than 5 MB"),
        (lambda: gzip.compress(b"0," * 2_000_000), "more than 400 times its size"),
        (lambda: zipped(a__csv=b"0," * 5_000_000), "more than 5 MB"),
        (lambda: zipped(a__csv=b"0," * 2_000_000), "more than 400 times its size"),
        (lambda: _of_one_text(), "100 MB of text"),
        (lambda: _of_one_text(pa.array(["x" * 9_000] * 1000, pa.large_string())), "9 MB of text"),
        (lambda: _of_one_text(pa.array([b"x" * 9_000] * 1000, pa.large_binary())), "9 MB of text"),
        (lambda: _of_one_text(pa.array([["x" * 9_000]] * 1000)), "9 MB of text"),
        (lambda: _of_one_text(pa.array([{"a": "x" * 9_000}] * 1000)), "9 MB of text"),
        (lambda: _of_one_text(pa.array([[0] * 200] * 1000)), "8 MB of values"),
        (lambda: _of_one_text(pa.array([b"x" * 9_000] * 1000, pa.binary(9_000))), "9 MB of values"),
        (lambda: _said_to_be_small(zipfile.ZIP_BZIP2), "packed in the way 12"),
        (lambda: _said_to_be_small(zipfile.ZIP_LZMA), "packed in the way 14"),
        (lambda: _stored(b"PK\x01\x02" * 5_000), "an archive of 5,001 parts"),
        (lambda: gzip.compress(TEXT)[:-20], "breaks off"),
        (lambda: zipped(a__csv=TEXT, b__csv=TEXT), "2 files"),
        (lambda: zipped(a__zip=zipped(a__csv=TEXT)), "an archive within an archive"),
        (lambda: zipped(**{"word/document__xml": b"<a/>", "[Content_Types]__xml": b"<a/>"}), "a Word document"),
        (lambda: b"PAR1" + b"x" * 100 + b"PAR1", "a Parquet file that can't be read"),
        (lambda: b"GIF89a" + bytes(range(256)), "a picture"),
        (lambda: b"SQLite format 3\0" + bytes(500), "an SQLite database"),
        (lambda: b"PK\5\6" + bytes(18), "an empty ZIP archive"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_what_is_no_table_or_unpacks_too_far_is_refused_in_words(data, words, tmp_path):
    content = data()
    tracemalloc.start()
    with pytest.raises(DataError) as refused:
        raw(tmp_path, content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert words in str(refused.value).replace("\N{INVISIBLE SEPARATOR}", "")
    assert most < 20_000_000


def test_a_gzip_archive_of_very_many_parts_is_read_at_once_and_its_last_part_may_be_small(tmp_path):
    many = gzip.compress(TEXT * 2_000) + gzip.compress(b"") * 20_000 + gzip.compress(TEXT)
    begun = time.process_time()
    assert raw(tmp_path, many).rows > 40_000
    assert time.process_time() - begun < 2


def test_a_map_in_parquet_is_text_as_lists_are(tmp_path):
    content = io.BytesIO()
    maps = pa.array([[("tier", "gold")]] * 30, pa.map_(pa.string(), pa.string()))
    parquet.write_table(pa.table({"customer": range(30), "spent": range(30), "more": maps}), content)
    assert "gold" in raw(tmp_path, content.getvalue()).columns["more"][0].as_py()


def test_a_footer_that_ends_the_process_that_reads_it_ends_nobody_elses(tmp_path):
    """One bit: the library throws where nobody catches, and what reads the file is aborted."""
    content = io.BytesIO()
    parquet.write_table(pa.table({"ID": [1, 2, 3], "Income": pa.array([[1.5], [2.5], [3.5]])}), content)
    damaged = bytearray(content.getvalue())
    damaged[-407] ^= 0x10
    with pytest.raises(DataError, match=r"a Parquet file that can't be read"):
        raw(tmp_path, bytes(damaged))
    assert opens_to(bytes(damaged), max_mb=5) >= len(damaged)
