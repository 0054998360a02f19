"""Customers elsewhere that datasets may be made of, as the operator names them; what makes them takes longer to import."""

from __future__ import annotations

from enum import StrEnum

from core.settings import Settings, listed


class What(StrEnum):
    """What may be asked of a table in the warehouse."""

    ADD = "add"
    UPDATE = "update"
    SCORE = "score"


def offered(settings: Settings) -> tuple[str, ...]:
    """Addresses that the operator lets datasets be made of; none without a cluster."""
    return listed(settings.cluster_data) if settings.dask_scheduler else ()


def tables_offered(settings: Settings) -> tuple[str, ...]:
    """Tables of the warehouse that the operator names: of these, and no others, pages make datasets."""
    return listed(settings.source_tables) if settings.source else ()


def table_of(slug: str) -> str:
    """What the table is called into which the segments of a dataset are written back."""
    return f"segments_of_{(slug or 'default').replace('-', '_')}"[:60]


def title_of(address: str) -> str:
    """What a dataset is called after where it came from."""
    return address.rstrip("/*").rsplit("/", 1)[-1].removesuffix(".parquet") or address
