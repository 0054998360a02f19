"""Aggregates of the file that the sample imitates, published or computed from it: counts, quantiles, group means; no rows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import SimpleNamespace

published = SimpleNamespace(**tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))
