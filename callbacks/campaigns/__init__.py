"""Campaigns: what works with whom, and whether contacting them pays."""

from callbacks.campaigns.page import draw, filtered, lacks, register
from callbacks.frame.view import View
from core.accounts.permissions import Action

VIEW = View("campaigns", "/campaigns", "Campaigns", Action.VIEW, draw, register, filtered, lacks)
