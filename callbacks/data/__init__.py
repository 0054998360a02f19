"""Data: which datasets there are, and a file that comes in until it is one."""

from callbacks.data.page import draw, register
from callbacks.frame.view import View
from core.accounts.permissions import Action

VIEW = View("data", "/data", "Data", Action.ADD_DATASETS, draw, register, ahead=())
