"""Models: the versions of the customers, the live model's files, handed out, and how they were made."""

from callbacks.frame.view import View
from callbacks.models.page import draw, register
from core.accounts.permissions import Action

VIEW = View("models", "/models", "Models", Action.EXPORT, draw, register, ahead=())
