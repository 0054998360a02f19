"""The runner of a Dask cluster: parts are futures, which the scheduler makes again where a worker is lost."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from distributed import Client, Future, wait
from distributed.client import FuturesCancelledError
from distributed.scheduler import KilledWorker

from core.errors import ClusterError, DataError, ParterreError
from core.progress import Tell, silent
from core.runners.runner import InParts

CONNECT_SECONDS, ALONE_SECONDS = 10, 60
_LOOKED_EVERY = 0.5  # seconds
_NOTHING_KEPT = "Nothing was kept of what was under way. Start it, and ask again."


@dataclass(frozen=True)
class Call:
    """A function with all that it is given but the part: what is sent to workers, which look into no argument."""

    verb: Callable[..., Any]
    given: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, part: Any) -> Any:
        return self.verb(part, *self.given, **self.named)


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A connection to a scheduler that has workers; raises ClusterError if there is none."""
    logging.getLogger("distributed").setLevel(logging.ERROR)  # what matters is raised, in words
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="parterre")
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError.gone(address) from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        yield client
    except TimeoutError as error:
        raise ClusterError(
            f"Found no worker at the scheduler {address}. Expected one at least. Start workers there, and ask again."
        ) from error
    finally:
        client.close(timeout=1)


@dataclass(frozen=True)
class Parts(InParts):
    """Parts on the workers of a cluster, by name."""

    client: Client
    futures: Mapping[str, Future[Any]]

    @classmethod
    def made_by(
        cls, client: Client, make: Callable[..., Any], named: Mapping[str, Any], *given: Any
    ) -> Parts:
        """What workers make of something small that tells each part, such as where it is."""
        return cls(
            client, {name: _asked(client, name, Call(make, given), one) for name, one in named.items()}
        )

    def then(self, verb: Callable[..., Any], *given: Any, places: bool = False) -> Parts:
        """What `verb` makes of each part, which stays there; with `places`, it is given the number of the part as well."""
        return self._asked(verb, given, {}, places=places)

    def each(self, verb: Callable[..., Any], *given: Any, **named: Any) -> list[Any]:
        """What `verb` finds of each part, in their order."""
        return self._asked(verb, given, named).here()

    def _asked(
        self, verb: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any], *, places: bool = False
    ) -> Parts:
        futures = {}
        for place, (name, part) in enumerate(self.futures.items()):
            call = Call(verb, ((place,) if places else ()) + given, named)
            futures[name] = _asked(self.client, name, call, part)
        return Parts(self.client, futures)

    def here(self, tell: Tell = silent, words: str = "") -> list[Any]:
        """What is on the workers, once all of it is made.

        Raises DataError naming the part that can't be made; ClusterError if the scheduler is gone, or no worker is
        left.
        """
        self.made(tell, words)
        try:
            return list(self.client.gather([*self.futures.values()]))
        except (FuturesCancelledError, OSError) as error:
            raise self._gone() from error

    def made(self, tell: Tell = silent, words: str = "") -> Parts:
        """The same, once all of it is made; raises as `here`."""
        seen, waiting = time.monotonic(), dict(self.futures)
        while waiting:
            self._wait(list(waiting.values()))
            waiting = {name: one for name, one in waiting.items() if not self._is_made(name, one)}
            if words:
                tell(f"{words} ({len(self.futures) - len(waiting)} of {len(self.futures)})", 1 - len(waiting) / len(self.futures))  # fmt: skip
            if not waiting or self.client.scheduler_info(n_workers=1)["n_workers"]:
                seen = time.monotonic()
            elif time.monotonic() - seen > ALONE_SECONDS:
                raise ClusterError(
                    f"Found no worker left, and {next(iter(waiting))} waiting. Expected one at least. {_NOTHING_KEPT}"
                )
        return self

    def _wait(self, futures: Sequence[Future[Any]]) -> None:
        try:
            with self.client.as_current():
                wait(futures, timeout=_LOOKED_EVERY)
        except TimeoutError:
            return
        except (FuturesCancelledError, OSError) as error:
            raise self._gone() from error

    def _is_made(self, name: str, one: Future[Any]) -> bool:
        if one.status == "cancelled":
            raise self._gone()
        if one.status == "error":
            raise _told(name, one.exception())
        return bool(one.status == "finished")

    def _gone(self) -> ClusterError:
        return ClusterError.gone(str(self.client.scheduler.address if self.client.scheduler else ""))


def _asked(client: Client, name: str, call: Call, part: Any) -> Future[Any]:
    key = f"{call.verb.__name__} {name} {secrets.token_hex(6)}"  # the same is never answered from memory
    return client.submit(call, part, key=key)


def _told(name: str, error: BaseException | None) -> ParterreError:
    """What went wrong with a part, with its name."""
    if isinstance(error, KilledWorker):
        return ClusterError(
            f"{name}: found workers that died whenever they worked on it ({error.allowed_failures + 1} of them). Expected "
            f"one with room for it. Write smaller files, or give workers more memory. {_NOTHING_KEPT}"
        )
    if isinstance(error, ModuleNotFoundError) or "deserialization" in str(error):
        return ClusterError(
            f"Found machines in the cluster without this version of Parterre ({str(error)[:60]}). Expected the same on the "
            "scheduler and all workers. Install it there, and ask again."
        )
    if isinstance(error, ParterreError):
        said = str(error)
        return error if name in said else type(error)(f"{name}: {said}")
    said = f"something that could not be worked on ({type(error).__name__}: {str(error)[:120]})"
    return DataError.of(name, said, "customers like those of the other parts", "Look at that file.")
