"""Files on shared storage that datasets may be made of; what makes them takes longer to import."""

from __future__ import annotations

from core.settings import Settings, listed


def offered(settings: Settings) -> tuple[str, ...]:
    """Addresses that the operator lets datasets be made of; none without a cluster."""
    return listed(settings.cluster_data) if settings.dask_scheduler else ()


def title_of(address: str) -> str:
    """What a dataset is called after where it came from."""
    return address.rstrip("/*").rsplit("/", 1)[-1].removesuffix(".parquet") or address
