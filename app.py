"""Parterre in one page: settings in, app out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import Dash
from flask import Flask

from callbacks import models, overview, progress
from callbacks.accounts import commands
from callbacks.accounts import doors as auth
from callbacks.api import evidence as api
from callbacks.campaigns import page as campaigns
from callbacks.choose_k import page as choose_k
from callbacks.customers import page as customers
from callbacks.explore import page as explore
from callbacks.files import downloads, exports, workbooks
from callbacks.frame import page as shell
from callbacks.frame.page import View
from callbacks.predict import page as predict
from callbacks.saved_views import routes as saved_views
from callbacks.segments import page as segments
from callbacks.web import health, index, pinning, security
from core import logs
from core.accounts.permissions import Action
from core.errors import ParterreError
from core.jobs.kinds import WORK, Work
from core.services import create_services
from core.settings import Settings, load

# fmt: off
VIEWS = (
    View("overview", "/", "Overview", Action.VIEW, overview.draw, overview.register, overview.PAGE),
    View("explore", "/explore", "Explore", Action.VIEW, explore.draw, explore.register, explore.PAGE),
    View("segments", "/segments", "Segments", Action.VIEW, segments.draw, segments.register, segments.PAGE),
    View("choose_k", "/choose-k", "How many", Action.VIEW, choose_k.draw, choose_k.register),
    View("campaigns", "/campaigns", "Campaigns", Action.VIEW, campaigns.draw, campaigns.register, campaigns.PAGE),
    View("predict", "/predict", "Predict", Action.PREDICT, predict.draw, predict.register),
    View("customers", "/customers", "Customers", Action.VIEW, customers.draw, customers.register, customers.PAGE),
    View("models", "/models", "Models", Action.EXPORT, models.draw, models.register),
)
# fmt: on


def create_app(settings: Settings, views: Sequence[View] = VIEWS, work: Mapping[str, Work] = WORK) -> Dash:
    """The whole app. The guard comes before Dash, whose own handlers would otherwise answer first."""
    server = Flask(__name__, static_folder=None)
    # Before the model, which can take minutes: a setting that stops the start is told at once.
    security.secure(server, settings)
    services = create_services(settings, work)
    pinning.register(server, services.live)
    auth.register(server, services.users, settings)
    commands.register(server, services.users, settings)
    health.register(server, services)
    api.register(server, services)
    progress.register(server, services)
    saved_views.register(server, services, views)
    downloads.register(server, services)
    exports.register(server, services)
    workbooks.register(server, services)
    token = f"{server.config['COOKIE_PREFIX']}{security.CSRF_COOKIE}"
    app = index.Parterre(server=server, csrf_token_name=token, **index.DASH)  # type: ignore[arg-type]  # a Flask is what it wants
    app.layout = shell.frame(services, views)
    shell.register(app, services, views)
    for view in views:
        view.register(app, services)
    security.finish(server, app)
    return app


def create_server() -> Flask:
    """The WSGI server for gunicorn and the flask command; what it can't start with is said in a sentence."""
    try:
        settings = load()
        logs.begin(settings.log_level)
        server: Flask = create_app(settings).server
    except ParterreError as error:
        raise SystemExit(f"Parterre can't start. {error}") from None
    return server
