"""Reports as files, kept for a week for the one who asked."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.errors import ReportError
from core.reports.story import Story, apart
from core.store.erasures import Erasures, Stage
from core.store.kept_files import Kept, KeptFiles, reports_in

if TYPE_CHECKING:
    from core.services import Services

MOST_EACH = 50  # of one user about one dataset: older ones go


# What no XML may hold, nor so slides, workbooks and SVG: cells of files that were read as they are may.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_NO_WORDS = ("link", "form", "colour")


def _in_files(told: Any, name: str = "") -> Any:
    """The same with a space for every character that XML may not hold, and words from right to left apart from others."""
    if isinstance(told, str):
        held = _NO_XML.sub(" ", told)
        return held if name in _NO_WORDS else apart(held)
    if is_dataclass(told) and not isinstance(told, type):
        names = [one.name for one in fields(told) if one.init]
        return replace(told, **{name: _in_files(getattr(told, name), name) for name in names})
    return type(told)(map(_in_files, told)) if isinstance(told, list | tuple) else told


@dataclass(frozen=True)
class Form:
    """A kind of file: what people call it, its media type, and what writes it, imported when it is first needed."""

    name: str
    media: str
    place: str

    def write(self, story: Story) -> bytes:
        """The report as such a file."""
        module, _, name = self.place.partition(":")
        writer: Callable[[Story], bytes] = getattr(importlib.import_module(module), name)
        return writer(_in_files(story))


_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "pdf": Form("PDF", "application/pdf", "core.reports.pdf:pdf"),
        "pptx": Form("PowerPoint", f"{_OFFICE}presentationml.presentation", "core.reports.slides:slides"),
        "xlsx": Form("Excel", f"{_OFFICE}spreadsheetml.sheet", "core.reports.sheets:sheets"),
        "html": Form("Web page", "application/octet-stream", "core.reports.web:web"),
    }
)


def of(services: Services) -> KeptFiles:
    """Where they are kept. A dataset is known by its folder: another one may come to have its slug."""
    return reports_in(services.settings.home, services.dataset.home.name)


@dataclass(frozen=True)
class Moment:
    """When a report was begun, as far as customers are erased: what is told later may still name one who was."""

    erasures: Erasures
    dataset: str
    stages: tuple[tuple[int, str], ...]

    @classmethod
    def now(cls, services: Services) -> Moment:
        """Of the dataset that is served."""
        erasures, slug = Erasures(services.database), services.dataset.slug
        return cls(erasures, slug, erasures.stages(slug))

    def check(self) -> None:
        """Raises ReportError if a customer was, or is being, erased since."""
        stages = self.erasures.stages(self.dataset)
        if stages != self.stages or any(stage != Stage.DONE for _, stage in stages):
            raise ReportError(
                "A customer was erased while this report was made, so it was not kept. Make it once more."
            )


def keep(services: Services, story: Story, form: str, *, owner: str, begun: Moment) -> Kept:
    """Write a report and keep it; the owner's oldest go.

    Raises NoRoomError if there is no room, ReportError if a customer was erased since it was `begun`.
    """
    files, content = of(services), FORMS[form].write(story)
    told = {"form": form, "filters": story.stamps[0][1], "model": services.model.card.key}
    with files.alone():  # an erasure drops what is there then
        begun.check()
        one = files.keep(
            owner,
            story.title,
            lambda folder: file(folder, form).write_bytes(content),
            told,
            size=len(content),
        )
    for older in files.of(owner)[MOST_EACH:]:
        files.drop(older)
    return one


def file(folder: Path, form: str) -> Path:
    """The file in the folder of what is kept."""
    return folder / f"report.{form}"
