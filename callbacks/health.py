"""Is the process alive, and can it answer? Public, and says nothing else."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from core.services import Services


def register(server: Flask, services: Services) -> None:
    """GET /healthz and /readyz."""

    @server.get("/healthz", endpoint="healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @server.get("/readyz", endpoint="readyz")
    def readyz() -> Response:
        return jsonify(status="ready", segments=services.model.card.parameters.k)
