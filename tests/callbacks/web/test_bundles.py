"""What a first visit brings: few files, ours as three, and no more bytes of them than a page needs."""

import json
import re

import brotli
import pytest

from callbacks.web import bundles
from callbacks.web.bundles import CHARTS, bundled

BROTLI = {"Accept-Encoding": "br"}
# Kilobytes of the page, its files and its answers as they travel, without heads: a little above what they are.
MOST_KB = {"/": 890, "/explore": 890, "/segments": 890, "/predict": 890, "/models": 430, "/customers": 990}
MOST_FILES = 20


def fetched(client, address: str) -> bytes:
    with client.get(address, headers=BROTLI) as answer:
        assert answer.status_code == 200, address
        return answer.data


def asked_at_first(client, path: str) -> set[str]:
    """The page of `path`, the files that it names, and the two answers that Dash wants of every page."""
    named = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', client.get(path).text)
    return {path, *named, "/_dash-layout", "/_dash-dependencies"}


@pytest.mark.parametrize("path", MOST_KB)
def test_a_first_visit_brings_few_files_and_few_bytes(administrator, path):
    addresses = asked_at_first(administrator.client, path)
    files = [fetched(administrator.client, address) for address in addresses]
    drawn = json.dumps(administrator.page(path)).encode()
    assert len(addresses) <= MOST_FILES
    assert sum(map(len, [*files, brotli.compress(drawn, quality=6)])) / 1000 <= MOST_KB[path]


@pytest.mark.parametrize("path", ["/", "/models"])
def test_only_pages_with_charts_wait_for_what_draws_them(administrator, path):
    assert (set(CHARTS) <= asked_at_first(administrator.client, path)) == (path == "/")


def test_what_a_page_runs_is_all_of_our_files_and_none_twice(viewer):
    text = fetched(viewer.client, bundled().scripts.address)
    for file in bundles.ASSETS.glob("*.js"):
        is_apart = file.name in bundles.FIRST or ".min." in file.name
        said = bundles.UNSAID.sub("", file.read_text(encoding="utf-8")).encode()
        assert brotli.decompress(text).count(said) == (not is_apart), file.name


def test_a_file_that_changes_has_another_address(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "ASSETS", tmp_path)
    for name in (*bundles.FIRST, "one.js", "one.css"):
        (tmp_path / name).write_text("one")
    before = bundled()
    (tmp_path / "one.css").write_text("two")
    after = bundled()
    assert after.styles.address != before.styles.address
    assert after[::2] == before[::2]


def test_the_page_of_another_version_gets_the_files_of_this_one_and_keeps_none(viewer):
    for bundle in bundled():
        answer = viewer.client.get(bundle.addressed("0123456789ab"))
        assert (answer.text, answer.headers["Cache-Control"]) == (bundle.text, "no-store")


def test_comments_stay_behind_and_fonts_are_found(viewer):
    styles, scripts = (viewer.client.get(one.address) for one in bundled()[1:])
    assert styles.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    fonts = re.findall(r"url\(\./([^)]+)\)", styles.text)
    assert len(fonts) == 2
    assert all(fetched(viewer.client, f"/assets/{font}") for font in fonts)
    assert "/*!" in styles.text  # licences stay
    assert not re.search(r"^\s*/\*[^!]", scripts.text, re.MULTILINE)
