"""The tables of the database. What hangs on a dataset has its slug; the default one has none."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Named, Table, TypedColumns

METADATA = MetaData()


class _Takeovers(TypedColumns):
    what: Named[str] = Column(primary_key=True)
    at: Named[str]


class _Deployments(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    settings: Named[str]
    model: Named[str]
    parameters: Named[str]
    who: Named[str]
    at: Named[str]


takeovers = Table("takeovers", METADATA, _Takeovers)
# With autoincrement, SQLite never gives the id of a row that is gone again.
deployments = Table("deployments", METADATA, _Deployments, sqlite_autoincrement=True)
Index("deployments_of_dataset", deployments.c.dataset, deployments.c.id)
