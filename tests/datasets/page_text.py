"""What is read as one on a drawn page: texts, key figures, and rows of tables."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

INLINE = {"Strong", "Em", "Span", "A"}


@dataclass
class PageText:
    """Texts with the kind of element that they are in, rows of the tables behind charts, lines of drawn tables."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, drawn: object) -> PageText:
        found = cls()
        found._read(drawn)
        return found

    def _read(self, drawn: object) -> None:
        children = [one for one in (drawn if isinstance(drawn, list) else [drawn]) if one]
        if _is_one_text(children):
            self.texts.append(("Text", flat(children)))
        elif terms := [one for one in children if isinstance(one, dict) and one["type"] in ("Dt", "Dd")]:
            self.texts.append(("Figure", " | ".join(flat(one) for one in terms)))
        else:
            for one in children:
                self._read_component(one)

    def _read_component(self, drawn: dict) -> None:
        props = drawn["props"]
        if "data-table" in props:
            table = json.loads(props["data-table"])
            self.rows.setdefault(table["caption"], []).extend(table["rows"])
        if drawn["type"] == "Tr":
            self.lines.append(" | ".join(flat(cell) for cell in props["children"]))
        elif isinstance(props.get("children"), str):
            self.texts.append((drawn["type"], props["children"]))
        else:
            self._read(props.get("children") or [])


def _is_one_text(children: list) -> bool:
    words = any(isinstance(one, str) for one in children)
    return words and all(isinstance(one, str) or one["type"] in INLINE for one in children)


def flat(drawn: object) -> str:
    if isinstance(drawn, list):
        return " ".join(filter(None, map(flat, drawn)))
    return flat(drawn["props"].get("children")) if isinstance(drawn, dict) else str(drawn or "")
