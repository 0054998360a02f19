"""What a file is by its content, whatever its name says; and the one table in an archive, unpacked no further than allowed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zipfile import BadZipFile, ZipFile, ZipInfo

from core.data import parquet
from core.data.remarks import Remark
from core.errors import SMALLER, TABLE, DataError
from core.numbers import to_tell

ZIP, GZIP, OLD, PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"PAR1"
_BLOCK = 1 << 20
_PIECE = 1 << 12  # small, since what follows a part of a gzip archive is copied with each part
_ENTRY, _MOST_ENTRIES = b"PK\x01\x02", 5_000
_STORED, _DEFLATED = 0, 8  # the ways to pack of which Python unpacks no more than it is asked for
_MOST_RATIO, _SMALL = 400, 1_000_000  # times that a table may grow, and bytes below which that means nothing
_TABLES = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".parquet",
    ".pq",
    ".gz",
)
_EXPORT_HINT = "Open it in the program it comes from and save it as CSV (UTF-8)."
_ONE_HINT = "Pack one table, or add the table itself."
_SIGNATURES = {
    b"PK\x05\x06": "an empty ZIP archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file (Feather)",
    b"ORC\x03": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"$FL2": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    b"RDX": "an R data file",
    b"\x80\x04": "a Python pickle",
}
_DOCUMENTS = {"word/": "a Word document", "ppt/": "a presentation", "META-INF/MANIFEST.MF": "a Java archive"}


def is_packed(data: bytes) -> bool:
    """Whether there is more in it than its size tells: an archive, a workbook, or Parquet."""
    return data.startswith((ZIP, GZIP, OLD, PARQUET))


def is_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook: a ZIP archive with one inside, or one of the time before."""
    return data.startswith(OLD) or bool(workbook_kind(data))


def workbook_kind(data: bytes) -> str:
    """What sort of workbook an archive is; empty if it is none."""
    names = _names(data) if data.startswith(ZIP) else frozenset()
    if any(one.startswith("xl/workbook.") for one in names) or data.startswith(OLD):
        return "Excel workbook"
    is_sheet = {"mimetype", "content.xml"} <= names and b"opendocument.spreadsheet" in data[:200]
    return "OpenDocument workbook" if is_sheet else ""


def tables_in(data: bytes, *, name: str, max_mb: int) -> list[tuple[str, bytes]]:
    """The tables of a ZIP archive that holds several, each with its name; none of anything else.

    Raises DataError if they unpack to more than they may.
    """
    _refuse_many(data, name)
    if not data.startswith(ZIP) or is_workbook(data):
        return []
    with _opened(data, name) as archive:
        chosen = _tables(archive.infolist(), name)
        if len(chosen) < 2:
            return []
        _refuse_large(sum(one.file_size for one in chosen), len(data), name, max_mb)
        found, left = list[tuple[str, bytes]](), max_mb * 1_000_000
        for one in chosen:
            found.append((one.filename.rsplit("/", 1)[-1][:60], _content(archive, one, name, left)))
            left -= len(found[-1][1])
            _refuse_large(max_mb * 1_000_000 - left, len(data), name, max_mb)
    return found


def unpacked(data: bytes, *, name: str, max_mb: int) -> tuple[bytes, list[Remark]]:
    """What is in an archive of one table, and where it was; anything else as it is.

    Raises DataError if there are several, it unpacks to more than it may, or it is no table.
    """
    remarks: list[Remark] = []
    _refuse_many(data, name)
    if data.startswith(ZIP) and not is_workbook(data):
        data, said = _from_zip(data, name, max_mb)
        remarks.append(said)
    if data.startswith(GZIP):
        data = _from_gzip(data, name, max_mb)
        remarks.append(Remark("unpacked", "", 1, "Unpacked from a gzip archive."))
    _refuse_others(data, name)
    return data, remarks


def opens_to(data: bytes, *, max_mb: int) -> int:
    """Bytes that are read of it: of an archive or a workbook what it unpacks to, of Parquet what it is as text.

    Where that can't be told, since it is damaged or too large, as many as it has: whoever reads it says so at once.
    """
    with suppress(DataError):
        data, _ = unpacked(data, name="", max_mb=max_mb)
    if data.startswith(PARQUET):
        return parquet.opens_to(data)
    if not data.startswith(ZIP):
        return len(data)
    with suppress(DataError), _opened(data, "") as archive:
        return sum(one.file_size for one in archive.infolist())
    return len(data)


