"""Parterre with one more page, and its worker: `gunicorn "tests.support.job_server:create_server()"`, `python -m tests.support.job_server`."""

from __future__ import annotations

from app import VIEWS, create_app
from core import worker
from core.settings import load
from tests.support.job_pages import LONG, WORK


def create_server():
    return create_app(load(), (*VIEWS, LONG), WORK).server


if __name__ == "__main__":
    worker.serve(load(), WORK)
