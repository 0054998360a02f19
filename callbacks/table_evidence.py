"""`parterre evidence FILE` on the command line: are there groups in a table, and how many?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from core.datasets.table_evidence import TableEvidence, evidence_of
from core.errors import ParterreError
from core.evidence import preference, recommendation
from core.evidence.evidence import Candidate
from core.numbers import Numbers, plain, written_in
from core.settings import Settings, listed


def register(parterre: click.Group, settings: Settings) -> None:
    """Add `evidence` to Parterre's commands."""

    @parterre.command(
        "evidence", help="Say whether the customers of FILE lie in groups, and how many segments fit."
    )
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--basis", default="", help="Columns of numbers to build segments on, separated by commas.")
    @click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
    def evidence(file: Path, basis: str, *, as_json: bool) -> None:
        numbers = written_in(settings.locale or Numbers.locale, settings.currency)
        try:
            found = evidence_of(file, settings, listed(basis))
        except ParterreError as error:
            if not as_json:
                raise
            click.echo(_as_json(refused(str(error))))
            raise SystemExit(1) from None
        click.echo(_as_json(told(found, numbers)) if as_json else plain(in_words(found, numbers)))


def told(table: TableEvidence, numbers: Numbers) -> dict[str, Any]:
    """The evidence as JSON: the shape that docs/operations.md describes."""
    found = table.found
    return {
        "rows": found.customers,
        "basis": list(table.basis),
        "groups": {
            "found": found.groups and found.groups.found,
            "p": found.groups and found.groups.chance,
            "words": recommendation.grouped(found, numbers),
        },
        "valleys": {str(one.k): _valleys(one) for one in found.choices[1:]},
        "preferred": preference.preferred(found),
        "recommended": [preference.recommended(found)],
        "lead": recommendation.opening(found, None, numbers),
        "refused": "",
    }


def _valleys(choice: Candidate) -> list[dict[str, Any]]:
    return [{"pair": list(one.pair), "p": one.chance} for one in choice.valleys]


def refused(sentence: str) -> dict[str, Any]:
    """The same of a table of which nothing can be said."""
    groups = {"found": None, "p": None, "words": ""}
    lists: dict[str, Any] = {"basis": [], "valleys": {}, "preferred": {}, "recommended": []}
    return {"rows": None, "groups": groups, **lists, "lead": "", "refused": sentence}


def in_words(table: TableEvidence, numbers: Numbers) -> str:
    """The same for who reads."""
    found = table.found
    lines = [f"{numbers.whole(found.customers)} customers, segments built on {', '.join(table.basis)}."]
    lines.append(recommendation.opening(found, None, numbers))
    return "\n".join(lines)


def _as_json(said: dict[str, Any]) -> str:
    return plain(json.dumps(said, ensure_ascii=False, indent=1))
