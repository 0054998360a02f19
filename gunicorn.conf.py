"""How gunicorn serves Parterre; every choice that an operator has is in `core.settings`."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import load_dotenv

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

# As Python's documentation of gc has it: nothing is collected while there is only made, and workers don't
# touch, and so copy, the pages of what the master made.
gc.disable()
# Objects after which a worker collects: a page makes three times as many, 700 is Python's own.
YOUNG = 10_000, 10

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

if not os.environ.get("FLASK_SKIP_DOTENV"):
    load_dotenv(ROOT / ".env")
# libgomp does not survive a fork: a worker forked after a threaded fit hangs in its own first fit.
# One thread keeps libgomp from starting any; it reads the variable once, when numpy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from core.data.freed import one_heap  # noqa: E402

one_heap()

from callbacks.web.meter import METER, SLOTS  # noqa: E402
from core import logs  # noqa: E402
from core.accounts.admission import first_code  # noqa: E402
from core.errors import SettingsError  # noqa: E402
from core.settings import Settings, load  # noqa: E402


def settled() -> Settings:
    """The settings; a wrong one ends the start with its sentence instead of a traceback."""
    try:
        return load()
    except SettingsError as error:
        raise SystemExit(f"Parterre can't start. {error}") from None


settings = settled()

host = f"[{settings.host}]" if ":" in settings.host else settings.host
bind = f"{host}:{settings.port}"
workers = settings.workers
threads = settings.threads
# Threads for whole requests only; what is still coming, or going, waits without one.
worker_class = "scripts.web_worker.PatientWorker"
# A descriptor each, and as many for files.
worker_connections = min(1000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
tmp_upload_dir = str(settings.home / "tmp")
# Answers go through the worker's own buffer.
sendfile = False
preload_app = True
control_socket_disable = True
timeout = 120
graceful_timeout = 8  # platforms kill after ten seconds
# Longer than the idle time of common proxies, which would else now and then use a connection just closed.
keepalive = 75
loglevel = settings.log_level.lower()
logconfig_dict = logs.config(settings.log_level, as_json=settings.production)
# Workers prove that they live by touching a file; on a slow disk that alone can stall them.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Whom to believe about X-Forwarded headers is asked once, in the app, which counts PARTERRE_PROXIES.
forwarded_allow_ips = ""


def when_ready(server: Arbiter) -> None:
    """Say where Parterre is, now that it listens, and to whom the first account goes."""
    gc.freeze()
    sys.stdout.write(f"\n{greeting(server.LISTENERS[0].sock.getsockname()[1])}\n\n")
    sys.stdout.flush()


def end_at_once() -> None:
    """For a worker that has begun nothing: it would hand what its master is told to nobody, and be waited for."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


os.register_at_fork(after_in_child=end_at_once)


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Give each worker a place to count in."""
    taken = {getattr(one, "slot", 0) for one in server.WORKERS.values()}
    worker.slot = next((slot for slot in range(1, SLOTS) if slot not in taken), 0)


def post_fork(_server: Arbiter, worker: Worker) -> None:
    """Workers collect what they make themselves."""
    METER.take(worker.slot)
    gc.enable()
    gc.set_threshold(*YOUNG)


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """What a worker counted stays, what it had open is gone."""
    METER.leave(worker.slot)


def greeting(port: int) -> str:
    """What the person who started the server should know."""
    everywhere = settings.host in {"0.0.0.0", "::"}  # noqa: S104
    address = f"http://{'127.0.0.1' if everywhere else host}:{port}"
    lines = [f"Parterre is at {address}" + (" and on every address of this machine." if everywhere else "")]
    if not has_accounts(settings):
        lines.append(first_account())
    return "\n".join(lines)


def first_account() -> str:
    """How the first account is made, which is the administrator's."""
    if not settings.asks_code:
        return "The first account to sign up there is the administrator."
    code = first_code(settings).make()
    return f"The first account to sign up there is the administrator, and takes this code: {code}"


def has_accounts(settings: Settings) -> bool:
    """Whether anybody has signed up."""
    return any((settings.home / name).exists() for name in ("users.csv", "users.csv.made"))
