"""/api/v1: what the pages know, for programs."""

from flask import Flask

from callbacks.api import evidence, predict
from core.services import Services


def register(server: Flask, services: Services) -> None:
    """Add its routes."""
    evidence.register(server, services)
    predict.register(server, services)
