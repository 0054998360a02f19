"""Choose k: how many segments are there really, what another number would change, and changing it."""

from callbacks.choose_k.page import draw, register
from callbacks.frame.view import View
from core.accounts.permissions import Action

VIEW = View("choose_k", "/choose-k", "How many", Action.VIEW, draw, register)
