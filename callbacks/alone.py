"""Commands that need no model, no server and no key: they work where Parterre itself can't start."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import click
from flask import Flask
from flask.cli import AppGroup

from callbacks import backups, table_evidence
from core.settings import Settings

ROOMS = MappingProxyType({"evidence": table_evidence, "backup": backups, "restore": backups})


def is_asked(words: Sequence[str]) -> bool:
    """Whether a command line asks for one of them."""
    return "parterre" in words and words[words.index("parterre") + 1 :][:1] in [[name] for name in ROOMS]


def server(settings: Settings) -> Flask:
    """One that answers nothing and has these commands."""
    made = Flask(__name__, static_folder=None)
    parterre = AppGroup("parterre", help="Parterre's own commands.")
    made.cli.add_command(parterre)
    register(parterre, settings)
    return made


def register(parterre: click.Group, settings: Settings) -> None:
    """Add them to Parterre's commands."""
    for room in set(ROOMS.values()):
        room.register(parterre, settings)
