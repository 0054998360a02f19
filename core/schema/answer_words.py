"""Answers that are told by what is in a column: accepted or declined, won or lost, churned or stayed, good or bad."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from core.schema.facts import Facts, Form
from core.schema.heading_words import plain

_MOST = 4  # different texts that an answer can have
_SURE, _VAGUE = 0.9, 0.8
_PAIRS = {
    name: tuple(frozenset(map(plain, side)) for side in (told["yes"], told["no"]))
    for name, told in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
_BESIDE = frozenset(
    map(plain, ("unknown", "no reply", "no answer", "pending", "open", "other", "n/a", "joined", "new"))
)


@dataclass(frozen=True)
class Told:
    """An answer: the text that means yes, whether it is an event that nobody was asked about, and how sure that is."""

    yes: str
    event: bool
    sure: float


def told_by(fact: Facts) -> Told | None:
    """The answer that a column holds by its words; None if it holds none.

    One of them means yes, another the opposite, and what is beside them says that there is no answer yet.
    """
    texts = [text for text in fact.texts if text]
    if fact.form not in (Form.TEXT, Form.FLAG) or not 2 <= len({*map(plain, texts)}) <= _MOST:
        return None
    for name, (yes, no) in _PAIRS.items():
        meant = [text for text in texts if plain(text) in yes]
        against = [text for text in texts if plain(text) in no]
        others = [text for text in texts if plain(text) not in (yes | no | _BESIDE)]
        if len({*map(plain, meant)}) == 1 and against and not others:
            vague = name == "vague" or len({*map(plain, texts)}) > 2
            return Told(meant[0], name != "asked", _VAGUE if vague else _SURE)
    return None


def is_event(text: str) -> bool:
    """Whether a text that means yes tells of what happened, and of nobody's answer to a question."""
    return any(plain(text) in yes for name, (yes, _) in _PAIRS.items() if name != "asked")
