"""The one HTML page that Dash is loaded with."""

from __future__ import annotations

import re
from typing import Any

from dash import Dash

from callbacks.web import callback_errors
from layouts.frame import SHAPES
from layouts.theme import tokens

# theme.js runs in the head, before the first paint; everything else at the end, where Dash puts it. Until that
# has run, the frame is there in grey: assets/parterre.js takes it away once the real one lies over it.
INDEX = """<!DOCTYPE html>
<html lang="en" data-root="/">
<head>
{%metas%}<title>{%title%}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<script src="/assets/theme.js"></script>
{%css%}
<link rel="stylesheet" href="/assets/print.css" media="print">
</head>
<body>{%app_entry%}<div class="p-boot" aria-hidden="true"><div class="p-bar"><span class="p-brand"><img \
src="/assets/mark.svg" alt="" width="28" height="28"><span>Parterre</span></span></div><div class="p-main"><div \
class="p-page p-loading">{%shapes%}</div></div></div><footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""

# Layouts are functions and ids are checked by a test, since Dash's own check would run every page's layout
# at the first anonymous request; an importable asgiref would triple each call; no /_mcp.
DASH: dict[str, Any] = {
    "title": "Parterre",
    "update_title": None,
    "index_string": INDEX.replace("{%css%}", f"{{%css%}}\n<style>{tokens()}</style>").replace(
        "{%shapes%}", "".join(f'<div class="p-skeleton p-skeleton-{part}"></div>' for part in SHAPES)
    ),
    "assets_ignore": r"theme\.js|door\.css|print\.css|\.txt$|\.svg$",
    "meta_tags": [
        {"name": "viewport", "content": "width=device-width, initial-scale=1"},
        {"name": "description", "content": "Customer segments that you can see, click and question."},
    ],
    "suppress_callback_exceptions": True,
    "use_pages": False,
    "use_async": False,
    "enable_mcp": False,
    "compress": False,
    "on_error": callback_errors.show,
}

# Browsers of this decade need no polyfill, which takes longer to run than all of Dash; nor do we show its old table.
UNUSED = re.compile(r'<script src="[^"]*/(?:deps/polyfill@|dash_table/)[^"]*"></script>\n?')
# What nobody can ask for before the page is there.
LATER = re.compile(r'<script (?=src="[^"]*assets/(?:search|tour)\.js)')


class Parterre(Dash):
    """Dash without the scripts that we have no use for."""

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # as Dash's docs override it
        """The page, from the parts that Dash brings."""
        scripts = LATER.sub("<script defer ", UNUSED.sub("", parts["scripts"]))
        page = super().interpolate_index(**parts | {"scripts": scripts})
        return str(page)
