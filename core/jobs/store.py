"""Where jobs wait and are kept: huey's queue and key-value store, in SQLite, or in Redis where there is one.

Values are JSON. huey's own serializer is pickle, which runs code when it reads; who can write to the store
should not be able to run anything in the worker. They are signed under their names, so that nobody without
the secret key can put a job there in somebody else's name; what is not signed is not there.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from itsdangerous import BadSignature, Signer

from core.accounts.secret import kept_key, session_key
from core.errors import JobError, SettingsError
from core.settings import Settings
from core.store.files import private_folder, set_aside

log = logging.getLogger(__name__)

NAME = "parterre"
BUSY_SECONDS = 20
JSON = Any
Run = Callable[[str, int], None]


class _JsonSerializer(Serializer):
    def _serialize(self, data: Message) -> bytes:
        return json.dumps(list(data), allow_nan=False).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(bytes(data)))


class Store:
    """Small JSON values under names, and a queue of tasks; many threads and processes may use it at once.

    Raises
    ------
    SettingsError
        If REDIS_URL is no address of a Redis server, or the package for it is missing.
    JobError
        From any method, if the store can't be reached.
    """

    def __init__(self, home: Path, redis_url: str = "", key: str = "") -> None:
        self.home = home
        self._key = key or kept_key(home)
        self._failures: tuple[type[Exception], ...] = (sqlite3.Error,)
        if redis_url:
            self.huey = self._in_redis(redis_url)
        else:
            self.huey = self._in_sqlite(home / "jobs.sqlite")

    @classmethod
    def of(cls, settings: Settings) -> Store:
        """The store that the settings name."""
        url = settings.redis_url.get_secret_value() if settings.redis_url else ""
        return cls(settings.home, url, session_key(settings))

    def read(self, *names: str) -> list[JSON]:
        """The values of these names, None where there is none."""
        with self._reached():
            found = self.huey.storage.peek_many(names)
        return [self._opened(name, found[name]) if name in found else None for name in names]

    def put(self, name: str, value: JSON) -> None:
        """Keep `value` as `name`; raises ValueError or TypeError if it is not JSON."""
        content = self._sealed(name, value)
        with self._reached():
            self.huey.storage.put_data(name, content)

    def put_if_empty(self, name: str, value: JSON) -> bool:
        """Keep `value` as `name` unless there is one already; of many who try at once one succeeds."""
        content = self._sealed(name, value)
        with self._reached():
            return bool(self.huey.storage.put_if_empty(name, content))

    def delete(self, *names: str) -> None:
        """Forget these names."""
        with self._reached():
            for name in names:
                self.huey.storage.delete_data(name)

    def names(self, prefix: str) -> list[str]:
        """All names that begin with `prefix`."""
        with self._reached():
            return sorted(self._names(prefix))

    def task(self, run: Run) -> Run:
        """What puts a call of `run` at the end of the queue; a worker that has said the same runs it."""

        def call(id: str, attempt: int) -> None:
            run(id, attempt)

        queued = self.huey.task(name="run")(call)

        def enqueue(id: str, attempt: int) -> None:
            with self._reached():
                queued(id, attempt)

        return enqueue

    def queued(self) -> list[tuple[Any, ...]]:
        """Arguments of the calls in the queue."""
        with self._reached():
            return [tuple(task.args) for task in self.huey.pending()]

    def close(self) -> None:
        """Let go of the connection; it is made anew when it is needed."""
        self.huey.storage.close()

    def _signer(self, name: str) -> Signer:
        salt = f"parterre.jobs:{name}".encode()
        return Signer(self._key, salt, key_derivation="hmac", digest_method=hashlib.sha256)

    def _sealed(self, name: str, value: JSON) -> bytes:
        return self._signer(name).sign(json.dumps(value, allow_nan=False).encode())

    def _opened(self, name: str, sealed: bytes) -> JSON:
        try:
            return json.loads(self._signer(name).unsign(bytes(sealed)))
        except BadSignature:
            log.warning(
                "Left out of the store of jobs, not signed with our key: a %s", name.partition(":")[0]
            )
            return None

    def _in_sqlite(self, path: Path) -> Huey:
        private_folder(path.parent)
        path.touch(mode=0o600)
        options: Mapping[str, Any] = {"filename": str(path), "timeout": BUSY_SECONDS}
        try:
            return SqliteHuey(NAME, results=False, serializer=_JsonSerializer(), **options)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            log.warning("%s is damaged: %s. Set aside as %s.", path.name, error, set_aside(path))
            return self._in_sqlite(path)

    def _in_redis(self, url: str) -> Huey:
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsError(
                "REDIS_URL: found no Redis address. Expected one such as redis://host:6379/0."
            )
        if importlib.util.find_spec("redis") is None:
            raise SettingsError(
                "REDIS_URL: found no package to reach Redis with. Expected `redis`. "
                "Install it (pip install redis), or unset REDIS_URL."
            )
        from redis.exceptions import RedisError

        self._failures = (RedisError, OSError)
        return RedisHuey(NAME, results=False, serializer=_JsonSerializer(), url=url)

    def _names(self, prefix: str) -> Iterator[str]:
        storage = self.huey.storage
        if hasattr(storage, "sql"):
            asked = "SELECT key FROM kv WHERE queue = ? AND key >= ? AND key < ?"
            rows = storage.sql(asked, (storage.name, prefix, prefix + "\uffff"), results=True)
            yield from (name for (name,) in rows)
        else:
            # hscan asks for patterns; our prefixes hold no special character.
            found = storage.conn.hscan_iter(storage.result_key, match=f"{prefix}*")
            yield from (name.decode() for name, _ in found)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            log.error("The store of jobs can't be reached: %s", error)
            raise JobError(
                "The queue of calculations can't be reached. Try again in a moment; if it lasts, tell the "
                "administrator."
            ) from error
