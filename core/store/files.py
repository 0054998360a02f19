"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from filelock import FileLock

FREE_BYTES = 200_000_000  # of the disk, which files of visitors never take
FULL = "The disk of the server is full, so nothing was saved. Tell the administrator, then try again."
_READ_WHOLE = 8 << 20
_BLOCK, _BLOCKS = 1 << 14, 256


def private_folder(path: Path) -> Path:
    """The folder, made if it is not there, with those above it; what we make is for nobody else to look into."""
    if not path.exists():
        private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


@contextmanager
def passing_folder(home: Path) -> Iterator[Path]:
    """A folder that is gone at the end of the block."""
    with TemporaryDirectory(dir=private_folder(home / "tmp"), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder of that path, which goes if the block does not end well; what a killed process left there goes before."""
    private_folder(path.parent)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    with ExitStack() as undoing:
        undoing.callback(shutil.rmtree, path, ignore_errors=True)
        yield path
        undoing.pop_all()


def close_to_others(folder: Path) -> None:
    """Make `folder`, and where it is there and ours, keep other users of the machine out of it."""
    private_folder(folder)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)


def lock(path: Path, *, timeout: float = -1, keep: bool = False) -> FileLock:
    """A lock that other users of the machine can't hold, and any thread of ours releases.

    `keep` leaves its file when it is released.
    """
    private_folder(path.parent)
    return FileLock(path, timeout=timeout, mode=0o600, preserve_lock_file=keep, thread_local=False)


def is_full(error: OSError) -> bool:
    """Whether it is the disk that takes no more."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that is at `path` once the block has ended well; a reader, or a crash at any moment, sees the old one or it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, whole or not at all."""
    private_folder(path.parent)
    with whole(path) as file:
        file.write(content)


def size_of(path: Path) -> int:
    """Its bytes; none where it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def size_below(*folders: Path) -> int:
    """Bytes of all that is in some folders."""
    places = ((at, name) for one in folders for at, _, names in os.walk(one) for name in names)
    return sum(size_of(Path(at) / name) for at, name in places)


def has_room(folder: Path | str, size: int) -> bool:
    """Whether so many bytes fit on the disk of `folder`, and leave enough for accounts and the rest."""
    return shutil.disk_usage(folder).free - size > FREE_BYTES


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of `path` survive a power cut."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def named_after(told: object, letters: int = 16) -> str:
    """What is called after all that it is made of, as JSON has it: the same for the same."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:letters]


def sha256(path: Path) -> str:
    """Hex digest of a file's content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def fingerprint(path: Path) -> str:
    """What tells whether a file of ours is still as it was written: the digest of its content.

    Of a file over 8 MB it is the digest of its size and of 256 blocks, evenly spread with both ends: a
    truncated or foreign file is found, a flipped bit between two blocks is not. Reading all of a model of
    ten million customers, 150 files, would cost every start seconds.
    """
    size = path.stat().st_size
    if size <= _READ_WHOLE:
        return sha256(path)
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as handle:
        for block in range(_BLOCKS):
            handle.seek((size - _BLOCK) * block // (_BLOCKS - 1))
            digest.update(handle.read(_BLOCK))
    return digest.hexdigest()
