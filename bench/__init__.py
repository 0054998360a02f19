"""Measurements and pictures of a running Parterre."""

from core.data.freed import one_heap

one_heap()  # as the server and the worker have it
