"""A proposal as JSON: what the command line prints, and what is kept of a file that waits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.datasets.intake import Proposal


def told(proposal: Proposal, slug: str | None = None) -> dict[str, Any]:
    """A proposal as JSON: the shape that docs/operations.md describes."""
    joined = {} if proposal.joined is None else {"joined": proposal.joined}
    return {
        "read": _read(proposal),
        "grain": proposal.guessed.grain,
        "columns": [
            {
                "column": one.column,
                "kind": one.kind,
                "role": one.role,
                "sure": round(one.sure, 2),
                "reason": one.reason,
                "examples": [] if one.secret else list(one.examples),
            }
            for one in proposal.guessed.columns
        ],
        "decisions": [asdict(one) for one in proposal.decisions],
        "built_on": proposal.guessed.built_on,
        "problems": [{"what": one.what, "rows": one.rows, "do": one.do} for one in proposal.problems],
        "refused": proposal.refused,
        "dataset": slug,
        **joined,
    }


def _read(proposal: Proposal) -> dict[str, Any]:
    raw = proposal.raw
    if raw is None:
        names = ("rows", "columns", "encoding", "delimiter", "sheet", "header_row")
        return {**dict.fromkeys(names), "notes": []}
    text = raw.text
    return {
        "rows": raw.rows,
        "columns": len(raw.columns),
        "encoding": text.encoding if raw.is_text else None,
        "delimiter": text.delimiter if raw.is_text else None,
        "sheet": text.sheet or None,
        "header_row": text.header_row or None,
        "notes": [*proposal.notes, *(one.told for one in proposal.decisions)],
    }
