"""From bytes to UTF-8 text with a known delimiter; what is no delimited text is refused with words."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from core.customers.read_frame import TABLE, find_table
from core.customers.remarks import Remark
from core.errors import DataError

_EXPORT_HINT = "Open it in the program it comes from and save it as CSV (UTF-8)."
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_OPENINGS = {"{": "JSON", "[": "JSON", "<": "HTML or XML"}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Text:
    """A delimited text in UTF-8 without byte-order mark, starting at its header."""

    data: bytes
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    blank_lines: int
    remarks: tuple[Remark, ...] = ()


def load(source: Path | bytes, *, name: str, max_mb: int) -> bytes:
    """Bytes of `source`, unless it is larger than `max_mb` or can't be opened."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > max_mb * 1_000_000:
            raise _too_large(name, size, max_mb)
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        reason = (error.strerror or "error").lower()
        hint = "Check the path and its permissions (PARTERRE_DATA names the customer file)."
        raise DataError.of(name, f"no readable file ({reason})", "a customer file", hint) from error


def to_text(data: bytes, *, name: str) -> Text:
    """Decode `data`, refuse what is not a table, and find its delimiter and header."""
    _refuse_other_formats(data, name)
    data, encoding = _to_utf8(data, name)
    start = data.lstrip(b"\r\n ")
    if not start:
        raise DataError.of(name, "an empty file", TABLE, _EXPORT_HINT)
    _refuse_markup(start, name)
    blank = len(data[: len(data) - len(start)].splitlines())
    frame = find_table(start if start.endswith((b"\n", b"\r")) else start + b"\n", name=name)
    return Text(frame.data, encoding, frame.delimiter, frame.header, blank, frame.remarks)


def _too_large(name: str, size: int, max_mb: int) -> DataError:
    hint = "Raise PARTERRE_MAX_FILE_MB, or export fewer columns or customers."
    return DataError.of(name, f"{size / 1e6:,.1f} MB", f"at most {max_mb:,} MB", hint)


def _refuse_other_formats(data: bytes, name: str) -> None:
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise DataError.of(name, what, TABLE, _EXPORT_HINT)


def _refuse_markup(data: bytes, name: str) -> None:
    what = _OPENINGS.get(data[:1].decode("utf-8", "replace"))
    if what:
        raise DataError.of(name, what, TABLE, _EXPORT_HINT)


def _to_utf8(data: bytes, name: str) -> tuple[bytes, str]:
    if data.startswith(codecs.BOM_UTF8):
        return _transcoded(data[3:], "utf-8", "UTF-8 with byte-order mark", name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcoded(data, "utf-16", "UTF-16", name)
    if _CONTROL.search(data):
        raise DataError.of(name, "binary data", TABLE, _EXPORT_HINT)
    if data.isascii():
        return data, "UTF-8"
    try:
        return _transcoded(data, "utf-8", "UTF-8", name)
    except DataError:
        return data.decode("cp1252", "replace").encode(), "Latin-1"


def _transcoded(data: bytes, codec: str, label: str, name: str) -> tuple[bytes, str]:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        found = f"bytes that are no {label} (at {error.start:,})"
        raise DataError.of(name, found, TABLE, _EXPORT_HINT) from error
    encoded = data if codec == "utf-8" else text.encode()
    if _CONTROL.search(encoded):
        raise DataError.of(name, "binary data", TABLE, _EXPORT_HINT)
    return encoded, label
