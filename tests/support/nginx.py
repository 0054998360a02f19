"""A real nginx on a port of its own, with a configuration of its own, run by whoever runs the tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.settings import ROOT

IS_HERE = bool(shutil.which("nginx"))
AROUND = """
{user} daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port} {lines} }}
}}
"""


def documented(place: int, url: str) -> str:
    """Lines that docs/operations.md has for nginx, with `url` as Parterre's."""
    blocks = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    return str(blocks[place]).replace("http://127.0.0.1:8050", url)


@contextmanager
def nginx(folder: Path, lines: str) -> Iterator[int]:
    """The port of an nginx whose server has these lines; the first may say more of how it listens."""
    port, user = free_port(), "user root;" if os.geteuid() == 0 else ""
    (folder / "conf").write_text(AROUND.format(user=user, folder=folder, port=port, lines=lines))
    process = subprocess.Popen(["nginx", "-c", f"{folder}/conf"], stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not listens(port):
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex(("127.0.0.1", port)) == 0
