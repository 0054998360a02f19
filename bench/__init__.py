"""Measurements and pictures of a running Parterre."""

from core.model.freed import one_heap

one_heap()  # as the server and the worker have it
