"""Overview: who the customers are, and who the selected ones."""

from callbacks.frame.view import View
from callbacks.overview.page import draw, filtered
from core.accounts.permissions import Action

VIEW = View("overview", "/", "Overview", Action.VIEW, draw, filtered=filtered)
