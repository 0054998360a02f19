"""Explore: distributions that filter one another, relations between fields, and what was odd in the file."""

from callbacks.explore.page import draw, filtered
from callbacks.frame.view import View
from core.accounts.permissions import Action

VIEW = View("explore", "/explore", "Explore", Action.VIEW, draw, filtered=filtered)
