"""Write `.env.example` and the settings table of docs/operations.md from `core.settings.Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

from core.settings import ROOT, Settings, variable

EXAMPLE = ROOT / ".env.example"
OPERATIONS = ROOT / "docs" / "operations.md"
BEGIN = "<!-- settings: written by `make settings` -->"
END = "<!-- end of settings -->"


def example() -> str:
    """`.env.example`: every setting, its help, and its default, commented out."""
    head = "# Copy to .env and uncomment what should differ. The environment wins over this file.\n"
    entries = [
        f"\n# {field.description}\n# {variable(name)}={default(field)}\n"
        for name, field in Settings.model_fields.items()
    ]
    return head + "".join(entries)


def table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{variable(name)}` | {code(default(field))} | {field.description}{choices(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it sets |", "| --- | --- | --- |", *rows])


def default(field: FieldInfo) -> str:
    """The default as an operator would type it; paths from the folder of the code."""
    if field.default is None:
        return ""
    if isinstance(field.default, Path):
        return field.default.relative_to(ROOT).as_posix()
    return str(field.default)


def choices(field: FieldInfo) -> str:
    """The values that a setting is limited to, if it is."""
    words = [word for word in get_args(field.annotation) if isinstance(word, str) and word]
    return f" One of {', '.join(f'`{word}`' for word in words)}." if words else ""


def code(text: str) -> str:
    """`text` in backquotes; a word where there is none."""
    return f"`{text}`" if text else "(empty)"


def with_table(page: str) -> str:
    """`page` with what stands between the two marks replaced by the table of today."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write both files."""
    EXAMPLE.write_text(example(), encoding="utf-8")
    OPERATIONS.write_text(with_table(OPERATIONS.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
