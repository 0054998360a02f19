"""The errors that users see: what was found, what was expected, what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Self

TABLE = "a table of customers as comma-, semicolon- or tab-separated text (CSV), a workbook (XLSX, XLS, ODS) or Parquet"
SMALLER = "Raise PARTERRE_MAX_FILE_MB, or export fewer columns or customers."


class ParterreError(Exception):
    """Parent of every error whose message may be shown to a user as it is."""


class SettingsError(ParterreError):
    """A setting that the product can't start with."""


class FoundError(ParterreError):
    """Something in a file or a database that is not what was expected."""

    @classmethod
    def of(cls, source: str, found: str, expected: str, hint: str) -> Self:
        """Say what was found in `source`, what was expected, and what to do."""
        return cls(f"{source}: found {found}. Expected {expected}. {hint}")


class DataError(FoundError):
    """A customer file that can't be read as one."""


class SchemaError(DataError):
    """A table whose columns don't fit."""

    @classmethod
    def missing(
        cls, missing: Iterable[str], found: Iterable[str], *, source: str, looks: str = ""
    ) -> SchemaError:
        """Columns that the product needs and the file lacks; `looks` says what it looks like instead."""
        hint = looks or "Rename the columns in the file, or export it again with these columns."
        return cls(
            f"{source}: no column for {', '.join(missing)}. Found {', '.join(found) or 'none'}. {hint}"
        )

    @classmethod
    def repeated(cls, names: Iterable[str], *, source: str) -> SchemaError:
        """Two columns of one name: there is no telling which one is meant."""
        return cls(
            f"{source}: found more than one column named {', '.join(names)}. Expected each name once. "
            "Delete or rename the spare column in the file."
        )


class ModelError(ParterreError):
    """A model that can't be made from these customers, or can't answer this question."""


class SourceError(FoundError):
    """A warehouse that can't be reached, or whose tables are not what is asked of them."""


class ClusterError(ParterreError):
    """Machines that were to work together, and can't."""

    @classmethod
    def gone(cls, address: str) -> ClusterError:
        """Its scheduler does not answer, or does no longer."""
        return cls(
            f"Found no scheduler that answers at {address}. Expected a Dask scheduler (DASK_SCHEDULER). Nothing was kept of "
            "what was under way. Start it, and ask again."
        )


class NoSuchDatasetError(ParterreError):
    """A dataset that is not here, or not for who asks."""

    @classmethod
    def called(cls, slug: str) -> NoSuchDatasetError:
        """The same words, whether it is not there or not to be seen."""
        return cls(
            f"Found no dataset {slug[:60]!r}. Expected one that was added here. Start from the overview."
        )


class AccountError(ParterreError):
    """A sign-up, sign-in or account change that can't be done as asked."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooMuchError(ParterreError):
    """More at once, or within an hour, than one visitor may ask for; possible again after `wait` seconds."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.wait = max(1, math.ceil(wait))


class OffsetError(ParterreError):
    """A piece of a file that does not go on where what has `come` ends."""

    def __init__(self, message: str, come: int) -> None:
        super().__init__(message)
        self.come = come


class NoRoomError(ParterreError):
    """More than the disk, or all visitors together, may hold at the moment."""


class UnscannedError(ParterreError):
    """A file of which the virus scanner did not say whether it is clean."""


class StoreError(ParterreError):
    """What is kept that can't be read or written."""


class GoneError(StoreError):
    """A database that can't be reached, which passes."""


class NoteError(ParterreError):
    """A note that can't be kept as it is."""


class ReportError(ParterreError):
    """A report that can't be sent as asked."""


class JobError(ParterreError):
    """A long calculation that can't be started, stopped or finished."""
