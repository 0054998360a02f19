"""The frame of /admin: its sections, each an address of its own, drawn by the server and open to administrators only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from callbacks.accounts.forms import Form, page
from callbacks.web.guard import allows, requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action

KEPT = "parterre.admin"
Answer = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Section:
    """A part of /admin: its address, what its tab says, what draws it, and what one has to be allowed to see it."""

    path: str
    title: str
    show: Answer
    action: Action = Action.MANAGE_USERS


def add(server: Flask, section: Section) -> None:
    """Add a section after those that are there; its template extends admin.html and is drawn by `drawn`."""
    server.extensions.setdefault(KEPT, []).append(section)
    add_route(server, section.path, section.show, section.action, methods=("GET",))


def add_route(
    server: Flask,
    path: str,
    view: Answer,
    action: Action = Action.MANAGE_USERS,
    methods: tuple[str, ...] = ("POST",),
) -> None:
    """Add an address below a section, by default one that changes something."""
    server.add_url_rule(path, path.strip("/").replace("/", "-"), requires(action)(view), methods=methods)


def drawn(template: str, form: Form | None = None, *, status: int = 400, **shown: object) -> Response:
    """A section within the frame; why `form` was refused stands beside the field that it is about."""
    sections = [one for one in current_app.extensions[KEPT] if allows(one.action)]
    paths = [one.path for one in sections if f"{request.path}/".startswith(f"{one.path}/")]
    here = max(paths, key=len, default="")
    form = Form() if form is None else form
    return page(template, form, status=status, user=visitor(), sections=sections, here=here, **shown)
