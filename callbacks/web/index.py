"""The one HTML page that Dash is loaded with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dash import Dash
from flask import Flask, request

from callbacks.web import error_pages
from callbacks.web.bundles import PLOTLY, Bundles, bundled, register
from callbacks.web.security import CSRF_COOKIE
from layouts.frame import SHAPES, sent
from layouts.theme import tokens

# What runs in the head does so before the first paint; everything else after it, as assets/early.js has it. Until
# that has run, the frame is there in grey: assets/parterre.js takes it away once the real one lies over it.
INDEX = """<!DOCTYPE html>
<html lang="en" data-root="/">
<head>
{%metas%}<title>{%title%}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<script src="{%first%}"></script>
<link rel="stylesheet" href="{%styles%}">
<style>{%tokens%}</style>
<link rel="preload" href="/assets/fonts/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="/assets/print.css" media="print">
<link rel="preload" href="{%ours%}" as="script" data-run>
{%scripts%}
{%ahead%}</head>
<body data-plotly="{%plotly%}">{%app_entry%}<div class="p-boot" aria-hidden="true"><div class="p-bar"><span \
class="p-brand"><img src="/assets/mark.svg" alt="" width="28" height="28"><span>Parterre</span></span></div><div \
class="p-main"><div class="p-page p-loading">{%shapes%}</div></div></div><footer>{%config%}{%renderer%}\
</footer></body>
</html>"""

# Layouts are functions and ids are checked by a test, since Dash's own check would run every page's layout
# at the first anonymous request; an importable asgiref would triple each call; no /_mcp.
DASH: dict[str, Any] = {
    "title": "Parterre",
    "update_title": None,
    "assets_ignore": ".",  # they come in bundles
    "meta_tags": [
        {"name": "viewport", "content": "width=device-width, initial-scale=1"},
        {"name": "description", "content": "Customer segments that you can see, click and question."},
    ],
    "suppress_callback_exceptions": True,
    "use_pages": False,
    "use_async": False,
    "enable_mcp": False,
    "compress": False,
    "on_error": error_pages.show,
}

# Browsers of this decade need no polyfill, which takes longer to run than all of Dash; nor do we show its old table.
UNUSED = re.compile(r'<script src="[^"]*/(?:deps/polyfill@|dash_table/)[^"]*"></script>\n?')
SCRIPT = re.compile(r'<script src="([^"]+)"')
# Dash looks for these words in the page; it is assets/early.js that begins.
RENDERER = '<template id="_dash-renderer" data-src="dash-renderer"></template>'


class Parterre(Dash):
    """Dash without the scripts that we have no use for; `ahead` are those that a page loads later, by its path."""

    ahead: Mapping[str, Sequence[str]] = MappingProxyType({})

    def get_layout(self) -> Any:
        """The frame, as it travels."""
        return sent(super().get_layout())

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # as Dash's docs override it
        """The page, from the parts that Dash brings."""
        needed = SCRIPT.findall(UNUSED.sub("", parts["scripts"]))
        later = self.ahead.get(request.path.rstrip("/") or "/", ())
        filled = {
            "scripts": "\n".join(f'<link rel="preload" href="{one}" as="script" data-run>' for one in needed),
            "renderer": RENDERER,
        }
        links = (f'<link rel="preload" href="{one}" as="script">\n' for one in later)
        return str(super().interpolate_index(**parts | filled)).replace("{%ahead%}", "".join(links))


def made(server: Flask, ahead: Mapping[str, Sequence[str]]) -> Parterre:
    """Dash on `server`, with our files and those that each page loads ahead."""
    files = bundled()
    register(server, files)
    token = f"{server.config['COOKIE_PREFIX']}{CSRF_COOKIE}"
    page = _index_of(files)
    # Named, since it looks for a name through all that is on the stack otherwise.
    app = Parterre(name=server.name, server=server, csrf_token_name=token, index_string=page, **DASH)  # type: ignore[arg-type]  # a Flask is what it wants
    app.ahead = ahead
    return app


def _index_of(bundles: Bundles) -> str:
    """The page as Dash takes it, with what is the same for every visit filled in."""
    filled = {
        "first": bundles.first.address,
        "styles": bundles.styles.address,
        "ours": bundles.scripts.address,
        "plotly": PLOTLY,
        "tokens": tokens(),
        "shapes": "".join(f'<div class="p-skeleton p-skeleton-{part}"></div>' for part in SHAPES),
    }
    return re.sub(r"\{%(\w+)%\}", lambda found: filled.get(found[1], found[0]), INDEX)
