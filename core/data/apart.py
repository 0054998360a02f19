"""A file of somebody's, opened by a process of its own: what it does to whatever opens it, it does to nobody else.

Parsers that are not of Python end the process where a file is damaged as nobody thought of, or have it make more than
there is room for. So a module with a `main` that asks `question` opens it, and `opened` is told what that says.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

FATAL = "damaged, or with far more in it than its size tells"  # what is said where it came to no end
_BLOCK = 1 << 20
_ROOT = Path(__file__).resolve().parent.parent.parent
# pyarrow does without numpy, whose import takes as long as all else
_START = (
    "import importlib, sys; sys.modules['numpy'] = None; sys.path.insert(0, sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main()"
)


def opened(
    module: str, asked: Mapping[str, object], data: bytes, most: int, *, seconds: int, memory: int = 0
) -> tuple[dict[str, Any], bytes] | None:
    """What the `main` of a module says of a file, and its text, or a byte more than `most` of it; None if it came to no end.

    `seconds` of processor time and bytes of `memory` (0: any) are what it may take.
    """
    # It is given no environment, in which our secrets are.
    reader = subprocess.Popen(  # noqa: S603 - a module of ours
        [sys.executable, "-I", "-c", _START, str(_ROOT), module],
        env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    told = json.dumps({**asked, "seconds": seconds, "memory": memory})
    with reader, ExitStack() as undone:
        undone.callback(reader.kill)
        questions, answer = cast("IO[bytes]", reader.stdin), cast("IO[bytes]", reader.stdout)
        with suppress(BrokenPipeError), questions:
            questions.write(told.encode() + b"\n")
            questions.write(data)
        line, text = answer.readline(), BytesIO()
        while text.tell() <= most and (block := answer.read(min(_BLOCK, most + 1 - text.tell()))):
            text.write(block)
        if text.tell() <= most and reader.wait() != 0:
            return None
        return json.loads(line), text.getvalue()


def question() -> tuple[dict[str, Any], bytes]:
    """What `opened` asks, and the file: called by the process that opens it, which takes no more than it may from now on."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: asked["seconds"]}  # no customers in a dump
    limits |= {resource.RLIMIT_AS: asked["memory"]} if asked["memory"] else {}
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # of systems that know no such limit
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    return asked, sys.stdin.buffer.read()
