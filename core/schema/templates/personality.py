"""Customers of a shop and how they answer campaigns: the template of the sample and of files like it."""

from __future__ import annotations

from pathlib import Path

from core.schema.schema import Schema

PERSONALITY = Schema.from_toml(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
