"""Predict: from seven figures to a segment, and how firmly."""

from callbacks.frame.view import View
from callbacks.predict.page import draw, register
from core.accounts.permissions import Action

VIEW = View("predict", "/predict", "Predict", Action.PREDICT, draw, register)