def _refuse_many(data: bytes, name: str) -> None:
    """Refuse an archive of more parts than it may have, before its list of them is made."""
    if data.startswith(ZIP) and (parts := data.count(_ENTRY)) > _MOST_ENTRIES:
        expected = f"at most {to_tell(_MOST_ENTRIES)}"
        raise DataError.of(name, f"an archive of {to_tell(parts)} parts", expected, _ONE_HINT)


def _refuse_others(data: bytes, name: str) -> None:
    _refuse_many(data, name)
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise DataError.of(name, what, TABLE, _EXPORT_HINT)
    if data.startswith((ZIP, GZIP)) and not is_workbook(data):
        raise DataError.of(name, "an archive within an archive", TABLE, _ONE_HINT)


def _names(data: bytes) -> frozenset[str]:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return frozenset()


def _from_gzip(data: bytes, name: str, max_mb: int) -> bytes:
    """What a gzip archive holds, in one part or several; never more than allowed is in memory."""
    found, at, view = bytearray(), 0, memoryview(data)
    try:
        while data.startswith(GZIP, at):
            unpacker = zlib.decompressobj(31)
            while at < len(data) and not unpacker.eof:
                piece = view[at : at + _PIECE]
                found += unpacker.decompress(piece, _BLOCK)
                at += len(piece) - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
                _refuse_large(len(found), len(data), name, max_mb)
            if not unpacker.eof:
                raise DataError.of(
                    name, "a gzip archive that breaks off", TABLE, "Pack it again, or copy it again."
                )
    except zlib.error as error:
        raise DataError.of(name, f"a damaged gzip archive ({error})", TABLE, "Pack it again.") from error
    return bytes(found)


def _refuse_large(size: int, packed: int, name: str, max_mb: int) -> None:
    if size > max_mb * 1_000_000:
        most = f"{to_tell(max_mb)} MB"
        raise DataError.of(name, f"an archive that unpacks to more than {most}", f"at most {most}", SMALLER)
    if size > max(_SMALL, _MOST_RATIO * packed):
        found = f"an archive that unpacks to more than {_MOST_RATIO} times its size"
        raise DataError.of(name, found, "a table", "Add the table itself.")


def _from_zip(data: bytes, name: str, max_mb: int) -> tuple[bytes, Remark]:
    with _opened(data, name) as archive:
        entry = _only_table(archive.infolist(), name)
        _refuse_large(entry.file_size, len(data), name, max_mb)
        table = _content(archive, entry, name, max_mb * 1_000_000)
    _refuse_large(len(table), len(data), name, max_mb)
    shown = entry.filename.rsplit("/", 1)[-1][:60]
    return table, Remark("unpacked", "", 1, f"Unpacked from a ZIP archive: {shown!r}.")


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[ZipFile]:
    """A ZIP archive; whatever is wrong with it is told in words."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise DataError.of(
            name, f"a damaged ZIP archive ({str(error)[:80]})", TABLE, "Pack it again."
        ) from error


def _content(archive: ZipFile, entry: ZipInfo, name: str, most: int) -> bytes:
    """What is in a part of an archive, and one byte more than the most where it is longer."""
    if entry.flag_bits & 1:
        raise DataError.of(name, "a ZIP archive with a password", TABLE, _ONE_HINT)
    if entry.compress_type not in (_STORED, _DEFLATED):
        found = f"a ZIP archive packed in the way {entry.compress_type}"
        raise DataError.of(name, found, "one packed by Deflate, as is usual", "Pack it again.")
    with archive.open(entry) as file:
        return file.read(most + 1)


def _only_table(entries: list[ZipInfo], name: str) -> ZipInfo:
    """The entry that is the table: the only one, or the only one that is called like one.

    Raises DataError if there is none, or several.
    """
    chosen = _tables(entries, name)
    if len(chosen) == 1:
        return chosen[0]
    shown = ", ".join(repr(one.filename[-40:]) for one in chosen[:4])
    found = f"a ZIP archive of {to_tell(len(chosen))} files ({shown})" if chosen else "an empty ZIP archive"
    raise DataError.of(name, found, "one table in it", _ONE_HINT)


def _tables(entries: list[ZipInfo], name: str) -> list[ZipInfo]:
    """The entries that are called like tables, else all."""
    names = [one.filename for one in entries]
    for begin, what in _DOCUMENTS.items():
        if any(one.startswith(begin) for one in names):
            raise DataError.of(name, what, TABLE, _EXPORT_HINT)
    files = [one for one in entries[:_MOST_ENTRIES] if not one.is_dir() and not _is_hidden(one.filename)]
    tables = [one for one in files if one.filename.lower().endswith(_TABLES)]
    if len(tables) > 1:
        tables = [one for one in tables if not one.filename.lower().endswith(".txt")] or tables
    return tables or files


def _is_hidden(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1].startswith(".")
