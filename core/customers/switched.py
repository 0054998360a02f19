"""The moment from which a customer is shown no more: rows of the database go over to what was made anew, or go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from core.customers.mentions import named_by, without
from core.customers.remade import Remade, renumbered
from core.customers.traces import Trace, Where
from core.datasets.in_common import heirs
from core.errors import DataError
from core.model.artefacts import Model
from core.model.given_names import members
from core.store.tables import (
    FOUND_OF_MODEL,
    SAID_OF_MODEL,
    deployments,
    findings,
    jobs,
    marks,
    page_notes,
    saved_views,
    segment_names,
    versions,
)


def go_over(
    connection: Connection, slug: str, id: str, made: Sequence[Remade], named: Iterable[Trace]
) -> None:
    """Change every row that is about what was made anew, in a transaction of the caller's, or names the customer.

    Raises DataError if the versions are others by now.
    """
    for one in made:
        _version(connection, slug, one)
        _choices(connection, slug, one)
        for old, new in one.models:
            _names(connection, slug, old, new)
            _addresses(connection, slug, old, new)
            _forget_about(connection, slug, old.card.key)
            of_old = (marks.c.dataset == slug) & (marks.c.model == old.card.key)
            connection.execute(update(marks).where(of_old).values(model=new.card.key))
    for trace in named:
        _forget(connection, slug, id, trace)


def _version(connection: Connection, slug: str, one: Remade) -> None:
    before, after = one.before.version, one.after.version
    this = (versions.c.dataset == slug) & (versions.c.number == before.number)
    values = {name: getattr(after, name) for name in ("folder", "file", "rows", "changes")}
    same = this & (versions.c.folder == before.folder)
    if not connection.execute(update(versions).where(same).values(values)).rowcount:
        raise DataError(
            f"The versions of {slug} were changed meanwhile. Look at them once more, and try again."
        )


def _choices(connection: Connection, slug: str, one: Remade) -> None:
    """Which models were live: those that were made anew go by their new keys."""
    was, now = one.settings
    here = (deployments.c.dataset == slug) & (deployments.c.settings == was)
    for id, model in connection.execute(select(deployments.c.id, deployments.c.model).where(here)).all():
        values = {"settings": now, "model": one.keys.get(model, model)}
        connection.execute(update(deployments).where(deployments.c.id == id).values(values))


def _names(connection: Connection, slug: str, old: Model, new: Model) -> None:
    """What people said of segments is said of those that most of their customers are in now."""
    of_old = (segment_names.c.dataset == slug) & (segment_names.c.model == old.card.key)
    rows = connection.execute(select(segment_names).where(of_old)).mappings().all()
    if not rows:
        return
    going, whose = heirs(old, new), members(new.folder)
    kept: dict[int, dict[str, object]] = {}
    for row in rows:
        heir = going.get(row["segment"])
        if heir and heir.is_closest:
            number = heir.after.number
            place = {"model": new.card.key, "segment": number, "members": whose.get(number, "")}
            kept.setdefault(number, {**row, **place})
    connection.execute(delete(segment_names).where(of_old))
    for one in kept.values():
        connection.execute(insert(segment_names).values(one))


def _addresses(connection: Connection, slug: str, old: Model, new: Model) -> None:
    """Saved views of a model are of the one in its place, where segments have the numbers that they had."""
    if renumbered(old, new):
        return
    was, now = f"model={old.card.key}", f"model={new.card.key}"
    of_it = (saved_views.c.dataset == slug) & saved_views.c.address.contains(was)
    for id, address in connection.execute(select(saved_views.c.id, saved_views.c.address).where(of_it)).all():
        values = {"address": address.replace(was, now)}
        connection.execute(update(saved_views).where(saved_views.c.id == id).values(values))


def _forget_about(connection: Connection, slug: str, key: str) -> None:
    """What was found about a model that is no more, and the calculations that were to find it."""
    for table in FOUND_OF_MODEL:
        about = (table.c.dataset == slug) & (table.c.model == key)
        if table is jobs:
            about &= jobs.c.kind != "erase"
        connection.execute(delete(table).where(about))


def _forget(connection: Connection, slug: str, id: str, trace: Trace) -> None:
    """Take a mention away: the ID out of what is about others too, and what is about the customer altogether."""
    if trace.where in (Where.NOTE, Where.MARK):
        _unsay(connection, slug, id)
    elif trace.where is Where.PAGE_NOTE:
        this = page_notes.c.id == int(trace.id)
        text = connection.scalar(select(page_notes.c.text).where(this)) or ""
        connection.execute(update(page_notes).where(this).values(text=without(text, id)))
    elif trace.where is Where.VIEW:
        _forget_view(connection, id, trace.id)
    elif trace.where is Where.FINDING:
        about = (findings.c.dataset == slug) & (findings.c.model == trace.id)
        connection.execute(delete(findings).where(about))
    elif trace.where is Where.JOB:
        connection.execute(delete(jobs).where(jobs.c.id == trace.id))


def _forget_view(connection: Connection, id: str, view: str) -> None:
    """A view of the customer's page goes; one that is only called so has another name."""
    this = saved_views.c.id == view
    row = connection.execute(select(saved_views).where(this)).one()
    if named_by(row.address, id):
        connection.execute(delete(saved_views).where(this))
    else:
        connection.execute(update(saved_views).where(this).values(name=without(row.name, id)))


def _unsay(connection: Connection, slug: str, id: str) -> None:
    """Notes and names without the ID; they are about other customers as well, and stay."""
    for table in SAID_OF_MODEL:
        names = [one for one in ("name", "note") if one in table.c]
        for row in connection.execute(select(table).where(table.c.dataset == slug)).all():
            texts = {what: without(text, id) for what in names if (text := getattr(row, what))}
            if any(texts[what] != getattr(row, what) for what in texts):
                connection.execute(update(table).where(table.c.id == row.id).values(texts))
