"""Parterre in one page: settings in, app out."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from dash import Dash
from flask import Flask

from callbacks import (
    api,
    campaigns,
    choose_k,
    command_line,
    customers,
    data,
    datasets,
    elsewhere,
    explore,
    models,
    notes,
    overview,
    predict,
    search,
    segments,
)
from callbacks.accounts import commands, doors, own_tokens
from callbacks.admin import routes as admin
from callbacks.customers import commands as one_customer
from callbacks.files import downloads, exports, uploads
from callbacks.filters import fields as filter_fields
from callbacks.frame import page
from callbacks.frame.view import View, with_those_below
from callbacks.reports import routes as reports
from callbacks.saved_views import routes as saved_views
from callbacks.web import bearer, health, index, metrics, pinning, security
from core import logs
from core.accounts.tokens import Tokens
from core.errors import ParterreError
from core.jobs.kinds import WORK, Work
from core.numbers import plain
from core.services import create_services
from core.settings import Settings, load
from core.store import restore

PAGES = (overview, explore, segments, choose_k, campaigns, predict, customers, models, data)
VIEWS = tuple(view.VIEW for view in PAGES)


def create_app(settings: Settings, views: Sequence[View] = VIEWS, work: Mapping[str, Work] = WORK) -> Dash:
    """The whole app. The guard comes before Dash, whose own handlers would otherwise answer first."""
    server = Flask(__name__, static_folder=None)
    restore.finish(settings)
    # Before the model, which can take minutes: a setting that stops the start is told at once.
    security.secure(server, settings)
    services = create_services(settings, work)
    tokens = Tokens(services.database)
    bearer.register(server, services.users, tokens, most=settings.api_rate)
    pinning.register(server, services)
    doors.register(server, services.users, settings, services.database)
    parterre = commands.register(server, services.users, settings, services.database)
    own_tokens.register(server, parterre, services, tokens)
    admin.register(server, parterre, services)
    command_line.register(parterre, settings)
    one_customer.register(parterre, services)
    elsewhere.register(parterre, services)
    datasets.register(server, services)
    health.register(server, services)
    metrics.register(server, services)
    uploads.register(server)
    api.register(server, services)
    saved_views.register(server, services, views)
    filter_fields.register(server, services)
    search.register(server, services, views)
    reports.register(server, services)
    notes.register(server, services)
    downloads.register(server, services)
    exports.register(server, services)
    app = index.made(server, {view.path: view.ahead for view in with_those_below(views)})
    app.layout = page.frame(services, views)
    page.register(app, services, views)
    for view in views:
        view.register(app, services)
    security.finish(server, app)
    # Gunicorn's master makes the app and forks: no connection of its is its workers'.
    services.database.close()
    return app


def create_server() -> Flask:
    """The WSGI server for gunicorn and the flask command; what it can't start with is said in a sentence."""
    try:
        settings = load()
        logs.begin(settings.log_level, as_json=settings.production)
        if command_line.is_asked(sys.argv):
            return command_line.server(settings)
        server: Flask = create_app(settings).server
    except ParterreError as error:
        raise SystemExit(f"Parterre can't start. {plain(str(error))}") from None
    return server
