"""Segments: how they differ, how far to trust them, and what they are called."""

from callbacks.frame.view import View
from callbacks.segments import portrait
from callbacks.segments.page import draw, filtered, register
from core.accounts.permissions import Action

VIEW = View(
    "segments", "/segments", "Segments", Action.VIEW, draw, register, filtered, below=portrait.views()
)
