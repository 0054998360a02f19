"""What people write over the columns of the personality file, in several languages."""

from __future__ import annotations

from pathlib import Path

from core.schema.heading_words import patterns
from core.schema.template import Template

PERSONALITY_TEMPLATE = Template(patterns(Path(__file__).with_suffix(".toml")), monthly=("NumWebVisitsMonth",))
