"""Our styles and scripts in three files, named by what they hold: a browser asks once for what are fifty files here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, request

from callbacks.web.caching import A_YEAR, BUNDLE
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.settings import ROOT

ASSETS = ROOT / "assets"
TYPES = {"js": "text/javascript", "css": "text/css"}
FIRST = ("theme.js", "early.js")  # before the first paint
# Of 1.3 MB, loaded by Dash once there is a chart to draw; named by what it holds.
PLOTLY = f"/assets/{next(ASSETS.glob('plotly-parterre.*.min.js')).name}?m=1"
CHARTS = ("/_dash-component-suites/dash/dcc/async-graph.js", PLOTLY)  # what Dash draws them with
# A comment on lines of its own, and what lines begin with.
UNSAID = re.compile(r"^\s*/\*(?!!).*?\*/[ \t]*$|^\s+", re.DOTALL | re.MULTILINE)


class Bundle(NamedTuple):
    """Files as one: its name, their kind, and what they hold."""

    name: str
    kind: str
    text: str

    @property
    def address(self) -> str:
        """Another one whenever any of the files changes."""
        return self.addressed(hashlib.sha256(self.text.encode()).hexdigest()[:12])

    def addressed(self, version: str) -> str:
        """Where a version of it is."""
        return f"/assets/{self.name}.{version}.{self.kind}"


class Bundles(NamedTuple):
    """What the page of the product is made of, beside Dash's own."""

    first: Bundle
    styles: Bundle
    scripts: Bundle


def bundled() -> Bundles:
    """The files in `assets` as they are now; those of the doors, of printing and what has .min in its name stay apart."""
    scripts = (file for file in _of("js") if file.name not in FIRST and ".min." not in file.name)
    styles = (file for file in _of("css") if file.name not in ("door.css", "print.css"))
    first = (ASSETS / name for name in FIRST)
    return Bundles(
        Bundle("first", "js", _joined(first)),
        Bundle("styles", "css", _joined(styles)),
        Bundle("scripts", "js", _joined(scripts)),
    )


def register(server: Flask, bundles: Bundles) -> None:
    """Serve them to who may enter.

    While servers of two versions answer side by side, the page of one may ask the other for its files: they are
    those of now, which nobody keeps under that address.
    """
    named = {bundle.name: bundle for bundle in bundles}

    @requires(Action.ENTER)
    def serve(version: str) -> Response:
        bundle = named[request.path.rpartition("/")[2].partition(".")[0]]
        answer = Response(bundle.text, mimetype=TYPES[bundle.kind])
        if bundle.addressed(version) == bundle.address:
            answer.cache_control.max_age = A_YEAR
        else:
            answer.cache_control.no_store = True
        return answer

    for bundle in bundles:
        server.add_url_rule(bundle.addressed("<version>"), BUNDLE, serve)


def _of(kind: str) -> Iterator[Path]:
    yield from sorted(ASSETS.rglob(f"*.{kind}"), key=lambda file: (file.parent != ASSETS, file.name))


def _joined(files: Iterable[Path]) -> str:
    return "\n".join(_text(file) for file in files)


def _text(file: Path) -> str:
    """What it says; addresses beside it are from `assets` on."""
    said = UNSAID.sub("", file.read_text(encoding="utf-8"))
    return said.replace("url(./", f"url(./{file.parent.relative_to(ASSETS).as_posix()}/").replace("/./", "/")
